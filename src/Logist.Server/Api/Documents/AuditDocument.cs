using System.Text.Json;

namespace Logist.Server.Api;

/// <summary>What people asked for, newest first.</summary>
internal sealed record AuditDocument(string Schema, IReadOnlyList<AuditItem> Items, string? NextCursor);

/// <param name="Action">The event's type.</param>
/// <param name="Text">One line for people.</param>
/// <param name="PlanHash">Of the plan that was agreed to.</param>
/// <param name="Payload">Every member of the event.</param>
internal sealed record AuditItem(string Id, DateTimeOffset At, string Actor, string Action, string JobId, string? RunId, string? TaskId,
    string? Reason, string Text, string? PlanHash, JsonElement Payload);
