using Logist.Core;
using Logist.Core.Jobs;
using Logist.Stores;

namespace Logist.Engine;

/// <summary>A job's state with its latest events, kept up to date by folding what the store has beyond it.</summary>
public sealed class LoadedJob
{
    /// <summary>How many events the manifest shows.</summary>
    public const int RecentLimit = 50;

    private readonly Queue<StoredEvent> _recent = new(RecentLimit);

    public JobState State { get; } = new();

    /// <summary>Oldest first.</summary>
    public IReadOnlyCollection<StoredEvent> Recent => _recent;

    /// <exception cref="LogistException">UnknownJob, or what the store says about damaged data.</exception>
    public static async Task<LoadedJob> LoadAsync(IJobStore store, JobId job, CancellationToken ct)
    {
        var loaded = new LoadedJob();
        await loaded.CatchUpAsync(store, job, ct);
        return loaded.State.Created is null
            ? throw new LogistException(ErrorKind.UnknownJob, $"no job named {job}", null, "logist job list")
            : loaded;
    }

    /// <returns>The events that were new.</returns>
    public async Task<IReadOnlyList<StoredEvent>> CatchUpAsync(IJobStore store, JobId job, CancellationToken ct)
    {
        var news = new List<StoredEvent>();
        await foreach (var stored in store.ReadAsync(job, State.Seq, ct))
        {
            Apply(stored);
            news.Add(stored);
        }

        return news;
    }

    public StoredEvent Apply(JobEvent happened)
    {
        var stored = new StoredEvent(State.Seq + 1, happened);
        Apply(stored);
        return stored;
    }

    private void Apply(StoredEvent stored)
    {
        Job.Evolve(State, stored.Event);
        if (_recent.Count == RecentLimit)
        {
            _recent.Dequeue();
        }

        _recent.Enqueue(stored);
    }
}
