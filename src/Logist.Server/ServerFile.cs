using System.Text.Json;
using System.Text.Json.Serialization;
using Logist.Core;
using Logist.Files;
using Logist.Processes;

namespace Logist.Server;

/// <summary><c>server.json</c> in a home: how programs of the same user find the server that runs, and its token.</summary>
public sealed record ServerFile(string Url, string Token, int Pid, string JobsDir, DateTimeOffset StartedAt)
{
    private const int MaxLength = 64 << 10;

    /// <summary>With the pid: a number alone may be somebody else's by now.</summary>
    public long PidStartTime { get; init; }

    public string BootId { get; init; } = "";

    /// <returns>Null: no server of this home runs.</returns>
    public static ServerFile? Find(string home)
    {
        try
        {
            var file = OwnFiles.TryRead(PathIn(home), MaxLength) is { } bytes
                ? JsonSerializer.Deserialize(bytes, ServerFileJson.Default.ServerFile) : null;
            return file is not null && file.BootId == Processes.BootId.Current
                && new ProcessIdentity(file.Pid, file.PidStartTime).IsAlive ? file : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <exception cref="LogistException">Storage.</exception>
    public void Save(string home) => OwnFiles.Write(PathIn(home), JsonSerializer.SerializeToUtf8Bytes(this,
        ServerFileJson.Default.ServerFile));

    public static void Remove(string home) => File.Delete(PathIn(home));

    private static string PathIn(string home) => Path.Combine(home, "server.json");
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(ServerFile))]
internal sealed partial class ServerFileJson : JsonSerializerContext;
