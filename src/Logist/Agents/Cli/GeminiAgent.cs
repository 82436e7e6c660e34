using System.Text.Json;
using Logist.Agents.Streams;
using Logist.Core.Jobs;
using Logist.Files;

namespace Logist.Agents.Cli;

/// <summary>Gemini CLI: <c>gemini -p</c> with events as JSON lines.</summary>
internal sealed class GeminiAgent : IAgent
{
    public const string Provider = "gemini";

    private const string SettingsVariable = "GEMINI_CLI_SYSTEM_SETTINGS_PATH", SystemSettings = "/etc/gemini-cli/settings.json";

    private static readonly AgentAdvice Advice = AgentPrograms.Gemini.Advice with
    {
        SessionLost = ["Error resuming session", "Invalid session identifier", "No previous sessions found"],
    };

    public IReadOnlyList<string> PassThrough { get; } = CliCall.PassThrough(
        "GEMINI_API_KEY", "GOOGLE_API_KEY", "GOOGLE_GEMINI_BASE_URL", "GOOGLE_VERTEX_BASE_URL", "GOOGLE_GENAI_USE_VERTEXAI",
        "GOOGLE_GENAI_USE_GCA", "GOOGLE_CLOUD_PROJECT", "GOOGLE_CLOUD_PROJECT_ID", "GOOGLE_CLOUD_LOCATION",
        "GOOGLE_APPLICATION_CREDENTIALS", "GEMINI_MODEL", "GEMINI_CLI_HOME", "GEMINI_DEFAULT_AUTH_TYPE", SettingsVariable,
        "GEMINI_CLI_SYSTEM_DEFAULTS_PATH");

    public string Program => "gemini";

    public TimeSpan? Silence => CliCall.Silence;

    public IEventParser NewParser() => new Parser();

    public Preparation Prepare(AgentCall call)
    {
        var argv = CliCall.Begin(call, Program);
        argv.AddRange(["--output-format", "stream-json", "--skip-trust"]);
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
            // Else a parent that ignores signals stands in front of the program.
            ["GEMINI_CLI_NO_RELAUNCH"] = "true",
        };
        if (SettingsFor(call) is { } settings)
        {
            environment[SettingsVariable] = settings;
        }

        return CliCall.Ready(call, argv, call.PromptFile, environment);
    }

    public AgentOutcome Judge(Finished finished) => StreamVerdict.Of(finished, new Parser(), Advice);

    // Ten tries of its own hide a failure for minutes. There is no variable for their number, and the program reads a file of settings
    // that go before the user's only when root owns it; the ones that an administrator made must stay in force.
    private static string? SettingsFor(AgentCall call)
    {
        if (!Environment.IsPrivilegedProcess || File.Exists(SystemSettings)
            || Environment.GetEnvironmentVariable(SettingsVariable) is not null)
        {
            return null;
        }

        var path = AgentFiles.Settings(call.Role, call.AttemptDirectory, call.Turn);
        OwnFiles.Write(path, """{"general":{"maxAttempts":2,"enableAutoUpdate":false},"privacy":{"usageStatisticsEnabled":false}}"""u8);
        return path;
    }

    private sealed class Parser : IEventParser
    {
        private readonly Dictionary<string, (string Name, string? What)> _open = new(StringComparer.Ordinal);

        public void Read(ReadOnlySpan<byte> line, List<AgentEvent> events)
        {
            using var document = JsonLine.TryParse(line);
            var root = document?.RootElement ?? default;
            var id = root.Text("tool_id") ?? "";
            switch (root.Text("type"))
            {
                case "init":
                    events.Add(new AgentEvent.Session(root.Text("session_id"), root.Text("model"), null));
                    break;
                case "message" when root.Is("role", "assistant") && root.Text("content") is { } content:
                    events.Add(new AgentEvent.Text(content, root.Flag("delta") == true));
                    break;
                case "tool_use":
                    var (name, what) = (root.Text("tool_name") ?? "tool", CliCall.What(root.At("parameters")));
                    if (_open.Count < MessageShapes.MaxOpen)
                    {
                        _open[id] = (name, what);
                    }

                    events.Add(new AgentEvent.Tool(id, name, what, ToolState.Started));
                    break;
                case "tool_result":
                    _ = _open.Remove(id, out var tool);
                    events.Add(new AgentEvent.Tool(id, tool.Name ?? "tool", tool.What,
                        root.Is("status", "error") ? ToolState.Failed : ToolState.Done));
                    break;
                case "error" when root.Text("message") is { } message:
                    events.Add(new AgentEvent.Warning(message));
                    break;
                case "result":
                    Result(root, events);
                    break;
            }
        }

        private static void Result(JsonElement root, List<AgentEvent> events)
        {
            var stats = root.At("stats");
            if (stats.Count("input_tokens") is { } input)
            {
                // Thoughts are in none but the total.
                var shown = stats.Count("output_tokens");
                long? output = stats.Count("total_tokens") is { } total && total >= input + (shown ?? 0) ? total - input : shown;
                events.Add(new AgentEvent.Spent(
                    new Usage(input, stats.Count("cached"), output, null) { TokensReasoning = output - shown }, UsageScope.Total));
            }

            AgentError? error = null;
            if (!root.Is("status", "success"))
            {
                var read = ErrorBody.Read(root.At("error").Text("message") ?? "it failed");
                error = read with { Kind = read.Kind ?? root.At("error").Text("type") };
            }

            events.Add(new AgentEvent.Final(null, error));
        }
    }
}
