using System.Text.Json;
using Logist.Core;
using Logist.Engine;
using Logist.Stores;
using Logist.Views;

namespace Logist.Cli;

/// <summary>A job that was checked and read; nothing is locked, written or repaired.</summary>
internal sealed record OpenedJob(JobId Id, JobLayout Layout, LoadedJob Loaded)
{
    /// <exception cref="JobStateException">Corrupt: manifest or journal; the fix is <c>logist job recover</c>.</exception>
    public static async Task<OpenedJob> ReadAsync(Session session, JobId id, CancellationToken ct)
    {
        _ = session.Store.VerifyChain(id, session.Store.LoadManifest(id, out _).Journal.Offset);
        return new OpenedJob(id, session.LayoutOf(id), await LoadedJob.LoadAsync(session.Store, id, ct));
    }

    /// <summary><c>job status --json</c>.</summary>
    public void WriteStatus(Session session, StatusFacts facts)
    {
        var job = Loaded.State;
        var offset = session.Store.PositionAt(Id, job.Seq).Offset;
        using var document = JsonDocument.Parse(StatusDocument.Render(job, Loaded.Recent, offset, Layout, facts, allPhases: false));
        session.Terminal.WriteJson(document.WriteTo);
    }
}
