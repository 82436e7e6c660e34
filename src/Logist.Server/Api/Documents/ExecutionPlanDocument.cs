namespace Logist.Server.Api;

/// <summary><c>logist.plan/v1</c>, as the shared writer writes it; for the API's description.</summary>
internal sealed record ExecutionPlanDocument(string Schema, string JobId, [OneOf(Words.PlanKind)] string Kind, string RunId,
    string PlanHash, IReadOnlyList<PlannedStepDocument> Steps, IReadOnlyList<PlanWarningDocument> Warnings, PlanEstimate Estimate);

/// <param name="Action">RUN: executed; REUSE: its output is taken over; SKIP: passed by; KEEP: not touched; STALE: will be marked</param>
internal sealed record PlannedStepDocument(int Number, string Step, [OneOf(Words.PlanAction)] string Action, string Why, int? AttemptFrom,
    int? AttemptTo, string? InputCommit, string? InputTree, string? FromRun = null);

internal sealed record PlanWarningDocument([OneOf(Words.PlanWarningCode)] string Code, string? Step, string Text);

internal sealed record PlanEstimate(decimal? CostUsd, double? Seconds);
