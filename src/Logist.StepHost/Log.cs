using System.Text;

namespace Logist.StepHost;

/// <summary>host.log, the host's record for a later owner. Appended, never synced: it must survive this process, not the machine.</summary>
internal sealed class Log : IDisposable
{
    private readonly int _file, _openErrno;
    private readonly StringBuilder _pending = new();
    private long _end;
    private bool _torn;

    public Log(string path)
    {
        _file = Native.Open(path, Native.ReadWrite | Native.Create | Native.NoFollow | Native.NonBlock);
        _openErrno = _file < 0 ? Native.Errno : 0;
        _end = _file < 0 ? 0 : Libc.End(_file);

        // An earlier host may have died within a line.
        Span<byte> last = stackalloc byte[1];
        _torn = _end > 0 && (!Libc.ReadAt(_file, last, _end - 1) || last[0] != '\n');
    }

    public bool IsWritten => _pending.Length == 0;

    public void Add(string line) => _pending.Append(line).Append('\n');

    /// <summary>Writes what was added.</summary>
    /// <returns>0 or errno; what could not be written is tried again with the next flush.</returns>
    public int Flush()
    {
        if (_pending.Length == 0)
        {
            return 0;
        }

        var bytes = Encoding.UTF8.GetBytes((_torn ? "\n" : "") + _pending);
        var errno = _file < 0 ? _openErrno : Libc.WriteAt(_file, bytes, _end);
        if (errno == 0)
        {
            _end += bytes.Length;
            _torn = false;
            _pending.Clear();
        }

        return errno;
    }

    /// <summary>Takes back the lines added since the mark: they were not written.</summary>
    public void Drop(int mark) => _pending.Length = Math.Min(mark, _pending.Length);

    public int Mark() => _pending.Length;

    public void Dispose() => Native.Close(_file);
}
