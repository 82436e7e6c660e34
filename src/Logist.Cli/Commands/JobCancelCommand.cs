using Logist.Core;
using Logist.Core.Jobs;
using Logist.Engine;

namespace Logist.Cli.Commands;

internal static class JobCancelCommand
{
    /// <summary>Beyond the grace: time for whoever drives to notice and for the sweep.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    internal sealed record Options(string? Job, string? Reason, TimeSpan? Grace);

    public static CliCommand Build()
    {
        var job = Cli.Options.Job();
        var reason = Cli.Options.Value("--reason", "text", "why, for the history");
        var grace = Cli.Options.Value("--grace", "duration", "between the request to stop and the kill (default 5s)");
        return new CliCommand("cancel", "Stops everything, keeps everything: steps, their children, logs, files.")
        {
            Arguments = { job },
            Options = { reason, grace },
            Remarks = "Waits until no process of the job is left. Works whether or not somebody drives the job.",
            Examples = ["logist job cancel fix-login --reason \"wrong branch\""],
            Execute = (session, parse, ct) => ExecuteAsync(session, new Options(
                parse.GetValue(job), parse.GetValue(reason), Cli.Options.Duration("--grace", parse.GetValue(grace))), ct),
        };
    }

    private static async Task<int> ExecuteAsync(Session session, Options options, CancellationToken ct)
    {
        var id = JobReference.Resolve(session, options.Job);
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
}
