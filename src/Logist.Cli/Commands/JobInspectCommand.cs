using Logist.Cli.Views;
using Logist.Views;

namespace Logist.Cli.Commands;

internal static class JobInspectCommand
{
    internal sealed record Options(string? Job);

    public static CliCommand Build()
    {
        var job = Cli.Options.Job();
        return new CliCommand("inspect", "Shows everything: every run, step and attempt with its evidence, commits, cost and review.")
        {
            Arguments = { job },
            Examples = ["logist job inspect fix-login", "logist job inspect fix-login --json"],
            Execute = (session, parse, ct) => ExecuteAsync(session, new Options(parse.GetValue(job)), ct),
        };
    }

    private static async Task<int> ExecuteAsync(Session session, Options options, CancellationToken ct)
    {
        var opened = await OpenedJob.ReadAsync(session, JobReference.Resolve(session, options.Job), ct);
        if (session.Globals.Json)
        {
            session.Terminal.WriteJson(json => InspectDocument.Write(json, opened.Loaded.State, opened.Layout));
        }
        else
        {
            session.Terminal.WriteLines(InspectView.Lines(opened.Loaded.State, session.Terminal.OutStyle));
        }

        return ExitCode.Ok;
    }
}
