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

    public static string Name(UsageScope scope) => scope switch
    {
        UsageScope.Call => "call", UsageScope.Session => "session", _ => "total",
    };
}

/// <summary>Reads what <see cref="OwnStreamWriter"/> printed. Keeps nothing between lines.</summary>
internal sealed class OwnStreamParser : IEventParser
{
    // A year; what is more was no time.
    private const long MaxRetryAfter = 365 * 86400;

    public void Read(ReadOnlySpan<byte> line, List<AgentEvent> events)
    {
        using var document = JsonLine.TryParse(line);
        if (document is not null && Event(document.RootElement) is { } happened)
        {
            events.Add(happened);
        }
    }

    private static AgentEvent? Event(JsonElement line) => line.Text("event") switch
    {
        "session" => new AgentEvent.Session(line.Text("id"), line.Text("model"), line.Text("version")),
        "text" when line.Text("text") is { } text => new AgentEvent.Text(text, line.Flag("piece") == true),
        "tool" => new AgentEvent.Tool(line.Text("call") ?? "", line.Text("name") ?? "tool", line.Text("what"), State(line.Text("state"))),
        "permission" => new AgentEvent.Permission(line.Text("name") ?? "tool", line.Text("what"), line.Flag("allowed") == true,
            line.Text("why") ?? ""),
        "retry" => new AgentEvent.Retry(line.Status("status"), line.Text("message") ?? ""),
        "spent" => new AgentEvent.Spent(Amounts(line), Scope(line.Text("scope"))),
        "warning" => new AgentEvent.Warning(line.Text("message") ?? ""),
        "final" => new AgentEvent.Final(line.Text("text"), Error(line.At("error"))),
        _ => null,
    };

    private static ToolState State(string? name) =>
        name == OwnStream.Name(ToolState.Started) ? ToolState.Started
        : name == OwnStream.Name(ToolState.Done) ? ToolState.Done : ToolState.Failed;

    private static UsageScope Scope(string? name) =>
        name == OwnStream.Name(UsageScope.Call) ? UsageScope.Call
        : name == OwnStream.Name(UsageScope.Session) ? UsageScope.Session : UsageScope.Total;

    private static Usage Amounts(JsonElement line) =>
        new(line.Count("tokens_in"), line.Count("tokens_cached"), line.Count("tokens_out"), line.Money("cost_usd"))
        {
            TokensReasoning = line.Count("tokens_reasoning"),
        };

    private static AgentError? Error(JsonElement error) => error.ValueKind != JsonValueKind.Object ? null
        : new AgentError(error.Text("message") ?? "", error.Status("status"), error.Text("kind"))
        {
            RetryAfter = error.Count("retry_after_s") is { } seconds and <= MaxRetryAfter ? TimeSpan.FromSeconds(seconds) : null,
        };
}
