using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Logist.Core.Jobs;
using Logist.Files;
using Microsoft.Win32.SafeHandles;

namespace Logist.Agents.Streams;

/// <summary>
/// Prints the events of an agent that Logist drives itself: one JSON object per line, as <see cref="OwnStreamParser"/> reads them.
/// No object has a member "action" of its own, so that a line is never taken for an answer.
/// </summary>
/// <remarks>Safe for use by many threads. Whoever closed the output wants nothing more of it: that is no failure.</remarks>
internal sealed class OwnStreamWriter(SafeFileHandle output)
{
    // The log is read by people too: text that needs no escape gets none.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ArrayBufferWriter<byte> _line = new(1024);
    private readonly Lock _guard = new();

    public void Write(AgentEvent happened) => Write(json =>
    {
        switch (happened)
        {
            case AgentEvent.Session session:
                Begin(json, "session", ("id", session.Id), ("model", session.Model), ("version", session.Version));
                break;
            case AgentEvent.Text text:
                Begin(json, "text", ("text", text.Content));
                json.WriteBoolean("piece"u8, text.Piece);
                break;
            case AgentEvent.Tool tool:
                Begin(json, "tool", ("call", tool.Call), ("name", tool.Name), ("what", tool.What), ("state", OwnStream.Name(tool.State)));
                break;
            case AgentEvent.Permission asked:
                Begin(json, "permission", ("name", asked.Name), ("what", asked.What), ("why", asked.Why));
                json.WriteBoolean("allowed"u8, asked.Allowed);
                break;
            case AgentEvent.Retry retry:
                Begin(json, "retry", ("message", retry.Message));
                Number(json, "status"u8, retry.Status);
                break;
            case AgentEvent.Spent spent:
                Begin(json, "spent", ("scope", OwnStream.Name(spent.Scope)));
                Amounts(json, spent.Usage);
                break;
            case AgentEvent.Warning warning:
                Begin(json, "warning", ("message", warning.Message));
                break;
            case AgentEvent.Final final:
                Begin(json, "final", ("text", final.LastMessage));
                Error(json, final.Error);
                break;
        }
    });

    /// <summary>What the agent thinks is no event, but shows that it is alive.</summary>
    public void WriteThought(string text) => Write(json => Begin(json, "thought", ("text", text)));

    private void Write(Action<Utf8JsonWriter> fill)
    {
        lock (_guard)
        {
            _line.ResetWrittenCount();
            using (var json = new Utf8JsonWriter(_line, Options))
            {
                json.WriteStartObject();
                fill(json);
                json.WriteEndObject();
            }

            // One write: a line is never mixed with what the agent itself prints to the same place.
            _line.Write("\n"u8);
            _ = Libc.Write(output, _line.WrittenSpan);
        }
    }

    private static void Begin(Utf8JsonWriter json, string name, params ReadOnlySpan<(string Name, string? Value)> texts)
    {
        json.WriteString("event"u8, name);
        foreach (var (member, value) in texts)
        {
            if (value is not null)
            {
                json.WriteString(member, value);
            }
        }
    }

    private static void Amounts(Utf8JsonWriter json, Usage usage)
    {
        Number(json, "tokens_in"u8, usage.TokensIn);
        Number(json, "tokens_cached"u8, usage.TokensCached);
        Number(json, "tokens_out"u8, usage.TokensOut);
        Number(json, "tokens_reasoning"u8, usage.TokensReasoning);
        if (usage.CostUsd is { } cost)
        {
            json.WriteNumber("cost_usd"u8, cost);
        }
    }

    private static void Error(Utf8JsonWriter json, AgentError? error)
    {
        if (error is null)
        {
            return;
        }

        json.WriteStartObject("error"u8);
        json.WriteString("message"u8, error.Message);
        Number(json, "status"u8, error.Status);
        if (error.Kind is { } kind)
        {
            json.WriteString("kind"u8, kind);
        }

        if (error.RetryAfter is { } after)
        {
            json.WriteNumber("retry_after_s"u8, Math.Ceiling(after.TotalSeconds));
        }

        json.WriteEndObject();
    }

    private static void Number(Utf8JsonWriter json, ReadOnlySpan<byte> name, long? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
    }
}
