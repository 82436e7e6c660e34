using Logist.Core.Jobs;
using Logist.Engine;

namespace Logist.Cli.Commands;

internal static class JobResubmitCommand
{
    internal sealed record Options(string? Job, decimal? BudgetUsd, string? Note, string? By, bool Run);

    public static CliCommand Build()
    {
        var job = Cli.Options.Job();
        var budget = Cli.Options.Value("--budget-usd", "n", "raise the job's cost limit to this");
        var note = Cli.Options.Value("--note", "text", "what was fixed, for the history");
        var by = Cli.Options.Value("--by", "who", "who fixed it (default: git user.name, else the login name)");
        var run = Cli.Options.Flag("--run", "run it at once");
        return new CliCommand("resubmit", "A person fixed it, go on: failed steps become ready again, with fresh attempts.")
        {
            Arguments = { job },
            Options = { budget, note, by, run },
            Remarks = $"{Reexecution.Ways}\n\nChanges made in the job's workspace become part of what goes on. "
                + "Steps that succeeded are not repeated.",
            Examples = ["logist job resubmit fix-login --note \"installed the compiler\" --run",
                "logist job resubmit fix-login --budget-usd 10 --run"],
            Execute = (session, parse, ct) => ExecuteAsync(session, new Options(
                parse.GetValue(job), Cli.Options.Money("--budget-usd", parse.GetValue(budget)), parse.GetValue(note), parse.GetValue(by),
                    parse.GetValue(run)), ct),
        };
    }

    private static async Task<int> ExecuteAsync(Session session, Options options, CancellationToken ct)
    {
        var id = JobReference.Resolve(session, options.Job);
        var stamp = Drive.Stamp(session, options.By);
        var job = await Request.CarryOutAsync(session, id, _ => new JobCommand.Resubmit(stamp, options.Note, options.BudgetUsd), ct);
        if (options.Run)
        {
            session.Terminal.WriteHint($"{id} is {job.Status.Text()}");
            return await Drive.RunAsync(session, id, new RunOptions(), null);
        }

        Request.Tell(session, job, $"{id} is {job.Status.Text()}");
        session.Terminal.WriteHint($"go on with: logist job run {id}");
        return ExitCode.Ok;
    }
}
