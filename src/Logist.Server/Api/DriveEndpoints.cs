using Logist.Core.Jobs;
using Logist.Engine.Requests;
using Logist.Server.Jobs;
using Logist.Views;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Logist.Server.Api;

/// <param name="Until">Number or id of the step to stop after.</param>
/// <param name="Stale">Exactly the stale steps and what follows from them.</param>
internal sealed record RunBody(string? By = null, decimal? BudgetUsd = null, int? MaxParallel = null, string? Until = null,
    bool Stale = false, string? PlanHash = null, string? Agent = null, string? Model = null);

internal sealed record StepBody(string? By = null);

/// <summary>Going on: <c>run</c> and <c>step</c>. Accepted is promised durably; it begins as soon as a slot is free.</summary>
internal static class DriveEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/jobs/{job}/run", RunAsync).Described("runJob", "Starts or continues a job, in the background")
            .Accepts<RunBody>("application/json").Produces<JobResult>(StatusCodes.Status202Accepted).RefusesByState();
        api.MapPost("/jobs/{job}/step", StepAsync).Described("stepJob", "Exactly one step, then stops")
            .Accepts<StepBody>("application/json").Produces<JobResult>(StatusCodes.Status202Accepted).RefusesByState();
    }

    private static async Task<IResult> RunAsync(string job, HttpContext http, ApiServices services)
    {
        var request = await RequestBody.ReadAsync(http, ApiJson.Api.RunBody);
        var target = Target.OfJob(job);
        var state = await Requests.FindAsync(http, services, target);
        var by = Requests.Stamp(http, services, request.By);
        Limits.Check(("/max_parallel", request.MaxParallel, 1, 1000));
        if (request.Stale)
        {
            var planned = await Reexecutions.BeginAsync(http, services, target, _ => new JobCommand.RunStale(by), request.PlanHash);
            return Requests.Answer(planned.Job, StatusCodes.Status202Accepted);
        }

        var until = request.Until is { } step && state.Run is { } run ? StepReference.Resolve(run, step).Step : (int?)null;
        if (request.BudgetUsd is { } limit)
        {
            state = (await PersonsRequest.CarryOutAsync(services.Engine, target.Job, _ => new JobCommand.RaiseBudget(by, limit),
                CancellationToken.None)).State;
        }

        Requests.Drive(services, state, new Promise(state.Id, state.Epoch) 
        {
            MaxParallel = request.MaxParallel, Until = until, By = by.Actor, Agent = request.Agent, Model = request.Model,
        });
        return Requests.Answer(state, StatusCodes.Status202Accepted);
    }

    private static async Task<IResult> StepAsync(string job, HttpContext http, ApiServices services)
    {
        var request = await RequestBody.ReadAsync(http, ApiJson.Api.StepBody);
        var target = Target.OfJob(job);
        var state = await Requests.FindAsync(http, services, target);
        var by = Requests.Stamp(http, services, request.By);
        Requests.Drive(services, state, new Promise(state.Id, state.Epoch) { OneStep = true, By = by.Actor });
        return Requests.Answer(state, StatusCodes.Status202Accepted);
    }
}
