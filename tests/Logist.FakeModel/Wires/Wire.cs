using System.Text.Json.Nodes;

namespace Logist.FakeModel.Wires;

/// <summary>One event of a stream.</summary>
/// <param name="Name">Null: the protocol names none.</param>
internal sealed record Frame(string? Name, string Data)
{
    public Frame(string? name, JsonNode data) : this(name, data.ToJsonString())
    {
    }
}

/// <summary>A protocol that models are asked by.</summary>
internal abstract class Wire
{
    private static long _ids;

    public abstract string Name { get; }

    /// <param name="path">Without what leads to it; some protocols name the model there.</param>
    public abstract bool Serves(string path);

    public abstract Conversation Read(JsonObject body, string path);

    public abstract JsonObject Whole(Reply reply, string model);

    /// <summary>The same in pieces. The first frame is the head: it says nothing yet.</summary>
    public abstract IReadOnlyList<Frame> Pieces(Reply reply, string model);

    public virtual JsonObject Error(int status, string message, int retryAfterSeconds) => new()
    {
        ["error"] = new JsonObject
        {
            ["message"] = message,
            ["type"] = status switch { 429 => "rate_limit_error", < 500 => "invalid_request_error", _ => "server_error" },
            ["code"] = status switch { 401 => "invalid_api_key", 429 => "rate_limit_exceeded", _ => null },
            ["param"] = null,
        },
    };

    /// <summary>Agents join calls and results by id, also over processes.</summary>
    protected static string NewId(string prefix) => $"{prefix}_fake{Interlocked.Increment(ref _ids)}";

    /// <summary>Content is a text or a list of parts, some of which hold text.</summary>
    protected static string TextOf(JsonNode? content) => content switch
    {
        JsonValue text => text.ToString(),
        JsonArray parts => string.Join('\n', parts.Select(part => TextOf(part?["text"] ?? part?["input_text"] ?? part?["content"]))),
        _ => "",
    };

    protected static Author AuthorOf(JsonNode? message) => (string?)message?["role"] switch
    {
        "assistant" or "model" => Author.Assistant,
        "system" or "developer" => Author.System,
        "tool" => Author.Tool,
        _ => Author.User,
    };

    protected static IEnumerable<JsonObject> Objects(JsonNode? list) => (list as JsonArray ?? []).OfType<JsonObject>();
}
