using System.Security.Cryptography;
using System.Text;
using Logist.Core;
using Logist.Core.Jobs;
using Logist.Engine;
using Logist.Engine.Requests;
using Logist.Server.Jobs;
using Microsoft.AspNetCore.Http;

namespace Logist.Server.Api;

/// <summary>How a job stands after a request; the same as the command line's <c>--json</c>.</summary>
/// <param name="Next">Command lines.</param>
internal sealed record JobResult(string Schema, string JobId, [OneOf(Words.JobStatus)] string Status, string? Reason, string? RunId,
    long Seq, IReadOnlyList<string> Next)
{
    public static JobResult Of(JobState job) => new("logist.result/v1", job.Id, job.Status.Text(), job.Reason,
        job.Run is { } run ? $"{job.Id}.{run.Number}" : null, job.Seq, Advice.Next(job));
}

/// <summary>What requests have in common.</summary>
internal static class Requests
{
    private const int MaxName = 200;

    /// <summary>When, who, and an id: the same key gives the same id, so that a repetition finds its own events in the journal.</summary>
    /// <exception cref="LogistException">Usage: nobody.</exception>
    public static Stamp Stamp(HttpContext http, ApiServices services, string? by)
    {
        if (by is not null && (string.IsNullOrWhiteSpace(by) || by.Length > MaxName))
        {
            throw InvalidRequestException.Of(new FieldError("/by", "\"by\" says who asks"));
        }

        var id = Idempotency.Key(http) is { } key
            ? Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{http.Request.Path}\n{key}")))[..32]
            : Guid.NewGuid().ToString("n");
        return new Stamp(services.Engine.Now, by ?? services.Options.User, id);
    }

    /// <summary>404, 409 (not the latest run) and 412, before anything else is judged.</summary>
    /// <returns>A copy of its own: the caller may keep it while the job goes on.</returns>
    public static async Task<JobState> FindAsync(HttpContext http, ApiServices services, Target target)
    {
        var state = (await LoadedJob.LoadAsync(services.Store, target.Job, http.RequestAborted)).State;
        if (target.Run is { } run)
        {
            _ = Runs.Latest(state, run);
        }

        Match(http, ETag(state.Seq));
        return state;
    }

    public static string ETag(long seq) => $"\"{seq}\"";

    /// <exception cref="LogistException">Moved: somebody was faster.</exception>
    public static void Match(HttpContext http, string current)
    {
        var wanted = http.Request.Headers.IfMatch;
        if (wanted.Count > 0 && wanted != "*" && !wanted.Contains(current))
        {
            throw new LogistException(ErrorKind.Moved, "it changed since you looked at it", $"it is {current} now, not {wanted}",
                "look again, then decide");
        }
    }

    /// <returns>The job afterwards.</returns>
    public static async Task<JobState> CarryOutAsync(HttpContext http, ApiServices services, Target target,
        Func<JobState, JobCommand> request)
    {
        var job = await FindAsync(http, services, target);
        if (!services.Driver.IsDriven(target.Job))
        {
            await PersonsRequest.SettleAsync(services.Engine, target.Job, job);
        }

        return (await PersonsRequest.CarryOutAsync(services.Engine, target.Job, request, CancellationToken.None)).State;
    }

    /// <summary>After a decision: what was asked to go on at once does, wherever nobody else is at it.</summary>
    public static void GoOn(ApiServices services, JobState job, bool wanted)
    {
        if (wanted && !Owners.IsDrivenByOther(job) && JobVerbs.Guard(job, JobVerb.Run) is null)
        {
            _ = services.Driver.StartAsync(JobId.Parse(job.Id), new Promise(job.Id, job.Epoch));
        }
    }

    /// <summary>Promises to drive the job, unless another process does.</summary>
    /// <exception cref="LogistException">Busy, or the refusal of the job's status.</exception>
    public static void Drive(ApiServices services, JobState job, Promise promise)
    {
        if (services.Driver.IsDriven(JobId.Parse(job.Id)))
        {
            throw new LogistException(ErrorKind.Busy, $"{job.Id} is driven already", "by this server",
                $"logist job status {job.Id} --watch");
        }

        if (Owners.IsDrivenByOther(job))
        {
            throw new LogistException(ErrorKind.Busy, $"{job.Id} is driven by another process", $"{job.LastOwner}",
                $"logist job status {job.Id} --watch");
        }

        if (JobVerbs.Guard(job, JobVerb.Run) is { } refused && !job.IsCanceling)
        {
            throw new JobStateException(refused);
        }

        _ = services.Driver.StartAsync(JobId.Parse(job.Id), promise);
    }

    public static IResult Answer(JobState job, int status = StatusCodes.Status200OK) =>
        Results.Json(JobResult.Of(job), ApiJson.Api.JobResult, statusCode: status);
}
