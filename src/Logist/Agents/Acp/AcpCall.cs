using System.Buffers;
using System.Text.Json;
using Logist.Agents.Streams;
using Logist.Core;
using Logist.Files;

namespace Logist.Agents.Acp;

/// <summary>What the adapter tells the client in the other process. Paths are absolute; no secret is among it.</summary>
/// <param name="Command">Program (absolute, or a name for PATH) and arguments of the agent.</param>
internal sealed record AcpCall(IReadOnlyList<string> Command, string PromptFile, string Workspace)
{
    private const int MaxBytes = 1 << 20;

    public string? Session { get; init; }

    public string? Model { get; init; }

    public void Save(string file)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteStartArray("command"u8);
            foreach (var argument in Command)
            {
                json.WriteStringValue(argument);
            }

            json.WriteEndArray();
            json.WriteString("prompt_file"u8, PromptFile);
            json.WriteString("workspace"u8, Workspace);
            json.WriteString("session"u8, Session);
            json.WriteString("model"u8, Model);
            json.WriteEndObject();
        }

        OwnFiles.Write(file, bytes.WrittenSpan);
    }

    /// <exception cref="LogistException">Internal: there is no such file, or it is not what <see cref="Save"/> writes.</exception>
    public static AcpCall Load(string file)
    {
        using var document = OwnFiles.TryRead(file, MaxBytes) is { } bytes ? JsonLine.TryParse(bytes) : null;
        var call = document?.RootElement ?? default;
        var command = new List<string>();
        foreach (var argument in call.At("command").Items())
        {
            command.Add(argument.AsText() ?? "");
        }

        return call.Text("prompt_file") is { } prompt && call.Text("workspace") is { } workspace && command.Count > 0
            ? new AcpCall(command, prompt, workspace) { Session = call.Text("session"), Model = call.Text("model") }
            : throw new LogistException(ErrorKind.Internal, $"{file} is no call of an agent");
    }
}
