using System.Runtime.CompilerServices;
using Logist.Core;
using Logist.Core.Jobs;
using Logist.Core.Workflows;

namespace Logist.Stores;

/// <summary>
/// Where jobs are remembered: their events, and beside them the compiled workflows that events name and a manifest (the job's state as
/// a document, made from its events). Promises, tested by one suite over every implementation: an append is durable before it returns;
/// per job, events are numbered 1, 2, 3 … without gaps; an append of a superseded lease is refused; a conflict is a value.
/// Safe for use by any number of processes and threads at once. Every fault of the storage itself is a
/// <see cref="LogistException"/> of kind Storage or Corrupt.
/// </summary>
public interface IJobStore : IDisposable
{
    /// <summary>Makes a job with its first events, its workflow and its manifest: all of it or nothing.</summary>
    /// <param name="manifest">The document (without hash), told where the journal ends.</param>
    /// <returns>Appended, or Conflict with the number of the last event of the job that has the id already.</returns>
    Task<AppendResult> CreateAsync(JobId job, IReadOnlyList<JobEvent> events, WorkflowDefinition workflow,
        Func<JournalPosition, ReadOnlyMemory<byte>> manifest, CancellationToken ct);

    /// <summary>
    /// Appends all events or none, as number <paramref name="expected"/>+1 and on. Creates the job when
    /// <paramref name="expected"/> is 0. People's commands pass no lease, work reports do.
    /// </summary>
    Task<AppendResult> AppendAsync(JobId job, long expected, IReadOnlyList<JobEvent> events, LeaseToken? lease, CancellationToken ct);

    /// <summary>The events after number <paramref name="after"/>, oldest first. Takes no lock and writes nothing.</summary>
    IEnumerable<StoredEvent> Read(JobId job, long after);

    /// <summary>The same for those who can be cancelled.</summary>
    async IAsyncEnumerable<StoredEvent> ReadAsync(JobId job, long after, [EnumeratorCancellation] CancellationToken ct)
    {
        foreach (var stored in Read(job, after))
        {
            ct.ThrowIfCancellationRequested();
            yield return stored;
        }

        await ValueTask.CompletedTask;
    }

    /// <summary>
    /// One item after each change of any job, from now on (null) or from a cursor. Never skips, may repeat. Number 0: the job is gone.
    /// </summary>
    IAsyncEnumerable<JobChanged> WatchAsync(Cursor? after, CancellationToken ct);

    /// <summary>
    /// Takes the right to drive the job: appends <see cref="JobEvent.OwnerAcquired"/> with the next epoch. The lease renews
    /// itself until it is disposed.
    /// </summary>
    Task<LeaseResult> TryLeaseAsync(JobId job, Owner owner, TimeSpan duration, CancellationToken ct);

    /// <summary>Ids of all jobs, damaged ones too, in order.</summary>
    IReadOnlyList<JobId> List();

    bool Exists(JobId job);

    /// <summary>Differs whenever the job's journal is another one or has more; null: there is no such job. Cheap.</summary>
    JobVersion? VersionOf(JobId job);

    /// <summary>Whether the journal has more than the caller knows. As cheap as can be: an owner asks again and again.</summary>
    bool HasNews(JobId job, long after);

    /// <summary>Where the append ended that has this event as its last: what the manifest says of its journal.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No append ended with this event.</exception>
    JournalPosition PositionAt(JobId job, long seq);

    /// <summary>Checks the chain of the whole journal without parsing its events.</summary>
    /// <param name="untilOffset">Where a line has to end, as the manifest says; 0 = nowhere in particular.</param>
    /// <returns>The end of the journal.</returns>
    /// <exception cref="JobStateException">Corrupt: where and why.</exception>
    JournalPosition VerifyChain(JobId job, long untilOffset);

    /// <summary>Keeps a compiled workflow that an event is going to name; durable when it returns.</summary>
    /// <returns>Its SHA-256.</returns>
    string SaveWorkflow(JobId job, WorkflowDefinition workflow);

    /// <summary>Saves a manifest document (without hash), unless the one that is there is ahead of it already.</summary>
    /// <returns>Whether it wrote.</returns>
    Task<bool> SaveManifestAsync(JobId job, ReadOnlyMemory<byte> document, CancellationToken ct);

    /// <summary>The whole manifest, checked.</summary>
    /// <exception cref="JobStateException">Corrupt: missing, torn, malformed, edited by hand, ahead of its journal, or of a later
    /// version.</exception>
    ManifestHeader LoadManifest(JobId job, out ReadOnlyMemory<byte> document);

    /// <summary>For lists of jobs: what their manifests begin with, or why they cannot be trusted; in the order asked for.</summary>
    IReadOnlyList<JobHead> Heads(IReadOnlyList<JobId> jobs);
}

/// <summary>One job in a list.</summary>
/// <param name="Damage">Null: <paramref name="Header"/> is there.</param>
/// <param name="Written">When what cannot be trusted was written last: whatever happened to it happened by then.</param>
public sealed record JobHead(JobId Job, ManifestHeader? Header, Problem? Damage, DateTimeOffset? Written = null);

/// <summary>What a job's journal was when it was looked at. Opaque: only good for comparing.</summary>
/// <param name="Changed">When it was written to last.</param>
public readonly record struct JobVersion(long Identity, long Length, DateTimeOffset Changed);

public readonly record struct StoredEvent(long Seq, JobEvent Event);

/// <summary>A point in the feed of all jobs; opaque to everybody but its store.</summary>
public readonly record struct Cursor(string Value);

public readonly record struct JobChanged(JobId Job, long Seq, Cursor Cursor);

public abstract record AppendResult
{
    public sealed record Appended(long Last) : AppendResult;

    /// <summary>Somebody appended in between: read on from what you know and decide again.</summary>
    public sealed record Conflict(long Actual) : AppendResult;

    /// <summary>Another owner has taken over: write nothing more, park.</summary>
    public sealed record LeaseLost(Owner? Winner) : AppendResult;
}

public sealed record LeaseToken(JobId Job, long Epoch);

public abstract record LeaseResult
{
    public sealed record Leased(IJobLease Lease) : LeaseResult;

    public sealed record Held(Owner Owner, DateTimeOffset Since) : LeaseResult;
}

/// <summary>The right to drive one job, held until disposed or lost.</summary>
public interface IJobLease : IAsyncDisposable
{
    LeaseToken Token { get; }

    /// <summary>Number of the <see cref="JobEvent.OwnerAcquired"/> that this lease appended.</summary>
    long AcquiredSeq { get; }

    /// <summary>Cancelled when the lease is lost.</summary>
    CancellationToken Lost { get; }
}
