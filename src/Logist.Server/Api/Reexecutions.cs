using Logist.Core;
using Logist.Core.Jobs;
using Logist.Core.Reruns;
using Logist.Engine;
using Logist.Engine.Requests;
using Logist.Server.Jobs;
using Microsoft.AspNetCore.Http;

namespace Logist.Server.Api;

/// <param name="Job">After the request was recorded, before anything of it began.</param>
internal sealed record Begun(ExecutionPlan Plan, JobState Job);

/// <summary>The way of every re-execution, as on the command line: plan, compare with what was agreed to, record under the lease,
/// drive.</summary>
internal static class Reexecutions
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>What would happen; leaves every byte of the job as it is.</summary>
    /// <exception cref="LogistException">The refusal; PlanChanged.</exception>
    public static (ExecutionPlan Plan, JobCommand.Reexecution Request) Plan(ApiServices services, JobState job,
        Func<JobState, JobCommand.Reexecution> build, string? hash)
    {
        var engine = services.Options.EngineNow();
        var request = build(job);
        request = request with
        {
            Facts = request.Facts with { Edit = Worker.Edit(engine, JobId.Parse(job.Id), job, request) }, PlanHash = hash,
        };
        var plan = Planned(Planner.Of(job, request));
        if (hash is not null && !plan.IsNamed(hash))
        {
            throw new LogistException(plan.Changed(hash));
        }

        Worker.CheckAgent(engine, job, new RunOptions { Request = request });
        return (plan, request);
    }

    /// <exception cref="LogistException">There is none.</exception>
    public static ExecutionPlan Planned(PlanResult result) => result switch
    {
        PlanResult.Planned planned => planned.Plan,
        PlanResult.Refused { Problem: { From: not null } problem } => throw new JobStateException(problem),
        PlanResult.Refused refused => throw new LogistException(refused.Problem),
        _ => throw new InvalidOperationException(),
    };

    /// <summary>Plans and records; drives it, too, when asked to.</summary>
    public static async Task<Begun> BeginAsync(HttpContext http, ApiServices services, Target target,
        Func<JobState, JobCommand.Reexecution> build, string? hash, bool drive = true)
    {
        var job = await AtRestAsync(http, services, target);
        var (plan, request) = Plan(services, job, build, hash);
        if (plan.Runs.Any())
        {
            await services.Driver.RecordAsync(target.Job, request with { PlanHash = plan.Hash });
            job = (await LoadedJob.LoadAsync(services.Store, target.Job, CancellationToken.None)).State;
            if (drive)
            {
                _ = services.Driver.StartAsync(target.Job, new Promise(job.Id, job.Epoch));
            }
        }

        return new Begun(plan, job);
    }

    /// <summary>Who just read that the job stopped need not know that its branch and workspace are still being put in order.</summary>
    public static async Task<JobState> FindAsync(HttpContext http, ApiServices services, Target target)
    {
        var job = await Requests.FindAsync(http, services, target);
        if (job.Status is JobStatus.Running or JobStatus.Reviewing or JobStatus.Pending or JobStatus.ReviewRequired
            || !services.Driver.IsDriven(target.Job))
        {
            return job;
        }

        _ = await Task.WhenAny(services.Driver.EndOfAsync(target.Job), Task.Delay(Patience, http.RequestAborted));
        return (await LoadedJob.LoadAsync(services.Store, target.Job, http.RequestAborted)).State;
    }

    /// <summary>With branch and workspace as the journal says.</summary>
    /// <exception cref="LogistException">UnknownJob, NotFound, Moved; Busy, naming what is active.</exception>
    public static async Task<JobState> AtRestAsync(HttpContext http, ApiServices services, Target target)
    {
        var job = await FindAsync(http, services, target);
        var names = string.Join(", ", job.Run is { } run ? run.Active.Concat(run.Ready).Take(10).Select(step => run.Workflow.Steps[step].Id)
            : []);
        if (services.Driver.IsDriven(target.Job) || Owners.IsDrivenByOther(job))
        {
            throw new LogistException(ErrorKind.Busy, $"{job.Id} is driven already", $"active: {names}",
                $"logist job status {job.Id} --watch",
                $"logist job cancel {job.Id}");
        }

        if (!job.IsAtRest)
        {
            throw new LogistException(ErrorKind.WrongState, $"{job.Id} is not at rest: its owner is gone and {names} may still be at work",
                $"owner was {job.LastOwner}", $"logist job run {job.Id}");
        }

        await PersonsRequest.SettleAsync(services.Engine, target.Job, job);
        return job;
    }
}
