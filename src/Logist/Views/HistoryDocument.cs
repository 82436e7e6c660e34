using System.Text.Json;
using Logist.Core.Jobs;
using Logist.Stores;

namespace Logist.Views;

/// <summary>Events as users read them: <c>seq, at, type, actor, reason?, run?, step?, attempt?, text, data{}</c>.</summary>
public static class HistoryDocument
{
    public static void WriteEvent(Utf8JsonWriter json, string jobId, StoredEvent stored, bool withData)
    {
        var happened = stored.Event;
        var (run, step, attempt) = EventText.Place(happened);
        json.WriteStartObject();
        json.WriteNumber("seq", stored.Seq);
        json.WriteTime("at", happened.By.At);
        json.WriteString("type", EventJson.NameOf(happened));
        json.WriteString("actor", happened.By.Actor);
        if (EventText.Reason(happened) is { } reason)
        {
            json.WriteString("reason", reason);
        }

        if (run is { } number)
        {
            json.WriteString("run", $"{jobId}.{number}");
        }

        if (step is not null)
        {
            json.WriteString("step", step);
        }

        if (attempt is { } n)
        {
            json.WriteNumber("attempt", n);
        }

        json.WriteString("text", EventText.Text(happened));
        if (withData)
        {
            json.WritePropertyName("data");
            EventJson.Write(json, happened, happened.By.At);
        }

        json.WriteEndObject();
    }
}
