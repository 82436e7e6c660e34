using System.Text.Json;
using Logist.Core.Jobs;

namespace Logist.Agents.Streams;

/// <summary>Words that writer and parser of our own stream share.</summary>
internal static class OwnStream
{
    public static string Name(ToolState state) => state switch
    {
        ToolState.Started => "started", ToolState.Done => "done", _ => "failed",
    };

    public static string Name(UsageScope scope) => scope == UsageScope.Call ? "call" : "total";
}

/// <summary>Reads what <see cref="OwnStreamWriter"/> printed. Keeps nothing between lines.</summary>
internal sealed class OwnStreamParser : IEventParser
{
    public void Read(ReadOnlySpan<byte> line, List<AgentEvent> events)
    {
        if (JsonFields.TryParse(line) is { } document)
        {
            using (document)
            {
                if (Event(document.RootElement) is { } happened)
                {
                    events.Add(happened);
                }
            }
        }
    }

    private static AgentEvent? Event(JsonElement line) => line.Text("event") switch
    {
        "session" => new AgentEvent.Session(line.Text("id"), line.Text("model"), line.Text("version")),
        "text" when line.Text("text") is { } text => new AgentEvent.Text(text, line.Flag("piece")),
        "tool" => new AgentEvent.Tool(line.Text("call") ?? "", line.Text("name") ?? "tool", line.Text("what"), State(line.Text("state"))),
        "permission" => new AgentEvent.Permission(line.Text("name") ?? "tool", line.Text("what"), line.Flag("allowed"),
            line.Text("why") ?? ""),
        "retry" => new AgentEvent.Retry((int?)line.Number("status"), line.Text("message") ?? ""),
        "spent" => new AgentEvent.Spent(Amounts(line), line.Text("scope") == OwnStream.Name(UsageScope.Call) ? UsageScope.Call
            : UsageScope.Total),
        "warning" => new AgentEvent.Warning(line.Text("message") ?? ""),
        "final" => new AgentEvent.Final(line.Text("text"), Error(line.Member("error"))),
        _ => null,
    };

    private static ToolState State(string? name) =>
        name == OwnStream.Name(ToolState.Started) ? ToolState.Started
        : name == OwnStream.Name(ToolState.Done) ? ToolState.Done : ToolState.Failed;

    private static Usage Amounts(JsonElement line) =>
        new(line.Number("tokens_in"), line.Number("tokens_cached"), line.Number("tokens_out"), line.Amount("cost_usd"))
        {
            TokensReasoning = line.Number("tokens_reasoning"),
        };

    private static AgentError? Error(JsonElement? error) => error is not { ValueKind: JsonValueKind.Object } object_ ? null
        : new AgentError(object_.Text("message") ?? "", (int?)object_.Number("status"), object_.Text("kind"))
        {
            RetryAfter = object_.Number("retry_after_s") is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        };
}
