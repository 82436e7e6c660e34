using Logist.Core.Jobs;
using Logist.Engine;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Logist.Server.Api;

/// <param name="MaxDispatch">1 to 100, default 10: at most so many at a time</param>
internal sealed record DispatchReadyBody(string? By = null, int? MaxDispatch = null);

internal sealed record DispatchResult(string RunId, IReadOnlyList<SpawnedTask> Spawn, ExecutionSummary Aggregate);

/// <summary>A run that was left to somebody goes on: after a partial re-run with <c>auto_dispatch: false</c>, say.</summary>
internal static class DispatchReadyEndpoint
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/workflow-runs/{run}/dispatch-ready", DispatchAsync).Described("dispatchReady", "Starts what is ready, and goes on")
            .Accepts<DispatchReadyBody>("application/json").Produces<DispatchResult>().RefusesByState();

    private static async Task<IResult> DispatchAsync(string run, HttpContext http, ApiServices services)
    {
        var body = await RequestBody.ReadAsync(http, ApiJson.Api.DispatchReadyBody);
        var target = Target.OfRun(run);
        var job = await Reexecutions.AtRestAsync(http, services, target);
        if (JobVerbs.Guard(job, JobVerb.Run) is { } refused)
        {
            throw new Core.JobStateException(refused);
        }

        Limits.Check(("/max_dispatch", body.MaxDispatch, 1, PartialRerunEndpoint.MaxDispatch));
        var by = Requests.Stamp(http, services, body.By);
        var spawn = await Dispatch.StartAsync(services, job, [.. job.Run!.Ready],
            body.MaxDispatch ?? PartialRerunEndpoint.DefaultDispatch, by.Actor);
        var after = (await LoadedJob.LoadAsync(services.Store, target.Job, CancellationToken.None)).State;
        var summary = ExecutionSummary.Of(after, after.Runs[job.Run.Number - 1]);
        return Results.Json(new DispatchResult($"{job.Id}.{job.Run.Number}", spawn, summary), ApiJson.Api.DispatchResult);
    }
}
