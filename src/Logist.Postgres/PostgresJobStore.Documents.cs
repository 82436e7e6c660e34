using System.Buffers;
using System.Collections.Concurrent;
using Logist.Core;
using Logist.Core.Jobs;
using Logist.Core.Workflows;
using Logist.Stores;
using Logist.Workflows;
using Npgsql;
using NpgsqlTypes;

namespace Logist.Postgres;

/// <summary>Jobs as a whole, and what lies beside a journal: its manifest and its compiled workflows.</summary>
public sealed partial class PostgresJobStore
{
    /// <summary>By content, so one that was read is right for ever; a job has few.</summary>
    private readonly ConcurrentDictionary<string, WorkflowDefinition> _workflows = new(StringComparer.Ordinal);

    public Task<AppendResult> CreateAsync(JobId job, IReadOnlyList<JobEvent> events, WorkflowDefinition workflow,
        Func<JournalPosition, ReadOnlyMemory<byte>> manifest, CancellationToken ct) =>
        MakeAsync(job, events, CompiledWorkflow.Write(workflow), position => ManifestFile.WithHash(manifest(position).Span), ct);

    public IReadOnlyList<JobId> List() => _database.Use(connection =>
    {
        using var command = new NpgsqlCommand("SELECT id FROM logist.job ORDER BY id", connection);
        using var rows = command.ExecuteReader();
        var jobs = new List<JobId>();
        while (rows.Read())
        {
            jobs.Add(JobId.Parse(rows.GetString(0)));
        }

        return jobs;
    });

    public bool Exists(JobId job) => VersionOf(job) is not null;

    public JobVersion? VersionOf(JobId job) => _database.Use<JobVersion?>(connection =>
    {
        using var command = new NpgsqlCommand("SELECT made, length, changed FROM logist.job WHERE id = $1", connection)
        {
            Parameters = { Value(job.Value) },
        };
        using var row = command.ExecuteReader();
        return row.Read() ? new JobVersion(row.GetInt64(0), row.GetInt64(1), row.GetFieldValue<DateTimeOffset>(2)) : null;
    });

    public JournalPosition PositionAt(JobId job, long seq) => _ends.TryGetValue(job, out var known) && known.At.Seq == seq
        ? known.At
        : _database.Use(connection =>
        {
            using var command = new NpgsqlCommand("SELECT length, epoch FROM logist.append WHERE job = $1 AND seq = $2", connection)
            {
                Parameters = { Value(job.Value), Value(seq) },
            };
            using var row = command.ExecuteReader();
            return row.Read() ? new JournalPosition(seq, row.GetInt64(0), row.GetInt64(1))
                : throw new ArgumentOutOfRangeException(nameof(seq), seq, $"no append to {job} ends with this event");
        });

    /// <summary>The database keeps lines whole, and <see cref="Read"/> checks them: here only the ends are compared.</summary>
    public JournalPosition VerifyChain(JobId job, long untilOffset)
    {
        var end = End(job).At;
        return untilOffset <= end.Offset ? end : throw Damage.InManifest(Place(job),
            $"it tells of {untilOffset} bytes of the journal, which has {end.Offset}: acknowledged events are gone");
    }

    public string SaveWorkflow(JobId job, WorkflowDefinition workflow)
    {
        var definition = CompiledWorkflow.Write(workflow);
        var sha = CompiledWorkflow.Sha(definition);
        return _database.Use(connection =>
        {
            using var command = new NpgsqlCommand("INSERT INTO logist.workflow VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", connection)
            {
                Parameters = { Value(job.Value), Value(sha), Value(definition) },
            };
            command.ExecuteNonQuery();
            return sha;
        });
    }

    public Task<bool> SaveManifestAsync(JobId job, ReadOnlyMemory<byte> document, CancellationToken ct)
    {
        var length = ManifestFile.PositionOf(Place(job), document.Span).Offset;
        var content = ManifestFile.WithHash(document.Span);
        return _database.UseAsync(async connection =>
        {
            await using var command = new NpgsqlCommand(
                """
                UPDATE logist.job SET manifest = $2, manifest_length = $3
                WHERE id = $1 AND manifest_length <= $3 AND length >= $3 AND manifest <> $2
                """, connection)
            {
                Parameters = { Value(job.Value), Value(content), Value(length) },
            };
            return await command.ExecuteNonQueryAsync(ct) > 0;
        }, ct);
    }

    public ManifestHeader LoadManifest(JobId job, out ReadOnlyMemory<byte> document)
    {
        var content = Manifests([job]) is [var (_, found)] ? found : throw Damage.UnknownJob(job);
        document = content;
        return ManifestFile.Check(Place(job), content);
    }

    public IReadOnlyList<JobHead> Heads(IReadOnlyList<JobId> jobs)
    {
        var found = Manifests(jobs).ToDictionary(pair => pair.Job, pair => pair.Manifest);
        return [.. jobs.Where(found.ContainsKey).Select(job => Head(job, found[job]))];
    }

    private JobHead Head(JobId job, byte[] manifest)
    {
        try
        {
            return new JobHead(job, ManifestFile.QuickHeader(Place(job), manifest), null);
        }
        catch (LogistException e)
        {
            return new JobHead(job, null, e.Problem);
        }
    }

    private List<(JobId Job, byte[] Manifest)> Manifests(IReadOnlyList<JobId> jobs) => _database.Use(connection =>
    {
        using var command = new NpgsqlCommand("SELECT id, manifest FROM logist.job WHERE id = ANY ($1)", connection)
        {
            Parameters = { Value(jobs.Select(job => job.Value).ToArray()) },
        };
        using var rows = command.ExecuteReader();
        var found = new List<(JobId, byte[])>();
        while (rows.Read())
        {
            found.Add((JobId.Parse(rows.GetString(0)), rows.GetFieldValue<byte[]>(1)));
        }

        return found;
    });

    private WorkflowDefinition Workflow(JobId job, string sha) => _workflows.GetOrAdd(sha, _ =>
    {
        if (_resolve is not null)
        {
            return _resolve(Place(job), sha);
        }

        var definition = _database.Use(connection =>
        {
            using var command = new NpgsqlCommand("SELECT definition FROM logist.workflow WHERE job = $1 AND sha = $2", connection)
            {
                Parameters = { Value(job.Value), Value(sha) },
            };
            return command.ExecuteScalar() as byte[];
        }) ?? throw Missing("it is missing");
        return CompiledWorkflow.Sha(definition) == sha ? CompiledWorkflow.Read(definition)
            : throw Missing("its bytes are not those of its name");

        LogistException Missing(string why) => new(ErrorKind.Corrupt,
            $"the workflow {sha[..Math.Min(12, sha.Length)]} of {job} cannot be used", why, "restore the database from a backup");
    });

    private Task<AppendResult> MakeAsync(JobId job, IReadOnlyList<JobEvent> events, byte[]? workflow,
        Func<JournalPosition, ReadOnlyMemory<byte>> manifest, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var buffer = new ArrayBufferWriter<byte>();
        var end = Write(buffer, ChainPoint.AfterHeader(JournalLine.Header(job)), 0, events);
        var (request, document, asked) = (Guid.NewGuid(), manifest(end.At), _news.Now);
        return _database.UseAsync<AppendResult>(async connection =>
        {
            await using var command = new NpgsqlCommand(
                "SELECT outcome, last FROM logist.make($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)", connection)
            {
                Parameters =
                {
                    Value(job.Value), Value(request), Value(end.At.Seq), Value(end.At.Offset), Value((long)end.Crc),
                    Value(buffer.WrittenMemory), Value(document), Value(document.IsEmpty ? 0 : end.At.Offset),
                    new() { Value = workflow is null ? DBNull.Value : CompiledWorkflow.Sha(workflow), NpgsqlDbType = NpgsqlDbType.Text },
                    new() { Value = workflow ?? (object)DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bytea },
                    Value(Home.Id), Value(Home.Name),
                },
            };
            await using var row = await command.ExecuteReaderAsync(CancellationToken.None);
            await row.ReadAsync(CancellationToken.None);
            if (row.GetString(0) != "done")
            {
                return new AppendResult.Conflict(row.GetInt64(1));
            }

            Know(job, end, asked);
            return new AppendResult.Appended(end.At.Seq);
        }, ct);
    }
}
