namespace Logist.Server.Api;

/// <summary><c>logist.plan/v1</c>, as the shared writer writes it; for the API's description.</summary>
internal sealed record PlanShape(string Schema, string JobId, string Kind, string RunId, string PlanHash,
    IReadOnlyList<PlannedStepShape> Steps,
    IReadOnlyList<PlanWarningShape> Warnings, PlanEstimateShape Estimate);

/// <param name="Action">RUN, REUSE, SKIP, KEEP or STALE</param>
internal sealed record PlannedStepShape(int Number, string Step, string Action, string Why, int? AttemptFrom, int? AttemptTo,
    string? InputCommit, string? InputTree, string? FromRun = null);

internal sealed record PlanWarningShape(string Code, string? Step, string Text);

internal sealed record PlanEstimateShape(decimal? CostUsd, double? Seconds);
