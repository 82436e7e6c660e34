using System.Diagnostics.CodeAnalysis;
using Logist.Core;
using Logist.Core.Jobs;
using Logist.Core.Workflows;
using Logist.Files;

namespace Logist.Stores;

/// <summary>What is wrong with a job's files.</summary>
/// <param name="End">The end of what is whole in the journal.</param>
/// <param name="TornLength">Bytes after it of an append that was never acknowledged.</param>
/// <param name="Journal">Damage after <paramref name="End"/>; null: none.</param>
/// <param name="Manifest">Why the manifest cannot be trusted; null: it can.</param>
/// <param name="LosesEvents">Going on would give up events that may have been acknowledged.</param>
public sealed record RecoveryFindings(JournalPosition End, long TornLength, Problem? Journal, Problem? Manifest, bool LosesEvents);

/// <param name="Done">Sentences: what was repaired; empty = nothing was wrong.</param>
/// <param name="Kept">Absolute paths of the copies of what was removed.</param>
public sealed record RecoveryResult(IReadOnlyList<string> Done, IReadOnlyList<string> Kept);

/// <summary>Repairs a job's journal and manifest; every other command only reports their damage. Keeps a copy of all that it
/// removes.</summary>
public sealed class JournalRecovery(FileJobStore store, TimeProvider time)
{
    /// <summary>Looks and changes nothing.</summary>
    /// <exception cref="JobStateException">Corrupt: nothing can be rebuilt, or a later version made it.</exception>
    public RecoveryFindings Inspect(JobId job)
    {
        var layout = store.LayoutOf(job);
        var manifest = ManifestProblem(layout, out var known);
        using var file = FileJobStore.OpenToRead(layout);
        using var reader = new JournalReader(file, layout, from: null, () => known);
        var (end, damage) = ReadWhole(layout, reader);
        if (damage is not null && end.Seq == 0)
        {
            throw damage;
        }

        if (manifest is null && known > end.Offset)
        {
            manifest = Damage.InManifest(layout, $"it tells of {known} bytes of the journal, of which {end.Offset} are whole").Problem;
        }

        return new RecoveryFindings(end, damage is null ? reader.TornLength : 0, damage?.Problem, manifest, damage is not null
            || known > end.Offset);
    }

    /// <summary>
    /// Cuts a torn tail, rebuilds the manifest from the journal and records that. With <paramref name="accept"/> it also gives
    /// up a damaged part of the journal and all that follows it. Doing it again, or after a crash in between, is harmless.
    /// </summary>
    /// <param name="render">The manifest document (without hash) of the journal as it then is, which ends at the position given.</param>
    /// <exception cref="JobStateException">Corrupt: events would be lost, and <paramref name="accept"/> is false.</exception>
    /// <exception cref="LogistException">Busy: a process drives the job. Storage.</exception>
    public async Task<RecoveryResult> RecoverAsync(
        JobId job, bool accept, Stamp by, Func<JournalPosition, ReadOnlyMemory<byte>> render, CancellationToken ct)
    {
        var layout = store.LayoutOf(job);
        // What this process remembers of the journal may be what is given up.
        _ = store.Open(job).TryClose();
        using var idle = FileJobStore.TryTakeRunLock(layout) ?? throw new LogistException(ErrorKind.Busy, $"a process drives {job}",
            "only a job at rest can be repaired", $"logist job suspend {job} --now", $"logist job recover {job}");
        var done = new List<string>();
        var kept = new List<string>();
        await RepairAsync(job, layout, accept, done, kept, ct);
        if (done.Count == 0)
        {
            return new RecoveryResult(done, kept);
        }

        var journal = store.Open(job);
        await journal.EnterAsync(ct);
        try
        {
            journal.Append(journal.End!.At.Epoch, [new JobEvent.JobRecovered(by, string.Join("; ", done), [.. kept.Select(p =>
                Path.GetFileName(p))])]);
            _ = ManifestFile.Save(layout, render(journal.End!.At).Span);
        }
        finally
        {
            journal.Leave();
        }

        return new RecoveryResult(done, kept);
    }

    private async Task RepairAsync(JobId job, JobLayout layout, bool accept, List<string> done, List<string> kept, CancellationToken ct)
    {
        using var writing = new LockFile(layout.WriteLock);
        while (!writing.TryTake())
        {
            await Task.Delay(5, ct);
        }

        var findings = Inspect(job);
        if (findings.LosesEvents && !accept)
        {
            throw Refused(layout, findings);
        }

        // The manifest first: while it is missing every other command stops, and its offset cannot contradict a shortened journal.
        if (findings.Manifest is not null)
        {
            done.Add($"rebuilt the manifest ({findings.Manifest.Why})");
            KeepManifest(layout, kept);
        }

        if (findings.Journal is not null)
        {
            done.Add($"gave up the journal after event {findings.End.Seq} ({findings.Journal.Why} at byte {findings.End.Offset})");
            CutTo(layout, findings.End.Offset, "damaged", whole: true, kept);
        }
        else if (findings.TornLength > 0)
        {
            done.Add($"cut an incomplete append of {findings.TornLength} bytes after event {findings.End.Seq}");
            CutTo(layout, findings.End.Offset, "torn", whole: false, kept);
        }
    }

    private void KeepManifest(JobLayout layout, List<string> kept)
    {
        if (Libc.Status(layout.Manifest) is null)
        {
            return;
        }

        var path = Path.Combine(layout.Directory, $"job_manifest.bad.{time.GetUtcNow():yyyyMMdd'T'HHmmssfff'Z'}.json");
        Durable.Rename(layout.Manifest, path);
        Durable.SyncDirectory(layout.Directory);
        kept.Add(path);
    }

    /// <summary>In place: whoever has the journal open goes on with the same file.</summary>
    private void CutTo(JobLayout layout, long offset, string kind, bool whole, List<string> kept)
    {
        using var file = BoundedFile.TryOpen(layout.Journal, Libc.ReadWrite, JournalReader.MaxFileLength, out var status)
            ?? throw JournalFile.Missing(layout);
        var start = whole ? 0 : offset;
        var copy = new byte[status.Size - start];
        var length = BoundedFile.ReadFully(file, copy, start, layout.Journal);
        kept.Add(JournalFile.KeepCopy(layout, kind, offset, copy.AsSpan(0, length), time));
        Durable.Check(Libc.Ftruncate(file, offset), "ftruncate", layout.Journal);
        Durable.Sync(file, layout.Journal);
    }

    private static JobStateException Refused(JobLayout layout, RecoveryFindings findings) =>
        new(new Problem(ErrorKind.Corrupt, $"{layout.Journal} is whole up to event {findings.End.Seq} (byte {findings.End.Offset}) only",
            findings.Journal is { } damage ? $"{damage.What}: {damage.Why}" : findings.Manifest?.Why,
            $"logist job recover {layout.JobName()} --accept"));

    [SuppressMessage("Design", "CA1031", Justification = "False alarm: the filter is the type.")]
    private static (JournalPosition End, JobStateException? Damage) ReadWhole(JobLayout layout, JournalReader reader)
    {
        // Workflow files are not the journal's matter.
        var parser = new LineEvents(_ => new WorkflowDefinition("", []));
        var events = new List<StoredEvent>();
        var end = reader.At.At;
        try
        {
            while (reader.Next())
            {
                events.Clear();
                FileJobStore.Parse(layout, parser, reader, events);
                end = reader.At.At;
            }

            return (end, null);
        }
        catch (JobStateException e) when (!Damage.IsNewer(e))
        {
            return (end, e);
        }
    }

    private static Problem? ManifestProblem(JobLayout layout, out long known)
    {
        known = 0;
        try
        {
            known = ManifestFile.JournalOffset(layout);
            _ = ManifestFile.Load(layout);
            return null;
        }
        catch (JobStateException e) when (!Damage.IsNewer(e))
        {
            return e.Problem;
        }
    }
}
