using Logist.Core;
using Logist.Core.Jobs;

namespace Logist.Cli.Commands;

internal static class JobRejectCommand
{
    internal sealed record Options(string? Job, string? Step, string? Reason, string? By, string? Then);

    public static CliCommand Build()
    {
        var job = Cli.Options.Job();
        var step = Cli.Options.Step();
        var reason = Cli.Options.Value("--reason", "text", "why (required); the agents that try again read it");
        var by = Cli.Options.Value("--by", "who", "who rejects (default: git user.name, else the login name)");
        var then = Cli.Options.Choice("--then", "stop: the step fails (default); rerun: the agents before the gate try again", "rerun",
            "stop");
        return new CliCommand("reject", "Refuses what a gate asks about: stops there, or sends the work back.")
        {
            Arguments = { job, step },
            Options = { reason, by, then },
            Examples = ["logist job reject fix-login merge --reason \"tests are missing\" --then rerun"],
            Execute = (session, parse, ct) => ExecuteAsync(session, new Options(
                parse.GetValue(job), parse.GetValue(step), parse.GetValue(reason), parse.GetValue(by), parse.GetValue(then)), ct),
        };
    }

    private static async Task<int> ExecuteAsync(Session session, Options options, CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(options.Reason))
        {
            throw new LogistException(ErrorKind.Usage, "--reason is required", "whoever goes on needs to know what is wrong",
                "logist job reject <job> <step> --reason \"…\"");
        }

        var id = JobReference.Resolve(session, options.Job);
        var opened = await OpenedJob.ReadAsync(session, id, ct);
        var step = Gates.Choose(opened, options.Step);
        var stamp = Drive.Stamp(session, options.By);
        var job = await Request.CarryOutAsync(session, id, _ =>
            new JobCommand.Reject(stamp, step, options.Reason, options.Then == "rerun"), ct);
        Request.Tell(session, job, $"{id} {opened.Loaded.State.Run!.Workflow.Steps[step].Id} is rejected; the job is {job.Status.Text()}");
        session.Terminal.WriteHint($"go on with: {Advice.Next(job)[0]}");
        return ExitCode.Ok;
    }
}
