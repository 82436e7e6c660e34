using Logist.Views;

namespace Logist.Server.Api;

/// <summary><c>logist.manifest/v1</c> as of now, with every step, what goes on, who has to do something, and what may be asked.</summary>
/// <param name="CurrentPhase">The active step, else the one that stopped the job, else the next ready one.</param>
/// <param name="HeldBy">Who had a partial re-run recorded without starting it.</param>
/// <param name="RequestedBy">Who had the current run made.</param>
/// <param name="PhaseStrip">A letter per step; missing: there are more than 60.</param>
/// <param name="History">The latest events.</param>
internal sealed record JobDocument(string Schema, string JobId, string? Description, [OneOf(Words.JobStatus)] string Status, string? Reason,
    string? CurrentPhase, IReadOnlyList<string> ActivePhases, string? ActiveAgent, [OneOf(Words.AgentRole)] string? ActiveRole,
    int StepsDone, int StepsTotal, int StepsStale, decimal? CostUsd, string? RunId, string? HeldBy, string? RequestedBy,
    [OneOf(Words.StepStatus)] IReadOnlyDictionary<string, int> PhaseCounts, JobMetrics Metrics, DateTimeOffset? CreatedAt,
    DateTimeOffset? UpdatedAt, IReadOnlyList<StepDocument> Phases, CurrentRun? Run, IReadOnlyList<RunSummary> Runs, JobGit Git,
    IReadOnlyList<HistoryEntry> History, JobJournal Journal, JobLive Live, IReadOnlyList<Need> Needs, JobCan Can,
    string? PhaseStrip = null);

/// <param name="CumulativeCostUsd">Null: unknown.</param>
internal sealed record JobMetrics(decimal? CumulativeCostUsd, double CumulativeTimeSeconds, long TokensIn, long TokensOut, int Attempts,
    decimal? BudgetUsd);

/// <summary>A step of the current run.</summary>
/// <param name="Because">Why it waits.</param>
/// <param name="ReusedFrom">The attempt of an earlier run whose output counts.</param>
internal sealed record StepDocument(int Number, string Name, string Title, IReadOnlyList<string> Needs, string? Agent,
    [OneOf(Words.StepStatus)] string Status, int Attempts, bool Stale, string? Commit, decimal? CostUsd, DateTimeOffset? StartedAt,
    DateTimeOffset? FinishedAt, double TimeSeconds, string TaskId, [OneOf(Words.StepKind)] string Kind, string? Because,
    DateTimeOffset? WaitUntil, string? StaleBecause = null, string? ReusedFrom = null, DateTimeOffset? WaitingUntil = null,
    string? WaitingFor = null, FailureDocument? Failure = null);

internal sealed record FailureDocument([OneOf(Words.FailureCategory)] string Category, string Message, string? Hint);

/// <summary>The current run.</summary>
internal sealed record CurrentRun(string Id, int Number, [OneOf(Words.RunTrigger)] string Trigger, string? FromStep,
    IReadOnlyDictionary<string, string> Params, [OneOf(Words.RunStatus)] string Status, string? RequestedBy, string? Reason,
    string? PlanHash, DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt);

/// <param name="Steps">How many of its tasks are in which state.</param>
internal sealed record RunSummary(string Id, int Number, [OneOf(Words.RunTrigger)] string Trigger, [OneOf(Words.RunStatus)] string Status,
    string? FromStep, string? RequestedBy, string? Reason, string? PlanHash, DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt,
    [OneOf(Words.TaskStatus)] IReadOnlyDictionary<string, int> Steps);

/// <param name="Heads">Results that conflict with each other.</param>
internal sealed record JobGit(string? Source, string? Base, string? Baseline, string Branch, string? Head, IReadOnlyList<string> Heads,
    string Workspace);

internal sealed record HistoryEntry(long Seq, DateTimeOffset At, [OneOf(Words.EventType)] string Type, string Actor, string Text,
    string? Reason = null, string? Run = null, string? Step = null, int? Attempt = null);

internal sealed record JobJournal(long Seq, long Offset, long Epoch);

/// <param name="Owner">The process that drives the job.</param>
/// <param name="ActiveTasks">Ids.</param>
/// <param name="Why">Why it does not go on; null: it does, or it is done.</param>
internal sealed record JobLive(JobOwner? Owner, IReadOnlyList<string> ActiveTasks, IReadOnlyList<BlockedStep> Blocked,
    WaitDocument? Why);

/// <summary>Why a job does not go on.</summary>
/// <param name="Text">A sentence, without what changes by itself: for that there are two times.</param>
/// <param name="Step">Null: it is about the whole job.</param>
/// <param name="Until">When it goes on by itself.</param>
/// <param name="Unblock">A command line.</param>
internal sealed record WaitDocument([OneOf(Words.WaitKind)] string Kind, string Text, string? Step, DateTimeOffset? Since,
    DateTimeOffset? Until, string? Unblock)
{
    public static WaitDocument? Of(WaitReason? wait) =>
        wait is null ? null : new WaitDocument(wait.Kind, wait.Text, wait.Step, wait.Since, wait.Until, wait.Unblock);
}

internal sealed record JobOwner(string Name, string Host, int Pid);

internal sealed record BlockedStep(string Step, [OneOf(Words.WaitKind)] string Kind, string Because, string? Unblock);

/// <summary>What may be asked of the job now.</summary>
internal sealed record JobCan(Allowance Run, Allowance Suspend, Allowance Cancel, Allowance Resume, Allowance Resubmit, Allowance Rerun,
    Allowance PartialRerun, Allowance Restep, Allowance RunStale, Allowance Resolve);

/// <param name="Why">Why not; null: it may.</param>
internal sealed record Allowance(bool Ok, string? Why);
