using System.Text.Json;

namespace Logist.Server.Api;

/// <summary>What people asked for, newest first.</summary>
internal sealed record AuditPageDocument(string Schema, IReadOnlyList<AuditEntryDocument> Items, string? NextCursor);

/// <param name="Text">One line for people.</param>
/// <param name="PlanHash">Of the plan that was agreed to.</param>
/// <param name="Payload">Every member of the event.</param>
internal sealed record AuditEntryDocument(string Id, DateTimeOffset At, string Actor,
    [OneOf(Words.EventType)] string Action, string JobId, string? RunId, string? TaskId,
    string? Reason, string Text, string? PlanHash, JsonElement Payload);
