using Logist.Engine;

namespace Logist.Cli.Commands;

internal static class JobStepCommand
{
    internal sealed record Options(string? Job, bool DryRun, string? Agent, string? Model);

    public static CliCommand Build()
    {
        var job = Cli.Options.Job();
        var dryRun = Cli.Options.Flag("--dry-run", "show which step it would be and change nothing");
        var agent = Cli.Options.Value("--agent", "agent", "for the steps started now, instead of the agents that they name");
        var model = Cli.Options.Value("--model", "model", "for the steps started now, instead of the models that they name");
        return new CliCommand("step", "Takes the ready step with the lowest number to its end, then stops.")
        {
            Arguments = { job },
            Options = { dryRun, agent, model },
            Remarks = "The step's worker, checks, review rounds and retries all happen; exit 1 when the step failed.",
            Examples = ["logist job step", "logist job step fix-login --dry-run"],
            Execute = (session, parse, ct) => ExecuteAsync(session, new Options(
                parse.GetValue(job), parse.GetValue(dryRun), parse.GetValue(agent), parse.GetValue(model)), ct),
        };
    }

    private static async Task<int> ExecuteAsync(Session session, Options options, CancellationToken ct)
    {
        var id = JobReference.Resolve(session, options.Job);
        var opened = await OpenedJob.ReadAsync(session, id, ct);
        if (!options.DryRun)
        {
            return await Drive.RunAsync(session, id, new RunOptions { OneStep = true, Agent = options.Agent, Model = options.Model }, null);
        }

        return Reexecution.ShowContinuation(session, opened, onlyOne: true);
    }
}
