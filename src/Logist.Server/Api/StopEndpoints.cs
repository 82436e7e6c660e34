using Logist.Core.Jobs;
using Logist.Engine;
using Logist.Server.Jobs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Logist.Server.Api;

/// <param name="GraceSeconds">Between the request to stop and the kill.</param>
internal sealed record CancelBody(string? By = null, string? Reason = null, int? GraceSeconds = null);

/// <param name="Now">Stop the steps that run instead of letting them finish.</param>
internal sealed record SuspendBody(string? By = null, string? Reason = null, bool Now = false);

/// <param name="Run">Go on at once, in the background.</param>
internal sealed record ResumeBody(string? By = null, string? Reason = null, bool Run = false);

/// <summary>Cancel, suspend and resume: also of jobs that another process drives.</summary>
internal static class StopEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/jobs/{job}/cancel", (string job, HttpContext http, ApiServices services) =>
            CancelAsync(() => Target.OfJob(job), http, services))
            .Described("cancelJob", "Stops everything, keeps everything").Accepts<CancelBody>("application/json").Produces<JobResult>()
            .RefusesByState();
        api.MapPost("/jobs/{job}/suspend", (string job, HttpContext http, ApiServices services) =>
            SuspendAsync(() => Target.OfJob(job), http, services))
            .Described("suspendJob", "Starts nothing new; what runs finishes").Accepts<SuspendBody>("application/json")
            .Produces<JobResult>()
            .RefusesByState();
        api.MapPost("/jobs/{job}/resume", (string job, HttpContext http, ApiServices services) =>
            ResumeAsync(() => Target.OfJob(job), http, services))
            .Described("resumeJob", "Ends a suspension").Accepts<ResumeBody>("application/json").Produces<JobResult>().RefusesByState();
        api.MapPost("/workflow-runs/{run}/abort", (string run, HttpContext http, ApiServices services) =>
            CancelAsync(() => Target.OfRun(run), http, services)).Described("abortRun", "Cancels the run's job")
            .Accepts<CancelBody>("application/json").Produces<JobResult>().RefusesByState();
        api.MapPost("/workflow-runs/{run}/pause", (string run, HttpContext http, ApiServices services) =>
            SuspendAsync(() => Target.OfRun(run), http, services)).Described("pauseRun", "Suspends the run's job")
            .Accepts<SuspendBody>("application/json").Produces<JobResult>().RefusesByState();
        api.MapPost("/workflow-runs/{run}/resume", (string run, HttpContext http, ApiServices services) =>
            ResumeAsync(() => Target.OfRun(run), http, services)).Described("resumeRun", "Resumes the run's job")
            .Accepts<ResumeBody>("application/json").Produces<JobResult>().RefusesByState();
    }

    private static async Task<IResult> CancelAsync(Func<Target> find, HttpContext http, ApiServices services)
    {
        var request = await RequestBody.ReadAsync(http, ApiJson.Api.CancelBody);
        var target = find();
        Limits.Check(("/grace_seconds", request.GraceSeconds, 0, 3600));
        var by = Requests.Stamp(http, services, request.By);
        var grace = request.GraceSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : (TimeSpan?)null;
        var job = await Requests.CarryOutAsync(http, services, target, _ => new JobCommand.Cancel(by, request.Reason, grace));
        if (!job.Canceled && !Owners.IsDrivenByOther(job))
        {
            // Nobody drives it, or we do: somebody has to end what its steps left running.
            _ = services.Driver.StartAsync(target.Job, new Promise(job.Id, job.Epoch));
        }

        return Requests.Answer(job);
    }

    private static async Task<IResult> SuspendAsync(Func<Target> find, HttpContext http, ApiServices services)
    {
        var request = await RequestBody.ReadAsync(http, ApiJson.Api.SuspendBody);
        var target = find();
        var by = Requests.Stamp(http, services, request.By);
        return Requests.Answer(await Requests.CarryOutAsync(http, services, target, _ =>
            new JobCommand.Suspend(by, request.Now, request.Reason)));
    }

    private static async Task<IResult> ResumeAsync(Func<Target> find, HttpContext http, ApiServices services)
    {
        var request = await RequestBody.ReadAsync(http, ApiJson.Api.ResumeBody);
        var target = find();
        var by = Requests.Stamp(http, services, request.By);
        var job = await Requests.CarryOutAsync(http, services, target, _ => new JobCommand.Resume(by, request.Reason));
        Requests.GoOn(services, job, request.Run);
        return Requests.Answer(job);
    }
}
