using Logist.Core;
using Logist.Engine;
using Logist.Engine.Requests;

namespace Logist.Cli.Commands;

internal static class JobRerunCommand
{
    internal sealed record Options(string Job, string? Step, string[] Params, string? Base, string? Workflow, bool Failed, string? Steps,
        string? Reason, string? By, int? MaxDispatch, bool DryRun, string? PlanHash, bool NoRun)
    {
        public bool IsPartial => Failed || Steps is not null;
    }

    public static CliCommand Build()
    {
        var job = Cli.Options.Required("job", "id or unique prefix of at least 4 characters");
        var step = Cli.Options.Value("--step", "step", "from this step: it, every later one, and what needs them; the rest is reused");
        var param = Cli.Options.Many("--param", "k=v", "another value of a declared parameter, for this run and later ones");
        var @base = Cli.Options.Value("--base", "ref", "another branch, tag or commit of the source to start from");
        var workflow = Cli.Options.Choice("--workflow", "the workflow as it was (default), or as its file is now", "pinned", "current");
        var failed = Cli.Options.Flag("--failed", "only the failed branches, in the current run");
        var steps = Cli.Options.Value("--steps", "a,b", "only these failed steps, in the current run");
        var reason = Cli.Options.Value("--reason", "text", "why, for the history (required with --failed and --steps)");
        var by = Cli.Options.Value("--by", "who", "who asks for it (default: git user.name, else the login name)");
        var dispatch = Cli.Options.Value("--max-dispatch", "n", "with --failed and --steps: at most so many at a time (1 to 100)");
        var dryRun = Cli.Options.Flag("--dry-run", "show the plan and change nothing");
        var hash = Cli.Options.Value("--plan-hash", "hash", "only if the plan is still this one (else exit 5)");
        var noRun = Cli.Options.Flag("--no-run", "record it and leave the job PENDING (with --failed and --steps: held, until job run)");
        return new CliCommand("rerun", "Again, as a new run: from the start or from a step; or only what failed, in this run.")
        {
            Arguments = { job },
            Options = { step, param, @base, workflow, failed, steps, reason, by, dispatch, dryRun, hash, noRun },
            Remarks = $"{Reexecution.Ways}\n\nEarlier runs stay as they are.",
            Examples = ["logist job rerun fix-login", "logist job rerun fix-login --step test --dry-run",
                "logist job rerun fix-login --failed --reason \"runner disk fixed\""],
            Execute = (session, parse, ct) => ExecuteAsync(session, new Options(
                parse.GetValue(job)!, parse.GetValue(step), parse.GetValue(param) ?? [], parse.GetValue(@base), parse.GetValue(workflow),
                parse.GetValue(failed), parse.GetValue(steps), parse.GetValue(reason), parse.GetValue(by),
                Cli.Options.Number("--max-dispatch", parse.GetValue(dispatch), 1, 100), parse.GetValue(dryRun), parse.GetValue(hash),
                parse.GetValue(noRun)), ct),
        };
    }

    private static async Task<int> ExecuteAsync(Session session, Options options, CancellationToken ct)
    {
        Check(options);
        var opened = await OpenedJob.ReadAsync(session, JobReference.Resolve(session, options.Job), ct);
        var stamp = Drive.Stamp(session, options.By);
        var named = options.Steps?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return await Reexecution.RunAsync(session, opened, job => options.IsPartial
                ? PartialRerunRequest.Of(job, named, options.Reason!, stamp) with { Hold = options.NoRun }
                : RerunRequest.Of(job, session.Config(), new RerunWish(options.Step, options.Params, options.Base,
                    options.Workflow == "current", options.Reason), stamp),
            new Reexecution.Options(options.DryRun, options.PlanHash, options.NoRun, Asks: true),
            new RunOptions { MaxParallel = options.MaxDispatch }, ct);
    }

    /// <exception cref="LogistException">Usage: options that mean different things.</exception>
    private static void Check(Options options)
    {
        if (options.IsPartial && (options.Step is not null || options.Params.Length > 0 || options.Base is not null
            || options.Workflow is not null))
        {
            throw new LogistException(ErrorKind.Usage, "--failed and --steps stay in the current run: they do not go with --step, --param, "
                + "--base or --workflow");
        }

        if (options is { Failed: true, Steps: not null })
        {
            throw new LogistException(ErrorKind.Usage, "give one of --failed and --steps");
        }

        if (options.IsPartial && string.IsNullOrWhiteSpace(options.Reason))
        {
            throw new LogistException(ErrorKind.Usage, "--reason is required", "a partial re-run is recorded with who and why",
                $"logist job rerun {options.Job} --failed --reason \"…\"");
        }

        if (!options.IsPartial && options.MaxDispatch is not null)
        {
            throw new LogistException(ErrorKind.Usage, "--max-dispatch goes with --failed or --steps");
        }
    }
}
