using System.Runtime.CompilerServices;
using Logist.Core;
using Logist.Files;

namespace Logist.Stores;

public sealed partial class FileJobStore
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Every change of every job. A cursor here means "whatever may have happened": all jobs are reported once, then every
    /// change. Costs one thread and one watch per job while it is enumerated, and a look at all of them every few seconds.
    /// </summary>
    public IAsyncEnumerable<JobChanged> WatchAsync(Cursor? after, CancellationToken ct) => WatchAllAsync(after is not null, ct);

    /// <summary>Every job with the number of its last event, from the ends of the journals alone.</summary>
    internal IEnumerable<(JobId Job, long Last)> Ends()
    {
        Stores.JobsDirectory.Make(JobsDirectory);
        foreach (var job in Stores.JobsDirectory.List(JobsDirectory))
        {
            if (LastSeq(LayoutOf(job)) is { } seq)
            {
                yield return (job, seq);
            }
        }
    }

    /// <summary>The changes of one job after an event number: the cheap watch of an owner. Ends by cancelling.</summary>
    public async IAsyncEnumerable<JobChanged> WatchJobAsync(JobId job, long after, [EnumeratorCancellation] CancellationToken ct)
    {
        var layout = LayoutOf(job);
        using var watch = new JournalWatch(directory: null, TimeSpan.FromMilliseconds(JournalWatch.PollMilliseconds), time);
        _ = watch.Begin(job, layout.Journal);
        var length = -1L;
        while (true)
        {
            if (Libc.Status(layout.Journal) is { } status && status.Size != length)
            {
                length = status.Size;
                if (LastSeq(layout) is { } seq && seq > after)
                {
                    after = seq;
                    yield return new JobChanged(job, seq, new Cursor("all"));
                }
            }

            _ = await watch.ChangedAsync(ct);
        }
    }

    private async IAsyncEnumerable<JobChanged> WatchAllAsync(bool all, [EnumeratorCancellation] CancellationToken ct)
    {
        Stores.JobsDirectory.Make(JobsDirectory);
        using var watch = new JournalWatch(JobsDirectory, LookEvery, time);
        var seen = new Dictionary<JobId, FileStatus>();
        foreach (var job in all ? [] : Stores.JobsDirectory.List(JobsDirectory))
        {
            _ = Look(watch, seen, job, out _);
        }

        for (IReadOnlyCollection<JobId>? jobs = null; ; jobs = await watch.ChangedAsync(ct))
        {
            foreach (var job in jobs ?? [.. Stores.JobsDirectory.List(JobsDirectory).Union(seen.Keys)])
            {
                if (Look(watch, seen, job, out var seq))
                {
                    yield return new JobChanged(job, seq, new Cursor("all"));
                }
            }
        }
    }

    /// <returns>Whether it changed since the last look.</returns>
    private bool Look(JournalWatch watch, Dictionary<JobId, FileStatus> seen, JobId job, out long seq)
    {
        var layout = LayoutOf(job);
        var begun = watch.Begin(job, layout.Journal);
        seq = 0;
        if (Libc.Status(layout.Journal) is not { } status)
        {
            watch.Forget(job);
            return seen.Remove(job);
        }

        var isKnown = seen.TryGetValue(job, out var before);
        seen[job] = status;
        if (isKnown && !status.IsSameFile(before))
        {
            watch.Forget(job);
            _ = watch.Begin(job, layout.Journal);
        }
        else if (isKnown && !begun && status.Size == before.Size)
        {
            return false;
        }

        if (LastSeq(layout) is not { } last)
        {
            return false;
        }

        seq = last;
        return true;
    }

    /// <summary>The number of the last whole event, from the end of the file alone.</summary>
    /// <returns>Null: there is none, or the journal cannot be read. That is no reason to stop watching the others.</returns>
    private static long? LastSeq(JobLayout layout)
    {
        try
        {
            return ReadLastSeq(layout);
        }
        catch (LogistException)
        {
            return null;
        }
    }

    private static long? ReadLastSeq(JobLayout layout)
    {
        using var file = BoundedFile.TryOpen(layout.Journal, Libc.ReadOnly, JournalReader.MaxFileLength, out var status);
        if (file is null)
        {
            return null;
        }

        for (var size = 8 * 1024L; ; size = 3L * JournalLine.MaxLength)
        {
            var start = Math.Max(0, status.Size - size);
            var tail = new byte[status.Size - start];
            var length = BoundedFile.ReadFully(file, tail, start, layout.Journal);
            var whole = tail.AsSpan(0, tail.AsSpan(0, length).LastIndexOf((byte)'\n') + 1);
            var before = whole.Length == 0 ? -1 : whole[..^1].LastIndexOf((byte)'\n');
            if (before >= 0)
            {
                return JournalLine.TryParsePrefix(whole[(before + 1)..], out var seq, out var count, out _, out _) ? seq + count - 1 : null;
            }

            if (start == 0 || size > JournalLine.MaxLength)
            {
                return null;
            }
        }
    }
}
