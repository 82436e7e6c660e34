using System.Text;
using Logist.Agents.Streams;
using Logist.Cli.Output;

namespace Logist.Cli;

/// <summary>Writes what is new in the logs of an attempt, process after process. The index of a live log is behind: its streams are
/// not told apart.</summary>
internal sealed class LogFollower(string directory, Func<IEventParser>? parser, Terminal terminal)
{
    private readonly byte[] _bytes = new byte[64 * 1024];
    private readonly char[] _characters = new char[(64 * 1024) + 1];
    private readonly List<AgentEvent> _events = [];
    private readonly List<string> _lines = [];
    private Decoder _decoder = Encoding.UTF8.GetDecoder();
    private EventLines _rendered = new();
    private IEventParser? _parser = parser?.Invoke();
    private LineCutter? _cutter;
    private int _turn;
    private long _shown;

    /// <param name="over">Nothing will be added any more.</param>
    public async Task WriteNewAsync(bool over, CancellationToken ct)
    {
        var logs = AttemptLog.Of(directory).ToList();
        for (; ; _turn++)
        {
            await using (var file = logs[_turn].Open())
            {
                if (file is not null)
                {
                    file.Position = Math.Min(_shown, file.Length);
                    for (int count; (count = await file.ReadAsync(_bytes, ct)) > 0; _shown += count)
                    {
                        Write(count);
                    }
                }
            }

            var last = _turn == logs.Count - 1;
            if (!last || over)
            {
                End();
            }

            if (last)
            {
                break;
            }
        }

        await terminal.Out.FlushAsync(ct);
    }

    private void Write(int count)
    {
        if (_parser is null)
        {
            var text = new string(_characters, 0, _decoder.GetChars(_bytes, 0, count, _characters, 0));
            terminal.Out.Write(SafeText.Escape(text.Replace("\r\n", "\n", StringComparison.Ordinal)));
            return;
        }

        _cutter ??= new LineCutter(error: false, (line, _) => _rendered.Add(line, _parser, _events, _lines));
        _cutter.Write(_bytes.AsSpan(0, count));
        Show();
    }

    /// <summary>The end of one process's log.</summary>
    private void End()
    {
        if (_parser is not null)
        {
            _cutter?.End();
            _rendered.End(_lines);
            Show();
        }

        (_shown, _cutter, _rendered, _parser, _decoder) = (0, null, new EventLines(), parser?.Invoke(), Encoding.UTF8.GetDecoder());
    }

    private void Show()
    {
        foreach (var line in _lines)
        {
            terminal.Out.WriteLine(SafeText.Escape(line.TrimEnd('\r')));
        }

        _lines.Clear();
    }
}
