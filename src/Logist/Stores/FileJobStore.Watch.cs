using System.Runtime.CompilerServices;
using Logist.Core;
using Logist.Files;

namespace Logist.Stores;

public sealed partial class FileJobStore
{
    /// <summary>
    /// Every change of every job. A cursor here means "whatever may have happened": all jobs are reported once, then every
    /// change. Costs one thread and one watch per job while it is enumerated.
    /// </summary>
    public IAsyncEnumerable<JobChanged> WatchAsync(Cursor? after, CancellationToken ct) => WatchAllAsync(after is not null, ct);

    /// <summary>The changes of one job after an event number: the cheap watch of an owner. Ends by cancelling.</summary>
    public async IAsyncEnumerable<JobChanged> WatchJobAsync(JobId job, long after, [EnumeratorCancellation] CancellationToken ct)
    {
        var layout = LayoutOf(job);
        using var watch = new JournalWatch(JobsDirectory, wholeDirectory: false);
        watch.Add(layout.Journal);
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

            await watch.ChangedAsync(ct);
        }
    }

    private async IAsyncEnumerable<JobChanged> WatchAllAsync(bool all, [EnumeratorCancellation] CancellationToken ct)
    {
        Stores.JobsDirectory.Make(JobsDirectory);
        using var watch = new JournalWatch(JobsDirectory, wholeDirectory: true);
        var lengths = new Dictionary<JobId, long>();
        foreach (var job in Stores.JobsDirectory.List(JobsDirectory))
        {
            watch.Add(LayoutOf(job).Journal);
            lengths[job] = all ? -1 : Libc.Status(LayoutOf(job).Journal)?.Size ?? -1;
        }

        while (true)
        {
            foreach (var job in Stores.JobsDirectory.List(JobsDirectory))
            {
                var layout = LayoutOf(job);
                if (Libc.Status(layout.Journal) is not { } status || (lengths.TryGetValue(job, out var length) && length == status.Size))
                {
                    continue;
                }

                if (!lengths.ContainsKey(job))
                {
                    watch.Add(layout.Journal);
                }

                lengths[job] = status.Size;
                if (LastSeq(layout) is { } seq)
                {
                    yield return new JobChanged(job, seq, new Cursor("all"));
                }
            }

            await watch.ChangedAsync(ct);
        }
    }

    /// <summary>The number of the last whole event, from the end of the file alone.</summary>
    private static long? LastSeq(JobLayout layout)
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
