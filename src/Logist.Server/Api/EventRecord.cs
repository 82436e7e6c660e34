using System.Text.Json;
using Logist.Core.Jobs;
using Logist.Stores;

namespace Logist.Server.Api;

/// <summary>One event as the API tells it.</summary>
/// <param name="Id"><c>fix-login.41</c></param>
/// <param name="ProducerRole"><c>human</c> or <c>engine</c></param>
/// <param name="Payload">What the event's type says beyond the common members.</param>
internal sealed record EventRecord(string Id, string EventType, string JobId, string? RunId, string? TaskId, int? Attempt,
    string ProducerRole, string Actor, string? Reason, string Text, JsonElement Payload, DateTimeOffset CreatedAt)
{
    public static EventRecord Of(string job, StoredEvent stored)
    {
        var happened = stored.Event;
        var (run, step, attempt) = EventText.Place(happened);
        return new EventRecord($"{job}.{stored.Seq}", EventJson.NameOf(happened), job, run is null ? null : $"{job}.{run}",
            run is null || step is null ? null : $"{job}.{run}.{step}", attempt, happened.By.Actor == Stamp.Engine ? "engine" : "human",
            happened.By.Actor, EventText.Reason(happened), EventText.Text(happened), EventPayload.Of(job, happened), happened.By.At);
    }
}
