namespace Logist.Server.Api;

/// <summary>An attempt, as <c>logist.inspect/v1</c> tells it, and which logs it has.</summary>
/// <param name="Kind">Why it was made.</param>
/// <param name="Evidence">Files that it promised and that are there.</param>
/// <param name="RequestedBy">Who asked for it; null: the workflow's own course.</param>
/// <param name="Difference">What differed from the step's definition.</param>
/// <param name="Used">The attempts whose outputs it started from.</param>
/// <param name="Parts">Its logs: <c>worker</c>, <c>check-1</c> …, <c>review</c>.</param>
internal sealed record AttemptDocument(string Id, int Number, [OneOf(Words.AttemptKind)] string Kind,
    [OneOf(Words.AttemptStatus)] string Status, string? Agent, string? Provider, string? Model, string? Version, string? Session,
    string? ResumedSession, DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt, int? ExitCode, string? InputCommit, string? OutputCommit,
    IReadOnlyList<string> Evidence, string? PromptPath, string? PromptHash, string? OutputPath, AttemptResponse? Response,
    AttemptUsage? Usage, IReadOnlyList<string> Warnings, decimal? CostUsd, FailureDocument? Failure, AttemptReview? Review,
    string? RequestedBy, string? Reason, string? Why, string? PlanHash, AttemptDifference Difference, IReadOnlyList<string> Used,
    string TaskId, string JobId, IReadOnlyList<string> Parts);

internal sealed record AttemptResponse([OneOf(Words.AgentAction)] string Action, string? SummaryForSupervisor);

/// <summary>Unknown is null.</summary>
internal sealed record AttemptUsage(long? TokensIn, long? TokensCached, long? TokensOut, long? TokensReasoning, decimal? CostUsd,
    bool CostIsEstimated);

internal sealed record AttemptReview(string? Agent, [OneOf(Words.AgentAction)] string Action, string? Summary, string? Provider,
    string? Model, string? Version, string? Session, string? PromptPath, string? PromptHash, string? OutputPath, AttemptUsage? Usage);

internal sealed record AttemptDifference(string? Agent = null, string? Model = null, string? PromptAppend = null,
    string? WorkflowSha = null);

/// <summary>Who had a task run again, why, and every attempt of it.</summary>
/// <param name="RerunCount">Partial re-runs.</param>
internal sealed record TaskAudit(string TaskId, string RunId, int RerunCount, string? LastRerunBy, string? LastRerunReason,
    DateTimeOffset? LastRerunAt, IReadOnlyList<TaskRerun> Reruns, IReadOnlyList<AttemptDocument> Attempts,
    IReadOnlyList<string> RecentEventIds);

/// <param name="Attempt">Number of the attempt that it led to.</param>
internal sealed record TaskRerun(string By, string Reason, DateTimeOffset At, int Attempt);

/// <summary>What differs between two commits, file by file.</summary>
/// <param name="Truncated">There are more files.</param>
internal sealed record DiffDocument(string FromCommit, string ToCommit, IReadOnlyList<DiffFile> Files, long Additions, long Deletions,
    bool Truncated);

/// <param name="Patch">Null: binary, or too large; ask for that one file then.</param>
internal sealed record DiffFile(string Path, string? OldPath, [OneOf(Words.ChangeStatus)] string Status, long Additions, long Deletions,
    string? Patch, bool TooLarge);
