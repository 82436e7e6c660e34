using Logist.Core;
using Logist.Engine;
using Logist.Views;

namespace Logist.Cli;

/// <summary>After a person's command: the manifest shows it, also when nobody drives the job.</summary>
internal static class Refresh
{
    public static async Task ManifestAsync(Session session, JobId id, CancellationToken ct)
    {
        var job = await LoadedJob.LoadAsync(session.Store, id, ct);
        var document = ManifestDocument.Render(job.State, job.Recent, session.Store.PositionAt(id, job.State.Seq).Offset, session.Store.LayoutOf(id));
        _ = await session.Store.SaveManifestAsync(id, document, ct);
    }
}
