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

/// <param name="MaxDispatch">1 to 100, default 10: at most so many at a time</param>
/// <param name="AutoDispatch">false: record it and leave the run until run or dispatch-ready</param>
internal sealed record PartialRerunBody(IReadOnlyList<string>? TaskIds = null, IReadOnlyList<string>? StepIds = null,
    string? RequestedBy = null, string? Reason = null, bool? AutoDispatch = null, int? MaxDispatch = null, string? PlanHash = null);

internal sealed record PartialRerunResult(string RunId, string RequestedBy, string Reason, IReadOnlyList<string> SelectedTaskIds,
    IReadOnlyList<string> SelectedStepIds, IReadOnlyList<string> ResetTaskIds, DispatchPlan Plan, IReadOnlyList<SpawnedTask> Spawn,
    ExecutionSummary Aggregate);

/// <summary>R5: failed branches in the same run, and nothing else.</summary>
internal static class PartialRerunEndpoint
{
    public const int DefaultDispatch = 10, MaxDispatch = 100;

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/workflow-runs/{run}/partial-rerun", RerunAsync)
            .Described("partialRerun", "Failed branches once more, in the same run")
            .Accepts<PartialRerunBody>("application/json").Produces<PartialRerunResult>().RefusesByState();

    private static async Task<IResult> RerunAsync(string run, HttpContext http, ApiServices services)
    {
        var body = await RequestBody.ReadAsync(http, ApiJson.Api.PartialRerunBody);
        var target = Target.OfRun(run);
        var job = await Reexecutions.AtRestAsync(http, services, target);
        CheckMoment(job);
        CheckFields(body);
        var by = Requests.Stamp(http, services, body.RequestedBy);
        var limit = body.MaxDispatch ?? DefaultDispatch;
        var begun = await Reexecutions.BeginAsync(http, services, target, state =>
            Selected(state, body.TaskIds, body.StepIds, body.Reason!, by) with { Hold = body.AutoDispatch == false }, body.PlanHash,
            drive: false);
        var selected = begun.Plan.Steps.Where(step => step.Why.StartsWith("selected", StringComparison.Ordinal)).Select(step => step.Step)
            .ToList();
        var ids = selected.ConvertAll(step => TaskId(begun.Job, step));
        var spawn = body.AutoDispatch == false ? []
            : await Dispatch.StartAsync(services, begun.Job, [.. selected.Where(begun.Job.Run!.Ready.Contains)], limit, by.Actor);
        var after = (await LoadedJob.LoadAsync(services.Store, target.Job, CancellationToken.None)).State;
        return Results.Json(new PartialRerunResult($"{job.Id}.{job.Run!.Number}", by.Actor, body.Reason!, ids,
            [.. (body.StepIds ?? []).Select(step => job.Run.Workflow.Steps[StepReference.Index(job.Run.Workflow, step)].Id)], ids,
            DispatchPlan.Of(begun.Job, begun.Plan), spawn, ExecutionSummary.Of(after, after.Runs[job.Run.Number - 1])),
            ApiJson.Api.PartialRerunResult);
    }

    /// <summary>The moment is judged before the request's members are (409 before 422).</summary>
    private static void CheckMoment(JobState job)
    {
        var nothing = new JobCommand.PartialRerun(new Stamp(default), [], "moment");
        if (PartialRerunPlan.Of(job, nothing) is PlanResult.Refused { Problem: { Kind.Http: StatusCodes.Status409Conflict } problem })
        {
            throw new LogistException(problem);
        }
    }

    private static void CheckFields(PartialRerunBody body)
    {
        var wrong = new List<FieldError>();
        if (string.IsNullOrWhiteSpace(body.RequestedBy))
        {
            wrong.Add(new FieldError("/requested_by", "\"requested_by\" is required: who asks for it"));
        }

        if (string.IsNullOrWhiteSpace(body.Reason))
        {
            wrong.Add(new FieldError("/reason", "\"reason\" is required: why"));
        }

        if (body.MaxDispatch is < 1 or > MaxDispatch)
        {
            wrong.Add(new FieldError("/max_dispatch", $"\"max_dispatch\" is 1 to {MaxDispatch}"));
        }

        if (body.TaskIds is not { Count: > 0 } && body.StepIds is not { Count: > 0 })
        {
            wrong.Add(new FieldError("/task_ids", "nothing is selected: name tasks or steps"));
        }

        if (wrong.Count > 0)
        {
            throw InvalidRequestException.Of([.. wrong]);
        }
    }

    /// <param name="tasks">Ids of tasks of the latest run.</param>
    /// <param name="steps">Numbers or ids; with neither: everything that failed.</param>
    /// <exception cref="LogistException">Usage, UnknownStep.</exception>
    public static JobCommand.PartialRerun Selected(JobState job, IReadOnlyList<string>? tasks, IReadOnlyList<string>? steps, string reason,
        Stamp by)
    {
        if (tasks is not { Count: > 0 } && steps is not { Count: > 0 })
        {
            return PartialRerunRequest.Of(job, null, reason, by);
        }

        var named = PartialRerunRequest.Of(job, steps ?? [], reason, by);
        var ofTasks = (tasks ?? []).Select((id, i) => Step(job, id, $"/task_ids/{i}"));
        return named with { Steps = [.. named.Steps.Concat(ofTasks).Distinct().Order()] };
    }

    private static int Step(JobState job, string taskId, string pointer)
    {
        var run = job.Run!;
        var prefix = $"{job.Id}.{run.Number}.";
        var step = taskId.StartsWith(prefix, StringComparison.Ordinal) ? run.Workflow.IndexOf(taskId[prefix.Length..]) : -1;
        return step >= 0 ? step : throw InvalidRequestException.Of(new FieldError(pointer, taskId.Length > 200 ? "no such task"
            : $"{taskId} is no task of {job.Id}.{run.Number}"));
    }

    private static string TaskId(JobState job, int step) => $"{job.Id}.{job.Run!.Number}.{job.Run.Workflow.Steps[step].Id}";
}
