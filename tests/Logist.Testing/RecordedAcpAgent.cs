using System.Text.Json.Nodes;

namespace Logist.Testing;

/// <summary>Plays a recorded agent: to each request what the real one said between that request and its answer.</summary>
/// <param name="lines">"--&gt; " what its client said then, "&lt;-- " what it said itself; it worked in /workspace.</param>
internal sealed class RecordedAcpAgent(string[] lines)
{
    public int Run()
    {
        while (Console.In.ReadLine() is { } line)
        {
            var message = JsonNode.Parse(line)!;
            if (message["method"]?.GetValue<string>() is { } method && message["id"] is { } id)
            {
                Play(method, id);
            }
        }

        return 0;
    }

    private void Play(string method, JsonNode id)
    {
        var from = Array.FindIndex(lines, line => Said(line, "--> ")?["method"]?.GetValue<string>() == method);
        if (from < 0)
        {
            Tell(new JsonObject { ["jsonrpc"] = "2.0", ["id"] = id.DeepClone(), ["result"] = new JsonObject() });
            return;
        }

        var recorded = Said(lines[from], "--> ")!["id"]!.ToJsonString();
        foreach (var line in lines.Skip(from + 1))
        {
            if (Said(line, "<-- ") is not { } said)
            {
                continue;
            }

            var isAnswer = said["method"] is null && said["id"]!.ToJsonString() == recorded;
            said["id"] = isAnswer ? id.DeepClone() : said["id"]?.DeepClone();
            if (said["id"] is null)
            {
                _ = ((JsonObject)said).Remove("id");
            }

            Tell(said);
            if (isAnswer)
            {
                return;
            }

            if (said["id"] is not null)
            {
                _ = Console.In.ReadLine();
            }
        }
    }

    private static JsonNode? Said(string line, string by) => line.StartsWith(by, StringComparison.Ordinal)
        ? JsonNode.Parse(line[by.Length..].Replace("/workspace", Directory.GetCurrentDirectory(), StringComparison.Ordinal)) : null;

    private static void Tell(JsonNode message) => Console.Out.WriteLine(message.ToJsonString());
}
