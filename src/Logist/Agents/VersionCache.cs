using System.Buffers;
using System.Text.Json;

namespace Logist.Agents;

/// <summary>What <see cref="ProgramVersions"/> keeps: <c>{"schema":…,"programs":{"/path":{"file":…,"version":…,"at":…}}}</c>.
/// </summary>
internal static class VersionCache
{
    private const string Schema = "logist.agent_versions/v1";

    /// <param name="Identity">Of the file that was asked.</param>
    internal sealed record Entry(string Identity, string Version, DateTimeOffset At);

    /// <summary>Whatever is not what <see cref="Write"/> writes is nothing.</summary>
    public static Dictionary<string, Entry> Read(byte[]? json)
    {
        var all = new Dictionary<string, Entry>(StringComparer.Ordinal);
        if (json is null)
        {
            return all;
        }

        try
        {
            using var document = JsonDocument.Parse(json);
            foreach (var program in document.RootElement.GetProperty("programs").EnumerateObject())
            {
                all[program.Name] = new Entry(program.Value.GetProperty("file").GetString() ?? "",
                    program.Value.GetProperty("version").GetString() ?? "", program.Value.GetProperty("at").GetDateTimeOffset());
            }
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            all.Clear();
        }

        return all;
    }

    public static ReadOnlySpan<byte> Write(Dictionary<string, Entry> all)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("schema", Schema);
            json.WriteStartObject("programs");
            foreach (var (path, entry) in all)
            {
                json.WriteStartObject(path);
                json.WriteString("file", entry.Identity);
                json.WriteString("version", entry.Version);
                json.WriteString("at", entry.At);
                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan;
    }
}
