using Logist.Files;
using Logist.Stores;
using Logist.Views;

namespace Logist.Server.Jobs;

/// <summary>A row for every job. Only manifests that changed are read again: ten thousand that did not take a few hundredths of a
/// second.</summary>
internal sealed class JobRows(FileJobStore store)
{
    /// <summary>Of fewer jobs one thread is faster.</summary>
    private const int WorthThreads = 100;

    private readonly PerJob<JobRow> _rows = new();

    public JobRow[] Read()
    {
        var ids = JobsDirectory.List(store.JobsDirectory);
        var rows = new JobRow[ids.Count];
        ThreadedLoop.Run(ids.Count, ids.Count < WorthThreads ? 1 : Environment.ProcessorCount, i =>
        {
            var layout = store.LayoutOf(ids[i]);
            rows[i] = _rows.Get(ids[i], layout.Manifest, () => JobRow.Read(layout, ids[i]));
        });
        _rows.Keep(ids);
        return rows;
    }
}
