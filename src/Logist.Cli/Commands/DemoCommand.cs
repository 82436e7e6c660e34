using Logist.Cli.Demo;
using Logist.Core;

namespace Logist.Cli.Commands;

internal static class DemoCommand
{
    internal sealed record Options(bool Keep, string? Fail, bool Serve);

    public static CliCommand Build()
    {
        var keep = Cli.Options.Flag("--keep", "leave repository and jobs behind, for a closer look");
        var fail = Cli.Options
            .Value("--fail", "step", "where the second job stops: plan, implement, lint, test or release (default: test)");
        var serve = Cli.Options.Flag("--serve",
            "then open the Runs Center on its jobs, with a failed step for you to run again; until Ctrl-C");
        return new CliCommand("demo", "An offline tour: success, failure, a plan, one step again, only what failed again.")
        {
            Options = { keep, fail, serve },
            Remarks = "Everything happens in a new temporary directory with a repository and jobs of its own. The agent plays a script;\n"
                + "git, processes, files and commands are real. Exit 0 only when every result was as it should be.",
            Examples = ["logist demo", "logist demo --serve", "logist demo --fail implement --keep"],
            Execute = (session, parse, ct) => ExecuteAsync(session,
                new Options(parse.GetValue(keep), parse.GetValue(fail), parse.GetValue(serve)), ct),
        };
    }

    private static async Task<int> ExecuteAsync(Session session, Options options, CancellationToken ct)
    {
        if (session.Globals.JobsDirectory is not null)
        {
            throw new LogistException(ErrorKind.Usage, "demo makes a jobs directory of its own", "--jobs-dir has no meaning here",
                "logist demo --keep");
        }

        var mistake = Mistake.At(options.Fail ?? "test");
        session.Interrupts.Listen();
        using var stage = new DemoStage(session);
        try
        {
            var checks = await new DemoTour(stage, mistake).PlayAsync(ct);
            var good = checks.TrueForAll(check => check.Ok);
            if (options.Serve && good)
            {
                await new DemoServe(stage).ServeAsync();
            }

            await stage.LeaveAsync(keep: options.Keep || !good);
            DemoReport.Write(session, stage, checks, kept: options.Keep || !good);
            return good ? ExitCode.Ok : ExitCode.Failed;
        }
        catch (OperationCanceledException)
        {
            await stage.LeaveAsync(options.Keep);
            throw;
        }
        catch (LogistException)
        {
            await stage.LeaveAsync(keep: true);
            session.Terminal.WriteHint($"what it left: {stage.Directory}");
            throw;
        }
    }
}
