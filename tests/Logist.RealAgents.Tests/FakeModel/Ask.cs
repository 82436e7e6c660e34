using System.Text;
using System.Text.Json.Nodes;
using Logist.FakeModel;

namespace Logist.RealAgents.Tests.FakeModel;

/// <summary>Asks a fake model as an agent would, by every protocol: the same conversation, written four ways.</summary>
internal sealed class Ask(FakeModelServer server, string api) : IDisposable
{
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(60) };

    public static readonly string[] Apis = ["chat", "responses", "messages", "gemini"];

    /// <param name="turns">Who said what: "user:…", "assistant:…", "call:" for a tool's call and its result.</param>
    public Task<HttpResponseMessage> SendAsync(string scenario, bool stream, params string[] turns)
    {
        var (path, body) = api switch
        {
            "chat" => ("/v1/chat/completions", new JsonObject
            {
                ["model"] = "m", ["stream"] = stream, ["messages"] = Turns(turns, "assistant", "content", chat: true),
                ["tools"] = new JsonArray(new JsonObject { ["type"] = "function", ["function"] = Tool("parameters") }),
            }),
            "responses" => ("/v1/responses", new JsonObject
            {
                ["model"] = "m", ["stream"] = stream, ["input"] = Responses(turns),
                ["tools"] = new JsonArray(Tool("parameters", "function")),
            }),
            "messages" => ("/v1/messages", new JsonObject
            {
                ["model"] = "m", ["stream"] = stream, ["messages"] = Turns(turns, "assistant", "content", chat: false),
                ["tools"] = new JsonArray(Tool("input_schema")),
            }),
            _ => ($"/v1beta/models/m:{(stream ? "streamGenerateContent?alt=sse" : "generateContent")}", new JsonObject
            {
                ["contents"] = Gemini(turns), ["tools"] = new JsonArray(new JsonObject
                {
                    ["functionDeclarations"] = new JsonArray(Tool("parametersJsonSchema")),
                }),
            }),
        };
        return PostAsync(scenario, path, body);
    }

    public async Task<HttpResponseMessage> PostAsync(string scenario, string path, JsonObject body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, server.At(scenario) + path)
        {
            Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"),
        };
        return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }

    /// <summary>
    /// The text or the tool's name with its arguments, and the tokens as "in cached out", of a whole or a streamed answer.
    /// </summary>
    public async Task<(string Said, string Usage)> ReadAsync(HttpResponseMessage response)
    {
        response.EnsureSuccessStatusCode();
        var content = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var frames = content.StartsWith('{') ? [content]
            : content.Split('\n').Where(line => line.StartsWith("data: {", StringComparison.Ordinal)).Select(line => line[6..]);
        var (said, usage) = ("", "");
        foreach (var frame in frames)
        {
            var json = JsonNode.Parse(frame)!.AsObject();
            said += Said(json);
            usage = Usage(json) ?? usage;
        }

        return (said, usage);
    }

    public void Dispose() => _http.Dispose();

    private string Said(JsonObject json) => api switch
    {
        "chat" => (json["choices"]!.AsArray().FirstOrDefault() is { } choice ? choice["delta"] ?? choice["message"] : null) switch
        {
            { } part when part["tool_calls"] is { } calls => $"{calls[0]!["function"]!["name"]} {calls[0]!["function"]!["arguments"]}",
            { } part => (string?)part["content"] ?? "",
            null => "",
        },
        "responses" when json["delta"] is { } delta && json["content_index"] is not null => (string)delta!,
        "responses" when (string?)json["type"] == "response.output_item.done" => Item(json["item"]!, text: false),
        "responses" when json["output"] is JsonArray { Count: > 0 } output => Item(output[0]!, text: true),
        "messages" when json["content_block"] is { } block && (string?)block["type"] == "tool_use" => $"{block["name"]} ",
        "messages" when json["delta"] is { } delta => (string?)(delta["text"] ?? delta["partial_json"]) ?? "",
        "messages" when json["content"] is JsonArray { Count: > 0 } content => (string?)content[0]!["text"]
            ?? $"{content[0]!["name"]} {content[0]!["input"]!.ToJsonString()}",
        "gemini" when json["candidates"]![0]!["content"]!["parts"]![0] is { } part => (string?)part["text"]
            ?? $"{part["functionCall"]!["name"]} {part["functionCall"]!["args"]!.ToJsonString()}",
        _ => "",
    };

    private static string Item(JsonNode item, bool text) => item["name"] is { } name ? $"{name} {item["arguments"]}"
        : text ? (string)item["content"]![0]!["text"]! : "";

    private static string? Usage(JsonObject json) => (json["usage"] ?? json["response"]?["usage"] ?? json["usageMetadata"]) switch
    {
        { } u when u["prompt_tokens"] is { } input => $"{input} {u["prompt_tokens_details"]!["cached_tokens"]} {u["completion_tokens"]}",
        { } u when u["input_tokens_details"] is { } details => $"{u["input_tokens"]} {details["cached_tokens"]} {u["output_tokens"]}",
        { } u when u["cache_read_input_tokens"] is { } read => $"{(int)u["input_tokens"]! + (int)read} {read} {u["output_tokens"]}",
        { } u => $"{u["promptTokenCount"]} {u["cachedContentTokenCount"]} "
            + $"{(int)u["candidatesTokenCount"]! + (int)u["thoughtsTokenCount"]!}",
        null => null,
    };

    private static JsonObject Tool(string schema, string? type = null)
    {
        var tool = new JsonObject
        {
            ["name"] = "write_file", [schema] = JsonNode.Parse("""
                {"type":"object","required":["file_path","content","why"],"properties":{"file_path":{"type":"string"},
                "content":{"type":"string"},"why":{"type":"string","enum":["because"]},"mode":{"type":"string"}}}
                """),
        };
        if (type is not null)
        {
            tool["type"] = type;
        }

        return tool;
    }

    private static JsonArray Turns(string[] turns, string assistant, string member, bool chat) =>
        new([.. turns.SelectMany(turn => Split(turn) switch
    {
        ("call", _) when chat => (JsonNode[])
        [
            new JsonObject { ["role"] = assistant, ["tool_calls"] = new JsonArray() },
            new JsonObject { ["role"] = "tool", [member] = "done" },
        ],
        ("call", _) =>
        [
            new JsonObject { ["role"] = assistant, [member] = new JsonArray(new JsonObject { ["type"] = "tool_use" }) },
            new JsonObject { ["role"] = "user", [member] = new JsonArray(new JsonObject { ["type"] = "tool_result" }) },
        ],
        var (role, text) => [new JsonObject { ["role"] = role, [member] = text }],
    })]);

    private static JsonArray Responses(string[] turns) => new([.. turns.SelectMany(turn => Split(turn) switch
    {
        ("call", _) => (JsonNode[])
        [
            new JsonObject { ["type"] = "function_call" }, new JsonObject { ["type"] = "function_call_output", ["output"] = "done" },
        ],
        var (role, text) => [new JsonObject { ["role"] = role, ["content"] = text }],
    })]);

    private static JsonArray Gemini(string[] turns) => new([.. turns.SelectMany(turn => Split(turn) switch
    {
        ("call", _) => (JsonNode[])[Parts("model", "functionCall", new JsonObject()), Parts("user", "functionResponse", new JsonObject())],
        ("assistant", var text) => [Parts("model", "text", text)],
        var (role, text) => [Parts(role, "text", text)],
    })]);

    private static JsonObject Parts(string role, string member, JsonNode value) =>
        new() { ["role"] = role, ["parts"] = new JsonArray(new JsonObject { [member] = value }) };

    private static (string Role, string Text) Split(string turn) => (turn[..turn.IndexOf(':')], turn[(turn.IndexOf(':') + 1)..]);
}
