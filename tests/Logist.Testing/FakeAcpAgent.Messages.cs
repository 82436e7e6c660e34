using System.Text.Json.Nodes;

namespace Logist.Testing;

/// <summary>What goes over the wire.</summary>
public sealed partial class FakeAcpAgent
{
    private string Ask(JsonNode toolCall)
    {
        var asked = new JsonObject
        {
            ["sessionId"] = Session, ["toolCall"] = toolCall,
            ["options"] = JsonNode.Parse("""
                [{"optionId":"x-always","kind":"allow_always"},{"optionId":"x-once","kind":"allow_once"},
                 {"optionId":"x-no","kind":"reject_once"}]
                """),
        };
        return "chosen=" + Exchange("session/request_permission", asked)["result"]!["outcome"]!["optionId"];
    }

    private void Request(string method, JsonObject parameters)
    {
        var answer = Exchange(method, parameters);
        _seen.Add(answer["error"] is { } error ? $"{error["code"]} {error["message"]}" : $"result={answer["result"]!.ToJsonString()}");
    }

    private JsonNode Exchange(string method, JsonObject parameters)
    {
        Send(new JsonObject { ["id"] = $"a{++_asked}", ["method"] = method, ["params"] = parameters });
        return JsonNode.Parse(Console.In.ReadLine()!)!;
    }

    private void Say(string text) => Update(new JsonObject
    {
        ["sessionUpdate"] = "agent_message_chunk", ["content"] = new JsonObject { ["type"] = "text", ["text"] = text },
    }.ToJsonString());

    private void Update(string update) => Send(new JsonObject
    {
        ["method"] = "session/update", ["params"] = new JsonObject { ["sessionId"] = Session, ["update"] = JsonNode.Parse(update) },
    });

    private void Answer(JsonNode id, JsonObject result) => Send(new JsonObject { ["id"] = id.DeepClone(), ["result"] = result });

    private void Refuse(JsonNode id, int code, string message, string? details = null)
    {
        var error = new JsonObject { ["code"] = code, ["message"] = message };
        if (details is not null)
        {
            error["data"] = new JsonObject { ["details"] = details };
        }

        Send(new JsonObject { ["id"] = id.DeepClone(), ["error"] = error });
    }

    private void Send(JsonObject message)
    {
        message["jsonrpc"] = "2.0";
        Console.Out.WriteLine(message.ToJsonString());
    }
}
