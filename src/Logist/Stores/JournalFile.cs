using System.Buffers;
using Logist.Core;
using Logist.Core.Jobs;
using Logist.Files;
using Microsoft.Win32.SafeHandles;

namespace Logist.Stores;

/// <summary>The writing side of one journal: takes turns with other threads and processes, and keeps file and position in
/// between.</summary>
internal sealed class JournalFile(JobLayout layout, TimeProvider time, Durability durability) : IDisposable
{
    // Bytes far beyond any journal, locked besides the lock files: deleting a lock file must not let a second holder in.
    internal const long WriteLockByte = long.MaxValue - 1, RunLockByte = long.MaxValue - 2;

    internal const int LockTimeoutSeconds = 30;

    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly LockFile _lock = new(layout.WriteLock);
    private readonly ArrayBufferWriter<byte> _line = new();
    private SafeFileHandle? _file;
    private FileStatus _identity;
    private string? _failed;
    private bool _foreign;

    /// <summary>The end of the journal as this process last saw it under the lock; null before.</summary>
    public ChainPoint? End { get; private set; }

    public JobLayout Layout => layout;

    /// <summary>Takes the write lock and looks at what others appended; <see cref="Leave"/> gives it back.</summary>
    /// <exception cref="LogistException">Busy, UnknownJob, Storage or Corrupt.</exception>
    public async ValueTask EnterAsync(CancellationToken ct)
    {
        await _gate.WaitAsync(ct);
        try
        {
            var start = time.GetTimestamp();
            for (var wait = 0; !TryLock(); wait++)
            {
                if (time.GetElapsedTime(start).TotalSeconds > LockTimeoutSeconds)
                {
                    throw new LogistException(ErrorKind.Busy, $"another process keeps {layout.WriteLock}",
                        $"it has not let go for {LockTimeoutSeconds} seconds", "look for a stopped logist process (ps -e)");
                }

                // The holder needs about one flush. Real time, also where the clock is a test's.
                await Task.Delay(wait < 20 ? 1 : 5, ct);
            }
        }
        catch
        {
            _gate.Release();
            throw;
        }

        try
        {
            Refresh();
        }
        catch
        {
            Leave();
            throw;
        }
    }

    public void Leave()
    {
        if (_file is not null)
        {
            _ = Libc.LockByte(_file, WriteLockByte, take: false);
        }

        _lock.Release();
        _gate.Release();
    }

    /// <summary>Writes one line and flushes it; inside <see cref="EnterAsync"/> only.</summary>
    /// <exception cref="LogistException">Storage: nothing was acknowledged.</exception>
    public void Append(long epoch, IReadOnlyList<JobEvent> events)
    {
        var before = End!;
        var crc = JournalLine.Write(_line, before, epoch, events);
        if (Libc.WriteAt(_file!, _line.WrittenSpan, before.At.Offset) != 0)
        {
            var errno = Libc.LastError;
            if (Libc.Ftruncate(_file!, before.At.Offset) != 0)
            {
                _failed = "a failed append could not be undone";
            }

            throw Failed("write", errno);
        }

        Flush();
        var at = new JournalPosition(before.At.Seq + events.Count, before.At.Offset + _line.WrittenCount, epoch);
        End = new ChainPoint(at, crc, epoch > before.At.Epoch ? before.At.Offset : before.OwnerLine);
    }

    /// <summary>Makes durable what other processes appended, before anything refers to it.</summary>
    public void FlushForeign()
    {
        if (_foreign)
        {
            Flush();
        }
    }

    /// <summary>Closes the files when nobody is inside; the next use opens them again.</summary>
    public bool TryClose()
    {
        if (_failed is not null || !_gate.Wait(0))
        {
            return false;
        }

        Close();
        _gate.Release();
        return true;
    }

    public void Dispose()
    {
        Close();
        _gate.Dispose();
    }

    private void Close()
    {
        _lock.Dispose();
        _file?.Dispose();
        _file = null;
        End = null;
    }

    private bool TryLock()
    {
        if (_failed is not null)
        {
            throw new LogistException(ErrorKind.Storage, $"{layout.Journal} is not written any more", _failed,
                "fix the disk, then run the command again");
        }

        if (_file is null)
        {
            _file = BoundedFile.TryOpen(layout.Journal, Libc.ReadWrite, JournalReader.MaxFileLength, out _identity)
                ?? throw Missing(layout);
        }

        if (!_lock.TryTake())
        {
            return false;
        }

        if (Libc.LockByte(_file, WriteLockByte, take: true) == 0)
        {
            return true;
        }

        var errno = Libc.LastError;
        _lock.Release();
        return errno == Libc.EAGAIN ? false : throw Failed("fcntl", errno);
    }

    internal static LogistException Missing(JobLayout layout) =>
        Directory.Exists(layout.Directory)
            ? Damage.InJournal(layout, 0, "the journal is missing")
            : Damage.UnknownJob(JobId.TryParse(layout.JobName(), out var job) ? job : default);

    private void Refresh()
    {
        if (Libc.Status(layout.Journal) is not { } now || !now.IsSameFile(_identity))
        {
            Close();
            throw new LogistException(ErrorKind.Storage, $"{layout.Journal} was removed or replaced while it was in use",
                "nothing is written to a job that somebody exchanges", $"logist job status {layout.JobName()}");
        }

        if (End is not null && now.Size == End.At.Offset)
        {
            return;
        }

        var first = End is null;
        using var reader = new JournalReader(_file!, layout, End);
        while (reader.Next())
        {
        }

        if (now.Size < reader.At.At.Offset)
        {
            throw Damage.InJournal(layout, now.Size, $"it had {reader.At.At.Offset} bytes before: acknowledged events are gone");
        }

        // Whoever wrote it may have died before its flush.
        _foreign = true;
        if (first)
        {
            Rewrite(reader.At.At.Offset);
        }

        if (reader.TornLength > 0)
        {
            Cut(reader.At.At.Offset, reader.TornLength);
        }

        End = reader.At;
    }

    /// <summary>
    /// Writes what the manifest does not vouch for once more: after a failed fsync of another process the kernel may take
    /// pages for written that never reached the disk; a write makes them dirty again.
    /// </summary>
    private void Rewrite(long end)
    {
        var known = ManifestFile.JournalOffset(layout);
        if (known > end)
        {
            throw Damage.InJournal(layout, end, $"it ends here, but the manifest knows {known} bytes of it: acknowledged events are gone");
        }

        if (known == end)
        {
            return;
        }

        var chunk = ArrayPool<byte>.Shared.Rent(64 * 1024);
        for (var at = known; at < end;)
        {
            var part = chunk.AsSpan(0, (int)Math.Min(chunk.Length, end - at));
            var read = BoundedFile.ReadFully(_file!, part, at, layout.Journal);
            Durable.Check(Libc.WriteAt(_file!, part[..read], at), "write", layout.Journal);
            at += read;
        }

        ArrayPool<byte>.Shared.Return(chunk);
        Flush();
    }

    /// <summary>Removes an append that was never acknowledged; a copy stays beside the journal.</summary>
    private void Cut(long offset, long length)
    {
        var tail = new byte[length];
        var read = BoundedFile.ReadFully(_file!, tail, offset, layout.Journal);
        _ = KeepCopy(layout, "torn", offset, tail.AsSpan(0, read), time);
        Durable.Check(Libc.Ftruncate(_file!, offset), "ftruncate", layout.Journal);
        Flush();
    }

    /// <summary>Puts a durable copy beside the journal: history.torn.&lt;offset&gt;.&lt;time&gt;.</summary>
    internal static string KeepCopy(JobLayout layout, string kind, long offset, ReadOnlySpan<byte> content, TimeProvider time)
    {
        var path = Path.Combine(layout.Directory, $"history.{kind}.{offset}.{time.GetUtcNow():yyyyMMdd'T'HHmmssfff'Z'}");
        Durable.Replace(path, content);
        return path;
    }

    private void Flush()
    {
        if (durability == Durability.Full && Libc.Fdatasync(_file!) != 0)
        {
            var errno = Libc.LastError;
            _failed = "a flush failed, and the kernel may have dropped what it should have written: nobody can try again";
            throw Failed("fdatasync", errno);
        }

        _foreign = false;
    }

    private LogistException Failed(string call, int errno) =>
        new(ErrorKind.Storage, $"{call} failed on {layout.Journal}", Libc.ErrorText(errno),
            "free space or fix the disk, then run the command again");
}
