using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Logist.Views;

/// <summary>How values look in every JSON that users read.</summary>
public static class JsonText
{
    /// <summary>Readable text: only what JSON itself demands is escaped. None of our JSON is pasted into HTML unescaped.</summary>
    public static readonly JavaScriptEncoder Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    /// <summary>RFC 3339 UTC with milliseconds, or null.</summary>
    public static void WriteTime(this Utf8JsonWriter json, string name, DateTimeOffset? at)
    {
        if (at is { } time)
        {
            json.WriteString(name, Time(time));
        }
        else
        {
            json.WriteNull(name);
        }
    }

    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>Unknown is null, never 0.</summary>
    public static void WriteCost(this Utf8JsonWriter json, string name, decimal? usd)
    {
        if (usd is { } value)
        {
            json.WriteNumber(name, value);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
