using System.Text;
using Logist.Core.Jobs;

namespace Logist.Agents.Streams;

/// <summary>What one process's log says, folded into what its outcome needs.</summary>
internal sealed class CallSummary
{
    private const int MaxText = 4 << 20, MaxErrors = 16 << 10, MaxWarnings = 20, MaxWarning = 500;

    private readonly UsageTally _usage = new();
    private readonly List<string> _warnings = [];
    private readonly StringBuilder _text = new();
    private readonly Queue<string> _errors = new();
    private int _errorCharacters;

    public string? Session { get; private set; }

    public string? Model { get; private set; }

    public string? Version { get; private set; }

    /// <summary>The last terminal event; null: the agent did not say how it ended.</summary>
    public AgentEvent.Final? Final { get; private set; }

    /// <summary>The agent's last own retry, when nothing came after it.</summary>
    public AgentEvent.Retry? Retrying { get; private set; }

    /// <summary>The model said or did something in this process.</summary>
    public bool Worked { get; private set; }

    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>The last lines of stderr.</summary>
    public IEnumerable<string> Errors => _errors;

    /// <summary>What was said since a tool was last used.</summary>
    public string LastText => _text.ToString();

    public static CallSummary Read(string log, IEventParser parser)
    {
        var summary = new CallSummary();
        var events = new List<AgentEvent>();
        CallLog.Read(log, (line, error) =>
        {
            if (error)
            {
                summary.AddError(line);
                return;
            }

            events.Clear();
            parser.Read(line, events);
            foreach (var happened in events)
            {
                summary.Add(happened);
            }
        });
        return summary;
    }

    /// <param name="before">What earlier processes spent in the same session.</param>
    public Usage? Usage(Usage? before) => _usage.Spent(before);

    /// <summary>The answer object in the last message.</summary>
    /// <returns>Null: there is none.</returns>
    public byte[]? FindAnswer() => Find(Final?.LastMessage) ?? Find(LastText);

    private static byte[]? Find(string? text)
    {
        var bytes = Encoding.UTF8.GetBytes(text ?? "");
        return AnswerSearch.FindLast(bytes) is { } at ? bytes[at] : null;
    }

    private void Add(AgentEvent happened)
    {
        Retrying = happened as AgentEvent.Retry ?? (happened is AgentEvent.Warning ? Retrying : null);

        // A terminal event that more work follows was none: a session with work in the background has several.
        Final = happened is AgentEvent.Text or AgentEvent.Tool ? null : Final;
        switch (happened)
        {
            case AgentEvent.Session session:
                (Session, Model, Version) = (session.Id ?? Session, session.Model ?? Model, session.Version ?? Version);
                break;
            case AgentEvent.Text text:
                Worked = true;
                Say(text);
                break;
            case AgentEvent.Tool:
                Worked = true;
                _text.Clear();
                break;
            case AgentEvent.Spent spent:
                _usage.Add(spent);
                break;
            case AgentEvent.Warning warning:
                Warn(warning.Message);
                break;
            case AgentEvent.Final final:
                Final = final;
                break;
        }
    }

    private void Say(AgentEvent.Text text)
    {
        if (!text.Piece && _text.Length > 0)
        {
            _text.Append('\n');
        }

        _text.Append(text.Content);
        if (_text.Length > MaxText)
        {
            _text.Remove(0, _text.Length - (MaxText / 2));
        }
    }

    private void Warn(string message)
    {
        var warning = Shorten(message, MaxWarning);
        if (_warnings.Count < MaxWarnings && warning.Length > 0 && !_warnings.Contains(warning))
        {
            _warnings.Add(warning);
        }
    }

    private void AddError(ReadOnlySpan<byte> line)
    {
        var text = Encoding.UTF8.GetString(line.Length > MaxErrors ? line[..MaxErrors] : line);
        _errors.Enqueue(text);
        for (_errorCharacters += text.Length; _errorCharacters > MaxErrors; _errorCharacters -= _errors.Dequeue().Length)
        {
        }
    }

    private static string Shorten(string text, int most)
    {
        text = text.Trim();
        return OutputText.Sanitise(text.Length <= most ? text : text[..most] + "…");
    }
}
