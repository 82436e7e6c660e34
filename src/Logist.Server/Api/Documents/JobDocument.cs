namespace Logist.Server.Api;

/// <summary><c>logist.manifest/v1</c> as of now, with every step, what goes on, who has to do something, and what may be asked.</summary>
/// <param name="CurrentPhase">The active step, else the one that stopped the job, else the next ready one.</param>
/// <param name="HeldBy">Who had a partial re-run recorded without starting it.</param>
/// <param name="RequestedBy">Who had the current run made.</param>
/// <param name="PhaseStrip">A letter per step; missing: there are more than 60.</param>
/// <param name="History">The latest events.</param>
internal sealed record JobDocument(string Schema, string JobId, string? Description, string Status, string? Reason, string? CurrentPhase,
    IReadOnlyList<string> ActivePhases, string? ActiveAgent, string? ActiveRole, int StepsDone, int StepsTotal, int StepsStale,
    decimal? CostUsd, string? RunId, string? HeldBy, string? RequestedBy, IReadOnlyDictionary<string, int> PhaseCounts,
    JobMetrics Metrics, DateTimeOffset? CreatedAt, DateTimeOffset? UpdatedAt, IReadOnlyList<PhaseItem> Phases, RunItem? Run,
    IReadOnlyList<RunOfJob> Runs, JobGit Git, IReadOnlyList<HistoryItem> History, JobJournal Journal, JobLive Live,
    IReadOnlyList<Need> Needs, JobCan Can, string? PhaseStrip = null);

/// <param name="CumulativeCostUsd">Null: unknown.</param>
internal sealed record JobMetrics(decimal? CumulativeCostUsd, double CumulativeTimeSeconds, long TokensIn, long TokensOut, int Attempts,
    decimal? BudgetUsd);

/// <summary>A step of the current run.</summary>
/// <param name="Kind"><c>agent</c>, <c>command</c> or <c>gate</c></param>
/// <param name="Because">Why it waits.</param>
/// <param name="ReusedFrom">The attempt of an earlier run whose output counts.</param>
internal sealed record PhaseItem(int Number, string Name, string Title, IReadOnlyList<string> Needs, string? Agent, string Status,
    int Attempts, bool Stale, string? Commit, decimal? CostUsd, DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt, double TimeSeconds,
    string TaskId, string Kind, string? Because, DateTimeOffset? WaitUntil, string? StaleBecause = null, string? ReusedFrom = null,
    DateTimeOffset? WaitingUntil = null, string? WaitingFor = null, FailureItem? Failure = null);

internal sealed record FailureItem(string Category, string Message, string? Hint);

/// <summary>The current run.</summary>
internal sealed record RunItem(string Id, int Number, string Trigger, string? FromStep, IReadOnlyDictionary<string, string> Params,
    string Status, string? RequestedBy, string? Reason, string? PlanHash, DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt);

/// <param name="Steps">How many of its tasks are in which state.</param>
internal sealed record RunOfJob(string Id, int Number, string Trigger, string Status, string? FromStep, string? RequestedBy,
    string? Reason, string? PlanHash, IReadOnlyDictionary<string, int> Steps);

/// <param name="Heads">Results that conflict with each other.</param>
internal sealed record JobGit(string? Source, string? Base, string? Baseline, string Branch, string? Head, IReadOnlyList<string> Heads,
    string Workspace);

internal sealed record HistoryItem(long Seq, DateTimeOffset At, string Type, string Actor, string Text, string? Reason = null,
    string? Run = null, string? Step = null, int? Attempt = null);

internal sealed record JobJournal(long Seq, long Offset, long Epoch);

/// <param name="Owner">The process that drives the job.</param>
/// <param name="ActiveTasks">Ids.</param>
internal sealed record JobLive(OwnerItem? Owner, IReadOnlyList<string> ActiveTasks, IReadOnlyList<BlockedItem> Blocked);

internal sealed record OwnerItem(string Name, string Host, int Pid);

internal sealed record BlockedItem(string Step, string Because, string? Unblock);

/// <summary>What may be asked of the job now.</summary>
internal sealed record JobCan(CanItem Run, CanItem Suspend, CanItem Cancel, CanItem Resume, CanItem Resubmit, CanItem Rerun,
    CanItem PartialRerun, CanItem Restep, CanItem RunStale, CanItem Resolve);

/// <param name="Why">Why not; null: it may.</param>
internal sealed record CanItem(bool Ok, string? Why);
