using System.Buffers;
using System.Text.Json;
using Logist.Core.Jobs;
using Logist.Stores;
using Logist.Views;

namespace Logist.Server.Api;

/// <summary>
/// An event's own members: as stored, but for the two of a partial re-run, whose payload is promised with task ids.
/// </summary>
internal static class EventPayload
{
    public static JsonElement Of(string job, JobEvent happened)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JsonText.Encoder }))
        {
            switch (happened)
            {
                case JobEvent.RunPartialRerunRequested e:
                    WriteRequest(json, job, e);
                    break;
                case JobEvent.TaskPartialRerunReset e:
                    json.WriteStartObject();
                    json.WriteString("previous_status", e.PreviousStatus);
                    json.WriteString("requested_by", e.By.Actor);
                    json.WriteString("reason", e.Reason);
                    json.WriteEndObject();
                    break;
                default:
                    EventJson.Write(json, happened, happened.By.At);
                    break;
            }
        }

        var reader = new Utf8JsonReader(buffer.WrittenSpan);
        return JsonElement.ParseValue(ref reader);
    }

    private static void WriteRequest(Utf8JsonWriter json, string job, JobEvent.RunPartialRerunRequested e)
    {
        json.WriteStartObject();
        json.WriteString("requested_by", e.By.Actor);
        json.WriteString("reason", e.Reason);
        WriteList(json, "selected_task_ids", e.Selected.Select(step => $"{job}.{e.Run}.{step}"));
        WriteList(json, "selected_step_ids", e.Named);
        WriteList(json, "reset_task_ids", e.Selected.Select(step => $"{job}.{e.Run}.{step}"));
        json.WriteString("plan_hash", e.PlanHash);
        json.WriteEndObject();
    }

    private static void WriteList(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }
}
