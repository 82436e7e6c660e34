using System.Runtime.CompilerServices;
using Logist.Core;
using Logist.Stores;
using Npgsql;

namespace Logist.Postgres;

public sealed partial class PostgresJobStore
{
    public bool HasNews(JobId job, long after) => (_news.Latest(job) ?? End(job).At.Seq) != after;

    public async IAsyncEnumerable<JobChanged> WatchAsync(Cursor? after, [EnumeratorCancellation] CancellationToken ct)
    {
        // Before the caller gets his turn back: what he does next is news.
        var (store, last) = _database.Use(connection =>
        {
            using var command = new NpgsqlCommand(
                "SELECT id::text, (SELECT coalesce(max(feed), 0) FROM logist.append) FROM logist.store", connection);
            using var row = command.ExecuteReader();
            row.Read();
            return (row.GetString(0), row.GetInt64(1));
        });

        // A number of another database, or one that this one has not reached because it was restored: whatever may have happened.
        var next = after is null ? last
            : after.Value.Value.Split('/') is [var name, var number] && name == store && long.TryParse(number, out var known)
                && known <= last ? known : 0;
        _news.Follow();
        while (true)
        {
            var wake = _news.Next;
            var changes = await _database.UseAsync(connection => News.AfterAsync(connection, next, ct), ct);
            foreach (var (feed, job, seq) in changes)
            {
                next = feed;
                yield return new JobChanged(job, seq, new Cursor($"{store}/{feed}"));
            }

            if (changes.Count == 0)
            {
                await wake.WaitAsync(ct);
            }
        }
    }
}
