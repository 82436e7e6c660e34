using System.Text.Json;
using Logist.Core.Jobs;
using Logist.Stores;

namespace Logist.Server.Api;

/// <summary>Who caused an event.</summary>
internal static class ProducerRole
{
    public const string Human = "human";
    public const string Engine = "engine";
}

/// <summary>One event as the API tells it.</summary>
/// <param name="Id"><c>fix-login.41</c></param>
/// <param name="Payload">What the event's type says beyond the common members.</param>
internal sealed record EventDocument(string Id, [OneOf(Words.EventType)] string EventType, string JobId, string? RunId, string? TaskId,
    int? Attempt, [OneOf(Words.ProducerRole)] string ProducerRole, string Actor, string? Reason, string Text, JsonElement Payload,
    DateTimeOffset CreatedAt)
{
    public static EventDocument Of(string job, StoredEvent stored)
    {
        var happened = stored.Event;
        var (run, step, attempt) = EventText.Place(happened);
        return new EventDocument($"{job}.{stored.Seq}", EventJson.NameOf(happened), job, run is null ? null : $"{job}.{run}",
            run is null || step is null ? null : $"{job}.{run}.{step}", attempt,
            happened.By.Actor == Stamp.Engine ? Api.ProducerRole.Engine : Api.ProducerRole.Human, happened.By.Actor,
            EventText.Reason(happened), EventText.Text(happened), EventPayload.Of(job, happened), happened.By.At);
    }
}
