using Logist.Core;
using Logist.Files;
using Logist.Stores;
using Logist.Views;

namespace Logist.Server.Jobs;

/// <summary>A row for every job. Only manifests that changed are read again: ten thousand that did not are looked at in a few hundredths
/// of a second.</summary>
internal sealed class JobRows(FileJobStore store, TimeProvider time)
{
    /// <summary>Of fewer jobs one thread is faster.</summary>
    private const int WorthThreads = 100;

    private readonly PerJob<JobRow> _rows = new(time);
    private readonly Lock _reading = new();
    private volatile Listed? _listed;

    /// <summary>What is in the jobs directory as long as that stays the same.</summary>
    private sealed record Listed(FileStatus? Directory, IReadOnlyList<JobId> Ids, string[] Manifests);

    public JobRow[] Read()
    {
        // One at a time: a second reader of changed manifests would only read them once more beside the first, on the same cores.
        lock (_reading)
        {
            var (_, ids, manifests) = List();
            var rows = new JobRow[ids.Count];
            ThreadedLoop.Run(ids.Count, ids.Count < WorthThreads ? 1 : Environment.ProcessorCount, i =>
                rows[i] = _rows.Get(ids[i], manifests[i], () => JobRow.Read(store.LayoutOf(ids[i]), ids[i])));
            return rows;
        }
    }

    /// <summary>Jobs come and go by a rename in their directory, which changes its status.</summary>
    private Listed List()
    {
        var directory = Libc.Status(store.JobsDirectory);
        if (_listed is { } known && known.Directory == directory)
        {
            return known;
        }

        var ids = JobsDirectory.List(store.JobsDirectory);
        _rows.Keep(ids);
        var listed = new Listed(directory, ids, [.. ids.Select(id => store.LayoutOf(id).Manifest)]);
        _listed = FileAge.IsSettled(directory, time) ? listed : null;
        return listed;
    }
}
