using System.Text.Json.Nodes;

namespace Logist.FakeModel.Wires;

/// <summary>OpenAI Responses.</summary>
internal sealed class ResponsesWire : Wire
{
    public override string Name => "responses";

    public override bool Serves(string path) => path.EndsWith("/responses", StringComparison.Ordinal);

    public override Conversation Read(JsonObject body, string path)
    {
        var messages = new List<Message> { new(Author.System, TextOf(body["instructions"])) };
        if (body["input"] is JsonValue text)
        {
            messages.Add(new Message(Author.User, text.ToString()));
        }

        messages.AddRange(Objects(body["input"]).Select(item => ((string?)item["type"] ?? "message") switch
        {
            "message" => new Message(AuthorOf(item), TextOf(item["content"])),
            var type when type.EndsWith("_output", StringComparison.Ordinal) => new Message(Author.Tool, TextOf(item["output"])),
            _ => new Message(Author.Assistant, ""),
        }));
        return new Conversation((string?)body["model"], (bool?)body["stream"] ?? false,
            [.. Objects(body["tools"]).Where(tool => tool["name"] is not null).Select(tool =>
                new Tool((string)tool["name"]!, (string?)tool["type"] == "custom" ? null : tool["parameters"] as JsonObject ?? []))],
            messages)
        {
            AnswerSchema = body["text"]?["format"]?["schema"] as JsonObject,
        };
    }

    public override JsonObject Whole(Reply reply, string model) => Response(reply, model, ItemOf(reply), done: true);

    public override IReadOnlyList<Frame> Pieces(Reply reply, string model)
    {
        var item = ItemOf(reply);
        var response = Response(reply, model, item, done: true);
        var started = Response(reply, model, item, done: false);
        started["id"] = response["id"]!.DeepClone();
        var frames = new List<Frame>();
        Add("response.created", new JsonObject { ["response"] = started });
        var added = item.DeepClone().AsObject();
        added["status"] = "in_progress";
        switch (reply)
        {
            case Reply.Text said:
                added["content"] = new JsonArray();
                Add("response.output_item.added", new JsonObject { ["item"] = added });
                Add("response.content_part.added", Part("part", TextPart("")));
                foreach (var piece in said.Pieces())
                {
                    Add("response.output_text.delta", Part("delta", piece));
                }

                Add("response.output_text.done", Part("text", said.Content));
                Add("response.content_part.done", Part("part", TextPart(said.Content)));
                break;
            case Reply.Call call:
                var (member, type) = call.Arguments is null ? ("input", "custom_tool_call_input")
                    : ("arguments", "function_call_arguments");
                added[member] = "";
                Add("response.output_item.added", new JsonObject { ["item"] = added });
                Add($"response.{type}.delta", Part("delta", item[member]!.DeepClone(), inContent: false));
                Add($"response.{type}.done", Part(member, item[member]!.DeepClone(), inContent: false));
                break;
        }

        Add("response.output_item.done", new JsonObject { ["item"] = item.DeepClone() });
        Add("response.completed", new JsonObject { ["response"] = response });
        return frames;

        void Add(string type, JsonObject members)
        {
            members["type"] = type;
            members["sequence_number"] = frames.Count;
            members["output_index"] = 0;
            frames.Add(new Frame(type, members));
        }

        JsonObject Part(string name, JsonNode value, bool inContent = true)
        {
            var members = new JsonObject { ["item_id"] = item["id"]!.DeepClone(), [name] = value };
            if (inContent)
            {
                members["content_index"] = 0;
            }

            return members;
        }
    }

    private static JsonObject ItemOf(Reply reply) => reply switch
    {
        Reply.Text text => new JsonObject
        {
            ["id"] = NewId("msg"), ["type"] = "message", ["status"] = "completed", ["role"] = "assistant",
            ["content"] = new JsonArray(TextPart(text.Content)),
        },
        Reply.Call { Arguments: null } call => new JsonObject
        {
            ["id"] = NewId("ctc"), ["type"] = "custom_tool_call", ["status"] = "completed", ["call_id"] = NewId("call"),
            ["name"] = call.Tool, ["input"] = call.FreeText,
        },
        Reply.Call call => new JsonObject
        {
            ["id"] = NewId("fc"), ["type"] = "function_call", ["status"] = "completed", ["call_id"] = NewId("call"), ["name"] = call.Tool,
            ["arguments"] = call.AsObject.ToJsonString(),
        },
        _ => throw new ArgumentException("no such reply", nameof(reply)),
    };

    private static JsonObject TextPart(string text) =>
        new() { ["type"] = "output_text", ["text"] = text, ["annotations"] = new JsonArray() };

    private static JsonObject Response(Reply reply, string model, JsonObject item, bool done) => new()
    {
        ["id"] = NewId("resp"), ["object"] = "response", ["created_at"] = 1_700_000_000, ["model"] = model,
        ["status"] = done ? "completed" : "in_progress", ["output"] = done ? new JsonArray(item.DeepClone()) : new JsonArray(),
        ["parallel_tool_calls"] = false, ["tool_choice"] = "auto", ["tools"] = new JsonArray(),
        ["usage"] = !done ? null : new JsonObject
        {
            ["input_tokens"] = reply.Usage.In, ["output_tokens"] = reply.Usage.Out, ["total_tokens"] = reply.Usage.In + reply.Usage.Out,
            ["input_tokens_details"] = new JsonObject { ["cached_tokens"] = reply.Usage.Cached },
            ["output_tokens_details"] = new JsonObject { ["reasoning_tokens"] = reply.Usage.Reasoning },
        },
    };
}
