using System.Text.Json;
using Logist.Agents.Streams;
using Logist.Core.Jobs;

namespace Logist.Agents.Cli;

/// <summary>
/// opencode: <c>opencode run --format json</c>. It retries a failing service for ever and silently: only the limit of silence, or of
/// time, ends that.
/// </summary>
internal sealed class OpencodeAgent : IAgent
{
    public const string Provider = "opencode";

    private static readonly AgentAdvice Advice = AgentPrograms.OpenCode.Advice with
    {
        SessionLost = ["Session not found"],
    };

    public IReadOnlyList<string> PassThrough { get; } = CliCall.PassThrough(
        "OPENCODE_API_KEY", "OPENCODE_CONFIG", "OPENCODE_CONFIG_CONTENT", "OPENCODE_CONFIG_DIR", "OPENCODE_AUTH_CONTENT",
        "OPENCODE_PERMISSION", "OPENCODE_MODELS_URL", "OPENCODE_MODELS_PATH", "OPENCODE_DISABLE_MODELS_FETCH",
        "OPENCODE_DISABLE_LSP_DOWNLOAD", "ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL", "OPENAI_API_KEY", "OPENAI_BASE_URL", "GEMINI_API_KEY",
        "GOOGLE_GENERATIVE_AI_API_KEY", "OPENROUTER_API_KEY", "DEEPSEEK_API_KEY", "GROQ_API_KEY", "MISTRAL_API_KEY", "XAI_API_KEY",
        "AWS_REGION", "AWS_PROFILE", "AWS_BEARER_TOKEN_BEDROCK");

    public string Program => "opencode";

    public TimeSpan? Silence => CliCall.Silence;

    public IEventParser NewParser() => new Parser();

    public Preparation Prepare(AgentCall call)
    {
        var argv = CliCall.Begin(call, Program);
        argv.AddRange(["run", "--format", "json"]);
        if (!call.Sets("--auto"))
        {
            argv.Add("--auto");
        }

        argv.Add("--model", call.Model);
        argv.Add("--session", call.Session);
        argv.AddRange(call.Definition.Arguments);
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["OPENCODE_DISABLE_AUTOUPDATE"] = "1" };
        return CliCall.Ready(call, argv, call.PromptFile, environment);
    }

    public AgentOutcome Judge(Finished finished) => StreamVerdict.Of(finished, new Parser(), Advice);

    private sealed class Parser : IEventParser
    {
        private string? _session;

        public void Read(ReadOnlySpan<byte> line, List<AgentEvent> events)
        {
            using var document = JsonLine.TryParse(line);
            var root = document?.RootElement ?? default;
            if (root.Text("sessionID") is { } session && session != _session)
            {
                _session = session;
                events.Add(new AgentEvent.Session(session, null, null));
            }

            var part = root.At("part");
            switch (root.Text("type"))
            {
                case "text" when part.Text("text") is { } text:
                    events.Add(new AgentEvent.Text(text));
                    break;
                case "tool_use":
                    var state = part.At("state");
                    var what = CliCall.What(state.At("input")) ?? state.Text("title");
                    events.Add(new AgentEvent.Tool(part.Text("callID") ?? "", part.Text("tool") ?? "tool", what,
                        state.Is("status", "error") ? ToolState.Failed : ToolState.Done));
                    break;
                case "step_finish":
                    Finish(part, events);
                    break;
                case "error":
                    events.Add(new AgentEvent.Final(null, Error(root.At("error"))));
                    break;
            }
        }

        // There is no event for the end: the last step's reason is it.
        private static void Finish(JsonElement part, List<AgentEvent> events)
        {
            var (tokens, cache) = (part.At("tokens"), part.At("tokens").At("cache"));
            var input = tokens.Count("input") + (cache.Count("read") ?? 0) + (cache.Count("write") ?? 0);
            var reasoning = tokens.Count("reasoning");

            // It prices what it knows no price for at 0.
            var cost = part.Money("cost") is > 0 and var known ? known : (decimal?)null;
            events.Add(new AgentEvent.Spent(
                new Usage(input, cache.Count("read"), tokens.Count("output") + (reasoning ?? 0), cost) { TokensReasoning = reasoning },
                UsageScope.Call));
            switch (part.Text("reason"))
            {
                case "stop":
                    events.Add(new AgentEvent.Final(null, null));
                    break;
                case ("length" or "content-filter" or "error") and var reason:
                    events.Add(new AgentEvent.Final(null, new AgentError($"the model's message ended early: {reason}", Kind: reason)));
                    break;
            }
        }

        private static AgentError Error(JsonElement error)
        {
            var data = error.At("data");
            return new AgentError(data.Text("message") ?? error.FirstText("message", "name") ?? "it failed", data.Status("statusCode"),
                error.Text("name"))
            {
                RetryAfter = data.At("responseHeaders").Text("retry-after") is { } after ? RetryTime.Duration(after) : null,
            };
        }
    }
}
