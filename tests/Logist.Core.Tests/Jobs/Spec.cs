using Logist.Core.Jobs;
using Logist.Core.Workflows;

namespace Logist.Core.Tests.Jobs;

/// <summary>
/// Given events, when a command, then events or a refusal. Every accepted command is folded at once and its change of status
/// checked against the state machine, so that a story of many commands reads top down.
/// </summary>
internal sealed partial class Spec
{
    private readonly List<JobEvent> _journal = [];
    private readonly List<JobStatus> _trail = [];

    private Spec(IEnumerable<JobEvent> events)
    {
        foreach (var happened in events)
        {
            Fold(happened);
        }

        _trail.Add(State.Status);
    }

    public JobState State { get; private set; } = new();

    public DateTimeOffset Now { get; private set; } = Some.Noon;

    public Decision Decided { get; private set; } = Decision.Nothing;

    public IReadOnlyList<JobEvent> Journal => _journal;

    public static Spec Given(params JobEvent[] events) => new(events);

    /// <summary>A job just created from the workflow.</summary>
    public static Spec Given(WorkflowDefinition workflow, decimal? budgetUsd = null) => new(Some.Created(workflow, budgetUsd));

    /// <summary>A job that is being driven.</summary>
    public static Spec Running(WorkflowDefinition workflow, decimal? budgetUsd = null) => Given(workflow, budgetUsd).Run();

    public Spec When(JobCommand command)
    {
        var from = State.Status;
        Decided = Job.Decide(State, command);
        foreach (var happened in Decided is Decision.Accepted accepted ? accepted.Events : [])
        {
            Fold(happened);
        }

        var to = JobStatuses.Transition(from, State.Status);
        if (to != _trail[^1])
        {
            _trail.Add(to);
        }

        return this;
    }

    public Spec Later(TimeSpan by)
    {
        Now += by;
        return this;
    }

    public Spec Then(params JobEvent[] expected)
    {
        Events().Select(Unstamped).ShouldBe(expected.Select(Unstamped));
        return this;
    }

    /// <summary>Only the kinds of the events matter.</summary>
    public Spec ThenKinds(params string[] names)
    {
        Events().Select(e => e.GetType().Name).ShouldBe(names);
        return this;
    }

    public Spec ThenLast(JobEvent expected)
    {
        Unstamped(Events()[^1]).ShouldBe(Unstamped(expected));
        return this;
    }

    public Spec ThenNothing()
    {
        Events().ShouldBeEmpty();
        return this;
    }

    public Spec ThenRefused(ErrorKind kind, JobStatus? from = null, string? wanted = null)
    {
        var problem = Refusal();
        problem.Kind.ShouldBe(kind);
        if (from is { } status)
        {
            problem.From.ShouldBe(status.Text());
            problem.Wanted.ShouldBe(wanted);
            problem.Allowed.ShouldNotBeEmpty();
            problem.Allowed.ShouldNotContain(status.Text());
        }

        return this;
    }

    public Problem Refusal() => Decided.ShouldBeOfType<Decision.Rejected>().Problem;

    public Spec StatusIs(JobStatus status, string? reason = null)
    {
        State.Status.ShouldBe(status);
        State.Reason.ShouldBe(reason);
        return this;
    }

    /// <summary>Every status the job had, in order.</summary>
    public Spec TrailIs(params JobStatus[] statuses)
    {
        _trail.ShouldBe(statuses);
        return this;
    }

    public Spec TaskIs(string step, TaskStatus status)
    {
        Task(step).Status.ShouldBe(status, step);
        return this;
    }

    public Spec AttemptsAre(string step, params AttemptStatus[] statuses)
    {
        Task(step).Attempts.Select(a => a.Status).ShouldBe(statuses);
        return this;
    }

    public Spec KindsAre(string step, params AttemptKind[] kinds)
    {
        Task(step).Attempts.Select(a => a.Kind).ShouldBe(kinds);
        return this;
    }

    /// <summary>Exactly these steps of the current run are stale.</summary>
    public Spec StaleAre(params string[] steps)
    {
        State.Run!.Tasks.Where(t => t.Stale is not null).Select(t => State.Run.Workflow.Steps[t.Step].Id).ShouldBe(steps);
        return this;
    }

    /// <summary>The attempt whose output later steps see: its run and number.</summary>
    public Spec OutputIs(string step, int run, int attempt)
    {
        Task(step).Accepted.ShouldBeSameAs(State.Runs[run - 1].Tasks[State.Runs[run - 1].Workflow.IndexOf(step)].Attempt(attempt));
        return this;
    }

    /// <summary>The plan as text: <c>start a#1 Initial</c>, <c>verify a#1</c>, <c>gate a</c>, <c>stop a#1</c> …</summary>
    public Spec PlanIs(params string[] works) => PlanIs(4, PlanScope.Everything, works);

    public Spec PlanIs(int slots, params string[] works) => PlanIs(slots, PlanScope.Everything, works);

    public Spec PlanIs(int slots, PlanScope scope, params string[] works)
    {
        Job.Plan(State, Now, slots, scope).Select(Text).ShouldBe(works);
        return this;
    }

    public TaskState Task(string step) => State.Run!.Tasks[Index(step)];

    private IReadOnlyList<JobEvent> Events() => Decided.ShouldBeOfType<Decision.Accepted>().Events;

    private void Fold(JobEvent happened)
    {
        _journal.Add(happened);
        State = Job.Evolve(State, happened);
    }

    private static JobEvent Unstamped(JobEvent happened) => happened with { By = Some.By };

    private string Text(Work work)
    {
        var step = work.Step < 0 ? "" : State.Run!.Workflow.Steps[work.Step].Id;
        return work switch
        {
            Work.Start w => $"start {step}#{w.Attempt} {w.Kind}",
            Work.Verify w => $"verify {step}#{w.Attempt}",
            Work.OpenGate => $"gate {step}",
            Work.Keep => $"keep {step}",
            Work.Stop w => $"{(w.Cancel ? "cancel" : "stop")} {step}#{w.Attempt}",
            Work.FinishRun w => w.Success ? "finish success" : "finish failed",
            Work.FinishCancel => "finish cancel",
            Work.BudgetReached w => $"budget {w.Scope}",
            _ => work.ToString(),
        };
    }
}
