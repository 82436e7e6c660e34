using System.Text;
using static Logist.StepHost.OutputLayout;

namespace Logist.StepHost;

/// <summary>
/// One execution's output file, made with the first byte; its size is bounded by <see cref="OutputLayout"/>. The index
/// beside it says which bytes of the stream are stderr: lines <c>e offset length</c>,
/// and <c>t from to</c> for what was left out; offsets count the whole stream, not the file.
/// </summary>
internal sealed class Output(string path)
{
    internal const long IndexLimit = 4 << 20;

    private readonly StringBuilder _index = new();
    private int _file = -1, _indexFile = -1;
    private bool _opened;
    private long _errorsFrom = -1, _errorsTo, _indexBytes;

    /// <summary>Bytes printed, kept or not.</summary>
    public long Total { get; private set; }

    /// <summary>First errno met while keeping the output, 0 = none.</summary>
    public int Errno { get; private set; }

    public void Write(ReadOnlySpan<byte> data, bool errors)
    {
        if (errors)
        {
            MarkErrors(data.Length);
        }

        if (path.Length > 0 && !_opened)
        {
            _opened = true;
            Open();
        }

        while (data.Length > 0)
        {
            if (Total == Limit && _file >= 0)
            {
                WriteMarker();
            }

            var (offset, room) = Total < Limit ? (Total, Limit - Total) : RingPosition(Total);
            var count = (int)Math.Min(room, data.Length);
            if (_file >= 0)
            {
                Keep(Libc.WriteAt(_file, data[..count], offset));
            }

            Total += count;
            data = data[count..];
        }
    }

    /// <summary>No more bytes: puts the ring in order and closes.</summary>
    public void Finish()
    {
        FlushErrors();
        if (_file >= 0 && Total > Limit)
        {
            Unroll();
            AppendIndex($"t {Head} {Total - Ring}\n");
        }

        WriteIndex();
        Native.Close(_file);
        Native.Close(_indexFile);
        _file = _indexFile = -1;
    }

    private static (long Offset, long Room) RingPosition(long position)
    {
        var inRing = (position - Head - Marker) % Ring;
        return (Head + Marker + inRing, Ring - inRing);
    }

    private void Unroll()
    {
        var (offset, _) = RingPosition(Total);
        var start = (int)(offset - Head - Marker);
        if (start > 0)
        {
            var ring = new byte[Ring];
            if (!Libc.ReadAt(_file, ring, Head + Marker))
            {
                Keep(Native.EIO);
                return;
            }

            Keep(Libc.WriteAt(_file, ring.AsSpan(start), Head + Marker));
            Keep(Libc.WriteAt(_file, ring.AsSpan(0, start), Head + Marker + Ring - start));
        }

        WriteMarker();
    }

    private void WriteMarker()
    {
        var left = Total <= Limit
            ? "the last bytes follow, in order once the step has ended"
            : $"{Total - Head - Ring} of {Total} bytes left out here";
        Keep(Libc.WriteAt(_file, Encoding.ASCII.GetBytes($"\n[output truncated: {left}]".PadRight(Marker - 1) + '\n'), Head));
    }

    private void Open()
    {
        // O_NONBLOCK: a planted FIFO must not hang the host. O_NOFOLLOW: nor may a planted link send output elsewhere.
        var flags = Native.ReadWrite | Native.Create | Native.NoFollow | Native.NonBlock;
        _file = Native.Open(path, flags | Native.Exclusive);
        if (_file < 0 && Native.Errno == Native.ENOENT)
        {
            MakeDirectory(Path.GetDirectoryName(path), levels: 2);
            _file = Native.Open(path, flags | Native.Exclusive);
        }

        if (_file < 0 && Native.Errno == Native.EEXIST)
        {
            _ = Native.Unlink(IndexPath(path));
            _file = Native.Open(path, flags | Native.Truncate);
        }

        Keep(_file < 0 ? Native.Errno : 0);
    }

    private static void MakeDirectory(string? directory, int levels)
    {
        if (directory is { Length: > 0 } && levels > 0 && Native.MakeDirectory(directory) != 0 && Native.Errno == Native.ENOENT)
        {
            MakeDirectory(Path.GetDirectoryName(directory), levels - 1);
            _ = Native.MakeDirectory(directory);
        }
    }

    private void MarkErrors(int count)
    {
        if (_errorsTo != Total || _errorsFrom < 0)
        {
            FlushErrors();
            _errorsFrom = Total;
        }

        _errorsTo = Total + count;
        if (_index.Length > 4096)
        {
            WriteIndex();
        }
    }

    private void FlushErrors()
    {
        if (_errorsFrom >= 0)
        {
            AppendIndex($"e {_errorsFrom} {_errorsTo - _errorsFrom}\n");
            _errorsFrom = -1;
        }
    }

    private void AppendIndex(string line)
    {
        // A step that alternates between both streams byte by byte must not fill the disk with the index.
        _indexBytes += line.Length;
        if (_indexBytes < IndexLimit || line[0] == 't')
        {
            _index.Append(line);
        }
    }

    private void WriteIndex()
    {
        if (_index.Length == 0 || _file < 0)
        {
            return;
        }

        if (_indexFile < 0)
        {
            _indexFile = Native.Open(
                IndexPath(path), Native.WriteOnly | Native.Create | Native.Truncate | Native.NoFollow | Native.NonBlock);
        }

        Keep(_indexFile < 0 ? Native.Errno : Libc.WriteAll(_indexFile, Encoding.ASCII.GetBytes(_index.ToString())));
        _index.Clear();
    }

    private void Keep(int errno) => Errno = Errno == 0 ? errno : Errno;
}
