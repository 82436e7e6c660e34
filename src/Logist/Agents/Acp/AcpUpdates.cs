using System.Text.Json;
using Logist.Agents.Streams;

namespace Logist.Agents.Acp;

/// <summary>What <c>session/update</c> tells, as events. Kinds that are not known are left out.</summary>
internal sealed class AcpUpdates(OwnStreamWriter events, AcpUsage usage)
{
    private readonly Dictionary<string, (string Name, string? What)> _tools = new(StringComparer.Ordinal);
    private bool _inMessage;
    private string? _message;

    /// <summary>Before the prompt nothing is the agent's work: history of a loaded session, told as if it happened now, and small talk
    /// about its mode.</summary>
    public bool Prompted { get; set; }

    public void Read(JsonElement told)
    {
        var kind = told.Text("sessionUpdate");
        if (Prompted)
        {
            Tell(kind, told);
        }
    }

    /// <summary>The last that it said without having used a tool; null: it said nothing, or did something.</summary>
    public string? OnlySaid { get; private set; }

    /// <summary>What the agent says next is another message.</summary>
    public void EndMessage() => _inMessage = false;

    /// <summary>What kind of thing a tool call does; some agents name the tool itself.</summary>
    public static string ToolName(JsonElement tool) => tool.Text("name") ?? tool.Text("kind") ?? "tool";

    private void Tell(string? kind, JsonElement update)
    {
        switch (kind)
        {
            case "agent_message_chunk":
                Spent(usage.ReadCall(update));
                Said(update.At("content").Text("text"), update.Text("messageId"));
                break;
            case "agent_thought_chunk" when update.At("content").Text("text") is { Length: > 0 } thought:
                EndMessage();
                events.WriteThought(thought);
                break;
            case "usage_update":
                Spent(AcpUsage.ReadPrice(update));
                break;
            case "tool_call":
                EndMessage();
                Tool(update, ToolState.Started);
                break;
            case "tool_call_update" when update.Text("status") is "completed":
                Tool(update, ToolState.Done);
                break;
            case "tool_call_update" when update.Text("status") is "failed":
                Tool(update, ToolState.Failed);
                break;
            case "tool_call_update" when update.Text("toolCallId") is { } call:
                _tools[call] = Described(update, call);
                break;
        }
    }

    private void Spent(AgentEvent.Spent? spent)
    {
        if (spent is not null)
        {
            events.Write(spent);
        }
    }

    private void Said(string? text, string? message)
    {
        if (text is { Length: > 0 })
        {
            OnlySaid = _tools.Count == 0 ? text : null;
            events.Write(new AgentEvent.Text(text, Piece: _inMessage && message == _message));
            (_inMessage, _message) = (true, message);
        }
    }

    private void Tool(JsonElement update, ToolState state)
    {
        OnlySaid = null;

        // Some agents tell of a tool for the first time when it is over.
        var call = update.Text("toolCallId") ?? "";
        _inMessage &= _tools.ContainsKey(call);
        var (name, what) = _tools[call] = Described(update, call);
        events.Write(new AgentEvent.Tool(call, name, what, state));
    }

    // An update repeats only what changed; some agents tell the title before they know it.
    private (string Name, string? What) Described(JsonElement update, string call)
    {
        var known = _tools.GetValueOrDefault(call);
        return (update.Text("name") ?? known.Name ?? ToolName(update), update.Text("title") ?? known.What);
    }
}
