using System.Text.Json.Nodes;

namespace Logist.FakeModel.Wires;

/// <summary>Gemini generateContent. Its candidates' tokens are without the thoughts'.</summary>
internal sealed class GeminiWire : Wire
{
    private const string Streamed = ":streamGenerateContent";

    public override string Name => "gemini";

    public override bool Serves(string path) =>
        path.EndsWith(":generateContent", StringComparison.Ordinal) || path.EndsWith(Streamed, StringComparison.Ordinal);

    public override Conversation Read(JsonObject body, string path)
    {
        var from = path.LastIndexOf('/') + 1;
        return new Conversation(path[from..path.LastIndexOf(':')], path.EndsWith(Streamed, StringComparison.Ordinal),
            [.. Objects(body["tools"]).SelectMany(tool => Objects(tool["functionDeclarations"])).Select(declared => new Tool(
                (string)declared["name"]!, (declared["parametersJsonSchema"] ?? declared["parameters"]) as JsonObject ?? []))],
            [
                new Message(Author.System, TextOf(body["systemInstruction"]?["parts"])),
                .. Objects(body["contents"]).Select(message => new Message(
                    Objects(message["parts"]).Any(part => part["functionResponse"] is not null) ? Author.Tool : AuthorOf(message),
                    TextOf(message["parts"]))),
            ])
        {
            AnswerSchema = (body["generationConfig"]?["responseJsonSchema"] ?? body["generationConfig"]?["responseSchema"]) as JsonObject,
        };
    }

    public override JsonObject Whole(Reply reply, string model) => Part(reply, model, reply switch
    {
        Reply.Text text => TextPart(text.Content),
        Reply.Call call => CallPart(call),
        _ => throw new ArgumentException("no such reply", nameof(reply)),
    }, last: true);

    public override IReadOnlyList<Frame> Pieces(Reply reply, string model)
    {
        var frames = new List<Frame> { new(null, Part(reply, model, TextPart(""), last: false)) };
        frames.AddRange(((reply as Reply.Text)?.Pieces() ?? []).Select(piece =>
            new Frame(null, Part(reply, model, TextPart(piece), last: false))));
        frames.Add(new Frame(null, Part(reply, model, reply is Reply.Call call ? CallPart(call) : TextPart(""), last: true)));
        return frames;
    }

    public override JsonObject Error(int status, string message, int retryAfterSeconds)
    {
        var error = new JsonObject
        {
            ["code"] = status, ["message"] = message,
            ["status"] = status switch
            {
                400 => "INVALID_ARGUMENT",
                401 => "UNAUTHENTICATED",
                403 => "PERMISSION_DENIED",
                404 => "NOT_FOUND",
                429 => "RESOURCE_EXHAUSTED",
                503 => "UNAVAILABLE",
                _ => "INTERNAL",
            },
        };
        if (status == 429)
        {
            error["details"] = new JsonArray(new JsonObject
            {
                ["@type"] = "type.googleapis.com/google.rpc.RetryInfo", ["retryDelay"] = $"{retryAfterSeconds}s",
            });
        }

        return new JsonObject { ["error"] = error };
    }

    private static JsonObject TextPart(string text) => new() { ["text"] = text };

    private static JsonObject CallPart(Reply.Call call) => new()
    {
        ["functionCall"] = new JsonObject { ["id"] = NewId("fc"), ["name"] = call.Tool, ["args"] = call.AsObject },
        ["thoughtSignature"] = "ZmFrZQ==",
    };

    private static JsonObject Part(Reply reply, string model, JsonObject part, bool last)
    {
        var candidate = new JsonObject
        {
            ["index"] = 0, ["content"] = new JsonObject { ["role"] = "model", ["parts"] = new JsonArray(part) },
        };
        if (last)
        {
            candidate["finishReason"] = "STOP";
        }

        var usage = reply.Usage;
        return new JsonObject
        {
            ["candidates"] = new JsonArray(candidate), ["modelVersion"] = model, ["responseId"] = NewId("gem"),
            ["usageMetadata"] = new JsonObject
            {
                ["promptTokenCount"] = usage.In, ["cachedContentTokenCount"] = usage.Cached,
                ["candidatesTokenCount"] = usage.Out - usage.Reasoning, ["thoughtsTokenCount"] = usage.Reasoning,
                ["totalTokenCount"] = usage.In + usage.Out,
            },
        };
    }
}
