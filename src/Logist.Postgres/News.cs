using System.Collections.Concurrent;
using Logist.Core;
using Npgsql;

namespace Logist.Postgres;

/// <summary>
/// Which jobs have got more, for everybody in this process who waits for that. A notification only wakes; what is true is read, and read
/// every second also without one.
/// </summary>
internal sealed class News(Database database, TimeProvider time) : IDisposable
{
    /// <summary>So many changes are read at a time.</summary>
    private const int Batch = 1000;

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<JobId, long> _latest = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _guard = new();
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task? _following;
    private int _heardSince;

    /// <summary>Ends with the next change after it was asked for.</summary>
    public Task Next
    {
        get
        {
            lock (_guard)
            {
                return _next.Task;
            }
        }
    }

    /// <summary>Taken before the database is asked: what it answers counts only if everything after it will be heard.</summary>
    public Moment Now => new(Volatile.Read(ref _heardSince));

    /// <summary>The last event of a job, not more than a second old; null: not known without asking.</summary>
    public long? Latest(JobId job) => _latest.TryGetValue(job, out var seq) ? seq : null;

    /// <summary>The database was asked at that moment, and this was the last event of the job.</summary>
    public void Seen(JobId job, long seq, Moment asked)
    {
        lock (_guard)
        {
            if (asked.Hearing > 0 && asked == Now)
            {
                Know(job, seq);
            }
        }
    }

    /// <summary>Begins to listen; again is harmless.</summary>
    public void Follow()
    {
        lock (_guard)
        {
            _following ??= Task.Run(() => FollowAsync(_stop.Token));
        }
    }

    public void Dispose()
    {
        Database.End(_stop);
        try
        {
            _following?.GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            // That is its end.
        }

        _stop.Dispose();
    }

    /// <summary>The changes behind a number of the feed, in its order.</summary>
    public static async Task<List<(long Feed, JobId Job, long Seq)>> AfterAsync(
        NpgsqlConnection connection, long feed, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            "SELECT feed, job, seq FROM logist.append WHERE feed > $1 ORDER BY feed LIMIT $2", connection)
        {
            Parameters = { new NpgsqlParameter<long> { TypedValue = feed }, new NpgsqlParameter<int> { TypedValue = Batch } },
        };
        await using var rows = await command.ExecuteReaderAsync(ct);
        var changes = new List<(long, JobId, long)>();
        while (await rows.ReadAsync(ct))
        {
            changes.Add((rows.GetInt64(0), JobId.Parse(rows.GetString(1)), rows.GetInt64(2)));
        }

        return changes;
    }

    private async Task FollowAsync(CancellationToken ct)
    {
        long? feed = null;
        while (true)
        {
            try
            {
                await using var connection = await database.OpenAsync(ct);
                await using (var listen = new NpgsqlCommand("LISTEN logist", connection))
                {
                    await listen.ExecuteNonQueryAsync(ct);
                }

                feed ??= await LastAsync(connection, ct);
                lock (_guard)
                {
                    _latest.Clear();
                    _heardSince = Math.Abs(_heardSince) + 1;
                }

                while (true)
                {
                    var changes = await AfterAsync(connection, feed.Value, ct);
                    foreach (var (number, job, seq) in changes)
                    {
                        feed = number;
                        Know(job, seq);
                    }

                    if (changes.Count > 0)
                    {
                        Wake();
                    }
                    else
                    {
                        _ = await connection.WaitAsync(LookEvery, ct);
                    }
                }
            }
            catch (Exception e) when (e is NpgsqlException or IOException or LogistException)
            {
                ct.ThrowIfCancellationRequested();

                // Nobody knows what was missed: what was heard is no answer any more, and whoever waits looks for himself.
                lock (_guard)
                {
                    _latest.Clear();
                    _heardSince = -Math.Abs(_heardSince);
                }

                Wake();
                await Task.Delay(LookEvery, time, ct);
            }
        }
    }

    private static async Task<long> LastAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("SELECT coalesce(max(feed), 0) FROM logist.append", connection);
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    private void Know(JobId job, long seq) => _latest.AddOrUpdate(job, seq, (_, known) => Math.Max(known, seq));

    private void Wake()
    {
        TaskCompletionSource ended;
        lock (_guard)
        {
            (ended, _next) = (_next, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        ended.SetResult();
    }

    /// <param name="Hearing">Which time of hearing it is in; not above 0: nobody listens.</param>
    internal readonly record struct Moment(int Hearing);
}
