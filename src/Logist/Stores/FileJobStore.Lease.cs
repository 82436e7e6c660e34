using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Logist.Core;
using Logist.Core.Jobs;
using Logist.Files;
using Microsoft.Win32.SafeHandles;

namespace Logist.Stores;

public sealed partial class FileJobStore
{
    internal const int OwnerWaits = 200;

    /// <summary>Takes run.lock; it needs no renewal, the kernel frees it when the process dies, so <paramref name="duration"/> says
    /// nothing.</summary>
    [SuppressMessage("Reliability", "CA2000", Justification = "The lease owns the lock.")]
    public async Task<LeaseResult> TryLeaseAsync(JobId job, Owner owner, TimeSpan duration, CancellationToken ct)
    {
        var layout = LayoutOf(job);
        for (var wait = 0; ; wait++)
        {
            if (TryTakeRunLock(layout) is { } held)
            {
                return new LeaseResult.Leased(await AcquireAsync(job, owner, held, ct));
            }

            if (LastOwner(layout) is { } last)
            {
                return new LeaseResult.Held(last.Owner, last.By.At);
            }

            if (wait == OwnerWaits)
            {
                throw new LogistException(ErrorKind.Busy, $"{layout.RunLock} is held by a process that does not say who it is",
                    "it has the lock but has not recorded itself as owner", $"logist job status {job}");
            }

            // The job's first owner has the lock and is about to record itself.
            await Task.Delay(5, ct);
        }
    }

    private async Task<FileLease> AcquireAsync(JobId job, Owner owner, IDisposable held, CancellationToken ct)
    {
        var journal = Open(job);
        try
        {
            await journal.EnterAsync(ct);
            try
            {
                var epoch = journal.End!.At.Epoch + 1;
                journal.Append(epoch, [new JobEvent.OwnerAcquired(new Stamp(time.GetUtcNow()), epoch, owner)]);
                var lease = new FileLease(this, new LeaseToken(job, epoch), journal.End!.At.Seq, held);
                lock (_guard)
                {
                    _leases[job] = lease;
                }

                return lease;
            }
            finally
            {
                journal.Leave();
            }
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "The returned lock owns both; every other way out disposes it.")]
    internal static IDisposable? TryTakeRunLock(JobLayout layout)
    {
        var anchor = BoundedFile.TryOpen(layout.Journal, Libc.ReadWrite, JournalReader.MaxFileLength, out _)
            ?? throw JournalFile.Missing(layout);
        var held = new RunLock(new LockFile(layout.RunLock), anchor);
        try
        {
            if (held.TryTake())
            {
                return held;
            }
        }
        catch
        {
            held.Dispose();
            throw;
        }

        held.Dispose();
        return null;
    }

    private void MarkLost(JobId job, long epoch)
    {
        FileLease? lease;
        lock (_guard)
        {
            lease = _leases.GetValueOrDefault(job);
        }

        if (lease is not null && lease.Token.Epoch == epoch)
        {
            lease.MarkLost();
        }
    }

    private void Forget(FileLease lease)
    {
        lock (_guard)
        {
            if (_leases.GetValueOrDefault(lease.Token.Job) == lease)
            {
                _leases.Remove(lease.Token.Job);
            }
        }
    }

    /// <summary>Who took the lease last, whether it still holds it or not; null: nobody ever did.</summary>
    /// <exception cref="JobStateException">Corrupt.</exception>
    internal static JobEvent.OwnerAcquired? LastOwner(JobLayout layout)
    {
        using var file = OpenToRead(layout);
        using var reader = new JournalReader(file, layout, from: null);
        while (reader.Next())
        {
        }

        return OwnerAt(layout, reader.At);
    }

    private static JobEvent.OwnerAcquired? OwnerAt(JobLayout layout, ChainPoint end)
    {
        if (end.OwnerLine < 0)
        {
            return null;
        }

        using var file = OpenToRead(layout);
        var buffer = new byte[(int)Math.Min(JournalLine.MaxLength, end.At.Offset - end.OwnerLine)];
        var length = BoundedFile.ReadFully(file, buffer, end.OwnerLine, layout.Journal);
        var line = buffer.AsSpan(0, Math.Max(0, buffer.AsSpan(0, length).IndexOf((byte)'\n')));
        if (!JournalLine.TryParsePrefix(line, out var seq, out var count, out _, out _))
        {
            throw Damage.InJournal(layout, end.OwnerLine, "the line does not begin as it should");
        }

        try
        {
            var events = new List<StoredEvent>();
            new LineEvents(_ => throw new JsonException("a run is created in the line of an owner")).Read(line, seq, count, events);
            return events.Select(stored => stored.Event).OfType<JobEvent.OwnerAcquired>().LastOrDefault();
        }
        catch (NewerFormatException e)
        {
            throw Damage.Newer(layout.Journal, e.Message);
        }
        catch (JsonException e)
        {
            throw Damage.InJournal(layout, end.OwnerLine, e.Message);
        }
    }

    /// <summary>run.lock, and one byte of the journal: whoever deletes the lock file still meets the second.</summary>
    private sealed class RunLock(LockFile file, SafeFileHandle journal) : IDisposable
    {
        public bool TryTake()
        {
            if (!file.TryTake())
            {
                return false;
            }

            if (Libc.LockByte(journal, JournalFile.RunLockByte, take: true) == 0)
            {
                return true;
            }

            return Libc.LastError == Libc.EAGAIN ? false
                : throw new LogistException(ErrorKind.Storage, "the journal cannot be locked", Libc.ErrorText(Libc.LastError),
                    "use a local disk");
        }

        public void Dispose()
        {
            // Closing is not enough: a child that is being started at this moment still has both files open until its exec.
            _ = Libc.LockByte(journal, JournalFile.RunLockByte, take: false);
            file.Release();
            journal.Dispose();
            file.Dispose();
        }
    }

    private sealed class FileLease(FileJobStore store, LeaseToken token, long acquiredSeq, IDisposable held) : IJobLease
    {
        [SuppressMessage("Usage", "CA2213",
            Justification = "Owners may look at the token after the lease; without a timer there is nothing to free.")]
        private readonly CancellationTokenSource _lost = new();
        private int _disposed;

        public LeaseToken Token => token;

        public long AcquiredSeq => acquiredSeq;

        public CancellationToken Lost => _lost.Token;

        public void MarkLost()
        {
            if (Volatile.Read(ref _disposed) == 0)
            {
                _lost.Cancel();
            }
        }

        public ValueTask DisposeAsync()
        {
            if (Interlocked.Exchange(ref _disposed, 1) == 0)
            {
                store.Forget(this);
                held.Dispose();
            }

            return ValueTask.CompletedTask;
        }
    }
}
