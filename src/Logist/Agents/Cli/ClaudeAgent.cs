using System.Text.Json;
using Logist.Agents.Streams;
using Logist.Core.Jobs;

namespace Logist.Agents.Cli;

/// <summary>Claude Code: <c>claude -p</c> with events as JSON lines.</summary>
internal sealed class ClaudeAgent : IAgent
{
    public const string Provider = "claude";

    private static readonly AgentAdvice Advice = AgentPrograms.Claude.Advice with
    {
        SessionLost = ["No conversation found with session ID"],
    };

    public IReadOnlyList<string> PassThrough { get; } = CliCall.PassThrough(
        "ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_BASE_URL", "ANTHROPIC_CUSTOM_HEADERS", "ANTHROPIC_MODEL",
        "ANTHROPIC_SMALL_FAST_MODEL", "ANTHROPIC_DEFAULT_OPUS_MODEL", "ANTHROPIC_DEFAULT_SONNET_MODEL", "ANTHROPIC_DEFAULT_HAIKU_MODEL",
        "CLAUDE_CODE_OAUTH_TOKEN", "CLAUDE_CONFIG_DIR", "API_TIMEOUT_MS", "CLAUDE_CODE_MAX_RETRIES", "CLAUDE_CODE_USE_BEDROCK",
        "CLAUDE_CODE_USE_VERTEX", "CLAUDE_CODE_USE_FOUNDRY", "AWS_REGION", "AWS_PROFILE", "AWS_BEARER_TOKEN_BEDROCK",
        "ANTHROPIC_BEDROCK_BASE_URL", "ANTHROPIC_VERTEX_PROJECT_ID", "ANTHROPIC_VERTEX_BASE_URL", "CLOUD_ML_REGION",
        "ANTHROPIC_FOUNDRY_API_KEY", "ANTHROPIC_FOUNDRY_RESOURCE", "ANTHROPIC_FOUNDRY_BASE_URL", "GOOGLE_APPLICATION_CREDENTIALS");

    public string Program => "claude";

    public TimeSpan? Silence => CliCall.Silence;

    public IEventParser NewParser() => new Parser();

    public Preparation Prepare(AgentCall call)
    {
        var argv = CliCall.Begin(call, Program);
        argv.AddRange(["-p", "--output-format", "stream-json", "--verbose"]);
        if (!call.Sets("--permission-mode", "--dangerously-skip-permissions"))
        {
            argv.AddRange(["--permission-mode", "bypassPermissions"]);
        }

        argv.Add("--model", call.Model);
        argv.Add("--resume", call.Session);

        // Last: some of its options take any number of values.
        argv.AddRange(call.Definition.Arguments);
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["CLAUDE_CODE_MAX_RETRIES"] = "2",
            ["CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC"] = "1",
            ["DISABLE_AUTOUPDATER"] = "1",
        };
        if (Environment.IsPrivilegedProcess)
        {
            // As root it refuses to work without asking otherwise.
            environment["IS_SANDBOX"] = "1";
        }

        return CliCall.Ready(call, argv, call.PromptFile, environment);
    }

    public AgentOutcome Judge(Finished finished) => StreamVerdict.Of(finished, new Parser(), Advice);

    private sealed class Parser : IEventParser
    {
        private readonly MessageShapes _messages = new();
        private Usage? _spent;
        private DateTimeOffset? _retryAt;

        public void Read(ReadOnlySpan<byte> line, List<AgentEvent> events)
        {
            using var document = JsonLine.TryParse(line);
            var root = document?.RootElement ?? default;
            switch (root.Text("type"))
            {
                case "system" when root.Is("subtype", "init"):
                    events.Add(new AgentEvent.Session(root.Text("session_id"), root.Text("model"), root.Text("claude_code_version")));
                    break;
                case "system" when root.Is("subtype", "api_retry"):
                    events.Add(new AgentEvent.Retry(root.Status("error_status"), root.Text("error") ?? "the request failed"));
                    break;
                case "rate_limit_event" when root.At("rate_limit_info").Is("status", "rejected"):
                    _retryAt = root.At("rate_limit_info").Count("resetsAt") is > 0 and < 10_000_000_000 and var at
                        ? DateTimeOffset.FromUnixTimeSeconds(at) : null;
                    break;
                case "assistant" when !root.At("message").Is("model", "<synthetic>"):
                    _messages.Assistant(root, events);
                    if (_messages.NewUsage(root, out var usage))
                    {
                        // Its output count is that of the message's first frame.
                        var cached = usage.Count("cache_read_input_tokens");
                        events.Add(new AgentEvent.Spent(new Usage(Input(usage, "input_tokens", "cache_read_input_tokens",
                            "cache_creation_input_tokens"), cached, null, null), UsageScope.Call));
                    }

                    break;
                case "user":
                    _messages.User(root, events);
                    break;
                case "result":
                    Result(root, events);
                    break;
            }
        }

        private void Result(JsonElement root, List<AgentEvent> events)
        {
            if (Spent(root) is { } spent)
            {
                // One process may say several times what it spent since the last time.
                _spent = _spent is null ? spent : Sum(_spent, spent);
                events.Add(new AgentEvent.Spent(_spent, UsageScope.Total));
            }

            var error = root.Flag("is_error") == true || root.Text("subtype")?.StartsWith("error", StringComparison.Ordinal) == true;
            var message = root.Text("result") ?? First(root.At("errors")) ?? root.Text("subtype") ?? "";
            var kind = root.Text("api_error_type") ?? root.FirstText("terminal_reason", "subtype");
            events.Add(new AgentEvent.Final(error ? null : root.Text("result"), !error ? null
                : new AgentError(message, root.Status("api_error_status"), kind) { RetryAt = _retryAt }));
        }

        // The totals of a resumed session hold what earlier processes spent; what came since the last result is this one's alone, and
        // that of every model that it used.
        private static Usage? Spent(JsonElement root)
        {
            Usage? sum = null;
            if (root.At("model_usage_since_last_result") is { ValueKind: JsonValueKind.Object } models)
            {
                foreach (var model in models.EnumerateObject())
                {
                    var one = new Usage(Input(model.Value, "inputTokens", "cacheReadInputTokens", "cacheCreationInputTokens"),
                        model.Value.Count("cacheReadInputTokens"), model.Value.Count("outputTokens"), model.Value.Money("costUSD"))
                    {
                        TokensReasoning = model.Value.Count("thinkingTokens"),
                    };
                    sum = sum is null ? one : Sum(sum, one);
                }
            }

            var usage = root.At("usage");
            return sum ?? (usage.ValueKind != JsonValueKind.Object ? null
                : new Usage(Input(usage, "input_tokens", "cache_read_input_tokens", "cache_creation_input_tokens"),
                    usage.Count("cache_read_input_tokens"), usage.Count("output_tokens"), root.Money("total_cost_usd")));
        }

        private static long? Input(JsonElement usage, string fresh, string read, string written) =>
            usage.Count(fresh) is { } input ? input + (usage.Count(read) ?? 0) + (usage.Count(written) ?? 0) : null;

        private static Usage Sum(Usage a, Usage b) => new(a.TokensIn + b.TokensIn, a.TokensCached + b.TokensCached,
            a.TokensOut + b.TokensOut, a.CostUsd + b.CostUsd)
        {
            TokensReasoning = a.TokensReasoning + b.TokensReasoning,
        };

        private static string? First(JsonElement array)
        {
            foreach (var item in array.Items())
            {
                return item.AsText();
            }

            return null;
        }
    }
}
