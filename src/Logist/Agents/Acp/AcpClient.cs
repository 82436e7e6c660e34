using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Logist.Agents.Streams;
using Logist.Core;
using Logist.Files;
using Logist.StepHost;
using Microsoft.Win32.SafeHandles;

namespace Logist.Agents.Acp;

/// <summary>
/// Drives one agent program by the Agent Client Protocol for one prompt, in a process of its own: under the step host it outlives
/// whoever started it. What happens is printed as <see cref="OwnStreamWriter"/> does it; the last line is the final event.
/// </summary>
internal sealed partial class AcpClient
{
    private const int Version = 1;

    // An agent that is installed on a slow disk takes seconds to begin, and one that does not speak the protocol waits for ever.
    private static readonly TimeSpan Opening = TimeSpan.FromSeconds(120);

    // History comes mostly after the answer to session/load, with gaps (measured).
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1), LongestReplay = TimeSpan.FromSeconds(20);

    // All within the grace that the step host gives: five seconds.
    private static readonly TimeSpan CancelAnswer = TimeSpan.FromSeconds(2), ToExit = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ToExitAtLeisure = TimeSpan.FromSeconds(3);

    private readonly AcpCall _call;
    private readonly OwnStreamWriter _events;
    private readonly AcpUsage _usage = new();
    private readonly AcpUpdates _updates;
    private AcpConnection? _connection;
    private string? _session;

    private AcpClient(AcpCall call, OwnStreamWriter events)
    {
        _call = call;
        _events = events;
        _updates = new AcpUpdates(events, _usage);
    }

    /// <summary>The verb's whole work: reads the call file, prints events to the standard output.</summary>
    /// <returns>The exit code.</returns>
    public static int Run(string[] args)
    {
        using var output = new SafeFileHandle(1, ownsHandle: false);
        var events = new OwnStreamWriter(output);
        try
        {
            var call = AcpCall.Load(args[0]);
            return new AcpClient(call, events).Drive();
        }
        catch (AcpException e)
        {
            Conclude(events, e.Error, stopped: false);
            return e.ExitCode;
        }
        catch (LogistException e)
        {
            events.Write(new AgentEvent.Final(null, new AgentError($"{e.Problem.What}: {e.Problem.Why}")));
            return AcpException.Failed;
        }
    }

    private int Drive()
    {
        using var process = AcpProcess.Launch(_call.Command, _call.Workspace);
        var connection = _connection = new AcpConnection(process, this);
        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            connection.Stop();
        }

        using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);
        connection.Listen();
        AgentError? error = null;
        try
        {
            error = Turn();
            return error is null ? 0 : connection.StopAsked ? AcpException.Terminated : AcpException.Failed;
        }
        catch (AcpException e)
        {
            error = e.Error;
            return connection.StopAsked ? AcpException.Terminated
                : e.Error.Kind == AcpErrors.MissingTool ? AcpException.NoProgram : e.ExitCode;
        }
        finally
        {
            // First the end, then the agent's own: whatever it does now changes nothing any more.
            Conclude(_events, error, connection.StopAsked);
            End(process, connection.StopAsked);
        }
    }

    // A program that is not there is told as a shell tells it: on the standard error, by the exit code, without a word of the agent's.
    private static void Conclude(OwnStreamWriter events, AgentError? error, bool stopped)
    {
        if (stopped && error is not null)
        {
            // Whoever stopped it knows why: a limit, a cancel. What the agent made of that is no failure of its own.
            events.Write(new AgentEvent.Warning($"stopped by a signal: {error.Message}"));
            return;
        }

        if (error?.Kind == AcpErrors.MissingTool)
        {
            using var errors = new SafeFileHandle(2, ownsHandle: false);
            _ = Libc.Write(errors, Encoding.UTF8.GetBytes(error.Message + "\n"));
            return;
        }

        events.Write(new AgentEvent.Final(null, error));
    }

    /// <returns>Null: the agent ended its turn well.</returns>
    private AgentError? Turn()
    {
        var prompt = OwnFiles.TryReadText(_call.PromptFile, int.MaxValue)
            ?? throw new AcpException(new AgentError($"the prompt cannot be read: {_call.PromptFile}"));
        var agent = Initialize();
        var session = Open(agent);
        _session = session.Id;
        Configure(session);
        _updates.Prompted = true;
        var answer = Call("session/prompt", json =>
        {
            json.WriteString("sessionId"u8, session.Id);
            json.WriteStartArray("prompt"u8);
            json.WriteStartObject();
            json.WriteString("type"u8, "text"u8);
            json.WriteString("text"u8, prompt);
            json.WriteEndObject();
            json.WriteEndArray();
        }, null);
        var spent = _usage.ReadAnswer(answer);
        if (spent is not null)
        {
            _events.Write(spent);
        }

        return answer.Text("stopReason") switch
        {
            "end_turn" when spent is null && _usage.TellsFailuresAsText && _updates.OnlySaid is { } said => new AgentError(said.Trim()),
            "end_turn" => null,
            "cancelled" => new AgentError("the turn was cancelled", null, AcpErrors.Cancelled),
            { } reason => new AgentError($"the agent stopped before it was done: {reason}", null, reason),
            null => new AgentError("the agent's answer has no stopReason", null, AcpErrors.Protocol),
        };
    }

    private JsonElement Initialize()
    {
        var agent = Call("initialize", json =>
        {
            json.WriteNumber("protocolVersion"u8, Version);
            json.WriteStartObject("clientCapabilities"u8);
            json.WriteStartObject("fs"u8);
            json.WriteBoolean("readTextFile"u8, false);
            json.WriteBoolean("writeTextFile"u8, false);
            json.WriteEndObject();
            json.WriteBoolean("terminal"u8, false);
            json.WriteEndObject();
            json.WriteStartObject("clientInfo"u8);
            json.WriteString("name"u8, "logist"u8);
            json.WriteString("version"u8, typeof(AcpClient).Assembly.GetName().Version!.ToString(3));
            json.WriteEndObject();
        }, Opening);
        _usage.AgentName = agent.At("agentInfo").Text("name");
        return agent.Count("protocolVersion") is null or Version ? agent : throw new AcpException(new AgentError(
            $"the agent speaks version {agent.Count("protocolVersion")} of the protocol, Logist version {Version}", null,
            AcpErrors.Protocol));
    }

    private AcpSession Open(JsonElement agent)
    {
        var can = agent.At("agentCapabilities");
        var resumes = can.At("sessionCapabilities").At("resume").ValueKind is JsonValueKind.Object or JsonValueKind.True;
        var loads = can.Flag("loadSession") == true;
        var opened = _call.Session is { } earlier ? Resume(earlier, resumes, loads)
            : Call("session/new", Place, Opening);
        var id = _call.Session ?? opened.Text("sessionId")
            ?? throw new AcpException(new AgentError("the agent opened no session", null, AcpErrors.Protocol));
        var session = new AcpSession(id, opened);
        var info = agent.At("agentInfo");
        var version = info.Text("version") is { } number ? $"{info.Text("name")} {number}".Trim() : info.Text("name");
        _events.Write(new AgentEvent.Session(resumes || loads ? id : null, _call.Model ?? session.Model, version));
        return session;
    }

    private JsonElement Resume(string earlier, bool resumes, bool loads)
    {
        if (!resumes && !loads)
        {
            throw new AcpException(new AgentError("the agent cannot resume a session", null, AcpErrors.SessionLost));
        }

        try
        {
            var opened = Call(resumes ? "session/resume" : "session/load", json =>
            {
                json.WriteString("sessionId"u8, earlier);
                Place(json);
            }, Opening);
            if (!resumes)
            {
                _connection!.AwaitQuiet(Quiet, LongestReplay);
            }

            return opened;
        }
        catch (AcpException e) when (e.IsRefusal)
        {
            // Agents word it as they like: then it can only be about the session.
            throw new AcpException(e.Error with { Message = $"session {earlier} cannot be resumed: {e.Error.Message}",
                Kind = AcpErrors.SessionLost });
        }
    }

    private void Configure(AcpSession session)
    {
        if (_call.Model is { } model)
        {
            if (session.Choose(model) is { } choice)
            {
                _ = Call(choice.Method, choice.Parameters, Opening);
            }
            else if (!_call.Command.Any(argument => argument.Contains(model, StringComparison.Ordinal)))
            {
                _events.Write(new AgentEvent.Warning($"the agent cannot be told the model {model}; put {{model}} into its command"));
            }
        }

        if (session.FullAccess() is { } access)
        {
            try
            {
                _ = Call(access.Method, access.Parameters, Opening);
            }
            catch (AcpException e) when (e.IsRefusal)
            {
                // Some refuse it to root or by policy: then they ask, and are answered.
                _events.Write(new AgentEvent.Warning($"the agent refuses mode {access.Mode}: {e.Error.Message}"));
            }
        }
    }

    private JsonElement Call(string method, Action<Utf8JsonWriter> parameters, TimeSpan? limit) =>
        _connection!.Call(method, parameters, limit, () =>
        {
            if (_session is null)
            {
                return TimeSpan.Zero;
            }

            _connection.Notify("session/cancel", json => json.WriteString("sessionId"u8, _session));
            return CancelAnswer;
        });

    private void Place(Utf8JsonWriter json)
    {
        json.WriteString("cwd"u8, _call.Workspace);
        json.WriteStartArray("mcpServers"u8);
        json.WriteEndArray();
    }

    // The protocol's own end is the end of its input; some agents do not notice while a tool runs, and some not even a signal.
    private static void End(AcpProcess process, bool hurried)
    {
        process.CloseInput();
        if (process.AwaitExit(hurried ? ToExit : ToExitAtLeisure) is null)
        {
            process.Signal(Native.SIGTERM);
            if (process.AwaitExit(ToExit) is null)
            {
                process.Signal(Native.SIGKILL);
                _ = process.AwaitExit(ToExit);
            }
        }
    }
}
