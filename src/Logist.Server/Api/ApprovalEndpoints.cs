using System.Security.Cryptography;
using System.Text;
using Logist.Core;
using Logist.Core.Jobs;
using Logist.Engine;
using Logist.Engine.Requests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Logist.Server.Api;

/// <param name="Run">Go on at once, in the background.</param>
internal sealed record ApproveBody(string? By = null, string? Comment = null, bool Run = false);

/// <param name="Then">stop (default): the step fails; rerun: the agents before the gate try again</param>
internal sealed record RejectBody(string? By = null, string? Reason = null, [OneOf(Words.RejectThen)] string? Then = null,
    bool Run = false);

/// <summary>Decisions at gates, bound to what was looked at: <c>If-Match</c> is the tree that the gate asks about.</summary>
internal static class ApprovalEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/approvals/{task}/approve", ApproveAsync).Described("approve", "Opens a gate; If-Match: the etag of its row")
            .Accepts<ApproveBody>("application/json").Produces<JobResult>().RefusesByState();
        api.MapPost("/approvals/{task}/reject", RejectAsync).Described("reject", "Stops at a gate, or sends the work back")
            .Accepts<RejectBody>("application/json").Produces<JobResult>().RefusesByState();
    }

    private static async Task<IResult> ApproveAsync(string task, HttpContext http, ApiServices services)
    {
        var body = await RequestBody.ReadAsync(http, ApiJson.Api.ApproveBody);
        var (id, step, job) = await FindAsync(task, http, services);
        var by = Requests.Stamp(http, services, body.By);
        if (job.IsAtRest && !services.Driver.IsDriven(id) && Worker.Edit(services.Engine, id, job) is not null)
        {
            // What a person changed at rest is part of what is approved: the gates are asked about it first, and an old look is refused.
            var asking = new RunOptions { GatesOnly = true, Driver = "server" };
            _ = await Worker.RunAsync(services.Options.EngineNow(), id, asking, (_, _) => { },
                CancellationToken.None, CancellationToken.None);
            (id, step, job) = await FindAsync(task, http, services);
        }

        var tree = job.Run!.Tasks[step].Gate?.Tree;
        var after = (await PersonsRequest.CarryOutAsync(services.Engine, id, _ => new JobCommand.Approve(by, step, body.Comment, tree),
            CancellationToken.None)).State;
        Requests.GoOn(services, after, body.Run);
        return Requests.Answer(after);
    }

    private static async Task<IResult> RejectAsync(string task, HttpContext http, ApiServices services)
    {
        var body = await RequestBody.ReadAsync(http, ApiJson.Api.RejectBody);
        var (id, step, _) = await FindAsync(task, http, services);
        var by = Requests.Stamp(http, services, body.By);
        if (string.IsNullOrWhiteSpace(body.Reason))
        {
            throw InvalidRequestException.Of(new FieldError("/reason",
                "\"reason\" is required: whoever goes on needs to know what is wrong"));
        }

        Words.Check(("/then", body.Then, Words.RejectThen));
        var after = (await PersonsRequest.CarryOutAsync(services.Engine, id, _ =>
            new JobCommand.Reject(by, step, body.Reason, body.Then == "rerun"), CancellationToken.None)).State;
        Requests.GoOn(services, after, body.Run);
        return Requests.Answer(after);
    }

    /// <summary>What a decision is bound to: a tree, or, where there is none, which attempts stand before the gate.</summary>
    public static string ETag(RunState run, int step)
    {
        var gate = run.Tasks[step].Gate!;
        return $"\"{gate.Tree ?? gate.Input ?? Before(run, step)}\"";
    }

    private static string Before(RunState run, int step)
    {
        var attempts = run.Workflow.Graph.Needs(step).ToArray().Select(need => run.Tasks[need])
            .Select(task => $"{task.Step} {task.ReusedFrom ?? run.Number} {task.Accepted?.Number}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', attempts))))[..32];
    }

    private static async Task<(JobId Id, int Step, JobState Job)> FindAsync(string text, HttpContext http, ApiServices services)
    {
        var (id, number, name) = ApiIds.Task(text);
        var job = (await LoadedJob.LoadAsync(services.Store, id, http.RequestAborted)).State;
        var run = Runs.Find(job, number);
        var step = run.Workflow.IndexOf(name);
        if (step < 0)
        {
            throw new LogistException(ErrorKind.NotFound, $"{id}.{number} has no task {name}");
        }

        _ = Runs.Latest(job, number);
        if (!run.OpenGates.Contains(step) || run.Tasks[step].Gate is null)
        {
            throw new LogistException(ErrorKind.WrongState, $"{text} waits for no approval", "somebody may have decided already",
                $"logist job history {id}");
        }

        Requests.Match(http, ETag(run, step));
        return (id, step, job);
    }
}
