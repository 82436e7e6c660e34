using System.Text.Json.Nodes;

namespace Logist.FakeModel.Wires;

/// <summary>Anthropic Messages. Cached tokens are not part of its input tokens.</summary>
internal sealed class MessagesWire : Wire
{
    public override string Name => "messages";

    public override bool Serves(string path) => path.EndsWith("/messages", StringComparison.Ordinal);

    public override Conversation Read(JsonObject body, string path) => new((string?)body["model"], (bool?)body["stream"] ?? false,
        [.. Objects(body["tools"]).Where(tool => tool["input_schema"] is JsonObject).Select(tool =>
            new Tool((string)tool["name"]!, (JsonObject)tool["input_schema"]!))],
        [
            new Message(Author.System, TextOf(body["system"])),
            .. Objects(body["messages"]).Select(message => new Message(HasResult(message) ? Author.Tool : AuthorOf(message),
                TextOf(message["content"]))),
        ])
    {
        AnswerSchema = (body["output_config"]?["format"] ?? body["output_format"])?["schema"] as JsonObject,
    };

    public override JsonObject Whole(Reply reply, string model)
    {
        var message = Started(reply, model);
        var text = (reply as Reply.Text)?.Content ?? "";
        message["content"] = new JsonArray(Block(reply, text, (reply as Reply.Call)?.AsObject ?? []));
        message["stop_reason"] = Stop(reply);
        message["usage"] = UsageOf(reply.Usage);
        return message;
    }

    public override IReadOnlyList<Frame> Pieces(Reply reply, string model)
    {
        var frames = new List<Frame>();
        Add("message_start", new JsonObject { ["message"] = Started(reply, model) });
        Add("content_block_start", new JsonObject { ["index"] = 0, ["content_block"] = Block(reply, "", []) });
        foreach (var piece in (reply as Reply.Text)?.Pieces() ?? [])
        {
            Add("content_block_delta", Delta(new JsonObject { ["type"] = "text_delta", ["text"] = piece }));
        }

        if (reply is Reply.Call call)
        {
            Add("content_block_delta",
                Delta(new JsonObject { ["type"] = "input_json_delta", ["partial_json"] = call.AsObject.ToJsonString() }));
        }

        Add("content_block_stop", new JsonObject { ["index"] = 0 });
        Add("message_delta", new JsonObject
        {
            ["delta"] = new JsonObject { ["stop_reason"] = Stop(reply), ["stop_sequence"] = null }, ["usage"] = UsageOf(reply.Usage),
        });
        Add("message_stop", []);
        return frames;

        void Add(string type, JsonObject members)
        {
            members["type"] = type;
            frames.Add(new Frame(type, members));
        }

        static JsonObject Delta(JsonObject delta) => new() { ["index"] = 0, ["delta"] = delta };
    }

    public override JsonObject Error(int status, string message, int retryAfterSeconds) => new()
    {
        ["type"] = "error",
        ["error"] = new JsonObject
        {
            ["type"] = status switch
            {
                400 => "invalid_request_error",
                401 => "authentication_error",
                403 => "permission_error",
                404 => "not_found_error",
                429 => "rate_limit_error",
                529 => "overloaded_error",
                _ => "api_error",
            },
            ["message"] = message,
        },
    };

    private static bool HasResult(JsonObject message) => Objects(message["content"]).Any(part => (string?)part["type"] == "tool_result");

    private static string Stop(Reply reply) => reply is Reply.Call ? "tool_use" : "end_turn";

    private static JsonObject Block(Reply reply, string text, JsonObject input) => reply is Reply.Call call
        ? new JsonObject { ["type"] = "tool_use", ["id"] = NewId("toolu"), ["name"] = call.Tool, ["input"] = input }
        : new JsonObject { ["type"] = "text", ["text"] = text };

    private static JsonObject Started(Reply reply, string model)
    {
        var usage = UsageOf(reply.Usage);
        usage["output_tokens"] = 1;
        return new JsonObject
        {
            ["id"] = NewId("msg"), ["type"] = "message", ["role"] = "assistant", ["model"] = model, ["content"] = new JsonArray(),
            ["stop_reason"] = null, ["stop_sequence"] = null, ["usage"] = usage,
        };
    }

    private static JsonObject UsageOf(FakeUsage usage) => new()
    {
        ["input_tokens"] = usage.In - usage.Cached, ["cache_creation_input_tokens"] = 0, ["cache_read_input_tokens"] = usage.Cached,
        ["output_tokens"] = usage.Out,
    };
}
