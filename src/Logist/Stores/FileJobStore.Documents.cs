using Logist.Core;
using Logist.Core.Workflows;
using Logist.Files;
using Logist.Workflows;

namespace Logist.Stores;

/// <summary>What lies beside a journal: its manifest and its compiled workflows.</summary>
public sealed partial class FileJobStore
{
    /// <summary>So many manifests are worth more than one thread.</summary>
    private const int WorthThreads = 25;

    public IReadOnlyList<JobId> List() => Stores.JobsDirectory.List(JobsDirectory);

    public bool Exists(JobId job) => Stores.JobsDirectory.IsJob(LayoutOf(job));

    public JobVersion? VersionOf(JobId job) => Libc.Status(LayoutOf(job).Journal) is { } status
        ? new JobVersion((long)status.Inode, status.Size, DateTimeOffset.UnixEpoch.AddTicks(status.Changed / TimeSpan.NanosecondsPerTick))
        : null;

    public string SaveWorkflow(JobId job, WorkflowDefinition workflow) => CompiledWorkflow.Save(LayoutOf(job), workflow);

    /// <summary>Under the write lock.</summary>
    public async Task<bool> SaveManifestAsync(JobId job, ReadOnlyMemory<byte> document, CancellationToken ct)
    {
        var journal = Open(job);
        var position = ManifestFile.PositionOf(journal.Layout, document.Span);
        await journal.EnterAsync(ct);
        try
        {
            var onDisk = ManifestFile.JournalOffset(journal.Layout);
            if (onDisk > position.Offset || position.Offset > journal.End!.At.Offset)
            {
                return false;
            }

            journal.FlushForeign();
            return ManifestFile.Save(journal.Layout, document.Span);
        }
        finally
        {
            journal.Leave();
        }
    }

    public ManifestHeader LoadManifest(JobId job, out ReadOnlyMemory<byte> document) => ManifestFile.Load(LayoutOf(job), out document);

    public IReadOnlyList<JobHead> Heads(IReadOnlyList<JobId> jobs)
    {
        var heads = new JobHead[jobs.Count];
        ThreadedLoop.Run(jobs.Count, jobs.Count < WorthThreads ? 1 : Environment.ProcessorCount, i => heads[i] = Head(jobs[i]));
        return heads;
    }

    private JobHead Head(JobId job)
    {
        var layout = LayoutOf(job);
        try
        {
            var header = ManifestFile.QuickHeader(layout);
            return new JobHead(job, header.UpdatedAt is not null ? header : header with { UpdatedAt = Written(layout) }, null);
        }
        catch (LogistException e)
        {
            return new JobHead(job, null, e.Problem, Written(layout));
        }
    }

    private static DateTimeOffset? Written(JobLayout layout) => File.Exists(layout.Manifest)
        ? new DateTimeOffset(File.GetLastWriteTimeUtc(layout.Manifest), TimeSpan.Zero) : null;
}
