using System.Text.Json.Nodes;

namespace Logist.FakeModel.Wires;

/// <summary>OpenAI Chat Completions.</summary>
internal sealed class ChatWire : Wire
{
    public override string Name => "chat";

    public override bool Serves(string path) => path.EndsWith("/chat/completions", StringComparison.Ordinal);

    public override Conversation Read(JsonObject body, string path) => new((string?)body["model"], (bool?)body["stream"] ?? false,
        [.. Objects(body["tools"]).Select(tool => new Tool((string)tool["function"]!["name"]!, tool["function"]!["parameters"] as JsonObject
            ?? []))],
        [.. Objects(body["messages"]).Select(message => new Message(AuthorOf(message), TextOf(message["content"])))])
    {
        AnswerSchema = body["response_format"]?["json_schema"]?["schema"] as JsonObject,
    };

    public override JsonObject Whole(Reply reply, string model)
    {
        var message = new JsonObject { ["role"] = "assistant", ["content"] = (reply as Reply.Text)?.Content };
        if (reply is Reply.Call call)
        {
            message["tool_calls"] = new JsonArray(CallOf(call));
        }

        return new JsonObject
        {
            ["id"] = NewId("chatcmpl"), ["object"] = "chat.completion", ["created"] = 1_700_000_000, ["model"] = model,
            ["choices"] = new JsonArray(new JsonObject { ["index"] = 0, ["finish_reason"] = Finish(reply), ["message"] = message }),
            ["usage"] = UsageOf(reply.Usage),
        };
    }

    public override IReadOnlyList<Frame> Pieces(Reply reply, string model)
    {
        var id = NewId("chatcmpl");
        var frames = new List<Frame> { Delta(new JsonObject { ["role"] = "assistant", ["content"] = "" }) };
        if (reply is Reply.Call call)
        {
            var tool = CallOf(call);
            tool["index"] = 0;
            frames.Add(Delta(new JsonObject { ["tool_calls"] = new JsonArray(tool) }));
        }

        frames.AddRange(((reply as Reply.Text)?.Pieces() ?? []).Select(piece => Delta(new JsonObject { ["content"] = piece })));
        frames.Add(Delta([], Finish(reply)));
        frames.Add(Chunk([], UsageOf(reply.Usage)));
        frames.Add(new Frame(null, "[DONE]"));
        return frames;

        Frame Delta(JsonObject delta, string? finish = null) =>
            Chunk(new JsonArray(new JsonObject { ["index"] = 0, ["delta"] = delta, ["finish_reason"] = finish }), null);

        Frame Chunk(JsonArray choices, JsonObject? usage)
        {
            var chunk = new JsonObject
            {
                ["id"] = id, ["object"] = "chat.completion.chunk", ["created"] = 1_700_000_000, ["model"] = model, ["choices"] = choices,
            };
            if (usage is not null)
            {
                chunk["usage"] = usage;
            }

            return new Frame(null, chunk);
        }
    }

    private static string Finish(Reply reply) => reply is Reply.Call ? "tool_calls" : "stop";

    private static JsonObject CallOf(Reply.Call call) => new()
    {
        ["id"] = NewId("call"), ["type"] = "function",
        ["function"] = new JsonObject { ["name"] = call.Tool, ["arguments"] = call.AsObject.ToJsonString() },
    };

    private static JsonObject UsageOf(FakeUsage usage) => new()
    {
        ["prompt_tokens"] = usage.In, ["completion_tokens"] = usage.Out, ["total_tokens"] = usage.In + usage.Out,
        ["prompt_tokens_details"] = new JsonObject { ["cached_tokens"] = usage.Cached },
        ["completion_tokens_details"] = new JsonObject { ["reasoning_tokens"] = usage.Reasoning },
    };
}
