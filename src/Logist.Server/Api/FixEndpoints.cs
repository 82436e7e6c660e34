using Logist.Core.Jobs;
using Logist.Engine;
using Logist.Views;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Logist.Server.Api;

/// <param name="Run">Go on at once, in the background.</param>
internal sealed record ResubmitBody(string? By = null, string? Note = null, decimal? BudgetUsd = null, bool Run = false);

/// <param name="Step">Number or id</param>
/// <param name="Outcome">success (default): what is in the workspace is the step's output; failed: give it up</param>
/// <param name="Keep">Take the last accepted output back instead.</param>
internal sealed record ResolveBody(string? Step = null, [OneOf(Words.ResolveOutcome)] string? Outcome = null, bool Keep = false,
    string? Reason = null, string? By = null, bool Run = false);

/// <summary>A person mended something: the cause (resubmit), or the step's work itself (resolve).</summary>
internal static class FixEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/jobs/{job}/resubmit", ResubmitAsync).Described("resubmitJob", "A person fixed it: failed steps become ready again")
            .Accepts<ResubmitBody>("application/json").Produces<JobResult>().RefusesByState();
        api.MapPost("/jobs/{job}/resolve", ResolveAsync).Described("resolveStep", "A person did the step by hand")
            .Accepts<ResolveBody>("application/json").Produces<JobResult>().RefusesByState();
    }

    private static async Task<IResult> ResubmitAsync(string job, HttpContext http, ApiServices services)
    {
        var body = await RequestBody.ReadAsync(http, ApiJson.Api.ResubmitBody);
        var by = Requests.Stamp(http, services, body.By);
        var after = await Requests.CarryOutAsync(http, services, Target.OfJob(job), _ =>
            new JobCommand.Resubmit(by, body.Note, body.BudgetUsd));
        Requests.GoOn(services, after, body.Run);
        return Requests.Answer(after);
    }

    private static async Task<IResult> ResolveAsync(string job, HttpContext http, ApiServices services)
    {
        var body = await RequestBody.ReadAsync(http, ApiJson.Api.ResolveBody);
        var target = Target.OfJob(job);
        _ = await Reexecutions.AtRestAsync(http, services, target);
        var by = Requests.Stamp(http, services, body.By);
        FieldError[] wrong =
        [
            .. string.IsNullOrWhiteSpace(body.Reason) ? [new FieldError("/reason", "\"reason\" is required: what was done and why")]
                : (FieldError[])[],
            .. body.Step is null ? [new FieldError("/step", "\"step\" says which step")] : (FieldError[])[],
            .. Words.Wrong("/outcome", body.Outcome, Words.ResolveOutcome) is { } wrongOutcome ? [wrongOutcome] : (FieldError[])[],
        ];
        if (wrong.Length > 0)
        {
            throw InvalidRequestException.Of(wrong);
        }

        var loaded = await LoadedJob.LoadAsync(services.Store, target.Job, http.RequestAborted);
        var step = StepReference.Resolve(loaded.State.Run!, body.Step!).Step;
        var request = new JobCommand.Resolve(by, step, body.Outcome != "failed", body.Reason!) { Keep = body.Keep };
        var after = (await Worker.ResolveAsync(services.Options.EngineNow(), target.Job, request, loaded)).State;
        Requests.GoOn(services, after, body.Run);
        return Requests.Answer(after);
    }
}
