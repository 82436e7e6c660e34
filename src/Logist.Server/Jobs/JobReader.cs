using System.Collections.Concurrent;
using Logist.Core;
using Logist.Engine;
using Logist.Files;
using Logist.Stores;

namespace Logist.Server.Jobs;

/// <summary>
/// Jobs folded once and kept up to date, for the many requests that a page makes. Folding a job of 2,000 steps anew takes a tenth of
/// a second. The manifest's word that a journal is whole is checked with the first reading.
/// </summary>
internal sealed class JobReader(FileJobStore store)
{
    /// <summary>A large one takes tens of megabytes.</summary>
    private const int Most = 64;

    private readonly ConcurrentDictionary<JobId, Folded> _jobs = new();
    private long _uses;

    private sealed class Folded
    {
        public SemaphoreSlim Gate { get; } = new(1, 1);

        public LoadedJob? Job { get; set; }

        public FileStatus Journal { get; set; }

        public long LastUse { get; set; }
    }

    /// <summary>Calls back with the job as it is now; nobody else touches it meanwhile.</summary>
    /// <exception cref="LogistException">UnknownJob, or what the store says about damaged data.</exception>
    public async Task<T> ReadAsync<T>(JobId id, Func<LoadedJob, T> read, CancellationToken ct)
    {
        var folded = _jobs.GetOrAdd(id, _ => new Folded());
        await folded.Gate.WaitAsync(ct);
        try
        {
            folded.LastUse = Interlocked.Increment(ref _uses);
            return read(await CurrentAsync(id, folded, ct));
        }
        finally
        {
            folded.Gate.Release();
            Forget();
        }
    }

    private async Task<LoadedJob> CurrentAsync(JobId id, Folded folded, CancellationToken ct)
    {
        var layout = store.LayoutOf(id);
        if (Libc.Status(layout.Journal) is not { } journal)
        {
            // Gone, or never was: the store says which.
            folded.Job = null;
            return await LoadedJob.LoadAsync(store, id, ct);
        }

        if (folded.Job is null || !journal.IsSameFile(folded.Journal) || journal.Size < folded.Journal.Size)
        {
            folded.Job = null;
            _ = store.VerifyChain(id, ManifestFile.Load(layout).Journal.Offset);
            folded.Job = await LoadedJob.LoadAsync(store, id, ct);
        }
        else if (journal.Size != folded.Journal.Size)
        {
            _ = await folded.Job.CatchUpAsync(store, id, ct);
        }

        folded.Journal = journal;
        return folded.Job;
    }

    private void Forget()
    {
        if (_jobs.Count <= Most)
        {
            return;
        }

        foreach (var (id, folded) in _jobs.OrderBy(pair => pair.Value.LastUse).Take(_jobs.Count - Most))
        {
            // Whoever waits for it right now folds it once more.
            if (folded.Gate.CurrentCount > 0)
            {
                _ = _jobs.TryRemove(id, out _);
            }
        }
    }
}
