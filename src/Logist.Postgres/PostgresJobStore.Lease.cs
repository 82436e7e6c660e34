using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Logist.Core;
using Logist.Core.Jobs;
using Logist.Files;
using Logist.Processes;
using Logist.Stores;
using Npgsql;

namespace Logist.Postgres;

/// <summary>
/// The right to drive a job, by the database's clock. Whoever did not renew it in time may be superseded at any moment, and what he then
/// still appends is refused by its epoch.
/// </summary>
public sealed partial class PostgresJobStore
{
    private readonly ConcurrentDictionary<JobId, PostgresLease> _leases = new();

    public async Task<LeaseResult> TryLeaseAsync(JobId job, Owner owner, TimeSpan duration, CancellationToken ct)
    {
        CheckHome(job);
        OwnFiles.MakeDirectory(JobLayout.For(JobsDirectory, job).Directory);
        var (request, buffer, end, dead) = (Guid.NewGuid(), new ArrayBufferWriter<byte>(), End(job), (long?)null);
        while (true)
        {
            var epoch = end.At.Epoch + 1;
            var acquired = new JobEvent.OwnerAcquired(new Stamp(_time.GetUtcNow()), epoch, owner);
            var next = Write(buffer, end, epoch, [acquired]);
            var (asked, heard) = (_time.GetTimestamp(), _news.Now);
            var (outcome, now) = await AddAsync(job, request, end, next, buffer.WrittenMemory, duration, dead, ct);
            switch (outcome)
            {
                case "done":
                    Know(job, next, heard);
                    return new LeaseResult.Leased(Begin(new LeaseToken(job, epoch), next.At.Seq, duration, asked));
                case "gone":
                    throw Damage.UnknownJob(job);
                case "held" when LastOwner(job) is { } holder:
                    if (holder.Epoch == dead || !IsDead(holder.Owner))
                    {
                        return new LeaseResult.Held(holder.Owner, holder.By.At);
                    }

                    // Nobody has to wait for the end of a lease whose owner was killed on this very machine.
                    dead = holder.Epoch;
                    break;
                default:
                    end = now!;
                    break;
            }
        }
    }

    /// <summary>Whoever drives a job works on its trees: he has to see them.</summary>
    private void CheckHome(JobId job)
    {
        var home = _database.Use(connection =>
        {
            using var command = new NpgsqlCommand("SELECT place, place_name FROM logist.job WHERE id = $1", connection)
            {
                Parameters = { Value(job.Value) },
            };
            using var row = command.ExecuteReader();
            return row.Read() ? new Home(row.GetGuid(0), row.GetString(1)) : null;
        }) ?? throw Damage.UnknownJob(job);
        if (home.Id != Home.Id)
        {
            throw new LogistException(ErrorKind.Busy, $"{job} waits for {home.Name}", $"its trees are there and not in {Home.Name}",
                $"run it where {home.Name} can be seen");
        }
    }

    /// <summary>Only where it is certain: of another machine, or of another boot of one with this name, nothing is known.</summary>
    private static bool IsDead(Owner owner) => owner.Host == Environment.MachineName && owner.BootId == BootId.Current
        && !new ProcessIdentity(owner.Pid, owner.StartTime).IsAlive;

    [SuppressMessage("Reliability", "CA2000", Justification = "The caller's.")]
    private PostgresLease Begin(LeaseToken token, long acquired, TimeSpan duration, long asked)
    {
        var lease = new PostgresLease(this, token, acquired, duration, asked);
        _leases[token.Job] = lease;
        _news.Follow();
        return lease;
    }

    private void MarkLost(JobId job, long epoch)
    {
        if (_leases.TryGetValue(job, out var lease) && lease.Token.Epoch == epoch)
        {
            lease.MarkLost();
        }
    }

    /// <summary>Who took the lease last, whether it still has it or not; null: nobody ever did.</summary>
    private JobEvent.OwnerAcquired? LastOwner(JobId job)
    {
        var line = _database.Use(connection =>
        {
            using var command = new NpgsqlCommand(
                "SELECT a.line FROM logist.job j JOIN logist.append a ON a.job = j.id AND a.seq = j.owner_seq WHERE j.id = $1", connection)
            {
                Parameters = { Value(job.Value) },
            };
            return command.ExecuteScalar() as byte[];
        });
        if (line is null)
        {
            return null;
        }

        var events = new List<StoredEvent>();
        foreach (var read in Checked(job, after: -1, [line]))
        {
            Parse(job, new LineEvents(sha => Workflow(job, sha)), read, events);
        }

        return events.Select(stored => stored.Event).OfType<JobEvent.OwnerAcquired>().LastOrDefault();
    }

    /// <param name="until">Null: it is given back.</param>
    /// <returns>False: another owner took over.</returns>
    private Task<bool> RenewAsync(LeaseToken token, TimeSpan? until, CancellationToken ct) => _database.UseAsync(async connection =>
    {
        await using var command = new NpgsqlCommand(
            "UPDATE logist.job SET lease_until = clock_timestamp() + $3 WHERE id = $1 AND epoch = $2", connection)
        {
            Parameters =
            {
                Value(token.Job.Value), Value(token.Epoch),
                new() { Value = until ?? (object)DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Interval },
            },
        };
        return await command.ExecuteNonQueryAsync(ct) > 0;
    }, ct);

    /// <summary>Renews itself three times in its duration. Lost as soon as another has it, or when it could not be renewed in
    /// time.</summary>
    private sealed class PostgresLease : IJobLease
    {
        private readonly PostgresJobStore _store;
        private readonly TimeSpan _duration;

        [SuppressMessage("Usage", "CA2213", Justification = "Owners may look at the token after the lease; there is no timer to free.")]
        private readonly CancellationTokenSource _lost = new();

        [SuppressMessage("Usage", "CA2213", Justification = "The same.")]
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _renewal;

        public PostgresLease(PostgresJobStore store, LeaseToken token, long acquired, TimeSpan duration, long since)
        {
            (_store, Token, AcquiredSeq, _duration) = (store, token, acquired, duration);
            _renewal = Task.Run(() => RenewAsync(since, _stop.Token));
        }

        public LeaseToken Token { get; }

        public long AcquiredSeq { get; }

        public CancellationToken Lost => _lost.Token;

        public void MarkLost() => _lost.Cancel();

        public void Stop() => Database.End(_stop);

        public async ValueTask DisposeAsync()
        {
            if (_stop.IsCancellationRequested)
            {
                return;
            }

            Database.End(_stop);
            await _renewal;
            _ = _store._leases.TryRemove(new KeyValuePair<JobId, PostgresLease>(Token.Job, this));
            try
            {
                _ = await _store.RenewAsync(Token, until: null, CancellationToken.None);
            }
            catch (LogistException)
            {
                // It ends by itself.
            }
        }

        private async Task RenewAsync(long renewed, CancellationToken stop)
        {
            while (!stop.IsCancellationRequested)
            {
                try
                {
                    await Task.Delay(_duration / 3, _store._time, stop);
                    var asked = _store._time.GetTimestamp();
                    using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
                    limit.CancelAfter(_duration);
                    if (!await _store.RenewAsync(Token, _duration, limit.Token))
                    {
                        MarkLost();
                        return;
                    }

                    renewed = asked;
                }
                catch (Exception e) when (e is LogistException or OperationCanceledException)
                {
                    if (!stop.IsCancellationRequested && _store._time.GetElapsedTime(renewed) > _duration)
                    {
                        MarkLost();
                    }
                }
            }
        }
    }
}
