using System.Text;
using Logist.Agents.Streams;
using Logist.Core.Workflows;

namespace Logist.Views;

/// <summary>
/// Makes readable text of the log of one process as its bytes arrive: of an agent that prints events what they say, of everything else
/// the characters as they are. The text is the agent's, not yet sanitised. The index of a live log is behind, so its streams are not
/// told apart.
/// </summary>
public sealed class LogText
{
    private readonly IEventParser? _parser;
    private readonly EventLines _rendered = new();
    private readonly List<AgentEvent> _events = [];
    private readonly List<string> _lines = [];
    private readonly LineCutter _cutter;
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private char[] _characters = [];

    internal LogText(IEventParser? parser)
    {
        _parser = parser;
        _cutter = new LineCutter(error: false, (line, _) => _rendered.Add(line, parser!, _events, _lines));
    }

    /// <param name="part">Name of the <see cref="LogPart"/>: worker and review are printed by an agent, checks by commands.</param>
    /// <param name="agents">Those of the configuration, for a workflow that declares none of that name; may throw as loading it
    /// does.</param>
    public static LogText For(FoundAttempt found, string part, Func<IReadOnlyDictionary<string, AgentDefinition>> agents) =>
        new(ReadableLog.Parser(found.Run, part switch
        {
            LogPart.Worker => found.Attempt.Agent,
            LogPart.Review => found.Attempt.Reviewer,
            _ => null,
        }, agents)?.Invoke());

    /// <summary>Nothing is made of it: the characters stay as they are.</summary>
    public bool IsPlain => _parser is null;

    /// <returns>What can be said now; the rest is held back until more comes.</returns>
    public string Add(ReadOnlySpan<byte> bytes)
    {
        if (_parser is null)
        {
            var most = Encoding.UTF8.GetMaxCharCount(bytes.Length);
            if (_characters.Length < most)
            {
                _characters = new char[most];
            }

            var count = _decoder.GetChars(bytes, _characters, flush: false);
            return new string(_characters, 0, count).Replace("\r\n", "\n", StringComparison.Ordinal);
        }

        _cutter.Write(bytes);
        return Lines();
    }

    /// <summary>Nothing follows.</summary>
    public string End()
    {
        if (_parser is not null)
        {
            _cutter.End();
            _rendered.End(_lines);
        }

        return Lines();
    }

    private string Lines()
    {
        var text = new StringBuilder();
        foreach (var line in _lines)
        {
            _ = text.Append(line.AsSpan().TrimEnd('\r')).Append('\n');
        }

        _lines.Clear();
        return text.ToString();
    }
}
