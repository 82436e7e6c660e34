using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Logist.Agents.Streams;
using Logist.StepHost;

namespace Logist.Agents.Acp;

/// <summary>What the agent asks of its client.</summary>
internal interface IAcpHandler
{
    /// <returns>Writes the result object's members, or null: this method is not known.</returns>
    /// <exception cref="AcpRefusal">The request is known and refused.</exception>
    Action<Utf8JsonWriter>? Answer(string method, JsonElement parameters);

    void Told(string method, JsonElement parameters);

    void Garbage(string line);
}

[SuppressMessage("Design", "CA1064", Justification = "It never leaves the client.")]
internal sealed class AcpRefusal(int code, string message) : Exception(message)
{
    public const int NotFound = -32002, InvalidParams = -32602;

    public int Code { get; } = code;
}

/// <summary>
/// JSON-RPC 2.0 by lines with the agent program: one call of ours at a time, and while it is open whatever the agent asks or tells.
/// A thread of its own reads, so that neither side waits for the other to read; everything else is on the caller's thread.
/// </summary>
internal sealed class AcpConnection(AcpProcess process, IAcpHandler handler)
{
    private const int MethodNotFound = -32601, ShownCharacters = 200;

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly byte[] Closed = [], Woken = [0];

    // Lines of any length; Closed = the end of the agent's output, Woken = look at StopAsked.
    private readonly BlockingCollection<byte[]> _lines = [];
    private readonly ArrayBufferWriter<byte> _message = new(4096);
    private long _calls;
    private volatile bool _stop;

    /// <summary>May be set from any thread, and is never taken back.</summary>
    public bool StopAsked => _stop;

    public bool AgentGone { get; private set; }

    public void Listen() => new Thread(ReadLines) { IsBackground = true, Name = "acp reader" }.Start();

    public void Stop()
    {
        _stop = true;
        _lines.Add(Woken);
    }

    /// <param name="limit">Null: for as long as it takes.</param>
    /// <param name="onStop">Called once when a stop was asked for; the answer is awaited for the time that it returns.</param>
    /// <returns>The result; its memory stays valid.</returns>
    /// <exception cref="AcpException">An error answer, no answer in time, or the agent is gone.</exception>
    public JsonElement Call(string method, Action<Utf8JsonWriter> parameters, TimeSpan? limit, Func<TimeSpan> onStop)
    {
        var id = ++_calls;
        Send(json =>
        {
            json.WriteNumber("id"u8, id);
            json.WriteString("method"u8, method);
            Object(json, "params", parameters);
        });
        var deadline = limit is { } time ? Environment.TickCount64 + (long)time.TotalMilliseconds : long.MaxValue;
        for (var stopped = false; ;)
        {
            if (_stop && !stopped)
            {
                stopped = true;
                deadline = Environment.TickCount64 + (long)onStop().TotalMilliseconds;
            }

            if (Next(deadline) is not { } line)
            {
                throw new AcpException(AgentGone && !_stop ? Gone(method)
                    : _stop ? new AgentError($"stopped during {method}", null, AcpErrors.Cancelled)
                    : new AgentError($"no answer to {method} within {limit!.Value.TotalSeconds:0} s; does the agent's command speak ACP?",
                        null, AcpErrors.Protocol));
            }

            if (Dispatch(line, id) is { } answer)
            {
                return answer.At("error") is { ValueKind: JsonValueKind.Object } error ? throw AcpErrors.Refusal(error)
                    : answer.At("result");
            }
        }
    }

    public void Notify(string method, Action<Utf8JsonWriter> parameters) => Send(json =>
    {
        json.WriteString("method"u8, method);
        Object(json, "params", parameters);
    });

    /// <summary>Takes what the agent tells until it has told nothing for the quiet time.</summary>
    public void AwaitQuiet(TimeSpan quiet, TimeSpan most)
    {
        var end = Environment.TickCount64 + (long)most.TotalMilliseconds;
        while (!_stop && Next(Math.Min(end, Environment.TickCount64 + (long)quiet.TotalMilliseconds)) is { } line)
        {
            _ = Dispatch(line, null);
        }
    }

    private AgentError Gone(string method) => new(
        $"the agent program ended during {method} ({process.AwaitExit(TimeSpan.FromSeconds(2)) ?? "it closed its output and runs on"})",
        null, process.ExitCode is 126 or 127 ? AcpErrors.MissingTool : AcpErrors.Crashed);

    // Null: the deadline passed, or the agent closed its output.
    private byte[]? Next(long deadline)
    {
        while (!AgentGone)
        {
            var left = deadline == long.MaxValue ? -1 : Math.Clamp(deadline - Environment.TickCount64, 0, int.MaxValue);
            if (!_lines.TryTake(out var line, (int)left))
            {
                return null;
            }

            if (!ReferenceEquals(line, Closed))
            {
                return line;
            }

            AgentGone = true;
        }

        return null;
    }

    /// <returns>The message, when it is the answer to our call.</returns>
    private JsonElement? Dispatch(byte[] line, long? awaited)
    {
        if (ReferenceEquals(line, Woken) || line.AsSpan().Trim(" \t\r"u8).IsEmpty)
        {
            return null;
        }

        using var document = JsonLine.TryParse(line);
        if (document is null)
        {
            handler.Garbage(Encoding.UTF8.GetString(line.AsSpan(0, Math.Min(line.Length, ShownCharacters))));
            return null;
        }

        var message = document.RootElement;
        var parameters = message.At("params");
        if (message.Text("method") is not { } method)
        {
            return awaited is { } id && message.Count("id") == id ? message.Clone() : null;
        }

        if (message.At("id") is { ValueKind: JsonValueKind.String or JsonValueKind.Number } asked)
        {
            Reply(asked, method, parameters);
        }
        else
        {
            handler.Told(method, parameters);
        }

        return null;
    }

    private void Reply(JsonElement id, string method, JsonElement parameters)
    {
        Action<Utf8JsonWriter>? result = null;
        (int Code, string Message) error = (MethodNotFound, $"method not found: {method}");
        try
        {
            result = handler.Answer(method, parameters);
        }
        catch (AcpRefusal refusal)
        {
            error = (refusal.Code, refusal.Message);
        }

        Send(json =>
        {
            json.WritePropertyName("id"u8);
            id.WriteTo(json);
            if (result is not null)
            {
                Object(json, "result", result);
                return;
            }

            Object(json, "error", inner =>
            {
                inner.WriteNumber("code"u8, error.Code);
                inner.WriteString("message"u8, error.Message);
            });
        });
    }

    // An agent that does not read any more says so by closing its output, or the step's limits end it.
    private void Send(Action<Utf8JsonWriter> fill)
    {
        _message.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(_message, Options))
        {
            json.WriteStartObject();
            json.WriteString("jsonrpc"u8, "2.0"u8);
            fill(json);
            json.WriteEndObject();
        }

        _message.Write("\n"u8);
        _ = process.Write(_message.WrittenSpan, () => _stop);
    }

    private static void Object(Utf8JsonWriter json, string name, Action<Utf8JsonWriter> fill)
    {
        json.WriteStartObject(name);
        fill(json);
        json.WriteEndObject();
    }

    // Lines have no limit: one agent tells its commands in half a megabyte.
    private void ReadLines()
    {
        var buffer = new byte[64 << 10];
        var line = new ArrayBufferWriter<byte>();
        for (int read; (read = Native.Read((int)process.Output.DangerousGetHandle(), buffer)) > 0;)
        {
            var rest = buffer.AsSpan(0, read);
            for (int end; (end = rest.IndexOf((byte)'\n')) >= 0; rest = rest[(end + 1)..])
            {
                line.Write(rest[..end]);
                if (line.WrittenCount > 0)
                {
                    _lines.Add(line.WrittenSpan.ToArray());
                }

                line.Clear();
            }

            line.Write(rest);
        }

        if (line.WrittenCount > 0)
        {
            _lines.Add(line.WrittenSpan.ToArray());
        }

        _lines.Add(Closed);
    }
}
