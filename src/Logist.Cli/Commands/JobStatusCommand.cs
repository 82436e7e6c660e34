using Logist.Cli.Views;
using Logist.Core;
using Logist.Engine;
using Logist.Views;

namespace Logist.Cli.Commands;

internal static class JobStatusCommand
{
    internal sealed record Options(string? Job, bool Watch, TimeSpan? Timeout, bool ExitStatus);

    public static CliCommand Build()
    {
        var job = Cli.Options.Job();
        var watch = Cli.Options.Flag("--watch", "show progress until the job is done or needs a person, then its status");
        var timeout = Cli.Options.Value("--timeout", "duration", "with --watch: give up after this long (exit 8)");
        var exitStatus = Cli.Options
            .Flag("--exit-status", "exit as the job stands: 0 done, 1 canceled, 3 needs a person, 5 suspended, 7 budget, 8 not done yet");
        return new CliCommand("status", "Shows a job: its steps, why it waits or stopped, and what to type next.")
        {
            Arguments = { job },
            Options = { watch, timeout, exitStatus },
            Examples = ["logist job status", "logist job status fix-login --watch", "logist job status fix-login --json"],
            Execute = (session, parse, ct) => ExecuteAsync(session, new Options(
                parse.GetValue(job), parse.GetValue(watch), Cli.Options.Duration("--timeout", parse.GetValue(timeout)),
                    parse.GetValue(exitStatus)), ct),
        };
    }

    private static async Task<int> ExecuteAsync(Session session, Options options, CancellationToken ct)
    {
        var id = JobReference.Resolve(session, options.Job);
        if (!options.Watch && FinishedJob.TryRead(session, id) is { } finished)
        {
            FinishedView.Write(session, finished);
            return ExitCode.Ok;
        }

        var opened = await OpenedJob.ReadAsync(session, id, ct);
        var inTime = !options.Watch || await JobWatch.UntilRestAsync(session, opened, options.Timeout, ct);
        var facts = new StatusFacts(session.Surroundings.Time.GetUtcNow(), opened.Layout.Workspace,
            Owners.IsAlive(opened.Loaded.State.LastOwner))
        {
            ServerStopped = PromisedJob.WaitsForServer(session, opened.Loaded.State),
        };
        if (session.Globals.Json)
        {
            opened.WriteStatus(session, facts);
        }
        else
        {
            session.Terminal.WriteLines(StatusView.Lines(opened.Loaded.State, facts, session.Terminal.OutWidth, session.Terminal.OutStyle));
        }

        return !inTime ? ErrorKind.StillRunning.Exit : options.ExitStatus ? ExitCode.Of(opened.Loaded.State) : ExitCode.Ok;
    }
}
