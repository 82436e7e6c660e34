namespace Logist.Server.Api;

/// <summary><c>logist.jobs/v1</c>: a page of jobs.</summary>
/// <param name="Counts">Of all jobs, by status.</param>
/// <param name="Total">Of all jobs.</param>
/// <param name="Matching">Those that the filters let through, on all pages.</param>
internal sealed record JobPage(string Schema, IReadOnlyList<JobSummary> Items, string? NextCursor,
    [OneOf(Words.ListedJobStatus)] IReadOnlyDictionary<string, int> Counts, int Total, int Matching);

/// <param name="PhaseStrip">A letter per step: S done, F failed, R running, W waiting, A approval, C to come, X canceled; null: there
/// are more than 60.</param>
/// <param name="RequestedBy">Who had the current run made.</param>
/// <param name="DrivenBy"><c>server</c>; null: not by this server.</param>
internal sealed record JobSummary(string JobId, [OneOf(Words.ListedJobStatus)] string Status, string? Reason, string? Description,
    string? CurrentPhase, int StepsDone, int StepsTotal, decimal? CostUsd, DateTimeOffset? UpdatedAt, DateTimeOffset? CreatedAt,
    decimal? BudgetUsd, string? WaitingOn, string? RunId, string? RequestedBy,
    [OneOf(Words.StepStatus)] IReadOnlyDictionary<string, int> PhaseCounts, string? PhaseStrip, string? DrivenBy, WaitDocument? Why);
