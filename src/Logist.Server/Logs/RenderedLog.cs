using System.Text;
using Logist.Files;
using Logist.Views;
using Microsoft.Win32.SafeHandles;

namespace Logist.Server.Logs;

/// <summary>
/// What an agent's events say, in a file of its own that has no name any more: memory stays small whatever agents print, and nothing
/// is left behind.
/// </summary>
/// <param name="newText">Makes text of the log of one process.</param>
internal sealed class RenderedLog(string directory, Func<LogText> newText) : FollowedLog
{
    private readonly SafeFileHandle _rendered = NamelessFile(directory);
    private LogText _text = newText();
    private int _process;
    private long _position;

    public int Read(long from, Memory<byte> into) => RandomAccess.Read(_rendered, into.Span, from);

    protected override void Dispose(bool disposing)
    {
        _rendered.Dispose();
        base.Dispose(disposing);
    }

    protected override bool WasRewritten(IReadOnlyList<AttemptLog> logs, bool over)
    {
        if (_process >= logs.Count)
        {
            return _process > logs.Count;
        }

        using var file = SafeFile.TryOpenRegular(logs[_process].Path);
        var length = file is null ? 0 : RandomAccess.GetLength(file);
        return length < _position || (over && _position > 0 && IsCapped(length));
    }

    protected override void Restart()
    {
        Index = new LineIndex();
        (_process, _position, _text) = (0, 0, newText());
    }

    protected override void Take(IReadOnlyList<AttemptLog> logs, bool over)
    {
        for (; _process < logs.Count; _process++)
        {
            TakeNew(logs[_process].Path);
            if (_process == logs.Count - 1 && !over)
            {
                return;
            }

            Append(_text.End());
            (_position, _text) = (0, newText());
        }
    }

    private void TakeNew(string path)
    {
        using var file = SafeFile.TryOpenRegular(path);
        if (file is null)
        {
            return;
        }

        var bytes = new byte[Math.Min(Chunk, Math.Max(0, RandomAccess.GetLength(file) - _position))];
        for (int count; bytes.Length > 0 && (count = SafeFile.ReadAt(file, bytes, _position, path)) > 0;)
        {
            _position += count;
            Append(_text.Add(bytes.AsSpan(0, count)));
        }
    }

    private void Append(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        RandomAccess.Write(_rendered, bytes, Index.Size);
        Index.Add(bytes);
    }

    private static SafeFileHandle NamelessFile(string directory)
    {
        OwnFiles.MakeDirectory(directory);
        var path = Path.Combine(directory, $".{Guid.NewGuid():n}.log");
        var file = Durable.Open(path, Libc.ReadWrite | Libc.Create | Libc.Exclusive | Libc.NoFollow);
        _ = Libc.Unlink(path);
        return file;
    }
}
