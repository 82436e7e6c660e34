using System.Text.Json;
using Logist.Agents.Streams;
using Logist.Core.Jobs;

namespace Logist.Agents.Cli;

/// <summary>
/// Cline: <c>cline --json</c>. It takes its prompt as an argument only, says no session id, and cannot resume one without a terminal.
/// </summary>
internal sealed class ClineAgent : IAgent
{
    public const string Provider = "cline";

    private static readonly AgentAdvice Advice = AgentPrograms.Cline.Advice;

    public IReadOnlyList<string> PassThrough { get; } = CliCall.PassThrough("CLINE_API_KEY", "CLINE_PROVIDER", "CLINE_MODEL", "CLINE_DIR");

    public string Program => "cline";

    public TimeSpan? Silence => CliCall.Silence;

    public IEventParser NewParser() => new Parser();

    public Preparation Prepare(AgentCall call)
    {
        var argv = CliCall.Begin(call, Program);
        argv.Add("--json");
        if (!call.Sets("--auto-approve"))
        {
            argv.AddRange(["--auto-approve", "true"]);
        }

        argv.AddRange(["-c", call.WorkingDirectory]);
        argv.Add("-m", call.Model);
        argv.AddRange(call.Definition.Arguments);
        argv.Add(call.Prompt);
        return CommandAgent.Unpassable(argv) is { } why
            ? new Preparation.Failed(new Failure(FailureCategory.AgentError, $"Cline takes its prompt as an argument, and {why}",
                "shorten the task (long texts belong into files of the workspace), or set another agent: on the step"))
            : CliCall.Ready(call, argv, null, new Dictionary<string, string>(StringComparer.Ordinal) { ["CLINE_NO_AUTO_UPDATE"] = "1" });
    }

    public AgentOutcome Judge(Finished finished) => StreamVerdict.Of(finished, new Parser(), Advice);

    private sealed class Parser : IEventParser
    {
        private string? _errorClass;

        public void Read(ReadOnlySpan<byte> line, List<AgentEvent> events)
        {
            using var document = JsonLine.TryParse(line);
            var root = document?.RootElement ?? default;
            switch (root.Text("type"))
            {
                case "agent_event":
                    Happened(root.At("event"), events);
                    break;
                case "run_result":
                    Result(root, events);
                    break;
            }
        }

        private void Happened(JsonElement happened, List<AgentEvent> events)
        {
            var tool = happened.Is("contentType", "tool");
            switch (happened.Text("type"))
            {
                case "content_start" when tool:
                    events.Add(Tool(happened, CliCall.What(happened.At("input")), ToolState.Started));
                    break;
                case "content_end" when tool:
                    var output = happened.At("output");
                    var failed = output.Flag("success") == false || happened.Text("error") is not null;
                    events.Add(Tool(happened, CliCall.Line(output.Text("query")), failed ? ToolState.Failed : ToolState.Done));
                    break;
                case "content_end" when happened.Is("contentType", "text") && happened.Text("text") is { } text:
                    events.Add(new AgentEvent.Text(text));
                    break;
                case "usage":
                    events.Add(Spent(happened, "totalInputTokens", "totalCacheReadTokens", "totalOutputTokens"));
                    break;
                case "error":
                    _errorClass = happened.Text("errorClass");
                    break;
            }
        }

        private void Result(JsonElement root, List<AgentEvent> events)
        {
            if (root.At("model").Text("id") is { } model)
            {
                events.Add(new AgentEvent.Session(null, model, null));
            }

            var usage = root.At("aggregateUsage") is { ValueKind: JsonValueKind.Object } all ? all : root.At("usage");
            events.Add(Spent(usage, "inputTokens", "cacheReadTokens", "outputTokens"));
            var (reason, text) = (root.Text("finishReason") ?? "unknown", root.Text("text"));
            var kind = _errorClass == "auth" ? "authentication_error" : reason;
            events.Add(reason == "completed" ? new AgentEvent.Final(text, null)
                : new AgentEvent.Final(null, ErrorBody.Read(text ?? reason) with { Kind = kind }));
        }

        private static AgentEvent.Tool Tool(JsonElement happened, string? what, ToolState state) =>
            new(happened.Text("toolCallId") ?? "", happened.Text("toolName") ?? "tool", what, state);

        // It prices what it knows no price for at 0.
        private static AgentEvent.Spent Spent(JsonElement usage, string input, string cached, string output)
        {
            var cost = usage.Money("totalCost");
            return new(new Usage(usage.Count(input), usage.Count(cached), usage.Count(output), cost > 0 ? cost : null), UsageScope.Total);
        }
    }
}
