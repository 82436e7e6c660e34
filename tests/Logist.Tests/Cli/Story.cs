using Logist.Core.Jobs;
using Logist.Core.Workflows;

namespace Logist.Tests.Cli;

/// <summary>A job told event by event, ten seconds apart.</summary>
internal sealed class Story
{
    public static readonly DateTimeOffset Begin = new(2026, 11, 20, 10, 0, 0, TimeSpan.Zero);

    private readonly List<JobEvent> _events = [];

    public Story(WorkflowDefinition workflow, decimal? budget = null)
    {
        Tell(new JobEvent.JobCreated(By("ann"), "fix-login") { BudgetUsd = budget, Source = "/home/ann/app",
            BaseCommit = new string('a', 40) });
        Tell(new JobEvent.RunCreated(By("ann"), 1, "run", "sha") { Workflow = workflow });
    }

    public static WorkflowDefinition FixLogin { get; } = new("fix-login",
    [
        new StepDefinition("plan") { Prompt = "p", Agent = "claude" },
        new StepDefinition("implement") { Prompt = "p", Agent = "claude", Needs = ["plan"], Review = new ReviewDefinition("codex") },
        new StepDefinition("lint") { Run = new RunAction("lint", null), Needs = ["implement"] },
        new StepDefinition("test-linux") { Run = new RunAction("test", null), Needs = ["implement"] },
        new StepDefinition("review") { Prompt = "p", Agent = "gemini", Needs = ["lint", "test-linux"] },
        new StepDefinition("merge") { Needs = ["review"], Approval = new ApprovalDefinition("Merge \u001b[31mnow?") },
    ]);

    /// <summary>The run that is told about.</summary>
    public int Run { get; private set; } = 1;

    public DateTimeOffset Now => Begin.AddSeconds(10 * _events.Count);

    public IReadOnlyList<JobEvent> Events => _events;

    public JobState State => Job.Fold(_events);

    public Stamp By(string actor = Stamp.Engine) => new(Begin.AddSeconds(10 * _events.Count), actor);

    public Story Tell(JobEvent happened)
    {
        _events.Add(happened);
        return this;
    }

    public Story Start() => Tell(new JobEvent.RunStarted(By("ann"), Run, "foreground"));

    public Story Schedule(string step, int attempt = 1, string? agent = null, AttemptKind kind = AttemptKind.Initial) =>
        Tell(new JobEvent.TaskScheduled(By(), Run, step, attempt, kind) { Agent = agent, Input = new string('b', 40) });

    public Story Running(string step, int attempt = 1, string? agent = null, AttemptKind kind = AttemptKind.Initial) =>
        Schedule(step, attempt, agent, kind).Tell(new JobEvent.TaskStarted(By(), Run, step, attempt, 4711, 1));

    /// <summary>A new run, of the same workflow, from a step.</summary>
    public Story Rerun(string? fromStep, string reason)
    {
        Run++;
        return Tell(new JobEvent.RunCreated(By("ann"), Run, "rerun", "sha")
        {
            Workflow = ((JobEvent.RunCreated)_events[1]).Workflow, FromStep = fromStep, Reason = reason, PlanHash = "sha256:0123456789",
        });
    }

    /// <param name="tree">One letter names a tree and its commit.</param>
    public Story Done(string step, int attempt = 1, decimal? cost = null, string? agent = null, AttemptKind kind = AttemptKind.Initial,
        char tree = 'c', params string[] evidence) =>
        Running(step, attempt, agent, kind).Tell(new JobEvent.TaskSucceeded(By(), Run, step, attempt, new WorkResult
        {
            ExitCode = 0, DurationMs = 62_000, Commit = new string(tree, 40), Tree = new string(tree, 40),
            Usage = cost is null ? null : new Usage(1000, null, 100, cost), Evidence = evidence,
        }));

    public Story Failed(string step, int attempt = 1, string category = FailureCategory.CommandFailed, string message = "exit code 1",
        bool final = true) =>
        Running(step, attempt, kind: attempt > 1 ? AttemptKind.Retry : AttemptKind.Initial)
            .Tell(new JobEvent.TaskFailed(By(), Run, step, attempt, new Failure(category, message),
                new WorkResult { ExitCode = 1, DurationMs = 2_000 }) { Final = final });

    public Story RunFinished(string status) => Tell(new JobEvent.RunFinished(By(), Run, status));
}
