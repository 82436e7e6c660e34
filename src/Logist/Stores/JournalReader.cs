using System.Buffers;
using Logist.Files;
using Microsoft.Win32.SafeHandles;

namespace Logist.Stores;

/// <summary>
/// Walks over the lines of one journal and checks the chain; takes no lock. After the last line either the file ends, or
/// <see cref="TornLength"/> bytes of an append that was never acknowledged follow. Anything else is damage.
/// </summary>
internal sealed class JournalReader : IDisposable
{
    internal const long MaxFileLength = 1L << 30;

    internal const int Retries = 3;

    internal const int Sector = 512;

    private readonly SafeFileHandle _file;
    private readonly JobLayout _layout;
    private readonly Func<long> _known;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
    private int _start;
    private int _end;
    private int _lineStart;
    private int _lineLength;
    private bool _atEnd;
    private int _retries;

    /// <param name="from">Null: from the first line.</param>
    /// <param name="known">Bytes of the journal that are known to be acknowledged; null: as the manifest says.</param>
    public JournalReader(SafeFileHandle file, JobLayout layout, ChainPoint? from, Func<long>? known = null)
    {
        _file = file;
        _layout = layout;
        _known = known ?? (() => ManifestFile.JournalOffset(layout));
        At = from ?? new ChainPoint(new JournalPosition(0, 0, 0), 0, -1);
    }

    /// <summary>Where the last line that was read ends.</summary>
    public ChainPoint At { get; private set; }

    /// <summary>The last line that was read, without its line feed; valid until the next call.</summary>
    public ReadOnlySpan<byte> Line => _buffer.AsSpan(_lineStart, _lineLength);

    public int Count { get; private set; }

    public long TornLength { get; private set; }

    /// <summary>Goes to the next line with events.</summary>
    /// <exception cref="Core.JobStateException">Corrupt: damage, with its offset.</exception>
    public bool Next()
    {
        if (At.At.Offset == 0 && !NextLine(header: true))
        {
            // A job is only renamed into place with its first events in it.
            throw Damage.InJournal(_layout, 0, "the first line is incomplete");
        }

        return NextLine(header: false);
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    private bool NextLine(bool header)
    {
        while (true)
        {
            var length = FindLine();
            if (length < 0)
            {
                if (_end == _start || IsTorn(header))
                {
                    TornLength = _end - _start;
                    return false;
                }

                continue;
            }

            (_lineStart, _lineLength) = (_start, length);
            var reason = header ? AcceptHeader() : Accept();
            if (reason is null)
            {
                _start += length + 1;
                _retries = 0;
                return true;
            }

            if (!header && LostSectors(length))
            {
                TornLength = length + 1;
                return false;
            }

            Again(reason);
        }
    }

    /// <returns>Length of the line at the start of the buffer, or -1 when the file ends before its line feed.</returns>
    private int FindLine()
    {
        var searched = 0;
        while (true)
        {
            var found = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            if (found >= 0)
            {
                return searched + found;
            }

            searched = _end - _start;
            if (searched > JournalLine.MaxLength)
            {
                throw Damage.InJournal(_layout, At.At.Offset, $"a line has more than {JournalLine.MaxLength} bytes");
            }

            if (!Fill())
            {
                return -1;
            }
        }
    }

    private bool Fill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
            _buffer.AsSpan(0, _end).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        var read = BoundedFile.ReadFully(_file, _buffer.AsSpan(_end), At.At.Offset + _end, _layout.Journal);
        _end += read;
        _atEnd = read == 0;
        return read > 0;
    }

    private string? AcceptHeader()
    {
        if (JournalLine.Verify(Line) is not { } crc)
        {
            return "the checksum of the first line is wrong";
        }

        string? job;
        try
        {
            job = JournalLine.JobOf(Line);
        }
        catch (NewerFormatException e)
        {
            throw Damage.Newer(_layout.Journal, e.Message);
        }

        if (job is null)
        {
            return "the first line is not that of a journal";
        }

        // A directory that is still being built carries another name: .new-<job>-<random>.
        var name = _layout.JobName();
        if (job != name && !name.StartsWith($".new-{job}-", StringComparison.Ordinal))
        {
            return $"this is the journal of job {job}, in the directory of job {name}";
        }

        At = new ChainPoint(new JournalPosition(0, _lineLength + 1, 0), crc, -1);
        return null;
    }

    private string? Accept()
    {
        if (At.Continue(Line, out var next, out var count) is { } reason)
        {
            return reason;
        }

        (Count, At) = (count, next);
        return null;
    }

    /// <summary>
    /// An incomplete line beyond all that the manifest tells of is an append that was never acknowledged. A reader without
    /// a lock may also have seen one half written, before the manifest went on: then it looks again.
    /// </summary>
    private bool IsTorn(bool header)
    {
        var known = _known();
        if (header || At.At.Offset < known)
        {
            Again(header ? "the first line is incomplete" : $"the line is incomplete, and the manifest knows {known} bytes of the journal");
            return false;
        }

        return true;
    }

    /// <summary>
    /// The last line is there up to its line feed, but whole sectors of it are zero: a power cut in the middle of an append
    /// may write its pages in any order.
    /// </summary>
    private bool LostSectors(int length)
    {
        if (_start + length + 1 != _end || (!_atEnd && Fill()) || At.At.Offset < _known())
        {
            return false;
        }

        var line = _buffer.AsSpan(_start, length);
        for (var i = 0; i < length;)
        {
            var sectorEnd = (int)Math.Min(length, i + Sector - ((At.At.Offset + i) % Sector));
            if (!line[i..sectorEnd].ContainsAnyExcept((byte)0))
            {
                return true;
            }

            i = sectorEnd;
        }

        return false;
    }

    /// <summary>Drops what was read and looks again, as a writer may have cut a torn tail and written over it meanwhile.</summary>
    private void Again(string reason)
    {
        if (_retries++ == Retries)
        {
            throw Damage.InJournal(_layout, At.At.Offset, reason);
        }

        (_start, _end, _atEnd) = (0, 0, false);
    }
}
