using System.Buffers;
using Logist.Core;
using Logist.Core.Jobs;
using Logist.Core.Workflows;
using Logist.Files;
using Logist.Workflows;

namespace Logist.Stores;

public sealed partial class FileJobStore
{
    public Task<AppendResult> CreateAsync(JobId job, IReadOnlyList<JobEvent> events, WorkflowDefinition workflow,
        Func<JournalPosition, ReadOnlyMemory<byte>> manifest, CancellationToken ct) => CreateAsync(job, events, (building, position) =>
        {
            _ = CompiledWorkflow.Save(building, workflow);
            _ = ManifestFile.Save(building, manifest(position).Span);
        }, ct);

    /// <summary>Builds the job's directory under another name and renames it into place when everything in it is durable.</summary>
    /// <param name="fill">Puts files into the directory being built, told where the journal ends; the store flushes them.</param>
    internal Task<AppendResult> CreateAsync(
        JobId job, IReadOnlyList<JobEvent> events, Action<JobLayout, JournalPosition> fill, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        Stores.JobsDirectory.Make(JobsDirectory);
        var final = LayoutOf(job);
        if (Libc.Status(final.Journal) is not null)
        {
            return Task.FromResult<AppendResult>(new AppendResult.Conflict(VerifyChain(job, 0).Seq));
        }

        var building = new JobLayout(Path.Combine(JobsDirectory, $".new-{job}-{Guid.NewGuid():n}"));
        // Held while building: a directory whose lock is free was left behind by a crash.
        using var alive = new LockFile(building.WriteLock);
        try
        {
            Durable.Check(Libc.MakeDirectory(building.Directory), "mkdir", building.Directory);
            _ = alive.TryTake();
            var position = WriteFirst(building, job, events);
            fill(building, position);
            if (durability == Durability.Full)
            {
                SyncTree(building.Directory);
            }

            ct.ThrowIfCancellationRequested();
            if (Libc.Rename(building.Directory, final.Directory) != 0)
            {
                return Task.FromResult<AppendResult>(NotRenamed(building, final, Libc.LastError));
            }
        }
        catch
        {
            Stores.JobsDirectory.Remove(building.Directory);
            throw;
        }

        if (durability == Durability.Full)
        {
            Durable.SyncDirectory(JobsDirectory);
        }

        return Task.FromResult<AppendResult>(new AppendResult.Appended(events.Count));
    }

    private AppendResult.Conflict NotRenamed(JobLayout building, JobLayout final, int errno)
    {
        // rename(2) replaces an empty directory, which is no job, and refuses any other.
        if (errno is not (Libc.EEXIST or Libc.ENOTEMPTY or Libc.ENOTDIR))
        {
            throw new LogistException(ErrorKind.Storage, $"rename failed on {final.Directory}", Libc.ErrorText(errno),
                "free space or fix the disk");
        }

        Stores.JobsDirectory.Remove(building.Directory);
        return Libc.Status(final.Journal) is not null
            ? new AppendResult.Conflict(VerifyChain(JobId.Parse(final.JobName()), 0).Seq)
            : throw new LogistException(ErrorKind.Exists, $"{final.Directory} exists and is no job", "its name is that of the new job",
                "choose another --name");
    }

    private static JournalPosition WriteFirst(JobLayout building, JobId job, IReadOnlyList<JobEvent> events)
    {
        var header = JournalLine.Header(job);
        var after = ChainPoint.AfterHeader(header);
        var line = new ArrayBufferWriter<byte>();
        _ = JournalLine.Write(line, after, epoch: 0, events);
        using var journal = Durable.Open(building.Journal, Libc.WriteOnly | Libc.Create | Libc.Exclusive | Libc.NoFollow);
        Durable.Check(Libc.Write(journal, (byte[])[.. header, .. line.WrittenSpan]), "write", building.Journal);
        return new JournalPosition(events.Count, header.Length + line.WrittenCount, 0);
    }

    private static void SyncTree(string directory)
    {
        foreach (var entry in Directory.EnumerateFileSystemEntries(directory))
        {
            if (Directory.Exists(entry))
            {
                SyncTree(entry);
            }
            else
            {
                Durable.SyncFile(entry);
            }
        }

        Durable.SyncDirectory(directory);
    }
}
