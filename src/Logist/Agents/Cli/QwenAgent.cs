using System.Text.Json;
using Logist.Agents.Streams;
using Logist.Core.Jobs;

namespace Logist.Agents.Cli;

/// <summary>
/// Qwen Code: <c>qwen -p</c> with events as JSON lines. Its retries (ten, of a minute each at a rate limit) cannot be capped, but are
/// in its stream.
/// </summary>
internal sealed class QwenAgent : IAgent
{
    public const string Provider = "qwen";

    private static readonly AgentAdvice Advice = AgentPrograms.Qwen.Advice with
    {
        SessionLost = ["No saved session found"],
    };

    public IReadOnlyList<string> PassThrough { get; } = CliCall.PassThrough(
        "OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_MODEL", "QWEN_API_KEY", "QWEN_BASE_URL", "QWEN_CODE_MODEL", "DASHSCOPE_API_KEY",
        "BAILIAN_CODING_PLAN_API_KEY", "QWEN_HOME", "QWEN_CODE_SYSTEM_SETTINGS_PATH", "QWEN_CODE_SYSTEM_DEFAULTS_PATH");

    public string Program => "qwen";

    public TimeSpan? Silence => CliCall.Silence;

    public IEventParser NewParser() => new Parser();

    public Preparation Prepare(AgentCall call)
    {
        var argv = CliCall.Begin(call, Program);
        argv.AddRange(["--output-format", "stream-json"]);
        if (!call.Sets("--approval-mode", "-y", "--yolo"))
        {
            argv.AddRange(["--approval-mode", "yolo"]);
        }

        argv.Add("-m", call.Model);
        argv.Add("--resume", call.Session);
        argv.AddRange(call.Definition.Arguments);

        // An empty prompt puts it into headless mode; the real one is appended from stdin.
        argv.AddRange(["-p", ""]);
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["QWEN_CODE_SUPPRESS_YOLO_WARNING"] = "1",
            ["QWEN_USAGE_STATISTICS_ENABLED"] = "false",
        };
        return CliCall.Ready(call, argv, call.PromptFile, environment);
    }

    public AgentOutcome Judge(Finished finished) => StreamVerdict.Of(finished, new Parser(), Advice);

    private sealed class Parser : IEventParser
    {
        private readonly MessageShapes _messages = new();

        public void Read(ReadOnlySpan<byte> line, List<AgentEvent> events)
        {
            using var document = JsonLine.TryParse(line);
            var root = document?.RootElement ?? default;
            switch (root.Text("type"))
            {
                case "system" when root.Is("subtype", "init"):
                    events.Add(new AgentEvent.Session(root.Text("session_id"), root.Text("model"), root.Text("qwen_code_version")));
                    break;
                case "system" when root.Is("subtype", "retry"):
                    var data = root.At("data");
                    events.Add(new AgentEvent.Retry(null,
                        $"try {data.Count("attempt")} of {data.Count("maxRetries")}, after {data.Count("delayMs") / 1000} s"));
                    break;
                case "assistant":
                    Assistant(root, events);
                    break;
                case "user":
                    _messages.User(root, events);
                    break;
                case "result":
                    Result(root, events);
                    break;
            }
        }

        private void Assistant(JsonElement root, List<AgentEvent> events)
        {
            var usage = root.At("message").At("usage");
            if (usage.Count("input_tokens") == 0 && usage.Count("output_tokens") == 0)
            {
                // Not of the model: the error that the result will hold as well.
                return;
            }

            _messages.Assistant(root, events);
            if (_messages.NewUsage(root, out _))
            {
                events.Add(new AgentEvent.Spent(Amount(usage), UsageScope.Call));
            }
        }

        private static void Result(JsonElement root, List<AgentEvent> events)
        {
            if (root.At("usage") is { ValueKind: JsonValueKind.Object } usage)
            {
                // Measured with 0.24.4: of a resumed session it holds what earlier processes spent.
                events.Add(new AgentEvent.Spent(Amount(usage), UsageScope.Session));
            }

            events.Add(root.Flag("is_error") == true
                ? new AgentEvent.Final(null, ErrorBody.Read(root.At("error").Text("message") ?? root.FirstText("result", "subtype") ?? ""))
                : new AgentEvent.Final(root.Text("result"), null));
        }

        // Unlike where this shape comes from, input counts what was cached.
        private static Usage Amount(JsonElement usage) =>
            new(usage.Count("input_tokens"), usage.Count("cache_read_input_tokens"), usage.Count("output_tokens"), null);
    }
}
