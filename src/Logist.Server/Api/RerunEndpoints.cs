using System.Text.Json;
using Logist.Core;
using Logist.Core.Jobs;
using Logist.Core.Reruns;
using Logist.Engine;
using Logist.Engine.Requests;
using Logist.Views;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Logist.Server.Api;

/// <summary>Any re-execution.</summary>
/// <param name="Kind">rerun, restep, partial_rerun or stale; in plans also run and step</param>
/// <param name="Step">Number or id: from which step a rerun goes, or which one is re-stepped</param>
/// <param name="From">restep: original or current</param>
/// <param name="Workflow">pinned (default) or current</param>
/// <param name="StepIds">partial_rerun: what failed and is to run again; with none, everything that failed</param>
internal sealed record RerunBody([OneOf(Words.PlanKind)] string Kind = PlanKind.Rerun, string? Step = null,
    [OneOf(Words.RestepInput)] string? From = null, IReadOnlyDictionary<string, string>? Params = null,
    [OneOf(Words.WorkflowText)] string? Workflow = null, string? Base = null, IReadOnlyList<string>? TaskIds = null,
    IReadOnlyList<string>? StepIds = null, string? Agent = null, string? Model = null, string? PromptAppend = null, string? Reason = null,
    string? By = null, string? PlanHash = null, bool AutoDispatch = true);

/// <param name="Plan">What was recorded and is carried out.</param>
internal sealed record RerunResult(string JobId, string RunId, [OneOf(Words.JobStatus)] string Status, ExecutionPlanDocument Plan);

/// <summary>Plans of re-executions, and carrying one out.</summary>
internal static class RerunEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/jobs/{job}/rerun-plans", PlanAsync).Described("planRerun", "What a re-execution would do; changes nothing")
            .Accepts<RerunBody>("application/json").Produces<ExecutionPlanDocument>().RefusesByState();
        api.MapPost("/jobs/{job}/reruns", RerunAsync).Described("rerunJob", "Records a re-execution and carries it out in the background")
            .Accepts<RerunBody>("application/json").Produces<RerunResult>().RefusesByState();
        api.MapPost("/jobs/{job}/restep", RestepAsync).Described("restep", "One step again, from the tree it saw")
            .Accepts<RerunBody>("application/json").Produces<RerunResult>().RefusesByState();
    }

    private static async Task<IResult> PlanAsync(string job, HttpContext http, ApiServices services)
    {
        var body = await RequestBody.ReadAsync(http, ApiJson.Api.RerunBody);
        var target = Target.OfJob(job);
        var by = Requests.Stamp(http, services, body.By);
        var state = await Reexecutions.FindAsync(http, services, target);
        var plan = body.Kind is PlanKind.Run or PlanKind.Step ? Continuation(services, state, body.Kind == PlanKind.Step)
            : Reexecutions.Plan(services, state, s => Build(services, s, body, by, "a plan needs no reason"), body.PlanHash).Plan;
        var trees = Worker.InputTrees(services.Engine, target.Job, state, plan);
        return JsonAnswer.Of(json => PlanDocument.Write(json, plan, trees));
    }

    private static Task<IResult> RerunAsync(string job, HttpContext http, ApiServices services) => BeginAsync(job, http, services, null);

    private static Task<IResult> RestepAsync(string job, HttpContext http, ApiServices services) => BeginAsync(job, http, services,
        PlanKind.Restep);

    private static async Task<IResult> BeginAsync(string job, HttpContext http, ApiServices services, string? kind)
    {
        var body = await RequestBody.ReadAsync(http, ApiJson.Api.RerunBody);
        body = kind is null ? body : body with { Kind = kind };
        var target = Target.OfJob(job);
        var by = Requests.Stamp(http, services, body.By);
        var begun = await Reexecutions.BeginAsync(http, services, target, s => Build(services, s, body, by, null), body.PlanHash,
            body.AutoDispatch);
        return JsonAnswer.Of(json => Write(json, begun));
    }

    private static void Write(Utf8JsonWriter json, Begun begun)
    {
        json.WriteStartObject();
        json.WriteString("job_id", begun.Job.Id);
        json.WriteString("run_id", $"{begun.Job.Id}.{begun.Job.Run!.Number}");
        json.WriteString("status", begun.Job.Status.Text());
        json.WritePropertyName("plan");
        PlanDocument.Write(json, begun.Plan, new Dictionary<string, string>(StringComparer.Ordinal));
        json.WriteEndObject();
    }

    private static ExecutionPlan Continuation(ApiServices services, JobState job, bool onlyOne) => Reexecutions.Planned(
        ContinuePlan.Of(job, onlyOne, new ReexecutionFacts { Edit = Worker.Edit(services.Engine, JobId.Parse(job.Id), job) }));

    /// <param name="noReason">Stands for a reason where none has to be given.</param>
    private static JobCommand.Reexecution Build(ApiServices services, JobState job, RerunBody body, Stamp by, string? noReason)
    {
        var config = services.Options.Config();
        var current = body.Workflow == "current";
        Words.Check(("/workflow", body.Workflow, Words.WorkflowText), ("/from", body.From, Words.RestepInput));
        return body.Kind switch
        {
            PlanKind.Rerun => RerunRequest.Of(job, config, new RerunWish(body.Step,
                [.. (body.Params ?? new Dictionary<string, string>(StringComparer.Ordinal)).Select(pair => $"{pair.Key}={pair.Value}")],
                body.Base, current, body.Reason), by),
            PlanKind.Restep => RestepRequest.Of(job, config, new RestepWish(body.Step
                ?? throw InvalidRequestException.Of(new FieldError("/step", "\"step\" says which step")), body.From, current,
                body.Agent, body.Model, body.PromptAppend, body.Reason), by),
            PlanKind.PartialRerun => PartialRerunEndpoint.Selected(job, body.TaskIds, body.StepIds, body.Reason ?? noReason ?? "", by),
            PlanKind.Stale => new JobCommand.RunStale(by),
            _ => throw InvalidRequestException.Of(new FieldError("/kind", "\"kind\" is rerun, restep, partial_rerun or stale")),
        };
    }
}
