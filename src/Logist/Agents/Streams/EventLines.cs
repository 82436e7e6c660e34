using System.Text;
using Logist.Core.Jobs;

namespace Logist.Agents.Streams;

/// <summary>
/// What happens inside an agent as lines for people. One instance per call; the texts are the agent's, not yet sanitised.
/// </summary>
internal sealed class EventLines
{
    // So that an agent that never ends its uses of tools does not collect for ever.
    private const int MaxOpen = 1000;

    private readonly HashSet<string> _open = new(StringComparer.Ordinal);
    private readonly StringBuilder _piece = new();
    private readonly UsageTally _usage = new();
    private string? _session, _lastText;

    /// <summary>A readable form of a whole log; what goes to stderr, and what is no event, stays as it is.</summary>
    public static List<string> Read(string log, IEventParser parser, bool output = true, bool errors = true)
    {
        var (rendered, lines, events) = (new EventLines(), new List<string>(), new List<AgentEvent>());
        CallLog.Read(log, (line, error) =>
        {
            if (error && errors)
            {
                rendered.Flush(lines);
                lines.Add(Encoding.UTF8.GetString(line));
            }
            else if (!error && output)
            {
                rendered.Add(line, parser, events, lines);
            }
        });
        rendered.End(lines);
        return lines;
    }

    /// <summary>Adds what a line of the agent says, if it says something.</summary>
    /// <param name="events">A list to work with.</param>
    public void Add(ReadOnlySpan<byte> line, IEventParser parser, List<AgentEvent> events, List<string> lines)
    {
        events.Clear();
        parser.Read(line, events);
        foreach (var happened in events)
        {
            Add(happened, lines);
        }

        if (events.Count == 0 && !line.TrimStart(" \t"u8).StartsWith("{"u8))
        {
            Flush(lines);
            lines.Add(Encoding.UTF8.GetString(line));
        }
    }

    /// <summary>Nothing follows: what is held back, and what was spent.</summary>
    public void End(List<string> lines)
    {
        Flush(lines);
        if (_usage.Spent(before: null) is { } usage && Spent(usage) is { Length: > 0 } spent)
        {
            lines.Add($"usage: {spent}");
        }
    }

    private void Add(AgentEvent happened, List<string> lines)
    {
        if (happened is AgentEvent.Text { Piece: true } piece)
        {
            _piece.Append(piece.Content);
            return;
        }

        Flush(lines);
        switch (happened)
        {
            case AgentEvent.Session { Id: { } id } session when id != _session:
                _session = id;
                var who = string.Join(' ', ((string?[])[session.Model, session.Version]).Where(part => part is not null));
                lines.Add($"session {id}{(who.Length > 0 ? $" ({who})" : "")}");
                break;
            case AgentEvent.Text text:
                Say(text.Content, lines);
                break;
            case AgentEvent.Tool tool:
                Tool(tool, lines);
                break;
            case AgentEvent.Permission permission:
                lines.Add($"{(permission.Allowed ? "allowed" : "refused")} {Joined(permission.Name, permission.What)} ({permission.Why})");
                break;
            case AgentEvent.Retry retry:
                lines.Add($"retrying: {(retry.Status is { } status ? $"status {status}, " : "")}{retry.Message}");
                break;
            case AgentEvent.Warning warning:
                lines.Add($"warning: {warning.Message}");
                break;
            case AgentEvent.Spent spent:
                _usage.Add(spent);
                break;
            case AgentEvent.Final { Error: { } error }:
                lines.Add($"error: {(error.Message.Length > 0 ? error.Message : error.Kind)}");
                break;
            case AgentEvent.Final { LastMessage: { } message } when message != _lastText:
                Say(message, lines);
                break;
        }
    }

    private void Flush(List<string> lines)
    {
        if (_piece.Length > 0)
        {
            Say(_piece.ToString(), lines);
            _piece.Clear();
        }
    }

    private void Say(string text, List<string> lines)
    {
        _lastText = text;
        foreach (var line in text.AsSpan().TrimEnd().EnumerateLines())
        {
            lines.Add(line.ToString());
        }
    }

    // A use is worth one line, when it starts; its end only when it failed, or when it is all that is told of it.
    private void Tool(AgentEvent.Tool tool, List<string> lines)
    {
        if (tool.State == ToolState.Started)
        {
            _ = _open.Count < MaxOpen && _open.Add(tool.Call);
            lines.Add(Joined(tool.Name, tool.What));
            return;
        }

        var started = _open.Remove(tool.Call);
        if (tool.State == ToolState.Failed)
        {
            lines.Add($"failed: {Joined(tool.Name, tool.What)}");
        }
        else if (!started)
        {
            lines.Add(Joined(tool.Name, tool.What));
        }
    }

    private static string Spent(Usage usage)
    {
        var parts = new List<string>();
        if (usage.TokensIn is { } input)
        {
            parts.Add($"{input} tokens in{(usage.TokensCached is > 0 and var cached ? $" ({cached} cached)" : "")}");
        }

        if (usage.TokensOut is { } output)
        {
            parts.Add($"{output} out{(usage.TokensReasoning is > 0 and var reasoning ? $" ({reasoning} reasoning)" : "")}");
        }

        if (usage.CostUsd is { } cost)
        {
            parts.Add($"{cost:0.####} USD");
        }

        return string.Join(", ", parts);
    }

    private static string Joined(string name, string? what) => what is { Length: > 0 } ? $"{name}: {what}" : name;
}
