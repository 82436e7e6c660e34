using System.Text.Json;
using Logist.Core;
using Logist.Core.Jobs;
using Logist.Core.Workflows;
using Logist.Files;
using Microsoft.Win32.SafeHandles;

namespace Logist.Stores;

/// <summary>Reads <c>workflows/&lt;sha&gt;.json</c> of a job; throws a JobStateException when it is missing or damaged.</summary>
public delegate WorkflowDefinition WorkflowResolver(JobLayout layout, string sha);

public enum Durability
{
    Full,

    /// <summary>No flush: for benchmarks only, a power cut loses acknowledged events.</summary>
    None,
}

/// <summary>Jobs as directories of one local jobs directory; the authority is each job's history.jsonl.</summary>
public sealed partial class FileJobStore(
    string jobsDirectory, TimeProvider time, WorkflowResolver workflows, Durability durability = Durability.Full) : IJobStore
{
    // Two descriptors each.
    internal const int MaxOpenJournals = 128;

    private readonly Lock _guard = new();
    private readonly Dictionary<JobId, JournalFile> _journals = [];
    private readonly Dictionary<JobId, FileLease> _leases = [];

    public string JobsDirectory { get; } = Path.GetFullPath(jobsDirectory);

    public JobLayout LayoutOf(JobId job) => JobLayout.For(JobsDirectory, job);

    public Task<AppendResult> AppendAsync(JobId job, long expected, IReadOnlyList<JobEvent> events, LeaseToken? lease, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(expected);
        ArgumentOutOfRangeException.ThrowIfZero(events.Count, nameof(events));
        return lease is not null && lease.Job != job ? throw new ArgumentException("the lease is another job's", nameof(lease))
            : expected == 0 ? CreateAsync(job, events, (_, _) => { }, ct)
            : AppendToAsync(job, expected, events, lease, ct);
    }

    public IEnumerable<StoredEvent> Read(JobId job, long after)
    {
        var layout = LayoutOf(job);
        var known = KnownEnd(job);
        using var file = OpenToRead(layout);
        using var reader = new JournalReader(file, layout, known is not null && known.At.Seq <= after ? known : null);
        var parser = new LineEvents(sha => workflows(layout, sha));
        var events = new List<StoredEvent>();
        while (reader.Next())
        {
            if (reader.At.At.Seq <= after)
            {
                continue;
            }

            events.Clear();
            Parse(layout, parser, reader, events);
            foreach (var stored in events)
            {
                if (stored.Seq > after)
                {
                    yield return stored;
                }
            }
        }
    }

    public JournalPosition VerifyChain(JobId job, long untilOffset)
    {
        var layout = LayoutOf(job);
        using var file = OpenToRead(layout);
        using var reader = new JournalReader(file, layout, from: null);
        var seen = untilOffset == 0;
        while (reader.Next())
        {
            seen |= reader.At.At.Offset == untilOffset;
        }

        return seen ? reader.At.At : throw Damage.InJournal(layout, Math.Min(untilOffset, reader.At.At.Offset),
            $"the manifest knows {untilOffset} bytes of it, but no line ends there");
    }

    /// <summary>One stat. The end that this store has seen is no measure: saving a manifest takes in what others appended, too.</summary>
    public bool HasNews(JobId job, long after) =>
        KnownEnd(job) is not { } known || known.At.Seq != after || Libc.Status(LayoutOf(job).Journal) is not { } status
        || status.Size != known.At.Offset;

    public JournalPosition PositionAt(JobId job, long seq)
    {
        if (KnownEnd(job) is { } known && known.At.Seq == seq)
        {
            return known.At;
        }

        var layout = LayoutOf(job);
        using var file = OpenToRead(layout);
        using var reader = new JournalReader(file, layout, from: null);
        while (reader.Next())
        {
            if (reader.At.At.Seq == seq)
            {
                return reader.At.At;
            }
        }

        throw new ArgumentOutOfRangeException(nameof(seq), seq, $"no append to {job} ends with this event");
    }

    public void Dispose()
    {
        lock (_guard)
        {
            foreach (var journal in _journals.Values)
            {
                journal.Dispose();
            }

            _journals.Clear();
        }
    }

    private async Task<AppendResult> AppendToAsync(
        JobId job, long expected, IReadOnlyList<JobEvent> events, LeaseToken? lease, CancellationToken ct)
    {
        var journal = Open(job);
        await journal.EnterAsync(ct);
        try
        {
            var end = journal.End!;
            if (lease is not null && lease.Epoch != end.At.Epoch)
            {
                MarkLost(job, lease.Epoch);
                return new AppendResult.LeaseLost(OwnerAt(journal.Layout, end)?.Owner);
            }

            if (end.At.Seq != expected)
            {
                return new AppendResult.Conflict(end.At.Seq);
            }

            journal.Append(end.At.Epoch, events);
            return new AppendResult.Appended(journal.End!.At.Seq);
        }
        finally
        {
            journal.Leave();
        }
    }

    internal JournalFile Open(JobId job)
    {
        lock (_guard)
        {
            if (_journals.TryGetValue(job, out var journal))
            {
                return journal;
            }

            if (_journals.Count >= MaxOpenJournals)
            {
                foreach (var (id, idle) in _journals)
                {
                    if (!_leases.ContainsKey(id) && idle.TryClose())
                    {
                        // Whoever holds a reference still may use it: it opens its files again.
                        _journals.Remove(id);
                    }
                }
            }

            return _journals[job] = new JournalFile(LayoutOf(job), time, durability);
        }
    }

    private ChainPoint? KnownEnd(JobId job)
    {
        lock (_guard)
        {
            return _journals.TryGetValue(job, out var journal) ? journal.End : null;
        }
    }

    internal static SafeFileHandle OpenToRead(JobLayout layout) =>
        BoundedFile.TryOpen(layout.Journal, Libc.ReadOnly, JournalReader.MaxFileLength, out _) ?? throw JournalFile.Missing(layout);

    internal static void Parse(JobLayout layout, LineEvents parser, JournalReader reader, List<StoredEvent> into)
    {
        var lineOffset = reader.At.At.Offset - reader.Line.Length - 1;
        try
        {
            parser.Read(reader.Line, reader.At.At.Seq - reader.Count + 1, reader.Count, into);
        }
        catch (NewerFormatException e)
        {
            throw Damage.Newer(layout.Journal, e.Message);
        }
        catch (JsonException e)
        {
            throw Damage.InJournal(layout, lineOffset, e.Message);
        }
    }
}
