using Logist.Core;
using Logist.Core.Jobs;
using Logist.Views;

namespace Logist.Engine.Requests;

/// <summary>What a person asks of a job that somebody may be driving: carried out from anywhere, visible in the manifest at once.</summary>
public static class PersonsRequest
{
    /// <returns>The job afterwards.</returns>
    /// <exception cref="LogistException">The refusal; damaged files; UnknownJob.</exception>
    public static async Task<LoadedJob> CarryOutAsync(EngineServices services, JobId id, Func<JobState, JobCommand> request,
        CancellationToken ct)
    {
        var store = services.Store;
        var job = await new JobHandler(store).HandleAsync(id, request, ct);
        var document = ManifestDocument.Render(job.State, job.Recent, store.PositionAt(id, job.State.Seq).Offset, services.LayoutOf(id));
        _ = await store.SaveManifestAsync(id, document, ct);
        return job;
    }

    /// <summary>Branch and workspace as the journal says, where an owner that was killed left them behind.</summary>
    public static async Task SettleAsync(EngineServices services, JobId id, JobState job)
    {
        if (Worker.IsBehind(services.Store, id, job))
        {
            await Worker.SettleAsync(services, id);
        }
    }
}
