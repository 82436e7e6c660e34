using Logist.Engine;
using Logist.Engine.Requests;
using Logist.Views;

namespace Logist.Cli.Commands;

internal static class JobRestepCommand
{
    internal sealed record Options(string Job, string Step, string? From, string? Workflow, string? Reason, string? By, string? Agent,
        string? Model, string? PromptAppend, bool DryRun, string? PlanHash);

    public static CliCommand Build()
    {
        var job = Cli.Options.Required("job", "id or unique prefix of at least 4 characters");
        var step = Cli.Options.Required("step", "number from 1, or id");
        var from = Cli.Options.Choice("--from",
            "the tree it first saw, or what its needs give now (default: original, unless that would leave out what changed since)",
            "original", "current");
        var workflow = Cli.Options.Choice("--workflow", "the step's text as it was (default), or as the workflow file is now", "pinned",
            "current");
        var reason = Cli.Options.Value("--reason", "text", "why, for the history");
        var by = Cli.Options.Value("--by", "who", "who asks for it (default: git user.name, else the login name)");
        var agent = Cli.Options.Value("--agent", "agent", "this agent, this once");
        var model = Cli.Options.Value("--model", "model", "this model, this once");
        var append = Cli.Options.Value("--prompt-append", "text", "add this to the prompt, this once");
        var dryRun = Cli.Options.Flag("--dry-run", "show the plan and change nothing");
        var hash = Cli.Options.Value("--plan-hash", "hash", "only if the plan is still this one (else exit 5)");
        return new CliCommand("restep", "One step again, from the tree it saw; everything else stays as it is.")
        {
            Arguments = { job, step },
            Options = { from, workflow, reason, by, agent, model, append, dryRun, hash },
            Remarks = $"{Reexecution.Ways}\n\nIt is a new attempt in this run. Finished steps that used another output become stale;\n"
                + "logist job run <job> --stale does those again.",
            Examples = ["logist job restep fix-login test", "logist job restep fix-login implement --agent codex --dry-run",
                "logist job restep fix-login 2 --from original"],
            Execute = (session, parse, ct) => ExecuteAsync(session, new Options(
                parse.GetValue(job)!, parse.GetValue(step)!, parse.GetValue(from), parse.GetValue(workflow), parse.GetValue(reason),
                parse.GetValue(by), parse.GetValue(agent), parse.GetValue(model), parse.GetValue(append), parse.GetValue(dryRun),
                parse.GetValue(hash)), ct),
        };
    }

    private static async Task<int> ExecuteAsync(Session session, Options options, CancellationToken ct)
    {
        var opened = await OpenedJob.ReadAsync(session, JobReference.Resolve(session, options.Job), ct);
        _ = StepReference.Resolve(opened.Loaded.State.Run!, options.Step);
        var stamp = Drive.Stamp(session, options.By);
        return await Reexecution.RunAsync(session, opened, job => RestepRequest.Of(job, session.Config(), new RestepWish(options.Step,
                options.From, options.Workflow == "current", options.Agent, options.Model, options.PromptAppend, options.Reason), stamp),
            new Reexecution.Options(options.DryRun, options.PlanHash, NoRun: false, Asks: false), new RunOptions(), ct);
    }
}
