using Logist.Core.Jobs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Logist.Server.Api;

/// <summary>The runs of a job: <c>fix-login.2</c>.</summary>
internal static class RunEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/workflow-runs", ListAsync).Described("listRuns", "Every run of a job, oldest first")
            .Produces<IReadOnlyList<WorkflowRun>>();
        api.MapGet("/workflow-runs/{run}", ReadAsync).Described("getRun", "A run").Produces<WorkflowRun>()
            .Produces(StatusCodes.Status304NotModified);
        api.MapGet("/workflow-runs/{run}/execution-summary", SummaryAsync).Described("getExecutionSummary", "How far a run is")
            .Produces<ExecutionSummary>();
    }

    private static Task<IResult> ListAsync(HttpContext http, ApiServices services, string? job_id)
    {
        var id = ApiIds.Job(Query.Text(job_id) ?? throw Query.Wrong("job_id", "job_id says whose runs"));
        return services.Reader.ReadAsync(id, loaded => Results.Json(
            [.. loaded.State.Runs.Select(run => Record(services, loaded.State, run))],
            ApiJson.Api.IReadOnlyListWorkflowRun), http.RequestAborted);
    }

    private static Task<IResult> ReadAsync(string run, HttpContext http, ApiServices services)
    {
        var (id, number) = ApiIds.Run(run);
        return services.Reader.ReadAsync(id, loaded =>
        {
            var found = Runs.Find(loaded.State, number);
            return ETags.Unchanged(http, ETags.Of(loaded.State.Seq)) is { } unchanged && !IsRunning(loaded.State, found) ? unchanged
                : Results.Json(Record(services, loaded.State, found), ApiJson.Api.WorkflowRun);
        }, http.RequestAborted);
    }

    private static WorkflowRun Record(ApiServices services, JobState job, RunState run) =>
        WorkflowRun.Of(job, run, Templates.IdOf(services, job), services.Engine.Now);

    /// <summary>Its duration grows without an event.</summary>
    private static bool IsRunning(JobState job, RunState run) => run == job.Run && run.FinishedAt is null;

    private static Task<IResult> SummaryAsync(string run, HttpContext http, ApiServices services)
    {
        var (id, number) = ApiIds.Run(run);
        return services.Reader.ReadAsync(id, loaded => Results.Json(
            ExecutionSummary.Of(loaded.State, Runs.Find(loaded.State, number)), ApiJson.Api.ExecutionSummary),
            http.RequestAborted);
    }
}
