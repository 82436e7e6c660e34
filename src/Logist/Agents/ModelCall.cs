using System.Buffers;
using System.Text.Json;
using Logist.Agents.Streams;
using Logist.Core;
using Logist.Files;

namespace Logist.Agents;

/// <summary>What the adapter tells the process that asks a model. Paths are absolute; the key itself is not among it.</summary>
/// <param name="Provider">Whose interface the endpoint has: <c>openai</c> or <c>anthropic</c>.</param>
internal sealed record ModelCall(string Provider, string Model, string PromptFile)
{
    private const int MaxBytes = 1 << 20;

    /// <summary>Null: the provider's own.</summary>
    public string? Url { get; init; }

    /// <summary>Null: the provider's usual one.</summary>
    public string? KeyVariable { get; init; }

    public void Save(string file)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("provider"u8, Provider);
            json.WriteString("model"u8, Model);
            json.WriteString("prompt_file"u8, PromptFile);
            json.WriteString("url"u8, Url);
            json.WriteString("key_env"u8, KeyVariable);
            json.WriteEndObject();
        }

        OwnFiles.Write(file, bytes.WrittenSpan);
    }

    /// <exception cref="LogistException">Internal: there is no such file, or it is not what <see cref="Save"/> writes.</exception>
    public static ModelCall Load(string file)
    {
        using var document = OwnFiles.TryRead(file, MaxBytes) is { } bytes ? JsonLine.TryParse(bytes) : null;
        var call = document?.RootElement ?? default;
        return call.Text("provider") is { } provider && call.Text("model") is { } model && call.Text("prompt_file") is { } prompt
            ? new ModelCall(provider, model, prompt) { Url = call.Text("url"), KeyVariable = call.Text("key_env") }
            : throw new LogistException(ErrorKind.Internal, $"{file} is no call of a model");
    }
}
