using System.Text.Json.Nodes;

namespace Logist.FakeModel;

/// <summary>A question to the model, as it came.</summary>
public sealed record FakeRequest
{
    public required string Path { get; init; }

    public required string Scenario { get; init; }

    /// <summary>chat, responses, messages or gemini.</summary>
    public required string Api { get; init; }

    public string? Model { get; init; }

    public bool Streamed { get; init; }

    /// <summary>Whose prompt it holds: worker, supervisor or other.</summary>
    public required string Role { get; init; }

    /// <summary>The agent's own question beside its work.</summary>
    public bool Side { get; init; }

    /// <summary>How many messages of turns that had ended before came again; more than 0: a session was resumed.</summary>
    public int Resent { get; init; }

    public int Messages { get; init; }

    public IReadOnlyList<string> Tools { get; init; } = [];

    /// <summary>What was said to the model since its last answer.</summary>
    public required string Prompt { get; init; }

    public required string Reply { get; init; }

    internal JsonObject ToJson() => new()
    {
        ["path"] = Path, ["scenario"] = Scenario, ["api"] = Api, ["model"] = Model, ["streamed"] = Streamed,
        ["role"] = Role, ["side"] = Side, ["resent"] = Resent, ["messages"] = Messages,
        ["tools"] = new JsonArray([.. Tools.Select(name => (JsonNode)name)]), ["reply"] = Reply,
    };
}
