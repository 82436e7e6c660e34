namespace Logist.Core.Jobs;

public enum TaskStatus
{
    /// <summary>Not started, or to be started again; ready when all needs are satisfied.</summary>
    Created,

    /// <summary>The intent to start is durable.</summary>
    Scheduled,
    Running,

    /// <summary>The worker's result is safe; its checks were interrupted and are to be done again.</summary>
    ChecksRequired,

    /// <summary>The worker's result is safe and waits for its review (its checks run first).</summary>
    ReviewRequired,
    Reviewing,
    WaitingApproval,

    /// <summary>Goes on by itself at <see cref="TaskState.WaitUntil"/>: a retry's backoff or somebody's rate limit.</summary>
    Waiting,
    Success,
    Failed,
    Canceled,
    SubmitFailed,
    Skipped,
    Reused,
}

public static class TaskStatuses
{
    public static bool IsActive(this TaskStatus s) => s is TaskStatus.Scheduled or TaskStatus.Running or TaskStatus.Reviewing;

    /// <summary>The worker's part is done, checks or review are not.</summary>
    public static bool AwaitsVerification(this TaskStatus s) => s is TaskStatus.ChecksRequired or TaskStatus.ReviewRequired;

    public static bool IsSatisfied(this TaskStatus s) => s is TaskStatus.Success or TaskStatus.Reused or TaskStatus.Skipped;

    public static bool IsFailed(this TaskStatus s) => s is TaskStatus.Failed or TaskStatus.Canceled or TaskStatus.SubmitFailed;

    /// <summary>The word in manifest and CLI (upper case).</summary>
    public static string Phase(this TaskStatus s) => s switch
    {
        TaskStatus.Created or TaskStatus.Waiting or TaskStatus.ChecksRequired => "PENDING",
        TaskStatus.Scheduled or TaskStatus.Running => "RUNNING",
        TaskStatus.ReviewRequired => "REVIEW_REQUIRED",
        TaskStatus.Reviewing => "REVIEWING",
        TaskStatus.WaitingApproval => "APPROVAL_REQUIRED",
        TaskStatus.Success => "SUCCESS",
        TaskStatus.Failed or TaskStatus.SubmitFailed => "FAILED",
        TaskStatus.Canceled => "CANCELED",
        TaskStatus.Skipped => "SKIPPED",
        TaskStatus.Reused => "REUSED",
        _ => "PENDING",
    };
}

/// <summary>One step within one run: its attempts, and where it stands.</summary>
public sealed class TaskState(int step)
{
    private readonly List<AttemptState> _attempts = [];

    /// <summary>Index from 0; the step's number is one more.</summary>
    public int Step { get; } = step;

    public TaskStatus Status { get; internal set; }

    /// <summary>Needs that are not satisfied yet.</summary>
    public int OpenNeeds { get; internal set; }

    public IReadOnlyList<AttemptState> Attempts => _attempts;

    public AttemptState? LastAttempt => _attempts.Count == 0 ? null : _attempts[^1];

    /// <summary>The output that later steps see.</summary>
    public AttemptState? Accepted { get; internal set; }

    public Failure? Failure { get; internal set; }

    public DateTimeOffset? WaitUntil { get; internal set; }

    public string? WaitReason { get; internal set; }

    /// <summary>Kind of the attempt that comes next, and what its prompt says about why.</summary>
    public AttemptKind NextKind { get; internal set; }

    public string? NextWhy { get; internal set; }

    /// <summary>Who asked for it, when a person did.</summary>
    public AttemptRequest? NextBy { get; internal set; }

    /// <summary>Failures since the task was last made ready by a person: what <c>max_attempts</c> counts.</summary>
    public int Failures { get; internal set; }

    /// <summary>Worker executions of the current chain of review rounds, the first included.</summary>
    public int Rounds { get; internal set; }

    public int LostInRow { get; internal set; }

    /// <summary>Feedback of the last review that asked for another round.</summary>
    public string? Feedback { get; internal set; }

    /// <summary>A person wants it alone stopped, and it has not ended yet.</summary>
    public JobEvent.TaskCancelRequested? CancelRequested { get; internal set; }

    public GateState? Gate { get; internal set; }

    /// <summary>The tree that was approved last: the same tree needs no second approval.</summary>
    public GateState? LastApproval { get; internal set; }

    /// <summary>What a person changed before this task went on: to be merged into its next input.</summary>
    public JobEvent.JobHumanChange? HumanChange { get; internal set; }

    /// <summary>What a person changed and an earlier attempt took in: part of every later input that is made anew.</summary>
    public IReadOnlyList<JobEvent.JobHumanChange> Taken { get; internal set; } = [];

    /// <summary>Run of <see cref="Accepted"/> when it is not an attempt of this run; null: it is.</summary>
    public int? ReusedFrom { get; internal set; }

    /// <summary>What its output, or a gate's approval, counts as made from; null: there is none.</summary>
    /// <remarks>The task's and not the attempt's: a person vouches for an output in this run, and other runs use the attempt too.</remarks>
    public IReadOnlyList<UsedOutput>? Basis { get; internal set; }

    /// <summary>It was done, reused or skipped at some time in this run: steps after it may have used its output.</summary>
    internal bool WasSatisfied { get; set; }

    /// <summary>Asked or approved, and its step has not started on it.</summary>
    internal bool HasOpenApproval => Gate is not null && !WorkIsDone
        && Status is TaskStatus.WaitingApproval or TaskStatus.Created or TaskStatus.Waiting;

    /// <summary>Why its output is out of date; null: it is not.</summary>
    public string? Stale { get; internal set; }

    /// <summary>Done, but with an output that is out of date.</summary>
    public bool IsStale => Stale is not null && Status.IsSatisfied();

    /// <summary>Ready again because of a stale step before it: what was accepted stays valid if its input turns out the same.</summary>
    public bool MayKeep { get; internal set; }

    /// <summary>Partial re-runs of this task, oldest first.</summary>
    public IReadOnlyList<PartialRerunRecord> Reruns { get; internal set; } = [];

    public DateTimeOffset? StartedAt => _attempts.Count == 0 ? null : _attempts[0].ScheduledAt;

    public DateTimeOffset? FinishedAt { get; internal set; }

    public decimal? CostUsd { get; internal set; }

    /// <summary>Of all attempts that are over, like the cost; what lies between them is nobody's work.</summary>
    public TimeSpan WorkTime => _attempts.Aggregate(TimeSpan.Zero, (sum, attempt) =>
        attempt.FinishedAt is { } end ? sum + (end - attempt.ScheduledAt) : sum);

    /// <summary>The worker's result is safe in an attempt that is not over: only checks or review are to be done.</summary>
    public bool WorkIsDone => LastAttempt is { WorkerFinished: true, Status: AttemptStatus.Running };

    /// <summary>The attempt that the next review round goes on from.</summary>
    public AttemptState? RoundAfter { get; internal set; }

    /// <summary>Where the next review round starts: the tree of the round before, or the same input when the round was
    /// interrupted.</summary>
    public string? RoundInput => RoundAfter is { ReviewAction: "RETRY", Result: { } result } ? result.Commit : RoundAfter?.Input;

    /// <summary>
    /// An attempt that ended without a failure of its own: the next one may go on with its session, from the tree it left. See
    /// <see cref="Job.Resumable"/>.
    /// </summary>
    internal AttemptState? GoOnFrom { get; set; }

    /// <summary>Ready again after a failure of its reviewer: the worker's result waits for another review.</summary>
    internal bool OnlyReview { get; set; }

    /// <summary>Took over from an agent that cannot work; null: the step's own.</summary>
    public string? NextAgent { get; internal set; }

    /// <summary>Attempts and reviews in a row that met a limit.</summary>
    public int LimitsInRow { get; internal set; }

    /// <summary>When the first of the agents that met a limit, since one of them could last work, may be asked again.</summary>
    public DateTimeOffset? LimitedUntil { get; internal set; }

    internal void Add(AttemptState attempt) => _attempts.Add(attempt);

    public AttemptState? Attempt(int number) => number >= 1 && number <= _attempts.Count ? _attempts[number - 1] : null;
}

public enum AttemptStatus { Running, Success, Failed, Interrupted, Lost, Canceled }

/// <summary>One execution of a task, never overwritten.</summary>
public sealed class AttemptState(int number, AttemptKind kind, DateTimeOffset scheduledAt)
{
    public int Number { get; } = number;

    public AttemptKind Kind { get; } = kind;

    public DateTimeOffset ScheduledAt { get; } = scheduledAt;

    public AttemptStatus Status { get; internal set; }

    public string? Input { get; internal set; }

    public string Place { get; internal set; } = "scratch";

    public string? Agent { get; internal set; }

    public string? Model { get; internal set; }

    /// <summary>The session it resumed; null: it began a fresh one.</summary>
    public string? Session { get; internal set; }

    public string? Why { get; internal set; }

    /// <summary>Who asked for it; null: the workflow's own course.</summary>
    public string? RequestedBy { get; internal set; }

    public string? Reason { get; internal set; }

    public string? PlanHash { get; internal set; }

    public AttemptDifference? Difference { get; internal set; }

    /// <summary>The accepted attempts of the step's needs when it was scheduled: what staleness compares with.</summary>
    public IReadOnlyList<UsedOutput> Used { get; internal set; } = [];

    /// <summary><see cref="RunState.OutputsReplaced"/> at the time of <see cref="Used"/>; -1: of another run.</summary>
    internal int OutputsReplaced { get; set; }

    /// <summary>How many of the task's <see cref="TaskState.Taken"/> changes its input has.</summary>
    public int Took { get; internal set; }

    public int? Pid { get; internal set; }

    /// <summary>The event that made the launch of its latest process durable, the worker's or a review's.</summary>
    public long LaunchSeq { get; internal set; }

    /// <summary>The worker's part is done and its files are safe.</summary>
    public bool WorkerFinished { get; internal set; }

    public WorkResult? Result { get; internal set; }

    public Failure? Failure { get; internal set; }

    public string? ReviewAction { get; internal set; }

    public string? ReviewSummary { get; internal set; }

    public string? Reviewer { get; internal set; }

    /// <summary>The process of its last review.</summary>
    public WorkResult? Review { get; internal set; }

    /// <summary>Reviews of this attempt that ended without a verdict.</summary>
    public int ReviewFailures { get; internal set; }

    public DateTimeOffset? FinishedAt { get; internal set; }

    /// <summary>Worker and reviews together; null while nothing was reported.</summary>
    public Usage? Spent { get; internal set; }

    public decimal? CostUsd => Spent?.CostUsd;

    /// <summary>The attempt as it will be with this result: to compare before it is a fact.</summary>
    internal AttemptState With(WorkResult? result) =>
        new(Number, Kind, ScheduledAt) { Input = Input, Used = Used, Result = result ?? Result, OutputsReplaced = OutputsReplaced };
}

/// <summary>Who had an attempt made, why, and by which plan.</summary>
public sealed record AttemptRequest(string By, string? Reason, string? PlanHash);

/// <summary>An output that an attempt started from.</summary>
/// <param name="Basis">What that counted as made from at the time.</param>
public readonly record struct UsedOutput(string Step, AttemptState Attempt, IReadOnlyList<UsedOutput> Basis);

/// <param name="Attempt">Number of the attempt that it led to.</param>
public sealed record PartialRerunRecord(string By, string Reason, DateTimeOffset At, int Attempt);

/// <summary>A gate that was opened before its step.</summary>
public sealed record GateState(DateTimeOffset RequestedAt, string? Input, string? Tree, string? Message)
{
    public bool Approved { get; init; }

    public string? DecidedBy { get; init; }

    public string? Comment { get; init; }
}
