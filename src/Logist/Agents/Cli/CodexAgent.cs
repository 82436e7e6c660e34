using System.Text.Json;
using Logist.Agents.Streams;
using Logist.Core.Jobs;

namespace Logist.Agents.Cli;

/// <summary>
/// Codex: <c>codex exec --json</c>. Its own retries end after half a minute; only a provider's own settings could cap them.
/// </summary>
internal sealed class CodexAgent : IAgent
{
    public const string Provider = "codex";

    private const string FullAccess = "--dangerously-bypass-approvals-and-sandbox";

    private static readonly AgentAdvice Advice = AgentPrograms.Codex.Advice with
    {
        SessionLost = ["no rollout found for thread id", "no session found", "session not found"],
    };

    public IReadOnlyList<string> PassThrough { get; } = CliCall.PassThrough(
        "CODEX_HOME", "CODEX_API_KEY", "CODEX_ACCESS_TOKEN", "OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_ORGANIZATION", "OPENAI_PROJECT",
        "CODEX_CA_CERTIFICATE");

    public string Program => "codex";

    public TimeSpan? Silence => CliCall.Silence;

    public IEventParser NewParser() => new Parser();

    public Preparation Prepare(AgentCall call)
    {
        var argv = CliCall.Begin(call, Program);
        argv.AddRange(["exec", "--json", "--skip-git-repo-check"]);
        if (!call.Sets("-s", "--sandbox", "--approve-for-me", "-p", "--profile", FullAccess))
        {
            argv.Add(FullAccess);
        }

        argv.Add("-m", call.Model);
        argv.AddRange(["-c", "check_for_update_on_startup=false", "-c", "analytics.enabled=false"]);

        // Before the subcommand: it has fewer options than the command.
        argv.AddRange(call.Definition.Arguments);
        argv.Add("resume", call.Session);
        argv.Add("-");
        return CliCall.Ready(call, argv, call.PromptFile, []);
    }

    public AgentOutcome Judge(Finished finished) => StreamVerdict.Of(finished, new Parser(), Advice);

    private sealed class Parser : IEventParser
    {
        public void Read(ReadOnlySpan<byte> line, List<AgentEvent> events)
        {
            using var document = JsonLine.TryParse(line);
            var root = document?.RootElement ?? default;
            switch (root.Text("type"))
            {
                case "thread.started":
                    events.Add(new AgentEvent.Session(root.Text("thread_id"), null, null));
                    break;
                case "item.started":
                    Item(root.At("item"), ToolState.Started, events);
                    break;
                case "item.completed":
                    Item(root.At("item"), ToolState.Done, events);
                    break;
                case "error" when root.Text("message") is { } message:
                    events.Add(message.StartsWith("Reconnecting", StringComparison.Ordinal)
                        ? new AgentEvent.Retry(ErrorMap.StatusIn(message), message)
                        : new AgentEvent.Final(null, ErrorBody.Read(message)));
                    break;
                case "turn.failed":
                    events.Add(new AgentEvent.Final(null, ErrorBody.Read(root.At("error").Text("message") ?? "the turn failed")));
                    break;
                case "turn.completed":
                    Spent(root.At("usage"), events);
                    events.Add(new AgentEvent.Final(null, null));
                    break;
            }
        }

        private static void Item(JsonElement item, ToolState state, List<AgentEvent> events)
        {
            var type = item.Text("type");
            switch (type)
            {
                case null or "reasoning" or "todo_list":
                    break;
                case "agent_message":
                    if (state != ToolState.Started && item.Text("text") is { } text)
                    {
                        events.Add(new AgentEvent.Text(text));
                    }

                    break;
                case "error":
                    events.Add(new AgentEvent.Warning(item.Text("message") ?? "unknown"));
                    break;
                default:
                    var failed = state == ToolState.Done && item.Text("status") is "failed" or "declined";
                    var name = type == "mcp_tool_call" ? $"{item.Text("server")}/{item.Text("tool")}" : type;
                    events.Add(new AgentEvent.Tool(item.Text("id") ?? "", name, What(item), failed ? ToolState.Failed : state));
                    break;
            }
        }

        private static string? What(JsonElement item)
        {
            foreach (var change in item.At("changes").Items())
            {
                return $"{change.Text("kind")} {change.Text("path")}{(item.At("changes").GetArrayLength() > 1 ? " …" : "")}";
            }

            return CliCall.What(item);
        }

        // It counts from the thread's beginning, also in a process that resumed it.
        private static void Spent(JsonElement usage, List<AgentEvent> events)
        {
            if (usage.ValueKind == JsonValueKind.Object)
            {
                events.Add(new AgentEvent.Spent(
                    new Usage(usage.Count("input_tokens"), usage.Count("cached_input_tokens"), usage.Count("output_tokens"), null)
                    {
                        TokensReasoning = usage.Count("reasoning_output_tokens"),
                    },
                    UsageScope.Session));
            }
        }
    }
}
