using Logist.Core.Reruns;
using Logist.Core.Workflows;

namespace Logist.Core.Jobs;

/// <summary>Every request that exists: people's wishes first, then the engine's reports. A command carries its time, actor and
/// id.</summary>
public abstract record JobCommand(Stamp By)
{
    // ---- people

    public sealed record Create(Stamp By, JobEvent.JobCreated Job, JobEvent.RunCreated FirstRun) : JobCommand(By);

    /// <summary>Start or continue the current run.</summary>
    public sealed record RunJob(Stamp By, string Driver) : JobCommand(By);

    public sealed record Suspend(Stamp By, bool Now, string? Reason) : JobCommand(By);

    public sealed record Resume(Stamp By, string? Reason) : JobCommand(By);

    public sealed record Cancel(Stamp By, string? Reason, TimeSpan? Grace) : JobCommand(By);

    /// <summary>One task alone; only where somebody drives the job, who stops it.</summary>
    public sealed record CancelTask(Stamp By, int Step, string? Reason) : JobCommand(By);

    public sealed record Resubmit(Stamp By, string? Note, decimal? BudgetUsd) : JobCommand(By);

    public sealed record RaiseBudget(Stamp By, decimal LimitUsd) : JobCommand(By);

    public sealed record Approve(Stamp By, int Step, string? Comment, string? Tree) : JobCommand(By);

    public sealed record Reject(Stamp By, int Step, string Reason, bool SendBack) : JobCommand(By);

    /// <summary>Something is executed once more. Only with the lease; the plan decides what happens.</summary>
    public abstract record Reexecution(Stamp By) : JobCommand(By)
    {
        /// <summary>The plan that was agreed to, or its beginning; null: whatever the plan is now.</summary>
        public string? PlanHash { get; init; }

        public ReexecutionFacts Facts { get; init; } = ReexecutionFacts.None;
    }

    /// <summary>Again, as a new run: from its baseline, or from a step.</summary>
    /// <param name="FromStep">Index in <paramref name="Workflow"/>; null: from the first step and the baseline.</param>
    public sealed record Rerun(Stamp By, int? FromStep, string WorkflowSha, WorkflowDefinition Workflow,
        IReadOnlyDictionary<string, string> Params) : Reexecution(By)
    {
        public string? BaseRef { get; init; }

        public string? BaseCommit { get; init; }

        public string? Reason { get; init; }
    }

    /// <summary>One step once more, from the tree it saw.</summary>
    /// <param name="From">Null: current when the step is stale or a person changed files since it first ran, else original.</param>
    public sealed record Restep(Stamp By, int Step, RestepInput? From) : Reexecution(By)
    {
        public AttemptDifference? Difference { get; init; }

        /// <summary>With <see cref="AttemptDifference.WorkflowSha"/>.</summary>
        public WorkflowDefinition? Workflow { get; init; }

        public string? Reason { get; init; }
    }

    /// <summary>Failed branches of the current run once more, in the same run.</summary>
    public sealed record PartialRerun(Stamp By, IReadOnlyList<int> Steps, string Reason) : Reexecution(By)
    {
        /// <summary>Those of the steps that the request named by step id (for the audit).</summary>
        public IReadOnlyList<string> Named { get; init; } = [];

        /// <summary>Nothing starts until somebody runs the job.</summary>
        public bool Hold { get; init; }
    }

    /// <summary>Every stale step and what follows from it.</summary>
    public sealed record RunStale(Stamp By) : Reexecution(By);

    /// <summary>A person did the step by hand (then <c>Result</c> is its output), takes its last output back, or gives it up.</summary>
    public sealed record Resolve(Stamp By, int Step, bool Success, string Reason) : JobCommand(By)
    {
        public bool Keep { get; init; }

        public string? Input { get; init; }

        public WorkResult? Result { get; init; }
    }

    // ---- reports of the engine; the step is an index from 0 in the run's workflow

    public sealed record TakeOwnership(Stamp By, long Epoch, Owner Owner) : JobCommand(By);

    public sealed record Schedule(Stamp By, int Run, int Step, int Attempt, AttemptKind Kind, string? Input, string Place) : JobCommand(By)
    {
        public string? Agent { get; init; }

        public string? Model { get; init; }

        public string? Session { get; init; }
    }

    public sealed record ReportStarted(Stamp By, int Run, int Step, int Attempt, int Pid, long StartTime) : JobCommand(By);

    public sealed record ReportAdopted(Stamp By, int Run, int Step, int Attempt) : JobCommand(By);

    /// <summary>The worker ended well; its checks or review are still to come.</summary>
    public sealed record ReportWorkerFinished(Stamp By, int Run, int Step, int Attempt, WorkResult Result) : JobCommand(By);

    public sealed record ReportReviewStarted(Stamp By, int Run, int Step, int Attempt) : JobCommand(By);

    public sealed record ReportReviewFinished(Stamp By, int Run, int Step, int Attempt, string Action, string? Summary, WorkResult Result)
        : JobCommand(By);

    /// <summary>The worker, its checks and its review are through: accept the output.</summary>
    public sealed record ReportSucceeded(Stamp By, int Run, int Step, int Attempt, WorkResult? Result) : JobCommand(By);

    /// <summary>An attempt, its checks or its review failed; the rule decides on retry, round or end.</summary>
    public sealed record ReportFailed(Stamp By, int Run, int Step, int Attempt, Failure Failure, WorkResult? Result) : JobCommand(By);

    public sealed record ReportCanceled(Stamp By, int Run, int Step, int Attempt, WorkResult? Result) : JobCommand(By);

    public sealed record ReportInterrupted(Stamp By, int Run, int Step, int Attempt, WorkResult? Result) : JobCommand(By);

    public sealed record ReportLost(Stamp By, int Run, int Step, int Attempt, WorkResult? Result, string Why) : JobCommand(By);

    public sealed record OpenGate(Stamp By, int Run, int Step, string? Input, string? Tree) : JobCommand(By);

    public sealed record ReportBudgetReached(Stamp By, string Scope, string Limit, string Spent) : JobCommand(By);

    /// <summary>A step that was to be done again in a stale run, but whose input turned out to be what it was.</summary>
    public sealed record KeepOutput(Stamp By, int Run, int Step) : JobCommand(By);

    public sealed record FinishRun(Stamp By, int Run, bool Success) : JobCommand(By);

    public sealed record FinishCancel(Stamp By) : JobCommand(By);

    public sealed record Halt(Stamp By, string Reason, string Message, string? LogFile) : JobCommand(By);

    public sealed record RecordHumanChange(Stamp By, string BaseCommit, string Commit, string Tree, IReadOnlyList<string> Files)
        : JobCommand(By)
    {
        /// <summary>Step id, when it was made in the kept tree of that step's failed attempt.</summary>
        public string? Step { get; init; }
    }

    public sealed record RecordRest(Stamp By, string? Commit, string? Tree, string? Head, IReadOnlyList<string> Heads) : JobCommand(By);
}
