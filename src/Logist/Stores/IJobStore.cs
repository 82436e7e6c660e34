using Logist.Core;
using Logist.Core.Jobs;

namespace Logist.Stores;

/// <summary>
/// Where jobs are remembered. Promises, tested by one suite over every implementation: an append is durable before it returns;
/// per job, events are numbered 1, 2, 3 … without gaps; an append of a superseded lease is refused; a conflict is a value.
/// Safe for use by any number of processes and threads at once. Every fault of the storage itself is a
/// <see cref="LogistException"/> of kind Storage or Corrupt.
/// </summary>
public interface IJobStore
{
    /// <summary>
    /// Appends all events or none, as number <paramref name="expected"/>+1 and on. Creates the job when
    /// <paramref name="expected"/> is 0. People's commands pass no lease, work reports do.
    /// </summary>
    Task<AppendResult> AppendAsync(JobId job, long expected, IReadOnlyList<JobEvent> events, LeaseToken? lease, CancellationToken ct);

    /// <summary>The events after number <paramref name="after"/>, oldest first. Takes no lock and writes nothing.</summary>
    IAsyncEnumerable<StoredEvent> ReadAsync(JobId job, long after, CancellationToken ct);

    /// <summary>
    /// One item after each change of any job, from now on (null) or from a cursor. Never skips, may repeat. Number 0: the job is gone.
    /// </summary>
    IAsyncEnumerable<JobChanged> WatchAsync(Cursor? after, CancellationToken ct);

    /// <summary>
    /// Takes the right to drive the job: appends <see cref="JobEvent.OwnerAcquired"/> with the next epoch. The lease renews
    /// itself until it is disposed.
    /// </summary>
    Task<LeaseResult> TryLeaseAsync(JobId job, Owner owner, TimeSpan duration, CancellationToken ct);
}

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
