using Logist.Agents.Streams;
using Logist.Cli.Output;
using Logist.Views;

namespace Logist.Cli;

/// <summary>Writes what is new in the logs of an attempt, process after process.</summary>
internal sealed class LogFollower(string directory, Func<IEventParser>? parser, Terminal terminal)
{
    private readonly byte[] _bytes = new byte[64 * 1024];
    private LogText _text = new(parser?.Invoke());
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
                        terminal.Out.Write(SafeText.Escape(_text.Add(_bytes.AsSpan(0, count))));
                    }
                }
            }

            var last = _turn == logs.Count - 1;
            if (!last || over)
            {
                // The end of one process's log.
                terminal.Out.Write(SafeText.Escape(_text.End()));
                (_shown, _text) = (0, new LogText(parser?.Invoke()));
            }

            if (last)
            {
                break;
            }
        }

        await terminal.Out.FlushAsync(ct);
    }
}
