using Logist.Core;
using Logist.Engine;
using Logist.Stores;

namespace Logist.Cli;

/// <summary>A job that was checked and read; nothing is locked, written or repaired.</summary>
internal sealed record OpenedJob(JobId Id, JobLayout Layout, LoadedJob Loaded)
{
    /// <exception cref="JobStateException">Corrupt: manifest or journal; the fix is <c>logist job recover</c>.</exception>
    public static async Task<OpenedJob> ReadAsync(Session session, JobId id, CancellationToken ct)
    {
        var layout = session.Store.LayoutOf(id);
        var manifest = ManifestFile.Load(layout);
        _ = session.Store.VerifyChain(id, manifest.Journal.Offset);
        return new OpenedJob(id, layout, await LoadedJob.LoadAsync(session.Store, id, ct));
    }
}
