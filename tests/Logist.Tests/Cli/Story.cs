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

    public DateTimeOffset Now => Begin.AddSeconds(10 * _events.Count);

    public IReadOnlyList<JobEvent> Events => _events;

    public JobState State => Job.Fold(_events);

    public Stamp By(string actor = Stamp.Engine) => new(Begin.AddSeconds(10 * _events.Count), actor);

    public Story Tell(JobEvent happened)
    {
        _events.Add(happened);
        return this;
    }

    public Story Start() => Tell(new JobEvent.RunStarted(By("ann"), 1, "foreground"));

    public Story Schedule(string step, int attempt = 1, string? agent = null, AttemptKind kind = AttemptKind.Initial) =>
        Tell(new JobEvent.TaskScheduled(By(), 1, step, attempt, kind) { Agent = agent, Input = new string('b', 40) });

    public Story Running(string step, int attempt = 1, string? agent = null, AttemptKind kind = AttemptKind.Initial) =>
        Schedule(step, attempt, agent, kind).Tell(new JobEvent.TaskStarted(By(), 1, step, attempt, 4711, 1));

    public Story Done(string step, int attempt = 1, decimal? cost = null, string? agent = null, params string[] evidence) =>
        Running(step, attempt, agent).Tell(new JobEvent.TaskSucceeded(By(), 1, step, attempt, new WorkResult
        {
            ExitCode = 0, DurationMs = 62_000, Commit = new string('c', 40), Usage = cost is null ? null : new Usage(1000, null, 100, cost),
                Evidence = evidence,
        }));

    public Story Failed(string step, int attempt = 1, string category = FailureCategory.CommandFailed, string message = "exit code 1",
        bool final = true) =>
        Running(step, attempt, kind: attempt > 1 ? AttemptKind.Retry : AttemptKind.Initial)
            .Tell(new JobEvent.TaskFailed(By(), 1, step, attempt, new Failure(category, message),
                new WorkResult { ExitCode = 1, DurationMs = 2_000 }) { Final = final });

    public Story RunFinished(string status) => Tell(new JobEvent.RunFinished(By(), 1, status));
}
