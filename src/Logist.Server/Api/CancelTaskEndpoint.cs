using Logist.Core;
using Logist.Core.Jobs;
using Logist.Engine;
using Logist.Engine.Requests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using TaskStatus = Logist.Core.Jobs.TaskStatus;

namespace Logist.Server.Api;

/// <summary>One task stops, the others go on. Whoever drives the job does it; the answer says that it was asked for.</summary>
internal static class CancelTaskEndpoint
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/tasks/{task}/cancel", CancelAsync).Described("cancelTask", "Stops one task; others go on")
            .Accepts<CancelBody>("application/json").Produces<JobResult>(StatusCodes.Status202Accepted).RefusesByState();

    private static async Task<IResult> CancelAsync(string task, HttpContext http, ApiServices services)
    {
        var body = await RequestBody.ReadAsync(http, ApiJson.Api.CancelBody);
        var (id, number, name) = ApiIds.Task(task);
        var job = await Requests.FindAsync(http, services, new Target(id, number));
        var step = job.Run!.Workflow.IndexOf(name);
        if (step < 0)
        {
            throw new LogistException(ErrorKind.NotFound, $"{id}.{number} has no task {name}");
        }

        if (job.Run.Tasks[step].Status != TaskStatus.Canceled && !services.Driver.IsDriven(id) && Owners.IsAlive(job.LastOwner) == false)
        {
            throw new LogistException(ErrorKind.WrongState, $"nobody drives {id}: {name} cannot be stopped alone",
                $"its owner is gone: {job.LastOwner}", $"logist job run {id}", $"logist job cancel {id}");
        }

        var by = Requests.Stamp(http, services, body.By);
        var after = (await PersonsRequest.CarryOutAsync(services.Engine, id, _ => new JobCommand.CancelTask(by, step, body.Reason),
            CancellationToken.None)).State;
        return Requests.Answer(after, StatusCodes.Status202Accepted);
    }
}
