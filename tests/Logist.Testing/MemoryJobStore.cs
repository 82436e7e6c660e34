using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Logist.Core;
using Logist.Core.Jobs;
using Logist.Stores;

namespace Logist.Testing;

/// <summary>Jobs in memory: for tests, and the reference of what every store promises. Durable means: as long as this object
/// lives.</summary>
public sealed class MemoryJobStore(TimeProvider time) : IJobStore
{
    private readonly Lock _guard = new();
    private readonly Dictionary<JobId, Entry> _jobs = [];
    private readonly List<(JobId Job, long Seq)> _feed = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<AppendResult> AppendAsync(JobId job, long expected, IReadOnlyList<JobEvent> events, LeaseToken? lease, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(expected);
        ArgumentOutOfRangeException.ThrowIfZero(events.Count, nameof(events));
        ct.ThrowIfCancellationRequested();
        return lease is not null && lease.Job != job
            ? throw new ArgumentException("the lease is another job's", nameof(lease))
            : Task.FromResult(Append(job, expected, events, lease));
    }

    public async IAsyncEnumerable<StoredEvent> ReadAsync(JobId job, long after, [EnumeratorCancellation] CancellationToken ct)
    {
        JobEvent[] events;
        lock (_guard)
        {
            events = [.. Find(job).Events];
        }

        for (var seq = after + 1; seq <= events.Length; seq++)
        {
            ct.ThrowIfCancellationRequested();
            yield return new StoredEvent(seq, events[seq - 1]);
        }

        await ValueTask.CompletedTask;
    }

    public async IAsyncEnumerable<JobChanged> WatchAsync(Cursor? after, [EnumeratorCancellation] CancellationToken ct)
    {
        int next;
        lock (_guard)
        {
            next = after is { } cursor ? int.Parse(cursor.Value) : _feed.Count;
        }

        while (true)
        {
            (JobId Job, long Seq)[] news;
            Task changed;
            lock (_guard)
            {
                news = [.. _feed.Skip(next)];
                changed = _changed.Task;
            }

            foreach (var (job, seq) in news)
            {
                yield return new JobChanged(job, seq, new Cursor($"{++next}"));
            }

            if (news.Length == 0)
            {
                await changed.WaitAsync(ct);
            }
        }
    }

    public Task<LeaseResult> TryLeaseAsync(JobId job, Owner owner, TimeSpan duration, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        lock (_guard)
        {
            var entry = Find(job);
            if (entry.Lease is not null)
            {
                return Task.FromResult<LeaseResult>(new LeaseResult.Held(entry.Owner!.Owner, entry.Owner.By.At));
            }

            entry.Epoch++;
            entry.Owner = new JobEvent.OwnerAcquired(new Stamp(time.GetUtcNow()), entry.Epoch, owner);
            Store(job, entry, [entry.Owner]);
            entry.Lease = new MemoryLease(this, new LeaseToken(job, entry.Epoch), entry.Events.Count);
            return Task.FromResult<LeaseResult>(new LeaseResult.Leased(entry.Lease));
        }
    }

    /// <summary>What a takeover by another process does: the present lease is worth nothing any more. For tests of owners.</summary>
    public void Supersede(JobId job, Owner owner)
    {
        lock (_guard)
        {
            var entry = Find(job);
            entry.Epoch++;
            entry.Owner = new JobEvent.OwnerAcquired(new Stamp(time.GetUtcNow()), entry.Epoch, owner);
            Store(job, entry, [entry.Owner]);
        }
    }

    private AppendResult Append(JobId job, long expected, IReadOnlyList<JobEvent> events, LeaseToken? lease)
    {
        lock (_guard)
        {
            if (expected == 0 && !_jobs.ContainsKey(job))
            {
                _jobs[job] = new Entry();
            }

            var entry = Find(job);
            if (lease is not null && lease.Epoch != entry.Epoch)
            {
                entry.Lease?.MarkLost();
                return new AppendResult.LeaseLost(entry.Owner?.Owner);
            }

            if (entry.Events.Count != expected)
            {
                return new AppendResult.Conflict(entry.Events.Count);
            }

            Store(job, entry, events);
            return new AppendResult.Appended(entry.Events.Count);
        }
    }

    private void Store(JobId job, Entry entry, IReadOnlyList<JobEvent> events)
    {
        entry.Events.AddRange(events);
        _feed.Add((job, entry.Events.Count));
        _changed.SetResult();
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private Entry Find(JobId job) => _jobs.TryGetValue(job, out var entry) ? entry : throw Damage.UnknownJob(job);

    private sealed class Entry
    {
        public List<JobEvent> Events { get; } = [];

        public long Epoch { get; set; }

        public JobEvent.OwnerAcquired? Owner { get; set; }

        public MemoryLease? Lease { get; set; }
    }

    private sealed class MemoryLease(MemoryJobStore store, LeaseToken token, long acquiredSeq) : IJobLease
    {
        [SuppressMessage("Usage", "CA2213",
            Justification = "Owners may look at the token after the lease; without a timer there is nothing to free.")]
        private readonly CancellationTokenSource _lost = new();

        public LeaseToken Token => token;

        public long AcquiredSeq => acquiredSeq;

        public CancellationToken Lost => _lost.Token;

        public void MarkLost() => _lost.Cancel();

        public ValueTask DisposeAsync()
        {
            lock (store._guard)
            {
                var entry = store.Find(token.Job);
                if (entry.Lease == this)
                {
                    entry.Lease = null;
                }
            }

            return ValueTask.CompletedTask;
        }
    }
}
