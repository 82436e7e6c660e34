using System.Text;
using Logist.Files;
using Logist.StepHost;
using Microsoft.Win32.SafeHandles;

namespace Logist.Agents.Streams;

/// <summary>
/// The lines that one process printed, its two streams told apart by the index beside the log. What the cap of the log left out is a
/// gap: the lines it cut are left out too.
/// </summary>
internal static class CallLog
{
    private const int Chunk = 256 << 10, MaxIndex = 8 << 20;

    /// <summary>Lines in the order in which they ended, without their line feed, any bytes. Nothing when there is no log.</summary>
    public static void Read(string path, LogLine line)
    {
        using var file = SafeFile.TryOpenRegular(path);
        if (file is null)
        {
            return;
        }

        var index = LogIndex.Read(OutputLayout.IndexPath(path));
        var (output, errors) = (new LineCutter(error: false, line), new LineCutter(error: true, line));
        var length = RandomAccess.GetLength(file);
        if (index.Gap is { } gap && length > OutputLayout.Head + OutputLayout.Marker)
        {
            Read(file, path, 0, gap.From, 0, index, output, errors);
            output.Cut();

            // Half a line of text is worth showing; half an event would be none, or another one.
            errors.End();
            var from = gap.From + OutputLayout.Marker;
            Read(file, path, from, length, gap.To - from, index, output, errors);
        }
        else
        {
            Read(file, path, 0, length, 0, index, output, errors);
        }

        output.End();
        errors.End();
    }

    /// <param name="shift">From a place in the file to the place in the stream.</param>
    private static void Read(SafeFileHandle file, string path, long from, long to, long shift, LogIndex index,
        LineCutter output, LineCutter errors)
    {
        var buffer = new byte[Math.Min(Chunk, Math.Max(0, to - from))];
        while (from < to)
        {
            var count = SafeFile.ReadAt(file, buffer.AsSpan(0, (int)Math.Min(buffer.Length, to - from)), from, path);
            if (count == 0)
            {
                return;
            }

            for (var text = buffer.AsSpan(0, count); text.Length > 0;)
            {
                var (error, until) = index.At(from + shift);
                var part = text[..(int)Math.Min(text.Length, until - from - shift)];
                (error ? errors : output).Write(part);
                from += part.Length;
                text = text[part.Length..];
            }
        }
    }

    /// <summary>Which parts of the stream are stderr, in order; asked for ascending places only.</summary>
    private sealed class LogIndex
    {
        private readonly List<(long From, long To)> _errors = [];
        private int _at;

        public (long From, long To)? Gap { get; private set; }

        public static LogIndex Read(string path)
        {
            var index = new LogIndex();
            var text = OwnFiles.TryRead(path, MaxIndex) is { } bytes ? Encoding.ASCII.GetString(bytes) : "";
            foreach (var line in text.AsSpan().EnumerateLines())
            {
                index.Add(line);
            }

            return index;
        }

        /// <summary>Which stream a byte belongs to, and up to where that stays so.</summary>
        public (bool Error, long Until) At(long place)
        {
            while (_at < _errors.Count && _errors[_at].To <= place)
            {
                _at++;
            }

            return _at == _errors.Count ? (false, long.MaxValue)
                : _errors[_at].From <= place ? (true, _errors[_at].To)
                : (false, _errors[_at].From);
        }

        private void Add(ReadOnlySpan<char> line)
        {
            var first = line.IndexOf(' ');
            var second = first < 0 ? -1 : line[(first + 1)..].IndexOf(' ') + first + 1;
            if (first != 1 || second <= first || !long.TryParse(line[2..second], out var from) || from < 0
                || !long.TryParse(line[(second + 1)..], out var to) || to < 0)
            {
                return;
            }

            if (line[0] == 't' && to >= from && from == OutputLayout.Head)
            {
                Gap = (from, to);
            }
            else if (line[0] == 'e' && to > 0 && to <= long.MaxValue - from && (_errors.Count == 0 || _errors[^1].To <= from))
            {
                _errors.Add((from, from + to));
            }
        }
    }
}
