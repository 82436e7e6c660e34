using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Logist.Core;
using Logist.Core.Jobs;
using Logist.Core.Workflows;
using Logist.Stores;
using Logist.Workflows;

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

    public async Task<AppendResult> CreateAsync(JobId job, IReadOnlyList<JobEvent> events, WorkflowDefinition workflow,
        Func<JournalPosition, ReadOnlyMemory<byte>> manifest, CancellationToken ct)
    {
        var result = await AppendAsync(job, 0, events, lease: null, ct);
        if (result is AppendResult.Appended)
        {
            _ = await SaveManifestAsync(job, manifest(PositionAt(job, events.Count)), ct);
        }

        return result;
    }

    public IEnumerable<StoredEvent> Read(JobId job, long after)
    {
        JobEvent[] events;
        lock (_guard)
        {
            events = [.. Find(job).Events];
        }

        return events.Select((happened, index) => new StoredEvent(index + 1, happened)).Where(stored => stored.Seq > after);
    }

    public IReadOnlyList<JobId> List()
    {
        lock (_guard)
        {
            return [.. _jobs.Keys.OrderBy(job => job.Value, StringComparer.Ordinal)];
        }
    }

    public bool Exists(JobId job) => List().Contains(job);

    public JobVersion? VersionOf(JobId job)
    {
        lock (_guard)
        {
            return _jobs.TryGetValue(job, out var entry) ? new JobVersion(0, entry.Events.Count, default) : null;
        }
    }

    public bool HasNews(JobId job, long after) => VersionOf(job)?.Length != after;

    /// <summary>There are no bytes: an event counts as one.</summary>
    public JournalPosition PositionAt(JobId job, long seq)
    {
        lock (_guard)
        {
            var entry = Find(job);
            return entry.Ends.Contains(seq) ? new JournalPosition(seq, seq, entry.Epoch)
                : throw new ArgumentOutOfRangeException(nameof(seq), seq, "no append ends with it");
        }
    }

    public JournalPosition VerifyChain(JobId job, long untilOffset)
    {
        lock (_guard)
        {
            return PositionAt(job, Find(job).Events.Count);
        }
    }

    public string SaveWorkflow(JobId job, WorkflowDefinition workflow) => CompiledWorkflow.Sha(CompiledWorkflow.Write(workflow));

    public Task<bool> SaveManifestAsync(JobId job, ReadOnlyMemory<byte> document, CancellationToken ct)
    {
        lock (_guard)
        {
            var entry = Find(job);
            var offset = ManifestFile.PositionOf(Layout(job), document.Span).Offset;
            var fits = offset <= entry.Events.Count
                && (entry.Manifest.Length == 0 || ManifestFile.PositionOf(Layout(job), entry.Manifest).Offset <= offset);
            entry.Manifest = fits ? ManifestFile.WithHash(document.Span) : entry.Manifest;
            return Task.FromResult(fits);
        }
    }

    public ManifestHeader LoadManifest(JobId job, out ReadOnlyMemory<byte> document)
    {
        lock (_guard)
        {
            document = Find(job).Manifest;
            return ManifestFile.Check(Layout(job), Find(job).Manifest);
        }
    }

    public IReadOnlyList<JobHead> Heads(IReadOnlyList<JobId> jobs) =>
        [.. jobs.Select(job => new JobHead(job, LoadManifest(job, out _), null))];

    public void Dispose()
    {
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
        entry.Ends.Add(entry.Events.Count);
        _feed.Add((job, entry.Events.Count));
        _changed.SetResult();
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private static JobLayout Layout(JobId job) => JobLayout.For("/memory", job);

    private Entry Find(JobId job) => _jobs.TryGetValue(job, out var entry) ? entry : throw Damage.UnknownJob(job);

    private sealed class Entry
    {
        public List<JobEvent> Events { get; } = [];

        public HashSet<long> Ends { get; } = [];

        public byte[] Manifest { get; set; } = [];

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
