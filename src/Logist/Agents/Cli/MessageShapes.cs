using System.Text.Json;
using Logist.Agents.Streams;

namespace Logist.Agents.Cli;

/// <summary>Events that hold messages as the Messages API writes them: blocks of text, tool uses and their results.</summary>
internal sealed class MessageShapes
{
    // Names of tools in use; one that never ends must not collect for ever.
    public const int MaxOpen = 1000;

    private readonly Dictionary<string, (string Name, string? What)> _open = new(StringComparer.Ordinal);
    private string? _counted;

    public void Assistant(JsonElement root, List<AgentEvent> events)
    {
        // What a helper of the agent writes goes to the agent, not to us; its tools are worth seeing.
        var helper = root.Text("parent_tool_use_id") is not null;
        foreach (var block in root.At("message").At("content").Items())
        {
            if (block.Is("type", "text") && !helper && block.Text("text") is { Length: > 0 } text)
            {
                events.Add(new AgentEvent.Text(text));
            }
            else if (block.Is("type", "tool_use"))
            {
                var (id, name, what) = (block.Text("id") ?? "", block.Text("name") ?? "tool", CliCall.What(block.At("input")));
                if (_open.Count < MaxOpen)
                {
                    _open[id] = (name, what);
                }

                events.Add(new AgentEvent.Tool(id, name, what, ToolState.Started));
            }
        }
    }

    public void User(JsonElement root, List<AgentEvent> events)
    {
        foreach (var block in root.At("message").At("content").Items())
        {
            if (block.Is("type", "tool_result") && block.Text("tool_use_id") is { } id)
            {
                _ = _open.Remove(id, out var tool);
                var state = block.Flag("is_error") == true ? ToolState.Failed : ToolState.Done;
                events.Add(new AgentEvent.Tool(id, tool.Name ?? "tool", tool.What, state));
            }
        }
    }

    /// <summary>A message comes as one event per block, each with the usage of all.</summary>
    public bool NewUsage(JsonElement root, out JsonElement usage)
    {
        usage = root.At("message").At("usage");
        var id = root.At("message").Text("id");
        if (usage.ValueKind != JsonValueKind.Object || id is null || id == _counted)
        {
            return false;
        }

        _counted = id;
        return true;
    }
}
