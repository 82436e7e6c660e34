using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Logist.Core;
using Logist.Core.Jobs;
using Logist.Stores;
using Npgsql;
using NpgsqlTypes;

namespace Logist.Postgres;

/// <summary>
/// Jobs in a PostgreSQL database, for any number of processes on any number of machines. A row is a line of a journal, the very bytes
/// that the file store would write.
/// </summary>
public sealed partial class PostgresJobStore : IJobStore
{
    private readonly TimeProvider _time;
    private readonly WorkflowResolver? _resolve;
    private readonly Database _database;
    private readonly News _news;
    private readonly ConcurrentDictionary<JobId, ChainPoint> _ends = new();

    /// <param name="address"><c>postgres://user@host:port/database</c>.</param>
    /// <param name="jobsDirectory">Where the jobs made here have their trees and logs.</param>
    /// <param name="workflows">Null: those that the database keeps.</param>
    /// <exception cref="LogistException">Usage: not an address. The database itself is asked when it is used first.</exception>
    [SuppressMessage("Reliability", "CA2000", Justification = "The database disposes its source.")]
    public PostgresJobStore(string address, string jobsDirectory, TimeProvider time, WorkflowResolver? workflows = null)
    {
        _resolve = workflows;
        var builder = StoreAddress.Parse(address);
        (_time, JobsDirectory) = (time, Path.GetFullPath(jobsDirectory));
        _database = new Database(NpgsqlDataSource.Create(builder), StoreAddress.Shown(builder), time);
        _news = new News(_database, time);
    }

    /// <summary>The database without user and password.</summary>
    public string Shown => _database.Shown;

    public string JobsDirectory { get; }

    private Home Home => field ??= Home.Of(JobsDirectory);

    public Task<AppendResult> AppendAsync(JobId job, long expected, IReadOnlyList<JobEvent> events, LeaseToken? lease, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(expected);
        ArgumentOutOfRangeException.ThrowIfZero(events.Count, nameof(events));
        return lease is not null && lease.Job != job ? throw new ArgumentException("the lease is another job's", nameof(lease))
            : expected == 0 ? MakeAsync(job, events, null, _ => default, ct)
            : AppendToAsync(job, expected, events, lease, ct);
    }

    public IEnumerable<StoredEvent> Read(JobId job, long after)
    {
        var lines = _database.Use(connection => ReadLines(connection, job, after));
        if (lines.Count == 0)
        {
            _ = End(job);
            yield break;
        }

        var parser = new LineEvents(sha => Workflow(job, sha));
        var events = new List<StoredEvent>();
        foreach (var line in Checked(job, after, lines))
        {
            events.Clear();
            Parse(job, parser, line, events);
            foreach (var stored in events.Where(stored => stored.Seq > after))
            {
                yield return stored;
            }
        }
    }

    public void Dispose()
    {
        _news.Dispose();
        foreach (var lease in _leases.Values)
        {
            lease.Stop();
        }

        _database.Dispose();
    }

    /// <summary>Where messages say that something is: there is no such file, but it tells which job of which database.</summary>
    private JobLayout Place(JobId job) => new($"{Shown}/{job}");

    private async Task<AppendResult> AppendToAsync(
        JobId job, long expected, IReadOnlyList<JobEvent> events, LeaseToken? lease, CancellationToken ct)
    {
        var (request, buffer) = (Guid.NewGuid(), new ArrayBufferWriter<byte>());
        var end = _ends.TryGetValue(job, out var known) && known.At.Seq == expected ? known : End(job);
        while (true)
        {
            if (lease is not null && lease.Epoch != end.At.Epoch)
            {
                MarkLost(job, lease.Epoch);
                return new AppendResult.LeaseLost(LastOwner(job)?.Owner);
            }

            if (end.At.Seq != expected)
            {
                return new AppendResult.Conflict(end.At.Seq);
            }

            var next = Write(buffer, end, end.At.Epoch, events);
            var asked = _news.Now;
            var (outcome, now) = await AddAsync(job, request, end, next, buffer.WrittenMemory, null, null, ct);
            switch (outcome)
            {
                case "done":
                    Know(job, next, asked);
                    return new AppendResult.Appended(next.At.Seq);
                case "gone":
                    throw Damage.UnknownJob(job);
                default:
                    end = now!;
                    break;
            }
        }
    }

    private static ChainPoint Write(ArrayBufferWriter<byte> buffer, ChainPoint end, long epoch, IReadOnlyList<JobEvent> events)
    {
        var crc = JournalLine.Write(buffer, end, epoch, events);
        return new ChainPoint(new JournalPosition(end.At.Seq + events.Count, end.At.Offset + buffer.WrittenCount, epoch), crc, -1);
    }

    /// <returns>What became of it, and the end of the journal as it was then; null when there is no such job.</returns>
    private Task<(string Outcome, ChainPoint? Now)> AddAsync(JobId job, Guid request, ChainPoint known, ChainPoint next,
        ReadOnlyMemory<byte> line, TimeSpan? take, long? dead, CancellationToken ct) => _database.UseAsync(async connection =>
    {
        await using var command = new NpgsqlCommand(
            "SELECT outcome, last, ends, highest, checksum FROM logist.add($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)", connection)
        {
            Parameters =
            {
                Value(job.Value), Value(request), Value(known.At.Seq), Value((long)known.Crc), Value(known.At.Epoch),
                Value(next.At.Seq), Value(next.At.Offset), Value(next.At.Epoch), Value((long)next.Crc), Value(line),
                new() { Value = take ?? (object)DBNull.Value, NpgsqlDbType = NpgsqlDbType.Interval },
                new() { Value = dead ?? (object)DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint },
            },
        };

        // Never cancelled under way: whether it came through would be unknown.
        await using var row = await command.ExecuteReaderAsync(CancellationToken.None);
        await row.ReadAsync(CancellationToken.None);
        return (row.GetString(0), row.IsDBNull(1) ? null : Point(row, 1));
    }, ct);

    /// <summary>The end of the journal as the database has it now.</summary>
    /// <exception cref="LogistException">UnknownJob.</exception>
    private ChainPoint End(JobId job)
    {
        var asked = _news.Now;
        var end = _database.Use(connection =>
        {
            using var command = new NpgsqlCommand("SELECT seq, length, epoch, crc FROM logist.job WHERE id = $1", connection)
            {
                Parameters = { Value(job.Value) },
            };
            using var row = command.ExecuteReader();
            return row.Read() ? Point(row, 0) : null;
        }) ?? throw Damage.UnknownJob(job);
        Know(job, end, asked);
        return end;
    }

    private static ChainPoint Point(NpgsqlDataReader row, int at) =>
        new(new JournalPosition(row.GetInt64(at), row.GetInt64(at + 1), row.GetInt64(at + 2)), (uint)row.GetInt64(at + 3), -1);

    /// <param name="asked">When the database was asked.</param>
    private void Know(JobId job, ChainPoint end, News.Moment asked)
    {
        _ends[job] = end;
        _news.Seen(job, end.At.Seq, asked);
    }

    private static List<byte[]> ReadLines(NpgsqlConnection connection, JobId job, long after)
    {
        using var command = new NpgsqlCommand("SELECT line FROM logist.append WHERE job = $1 AND seq > $2 ORDER BY seq", connection)
        {
            Parameters = { Value(job.Value), Value(after) },
        };
        using var rows = command.ExecuteReader();
        var lines = new List<byte[]>();
        while (rows.Read())
        {
            lines.Add(rows.GetFieldValue<byte[]>(0));
        }

        return lines;
    }

    /// <summary>Each line must go on where the one before it ended.</summary>
    private IEnumerable<ChainRead> Checked(JobId job, long after, IReadOnlyList<byte[]> lines)
    {
        ChainPoint? at = after == 0 ? ChainPoint.AfterHeader(JournalLine.Header(job)) : null;
        foreach (var line in lines)
        {
            var text = line.AsMemory(0, line.Length - 1);
            if (at is null && JournalLine.TryParsePrefix(text.Span, out var first, out _, out var epoch, out var previous))
            {
                at = new ChainPoint(new JournalPosition(first - 1, 0, epoch), previous, -1);
            }

            var begun = at?.At.Offset ?? 0;
            var (next, count) = (at, 0);
            if ((at is null ? "the line does not begin as it should" : at.Continue(text.Span, out next, out count)) is { } reason)
            {
                throw Damage.InJournal(Place(job), begun, reason);
            }

            at = next;
            yield return new ChainRead(text, at!, count, begun);
        }
    }

    private void Parse(JobId job, LineEvents parser, ChainRead read, List<StoredEvent> into)
    {
        try
        {
            parser.Read(read.Line.Span, read.End.At.Seq - read.Count + 1, read.Count, into);
        }
        catch (NewerFormatException e)
        {
            throw Damage.Newer(Place(job).Journal, e.Message);
        }
        catch (JsonException e)
        {
            throw Damage.InJournal(Place(job), read.Begun, e.Message);
        }
    }

    private static NpgsqlParameter<T> Value<T>(T value) => new() { TypedValue = value };

    private readonly record struct ChainRead(ReadOnlyMemory<byte> Line, ChainPoint End, int Count, long Begun);
}
