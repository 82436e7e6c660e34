using Logist.Core.Jobs;

namespace Logist.Cli.Commands;

internal static class JobSuspendCommand
{
    internal sealed record Options(string? Job, bool Now, string? Reason);

    public static CliCommand Build()
    {
        var job = Cli.Options.Job();
        var now = Cli.Options.Flag("--now", "stop the steps that run instead of letting them finish");
        var reason = Cli.Options.Value("--reason", "text", "why, for the history");
        return new CliCommand("suspend", "Starts nothing new; steps that run finish with their checks and review.")
        {
            Arguments = { job },
            Options = { now, reason },
            Examples = ["logist job suspend fix-login", "logist job suspend fix-login --now --reason \"quota is needed elsewhere\""],
            Execute = (session, parse, ct) =>
                ExecuteAsync(session, new Options(parse.GetValue(job), parse.GetValue(now), parse.GetValue(reason)), ct),
        };
    }

    private static async Task<int> ExecuteAsync(Session session, Options options, CancellationToken ct)
    {
        var id = JobReference.Resolve(session, options.Job);
        var stamp = Drive.Stamp(session, null);
        var job = await Request.CarryOutAsync(session, id, _ => new JobCommand.Suspend(stamp, options.Now, options.Reason), ct);
        Request.Tell(session, job, $"{id} is {job.Status.Text()}");
        session.Terminal.WriteHint($"go on with: logist job resume {id}");
        return ExitCode.Ok;
    }
}
