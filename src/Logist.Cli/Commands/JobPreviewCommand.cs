using Logist.Cli.Views;
using Logist.Views;

namespace Logist.Cli.Commands;

internal static class JobPreviewCommand
{
    internal sealed record Options(string? Job, string? Step, int? Attempt, int? Run);

    public static CliCommand Build()
    {
        var job = Cli.Options.Job();
        var step = Cli.Options.Optional("step", "number from 1, or id (default: the next step)");
        var attempt = Cli.Options.Value("--attempt", "next|n", "the attempt that would come (default), or an earlier one as it was");
        var run = Cli.Options.Value("--run", "n", "which run (default: the current one); of an earlier one, the latest attempt");
        return new CliCommand("preview", "Shows the exact prompt or command of a step and what it would see. Reads only.")
        {
            Arguments = { job, step },
            Options = { attempt, run },
            Remarks = "Of variables only the names are shown; an agent's adapter may add some of its own that are no secrets. The "
                + "marks around quoted text in a prompt are random each time.",
            Examples = ["logist job preview fix-login implement", "logist job preview fix-login implement --attempt 1"],
            Execute = (session, parse, ct) => ExecuteAsync(session, new Options(parse.GetValue(job), parse.GetValue(step),
                parse.GetValue(attempt) is "next" ? null : Cli.Options.Number("--attempt", parse.GetValue(attempt), 1, int.MaxValue),
                Cli.Options.Number("--run", parse.GetValue(run), 1, int.MaxValue)), ct),
        };
    }

    private static async Task<int> ExecuteAsync(Session session, Options options, CancellationToken ct)
    {
        var opened = await OpenedJob.ReadAsync(session, JobReference.Resolve(session, options.Job), ct);
        var job = opened.Loaded.State;
        var run = StepReference.Run(job, options.Run);
        var task = options.Step is { } named ? StepReference.Resolve(run, named)
            : run.Tasks[run.Ready.Count > 0 ? run.Ready.Min : StepReference.MostInteresting(run)?.Step ?? 0];
        var past = options.Attempt is null && run == job.Run ? null : StepReference.Attempt(job, run, task, options.Attempt);
        var preview = Preview.Of(opened, past?.Run ?? run, past?.Task ?? task, past?.Attempt, Drive.Services(session));
        if (session.Globals.Json)
        {
            session.Terminal.WriteJson(preview.WriteJson);
        }
        else
        {
            session.Terminal.WriteLines(preview.Lines().Select(SafeText.Escape));
        }

        return ExitCode.Ok;
    }
}
