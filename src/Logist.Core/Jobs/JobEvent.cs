using Logist.Core.Workflows;

namespace Logist.Core.Jobs;

/// <summary>When, who, and by which command: stored with every event. <c>CommandId</c> is null for reports of the engine itself.</summary>
public sealed record Stamp(DateTimeOffset At, string Actor = Stamp.Engine, string? CommandId = null)
{
    public const string Engine = "logist";
}

/// <summary>Every fact that can be stored. This is the storage contract: members are added, never renamed or removed.</summary>
public abstract record JobEvent(Stamp By)
{
    public sealed record JobCreated(Stamp By, string JobId) : JobEvent(By)
    {
        public string? Description { get; init; }

        /// <summary>Absolute path of the source repository; null: the job starts from an empty tree.</summary>
        public string? Source { get; init; }

        public string? BaseRef { get; init; }

        /// <summary>The base commit as it was at creation; null without a source or with an unborn branch.</summary>
        public string? BaseCommit { get; init; }

        /// <summary><c>sha1</c> or <c>sha256</c>: what the source uses.</summary>
        public string ObjectFormat { get; init; } = "sha1";

        public decimal? BudgetUsd { get; init; }

        /// <summary>Absolute path of the workflow file, for <c>--workflow current</c>; null: it was made from a prompt.</summary>
        public string? WorkflowFile { get; init; }
    }

    public sealed record JobSuspended(Stamp By, bool Now, string? Reason) : JobEvent(By);

    public sealed record JobResumed(Stamp By, string? Reason) : JobEvent(By);

    public sealed record JobCancelRequested(Stamp By, string? Reason, long? GraceMs) : JobEvent(By);

    public sealed record JobCanceled(Stamp By) : JobEvent(By);

    public sealed record JobResubmitted(Stamp By, string? Note) : JobEvent(By);

    /// <summary>The engine could not go on (internal error, storage, tampered): a person has to look.</summary>
    public sealed record JobHalted(Stamp By, string Reason, string Message, string? LogFile) : JobEvent(By);

    public sealed record JobRecovered(Stamp By, string What, IReadOnlyList<string> Kept) : JobEvent(By);

    /// <summary>What a person changed in the workspace while the job was at rest: the difference between two trees.</summary>
    public sealed record JobHumanChange(Stamp By, string BaseCommit, string Commit, string Tree, IReadOnlyList<string> Files) : JobEvent(By)
    {
        /// <summary>It was made in the kept tree of this step's failed attempt; null: in <c>workspace/</c>.</summary>
        public string? Step { get; init; }

        /// <summary>The change together with an earlier one that no step has taken in yet.</summary>
        public JobHumanChange After(JobHumanChange? earlier) => earlier is null ? this : this with { BaseCommit = earlier.BaseCommit };
    }

    /// <summary>At rest <c>workspace/</c> showed this tree; a later difference is a person's.</summary>
    public sealed record JobRested(Stamp By, string? Commit, string? Tree) : JobEvent(By)
    {
        /// <summary>The job's branch: the merge of the accepted leaf outputs, or the last clean one when they conflict.</summary>
        public string? Head { get; init; }

        /// <summary>The leaf outputs when they conflict with each other; else empty.</summary>
        public IReadOnlyList<string> Heads { get; init; } = [];
    }

    /// <param name="Trigger">One of <see cref="RunTrigger"/>.</param>
    public sealed record RunCreated(Stamp By, int Run, string Trigger, string WorkflowSha) : JobEvent(By)
    {
        /// <summary>Not stored: the store reads it from <c>workflows/&lt;sha&gt;.json</c> beside the journal.</summary>
        public required WorkflowDefinition Workflow { get; init; }

        public IReadOnlyDictionary<string, string> Params { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

        public string? FromStep { get; init; }

        /// <summary>The base commit of this run when it differs from the job's, and what it was called.</summary>
        public string? BaseCommit { get; init; }

        public string? BaseRef { get; init; }

        public string? Reason { get; init; }

        /// <summary>Hash of the plan that was carried out; null for a first run.</summary>
        public string? PlanHash { get; init; }

        /// <summary>Overrides of <c>job create --agent/--model</c>: used by agent steps that name none.</summary>
        public string? Agent { get; init; }

        public string? Model { get; init; }
    }

    public sealed record RunStarted(Stamp By, int Run, string Driver) : JobEvent(By);

    public sealed record RunPaused(Stamp By, int Run) : JobEvent(By);

    public sealed record RunResumed(Stamp By, int Run) : JobEvent(By);

    public sealed record RunAborted(Stamp By, int Run) : JobEvent(By);

    /// <param name="Status"><c>success</c> or <c>failed</c>.</param>
    public sealed record RunFinished(Stamp By, int Run, string Status) : JobEvent(By);

    /// <summary>The intent to start: durable before any process of the attempt exists.</summary>
    public sealed record TaskScheduled(Stamp By, int Run, string Step, int Attempt, AttemptKind Kind) : JobEvent(By)
    {
        /// <summary>Commit the attempt starts from; null for <c>workspace: none</c> without git inputs.</summary>
        public string? Input { get; init; }

        /// <summary>Directory the attempt works in, relative to the job: <c>workspace</c>, <c>worktrees/…</c> or <c>scratch</c>.</summary>
        public string Place { get; init; } = "scratch";

        public string? Agent { get; init; }

        public string? Model { get; init; }

        /// <summary>The agent's session of an earlier attempt that this one goes on with; null: a fresh one.</summary>
        public string? Session { get; init; }

        /// <summary>Why this is not the first attempt, for people.</summary>
        public string? Why { get; init; }
    }

    public sealed record TaskStarted(Stamp By, int Run, string Step, int Attempt, int Pid, long StartTime) : JobEvent(By);

    public sealed record TaskAdopted(Stamp By, int Run, string Step, int Attempt) : JobEvent(By);

    /// <summary>The worker is done and its files are safe; checks and review follow.</summary>
    public sealed record TaskWorkerFinished(Stamp By, int Run, string Step, int Attempt, WorkResult Result) : JobEvent(By);

    public sealed record TaskReviewStarted(Stamp By, int Run, string Step, int Attempt, string Agent) : JobEvent(By);

    /// <param name="Action">COMPLETED, RETRY or STUCK.</param>
    public sealed record TaskReviewFinished(Stamp By, int Run, string Step, int Attempt, string Action, string? Summary, Usage? Usage)
        : JobEvent(By)
    {
        /// <summary>The reviewer's process: who it was, how long it took. Its cost is <see cref="Usage"/>.</summary>
        public WorkResult? Result { get; init; }
    }

    /// <summary>The acceptance: this append makes the attempt's output the step's output.</summary>
    public sealed record TaskSucceeded(Stamp By, int Run, string Step, int Attempt, WorkResult? Result) : JobEvent(By);

    public sealed record TaskFailed(Stamp By, int Run, string Step, int Attempt, Failure Failure, WorkResult? Result) : JobEvent(By)
    {
        /// <summary>Whether the task ends here; else a retry, a round or a recovery follows.</summary>
        public bool Final { get; init; } = true;
    }

    /// <summary>A person wants this task alone stopped: from here on no result of it is applied.</summary>
    /// <param name="Attempt">The one that is open; 0: none.</param>
    public sealed record TaskCancelRequested(Stamp By, int Run, string Step, int Attempt, string? Reason) : JobEvent(By);

    /// <summary>Where it was canceled alone, its actor is who asked for that.</summary>
    public sealed record TaskCanceled(Stamp By, int Run, string Step, int Attempt, WorkResult? Result) : JobEvent(By)
    {
        /// <summary>Why it was canceled alone; null: with its job, or nobody said.</summary>
        public string? Reason { get; init; }
    }

    /// <summary>Stopped by us on a person's wish (Ctrl-C, suspend --now): not a failure.</summary>
    public sealed record TaskInterrupted(Stamp By, int Run, string Step, int Attempt, WorkResult? Result) : JobEvent(By);

    /// <summary>The process vanished without a result (step host killed, reboot).</summary>
    public sealed record TaskLost(Stamp By, int Run, string Step, int Attempt, WorkResult? Result, string Why) : JobEvent(By);

    /// <summary>A limit of somebody else: goes on by itself at the time given.</summary>
    public sealed record TaskWaiting(Stamp By, int Run, string Step, DateTimeOffset Until, string Why) : JobEvent(By);

    public sealed record TaskRetryScheduled(Stamp By, int Run, string Step, DateTimeOffset NotBefore, int Failures) : JobEvent(By)
    {
        /// <summary>The step's next agent takes over from one that cannot work; null: the same one again.</summary>
        public string? Agent { get; init; }
    }

    /// <summary>Not executed in this run: the accepted output of an attempt that exists already is the step's output.</summary>
    /// <param name="FromRun">The run of that attempt; in the same run it is the step's own, found valid again.</param>
    public sealed record TaskReused(Stamp By, int Run, string Step, int FromRun, int Attempt) : JobEvent(By);

    /// <summary>Not executed in this run and without any output: counts as satisfied, its input passes through.</summary>
    public sealed record TaskSkipped(Stamp By, int Run, string Step) : JobEvent(By);

    /// <summary>A person has one step done once more; this append is the acceptance of the request.</summary>
    public sealed record TaskRestepRequested(Stamp By, int Run, string Step, RestepInput From, string Why) : JobEvent(By)
    {
        /// <summary>The commit it starts from; null with <see cref="RestepInput.Current"/>: found when it starts.</summary>
        public string? Input { get; init; }

        public string? Reason { get; init; }

        public string? PlanHash { get; init; }

        /// <summary>What differs from the step as the workflow defines it; null: nothing.</summary>
        public AttemptDifference? Difference { get; init; }

        /// <summary>The step's text for this attempt, with <c>--workflow current</c>; stored by the sha of the whole workflow.</summary>
        public WorkflowDefinition? Workflow { get; init; }
    }

    /// <summary>Its accepted output was made from something else than what its needs give now.</summary>
    public sealed record TaskMarkedStale(Stamp By, int Run, string Step, string Why) : JobEvent(By);

    /// <summary>What it was made from is what its needs give again.</summary>
    public sealed record TaskStaleCleared(Stamp By, int Run, string Step) : JobEvent(By);

    /// <summary>The stale steps and what follows from them are to be done again, as far as their input really changes.</summary>
    public sealed record RunStaleRequested(Stamp By, int Run, IReadOnlyList<string> Steps) : JobEvent(By)
    {
        public string? PlanHash { get; init; }
    }

    /// <param name="Selected">Every selected step, in workflow order.</param>
    /// <param name="Named">Those that the request named by step id.</param>
    public sealed record RunPartialRerunRequested(Stamp By, int Run, IReadOnlyList<string> Selected, IReadOnlyList<string> Named,
        string Reason) : JobEvent(By)
    {
        public string? PlanHash { get; init; }
    }

    /// <summary>What is ready waits until a person has the job run: whoever else drives jobs leaves it alone.</summary>
    public sealed record RunDispatchHeld(Stamp By, int Run, string? Reason) : JobEvent(By);

    public sealed record RunDispatchReleased(Stamp By, int Run) : JobEvent(By);

    /// <param name="PreviousStatus">As REST says it: <c>failed</c>, <c>canceled</c> or <c>submit-failed</c>.</param>
    public sealed record TaskPartialRerunReset(Stamp By, int Run, string Step, string PreviousStatus, string Reason) : JobEvent(By);

    /// <summary>A person did the step by hand, took its last accepted output back, or gave it up.</summary>
    /// <param name="Attempt">Number of the human attempt; 0: nothing was made, see <see cref="Kept"/>.</param>
    public sealed record TaskResolved(Stamp By, int Run, string Step, int Attempt, bool Success, string Reason) : JobEvent(By)
    {
        /// <summary>The last accepted output counts again.</summary>
        public bool Kept { get; init; }

        public string? Input { get; init; }

        public WorkResult? Result { get; init; }
    }

    public sealed record ApprovalRequested(Stamp By, int Run, string Step, string? Input, string? Tree, string? Message) : JobEvent(By);

    public sealed record ApprovalApproved(Stamp By, int Run, string Step, string? Comment, string? Tree) : JobEvent(By);

    public sealed record ApprovalRejected(Stamp By, int Run, string Step, string Reason, bool Rerun) : JobEvent(By);

    public sealed record ApprovalVoided(Stamp By, int Run, string Step, string Why) : JobEvent(By);

    public sealed record BudgetReached(Stamp By, string Scope, string Limit, string Spent) : JobEvent(By);

    public sealed record BudgetRaised(Stamp By, decimal LimitUsd) : JobEvent(By);

    /// <summary>A process took the job's lease: every later append of an older epoch is refused.</summary>
    public sealed record OwnerAcquired(Stamp By, long Epoch, Owner Owner) : JobEvent(By);
}

/// <summary>What a run was made for.</summary>
public static class RunTrigger
{
    public const string Run = "run";
    public const string Rerun = "rerun";
}

/// <summary>Who drives a job, precisely enough to tell whether it still lives.</summary>
public sealed record Owner(string Name, string Host, int Pid, string BootId, long StartTime)
{
    public override string ToString() => $"{Name} (pid {Pid} on {Host})";
}

public enum AttemptKind { Initial, Retry, ReviewRound, Restep, PartialRerun, Resubmit, Stale, Rejected, Recovery, Human }

/// <summary>Which tree a re-stepped step gets: the one it saw when it first ran, or what its needs give now.</summary>
public enum RestepInput { Original, Current }

/// <summary>What one attempt had different from its step's definition; null members: nothing.</summary>
public sealed record AttemptDifference
{
    public string? Agent { get; init; }

    public string? Model { get; init; }

    public string? PromptAppend { get; init; }

    /// <summary>Sha of the workflow whose text of the step was used.</summary>
    public string? WorkflowSha { get; init; }
}
