using Logist.Core.Jobs;

namespace Logist.Cli.Commands;

internal static class JobResumeCommand
{
    internal sealed record Options(string? Job, string? Reason);

    public static CliCommand Build()
    {
        var job = Cli.Options.Job();
        var reason = Cli.Options.Value("--reason", "text", "why, for the history");
        return new CliCommand("resume", "Ends a suspension; job run then goes on.")
        {
            Arguments = { job },
            Options = { reason },
            Examples = ["logist job resume fix-login"],
            Execute = (session, parse, ct) => ExecuteAsync(session, new Options(parse.GetValue(job), parse.GetValue(reason)), ct),
        };
    }

    private static async Task<int> ExecuteAsync(Session session, Options options, CancellationToken ct)
    {
        var id = JobReference.Resolve(session, options.Job);
        var stamp = Drive.Stamp(session, null);
        var job = await Request.CarryOutAsync(session, id, _ => new JobCommand.Resume(stamp, options.Reason), ct);
        Request.Tell(session, job, $"{id} is {job.Status.Text()}");
        session.Terminal.WriteHint($"go on with: {Advice.Next(job)[0]}");
        return ExitCode.Ok;
    }
}
