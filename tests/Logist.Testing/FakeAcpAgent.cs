using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Logist.Testing;

/// <summary>
/// An agent program that speaks the protocol as real ones do, with their oddities by name. What it saw of its client it tells in the
/// summary of its answer. Arguments: the oddity and what belongs to it.
/// </summary>
public sealed partial class FakeAcpAgent
{
    public const string Verb = "__fake_acp";

    private const string Session = "ses_1";

    private readonly List<string> _seen = [];
    private int _asked;
    private string[] _arguments = [];

    /// <summary>How the agent is started by a process that has nothing but a step's environment: a program cannot count on
    /// DOTNET_ROOT there.</summary>
    public static IReadOnlyList<string> Command { get; } =
    [
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", "..", "dotnet")),
        Assembly.GetEntryAssembly()!.Location, Verb,
    ];

    private string Oddity => _arguments[0];

    private string Operand => _arguments.Length > 1 ? _arguments[1] : "";

    public int Run(string[] arguments)
    {
        _arguments = arguments;
        if (Oddity == "recorded")
        {
            return new RecordedAcpAgent(File.ReadAllLines(Operand)).Run();
        }

        if (Oddity == "mute")
        {
            Console.Out.WriteLine("Usage: other-program [options]");
            return 2;
        }

        while (Console.In.ReadLine() is { } line)
        {
            var message = JsonNode.Parse(line)!;
            var method = message["method"]?.GetValue<string>();
            if (message["id"] is not { } id || method is null)
            {
                continue;
            }

            _seen.Add(method == "session/set_mode" ? $"mode={message["params"]!["modeId"]}"
                : method == "session/set_model" ? $"model={message["params"]!["modelId"]}"
                : method == "session/set_config_option" ? $"{message["params"]!["configId"]}={message["params"]!["value"]}" : method);
            switch (method)
            {
                case "initialize":
                    Answer(id, Capabilities());
                    break;
                case "session/new":
                    Opened(id);
                    break;
                case "session/resume" when Oddity == "lost":
                    Refuse(id, -32602, "Invalid params", "no rollout found for " + message["params"]!["sessionId"]);
                    break;
                case "session/resume" or "session/load":
                    Update("""{"sessionUpdate":"usage_update","used":10,"size":100,"cost":{"amount":0.5,"currency":"USD"}}""");
                    Replay(before: true);
                    Answer(id, new JsonObject());
                    Replay(before: false);
                    break;
                case "session/prompt":
                    if (Prompt(id) is { } exit)
                    {
                        return exit;
                    }

                    break;
                default:
                    Answer(id, new JsonObject());
                    break;
            }
        }

        if (Oddity is "deaf")
        {
            new ManualResetEvent(initialState: false).WaitOne();
        }

        return 0;
    }

    private JsonObject Capabilities()
    {
        var can = new JsonObject { ["loadSession"] = Oddity is not ("forgetful" or "resume" or "lost") };
        if (Oddity is "resume" or "lost")
        {
            can["sessionCapabilities"] = new JsonObject { ["resume"] = new JsonObject() };
        }

        return new JsonObject
        {
            ["protocolVersion"] = Oddity == "newer" ? 2 : 1,
            ["agentCapabilities"] = can,
            ["agentInfo"] = new JsonObject
            {
                ["name"] = Oddity switch { "opencode" => "OpenCode", "only-says" => "x/codex-acp", _ => "fake-agent" },
                ["version"] = "1.2.3",
            },
        };
    }

    private void Opened(JsonNode id)
    {
        if (Oddity == "login")
        {
            Refuse(id, -32000, "Authentication required");
            return;
        }

        var opened = new JsonObject { ["sessionId"] = Session };
        if (Oddity is "modes")
        {
            opened["modes"] = JsonNode.Parse("""
                {"currentModeId":"default","availableModes":[{"id":"default"},{"id":"autoEdit"},{"id":"yolo"},{"id":"plan"}]}
                """);
            opened["models"] = JsonNode.Parse("""{"currentModelId":"small","availableModels":[{"modelId":"small"},{"modelId":"large"}]}""");
        }
        else if (Oddity is "options")
        {
            opened["configOptions"] = JsonNode.Parse("""
                [{"id":"model","category":"model","currentValue":"small","options":[{"value":"small"},{"value":"large"}]},
                 {"id":"mode","category":"mode","currentValue":"plan","options":[{"value":"build"},{"value":"plan"}]}]
                """);
        }

        Answer(id, opened);
    }

    // One agent tells nearly all of it after the answer, with pauses: it must not be taken for the next one's.
    private void Replay(bool before)
    {
        if (Oddity != "load")
        {
            return;
        }

        Say(before ? "an old " : """message {"action":"STUCK","summary_for_supervisor":"old"}""");
        if (!before)
        {
            Thread.Sleep(300);
            Say("and its last words");
        }
    }

    /// <returns>The exit code, to end at once.</returns>
    private int? Prompt(JsonNode id)
    {
        switch (Oddity)
        {
            case "crash":
                Update("""{"sessionUpdate":"tool_call","toolCallId":"t1","title":"make","kind":"execute","status":"in_progress"}""");
                Console.Error.WriteLine("panic: out of luck");
                return 3;
            case "error":
                Refuse(id, int.Parse(Operand, CultureInfo.InvariantCulture), _arguments[2], _arguments.Length > 3 ? _arguments[3] : null);
                return null;
            case "sleep" or "deaf":
                Sleep(id);
                return null;
            case "shell":
                RunTool();
                break;
            case "ask":
                _seen.Add(Ask(JsonNode.Parse(Operand)!));
                break;
            case "write":
                Request("fs/write_text_file", new JsonObject { ["path"] = Operand, ["content"] = "written\n" });
                break;
            case "read":
                Request("fs/read_text_file", new JsonObject { ["path"] = Operand, ["line"] = 2, ["limit"] = 1 });
                break;
            case "private":
                Request("craft/drainMidTurnQueue", new JsonObject());
                Send(new JsonObject { ["method"] = "qwen/notify/session", ["params"] = new JsonObject() });
                Update("""{"sessionUpdate":"never_heard_of","content":7}""");
                break;
            case "garbage":
                Console.Out.WriteLine("npm warn deprecated \x1b[31mthing");
                Console.Out.WriteLine("{\"jsonrpc\":");
                Console.Out.WriteLine("[]");
                break;
            case "giant":
                Update("""{"sessionUpdate":"available_commands_update","availableCommands":[" """ + new string('x', 600_000) + "\"]}");
                break;
            case "only-says":
                Say("Warning: no metadata. ");
                Say(Operand);
                Answer(id, new JsonObject { ["stopReason"] = "end_turn" });
                return null;
            case "stopped":
                Answer(id, new JsonObject { ["stopReason"] = Operand });
                return null;
        }

        Update("""{"sessionUpdate":"agent_thought_chunk","content":{"type":"text","text":"hm"}}""");
        Say("working on it");
        Update("""{"sessionUpdate":"tool_call","toolCallId":"t1","title":"Preparing","kind":"edit","status":"pending"}""");
        Update("""{"sessionUpdate":"tool_call_update","toolCallId":"t1","title":"Write a.txt","status":"completed"}""");
        Say("Warning: no metadata. ");
        Done(id);
        return null;
    }

    private void Done(JsonNode id)
    {
        var answer = JsonSerializer.Serialize(new { action = "COMPLETED", evidence_files = Array.Empty<string>(),
            summary_for_supervisor = string.Join(", ", _seen) });
        Say(answer[..20]);
        if (Oddity == "per-call")
        {
            const string call = """{"sessionUpdate":"agent_message_chunk","content":{"type":"text","text":""},"_meta":{"usage":USAGE}}""";
            Update(call.Replace("USAGE", """{"inputTokens":1000,"outputTokens":50,"totalTokens":1050,"cachedReadTokens":200}""",
                StringComparison.Ordinal));
            Update(call.Replace("USAGE", """{"inputTokens":1200,"outputTokens":80,"totalTokens":1280,"thoughtTokens":10}""",
                StringComparison.Ordinal));
        }

        Say(answer[20..]);
        Update("""{"sessionUpdate":"usage_update","used":10,"size":100,"cost":{"amount":0.75,"currency":"USD"}}""");
        var end = new JsonObject { ["stopReason"] = "end_turn" };
        if (Oddity is not ("per-call" or "silent"))
        {
            end["usage"] = JsonNode.Parse(
                """{"inputTokens":1000,"outputTokens":70,"totalTokens":1280,"thoughtTokens":10,"cachedReadTokens":200}""");
        }

        Answer(id, end);
    }

    // A tool in a session of its own, as agents start theirs: the agent's process group does not reach it.
    private void Sleep(JsonNode id)
    {
        if (Oddity == "deaf")
        {
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => signal.Cancel = true);
        }

        using var tool = Process.Start("setsid", ["sleep", "300"])!;
        File.WriteAllText(Path.Combine(Directory.GetCurrentDirectory(), "tool.pid"), tool.Id.ToString(CultureInfo.InvariantCulture));
        Update("""{"sessionUpdate":"tool_call","toolCallId":"t1","title":"sleep 300","kind":"execute","status":"in_progress"}""");
        while (Console.In.ReadLine() is { } line)
        {
            if (Oddity != "deaf" && JsonNode.Parse(line)!["method"]?.GetValue<string>() == "session/cancel")
            {
                tool.Kill();
                Answer(id, new JsonObject { ["stopReason"] = "cancelled" });
                return;
            }
        }
    }

    private void RunTool()
    {
        Update("""{"sessionUpdate":"tool_call","toolCallId":"t0","title":"sh","kind":"execute","status":"in_progress"}""");
        using var tool = Process.Start("sh", ["-c", Operand])!;
        tool.WaitForExit();
        Update("""{"sessionUpdate":"tool_call_update","toolCallId":"t0","status":"completed"}""");
    }
}
