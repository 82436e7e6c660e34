using Logist.Core;
using Logist.Core.Jobs;
using Logist.Engine;
using Logist.Views;

namespace Logist.Cli.Commands;

internal static class JobCancelCommand
{
    /// <summary>Beyond the grace: time for whoever drives to notice and for the sweep.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    internal sealed record Options(string? Job, string? Step, string? Reason, TimeSpan? Grace);

    public static CliCommand Build()
    {
        var job = Cli.Options.Job();
        var step = Cli.Options.Value("--step", "step", "only this step, which is at work or waits for its time: the others go on");
        var reason = Cli.Options.Value("--reason", "text", "why, for the history");
        var grace = Cli.Options.Value("--grace", "duration", "between the request to stop and the kill (default 5s)");
        return new CliCommand("cancel", "Stops everything, keeps everything: steps, their children, logs, files.")
        {
            Arguments = { job },
            Options = { step, reason, grace },
            Remarks = "Waits until no process of the job is left. Works whether or not somebody drives the job. With --step only that\n"
                + "step is stopped, by whoever drives the job; it counts as failed, so the job needs a person once the others are done.",
            Examples = ["logist job cancel fix-login --reason \"wrong branch\"", "logist job cancel fix-login --step lint"],
            Execute = (session, parse, ct) => ExecuteAsync(session, new Options(
                parse.GetValue(job), parse.GetValue(step), parse.GetValue(reason),
                Cli.Options.Duration("--grace", parse.GetValue(grace))), ct),
        };
    }

    private static async Task<int> ExecuteAsync(Session session, Options options, CancellationToken ct)
    {
        var id = JobReference.Resolve(session, options.Job);
        if (options.Step is { } step)
        {
            return await OfStepAsync(session, id, step, options, ct);
        }

        var stamp = Drive.Stamp(session, null);
        _ = await Request.CarryOutAsync(session, id, _ => new JobCommand.Cancel(stamp, options.Reason, options.Grace), ct);
        var job = await LoadedJob.LoadAsync(session.Store, id, ct);
        var time = session.Surroundings.Time;
        var started = time.GetTimestamp();
        var limit = (options.Grace ?? new RunOptions().Grace) + Patience;
        while (!job.State.Canceled)
        {
            try
            {
                // Nobody drives: we take over just to end it.
                var result = await Worker.RunAsync(Drive.Services(session), id, new RunOptions(), (_, _) => { }, CancellationToken.None,
                    CancellationToken.None);
                job = result.Job;
            }
            catch (LogistException held) when (held.Problem.Kind == ErrorKind.Busy || held.Problem.Kind == ErrorKind.WrongState)
            {
                // Its owner is still at it, or ended it between our look and our try.
                if (time.GetElapsedTime(started) > limit)
                {
                    throw new LogistException(ErrorKind.StillRunning, $"{id} is asked to stop but not stopped yet", held.Problem.Why,
                        $"logist job status {id} --watch");
                }

                await Task.Delay(TimeSpan.FromMilliseconds(50), time, ct);
                _ = await job.CatchUpAsync(session.Store, id, ct);
            }
        }

        Request.Tell(session, job.State, $"{id} is {job.State.Status.Text()}");
        return ExitCode.Ok;
    }

    /// <summary>Whoever drives the job stops it; we only wait for that.</summary>
    private static async Task<int> OfStepAsync(Session session, JobId id, string step, Options options, CancellationToken ct)
    {
        if (options.Grace is not null)
        {
            throw new LogistException(ErrorKind.Usage, "--grace goes without --step");
        }

        var opened = await OpenedJob.ReadAsync(session, id, ct);
        var job = opened.Loaded;
        var run = StepReference.Run(job.State, null);
        var task = StepReference.Resolve(run, step).Step;
        var name = run.Workflow.Steps[task].Id;
        if (run.Tasks[task].Status != Core.Jobs.TaskStatus.Canceled)
        {
            RequireDriver(job.State, name);
        }

        var stamp = Drive.Stamp(session, null);
        _ = await Request.CarryOutAsync(session, id, _ => new JobCommand.CancelTask(stamp, task, options.Reason), ct);
        var time = session.Surroundings.Time;
        var started = time.GetTimestamp();
        while (true)
        {
            _ = await job.CatchUpAsync(session.Store, id, ct);
            if (job.State.Run!.Tasks[task].CancelRequested is null)
            {
                Request.Tell(session, job.State, $"{name} of {id} is {job.State.Run.Tasks[task].Status.Phase()}");
                return ExitCode.Ok;
            }

            RequireDriver(job.State, name);
            if (time.GetElapsedTime(started) > new RunOptions().Grace + Patience)
            {
                throw new LogistException(ErrorKind.StillRunning, $"{name} of {id} is asked to stop but not stopped yet", null,
                    $"logist job status {id} --watch");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), time, ct);
        }
    }

    /// <exception cref="LogistException">WrongState: nobody is there who could stop it.</exception>
    private static void RequireDriver(JobState job, string step)
    {
        if (Owners.IsAlive(job.LastOwner) == false)
        {
            throw new LogistException(ErrorKind.WrongState, $"nobody drives {job.Id}: {step} cannot be stopped alone",
                $"its owner is gone: {job.LastOwner}", $"logist job run {job.Id}", $"logist job cancel {job.Id}");
        }
    }
}
