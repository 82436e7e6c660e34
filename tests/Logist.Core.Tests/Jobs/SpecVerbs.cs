using Logist.Core.Jobs;
using Logist.Core.Workflows;

namespace Logist.Core.Tests.Jobs;

/// <summary>The words of a story: what people ask, and what the engine reports about the last attempt of a step.</summary>
internal sealed partial class Spec
{
    // ---- people

    public Spec Run(string? id = null) => When(new JobCommand.RunJob(Ann(id), "foreground"));

    public Spec Suspend(bool now = false) => When(new JobCommand.Suspend(Ann(), now, null));

    public Spec Resume() => When(new JobCommand.Resume(Ann(), null));

    public Spec Cancel(string? id = null) => When(new JobCommand.Cancel(Ann(id), null, null));

    public Spec CancelTask(string step, string? reason = null) => CancelTask(Index(step), reason);

    public Spec CancelTask(int step, string? reason = null) => When(new JobCommand.CancelTask(Ann(), step, reason));

    public Spec Resubmit(decimal? budget = null, string? id = null) => When(new JobCommand.Resubmit(Ann(id), null, budget));

    public Spec RaiseBudget(decimal limit) => When(new JobCommand.RaiseBudget(Ann(), limit));

    public Spec Approve(string step, string? tree = null) => When(new JobCommand.Approve(Ann(), Index(step), null, tree));

    public Spec Reject(string step, bool rerun = false) => When(new JobCommand.Reject(Ann(), Index(step), "not good", rerun));

    public Spec Rerun(string? from = null, WorkflowDefinition? workflow = null) => When(new JobCommand.Rerun(Ann(),
        from is null ? null : (workflow ?? State.Run!.Workflow).IndexOf(from), "sha", workflow ?? State.Run!.Workflow,
        State.Run!.Created.Params));

    public Spec Restep(string step, RestepInput? from = null) => Restep(Index(step) + 1, from);

    /// <param name="number">From 1.</param>
    public Spec Restep(int number, RestepInput? from = null) => When(new JobCommand.Restep(Ann(), number - 1, from));

    public Spec PartialRerun(params string[] steps) => When(new JobCommand.PartialRerun(Ann(), [.. steps.Select(Index)], "disk fixed"));

    public Spec HeldRerun(params string[] steps) =>
        When(new JobCommand.PartialRerun(Ann(), [.. steps.Select(Index)], "disk fixed") { Hold = true });

    public Spec RunStale() => When(new JobCommand.RunStale(Ann()));

    public Spec Resolve(string step, string? commit = null, bool success = true) => Resolve(Index(step) + 1, commit, success);

    /// <param name="number">From 1.</param>
    public Spec Resolve(int number, string? commit = null, bool success = true) =>
        When(new JobCommand.Resolve(Ann(), number - 1, success, "by hand") { Result = commit is null ? null : Some.Result(commit) });

    /// <summary>Re-steps and succeeds, with an output that differs.</summary>
    public Spec Restepped(string step) => Restep(step).Complete(step);

    public Spec Keep(string step) => When(new JobCommand.Resolve(Ann(), Index(step), Success: true, "good enough") { Keep = true });

    public Spec HumanChange(string commit) =>
        When(new JobCommand.RecordHumanChange(Ann(), "base", commit, $"tree-of-{commit}", ["file.txt"]));

    // ---- the engine

    public Spec Schedule(string step)
    {
        var task = Task(step);
        var input = State.Restep?.Request.Input ?? $"in-{step}";
        return When(new JobCommand.Schedule(Engine, Current, task.Step, task.Attempts.Count + 1, task.NextKind, input, "workspace")
        {
            Agent = task.NextAgent ?? State.Run!.Workflow.Steps[task.Step].Agent,
        });
    }

    public Spec Start(string step) => Schedule(step).When(new JobCommand.ReportStarted(Engine, Current, Index(step), Last(step), 4711, 1));

    public Spec WorkerFinishes(string step, decimal? cost = null) =>
        When(new JobCommand.ReportWorkerFinished(Engine, Current, Index(step), Last(step), Some.Result($"{step}{Last(step)}", cost)));

    public Spec ReviewStarts(string step) => When(new JobCommand.ReportReviewStarted(Engine, Current, Index(step), Last(step)));

    public Spec Review(string step, string action, string? summary = null, decimal? cost = null) =>
        When(new JobCommand.ReportReviewFinished(Engine, Current, Index(step), Last(step), action, summary,
            new WorkResult { Usage = new Usage(null, null, null, cost) }));

    /// <summary>Starts, works and is reviewed with the action given.</summary>
    public Spec Round(string step, string action, string? summary = null) =>
        Start(step).WorkerFinishes(step).ReviewStarts(step).Review(step, action, summary);

    /// <param name="tree">Null: one that was never there before.</param>
    public Spec Succeed(string step, decimal? cost = null, string? tree = null)
    {
        var result = Some.Result($"{step}{Last(step)}", cost);
        result = tree is null ? result : result with { Tree = tree };
        return When(new JobCommand.ReportSucceeded(Engine, Current, Index(step), Last(step),
            State.Run!.Workflow.Steps[Index(step)].Workspace == WorkspaceMode.None ? result with { Commit = null, Tree = null } : result));
    }

    /// <summary>From start to acceptance, no review.</summary>
    public Spec Complete(params string[] steps)
    {
        foreach (var step in steps)
        {
            Start(step).Succeed(step);
        }

        return this;
    }

    /// <summary>Starts and succeeds with the same tree as its first attempt had.</summary>
    public Spec CompleteAsBefore(string step) => Start(step).Succeed(step, tree: $"tree-of-{step}1");

    public Spec KeepOutput(string step) => When(new JobCommand.KeepOutput(Engine, Current, Index(step)));

    public Spec Fail(string step, string category = FailureCategory.CommandFailed, DateTimeOffset? retryAt = null, decimal? cost = null) =>
        When(new JobCommand.ReportFailed(Engine, Current, Index(step), Last(step),
            new Failure(category, $"{category}!") { RetryAt = retryAt },
            cost is null ? null : new WorkResult { Usage = new Usage(null, null, null, cost) }));

    /// <summary>Ends without a result of its own, with a session that can go on.</summary>
    public Spec InterruptInSession(string step) => When(new JobCommand.ReportInterrupted(Engine, Current, Index(step), Last(step),
        Some.Result($"{step}{Last(step)}") with { Session = $"session-{Last(step)}" }));

    /// <summary>The session that the step's next attempt would resume with this agent; null: none.</summary>
    public string? Resumable(string step, string agent = "worker") => Job.Resumable(State.Run!, Index(step), agent)?.Result!.Session;

    public Spec Lose(string step) => When(new JobCommand.ReportLost(Engine, Current, Index(step), Last(step), null, "host gone"));

    public Spec Interrupt(string step) => When(new JobCommand.ReportInterrupted(Engine, Current, Index(step), Last(step), null));

    public Spec Canceled(string step) => When(new JobCommand.ReportCanceled(Engine, Current, Index(step), Last(step), null));

    public Spec OpenGate(string step, string? tree = null) =>
        When(new JobCommand.OpenGate(Engine, Current, Index(step), $"in-{step}", tree));

    public Spec FinishRun(bool success) => When(new JobCommand.FinishRun(Engine, Current, success));

    public Spec FinishCancel() => When(new JobCommand.FinishCancel(Engine));

    public Spec Halt(string reason = "internal") => When(new JobCommand.Halt(Engine, reason, "broken", null));

    public Spec BudgetReached(string scope = "cost") => When(new JobCommand.ReportBudgetReached(Engine, scope, "$5", "$5"));

    private int Current => State.Runs.Count;

    private Stamp Engine => new(Now);

    private Stamp Ann(string? id = null) => new(Now, "ann", id);

    private int Index(string step) => State.Run!.Workflow.IndexOf(step);

    private int Last(string step) => Task(step).Attempts.Count;
}
