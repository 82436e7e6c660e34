using System.Runtime.CompilerServices;
using Logist.Core;
using Logist.Core.Jobs;
using Logist.Engine;
using Logist.Server;
using Logist.Stores;
using Logist.Views;

namespace Logist.Cli.Commands;

internal static class JobRunCommand
{
    internal sealed record Options(string? Job, decimal? BudgetUsd, string? Durability, int? MaxParallel, string? Until, TimeSpan? Timeout,
        string? Agent, string? Model, bool Stale, bool DryRun, bool Detach);

    public static CliCommand Build()
    {
        var job = Cli.Options.Job();
        var budget = Cli.Options.Value("--budget-usd", "n", "raise the job's cost limit to this and go on");
        var durability = Cli.Options.Choice("--durability", "none does not flush the journal: for benchmarks only", "full", "none");
        var parallel = Cli.Options.Value("--max-parallel", "n",
            "at most so many steps at a time (default: the workflow's, else the number of cores)");
        var until = Cli.Options.Value("--until", "step", "stop after this step: it and what it needs");
        var timeout = Cli.Options.Value("--timeout", "duration", "let go after this long (exit 8): steps run on, the next run adopts them");
        var agent = Cli.Options.Value("--agent", "agent", "for the steps started now, instead of the agents that they name");
        var model = Cli.Options.Value("--model", "model", "for the steps started now, instead of the models that they name");
        var stale = Cli.Options.Flag("--stale", "run exactly the stale steps and what follows from them, in the current run");
        var dryRun = Cli.Options.Flag("--dry-run", "show the plan and change nothing");
        var detach = Cli.Options.Flag("--detach", "let the server of this jobs directory drive it (logist serve), and return at once");
        return new CliCommand("run", "Runs a job until it is done or needs a person; goes on where it was.")
        {
            Arguments = { job },
            Options = { stale, budget, durability, parallel, until, timeout, agent, model, detach, dryRun },
            Remarks = "Ctrl-C stops the steps that run and leaves the job to be continued; a second Ctrl-C leaves them running.\n"
                + "After a crash, steps that still run are adopted, those that ended meanwhile are harvested; "
                + "nothing finished runs again.\n"
                + "resubmit = a person fixed it, go on.",
            Examples = ["logist job run", "logist job run fix-login --max-parallel 8", "logist job run fix-login --budget-usd 10"],
            Execute = (session, parse, ct) => ExecuteAsync(session, new Options(
                parse.GetValue(job), Cli.Options.Money("--budget-usd", parse.GetValue(budget)), parse.GetValue(durability),
                Cli.Options.Number("--max-parallel", parse.GetValue(parallel), 1, 1000), parse.GetValue(until),
                Cli.Options.Duration("--timeout", parse.GetValue(timeout)), parse.GetValue(agent), parse.GetValue(model),
                parse.GetValue(stale), parse.GetValue(dryRun), parse.GetValue(detach)), ct),
        };
    }

    private static async Task<int> ExecuteAsync(Session session, Options options, CancellationToken ct)
    {
        var id = JobReference.Resolve(session, options.Job);
        if (options.Durability == "none")
        {
            session.Durability = Durability.None;
        }

        // With files an owner that was killed after the last event may have left branch and workspace behind: the long way looks closer.
        if (options is { Until: null, BudgetUsd: null, Stale: false } && !Directory.Exists(session.LayoutOf(id).Repository)
            && FinishedJob.TryRead(session, id) is { } finished)
        {
            Drive.SayDone(session, id.Value, finished.StaleSteps);
            return ExitCode.Ok;
        }

        if (options.Detach)
        {
            return await DetachAsync(session, id, options, ct);
        }

        var opened = await OpenedJob.ReadAsync(session, id, ct);
        if (options.Stale)
        {
            var stamp = Drive.Stamp(session, null);
            return await Reexecution.RunAsync(session, opened, _ => new JobCommand.RunStale(stamp),
                new Reexecution.Options(options.DryRun, PlanHash: null, NoRun: false, Asks: false),
                new RunOptions { MaxParallel = options.MaxParallel, Agent = options.Agent, Model = options.Model }, ct);
        }

        if (options.DryRun)
        {
            return Reexecution.ShowContinuation(session, opened, onlyOne: false);
        }

        var until = options.Until is { } step && opened.Loaded.State.Run is { } run ? StepReference.Resolve(run, step).Step : (int?)null;
        if (options.BudgetUsd is { } limit)
        {
            _ = await Request.CarryOutAsync(session, id, _ => new JobCommand.RaiseBudget(Drive.Stamp(session, null), limit), ct);
        }

        return await Drive.RunAsync(session, id, new RunOptions
        {
            MaxParallel = options.MaxParallel, Until = until, Agent = options.Agent, Model = options.Model,
        }, options.Timeout, opened.Loaded);
    }

    // A method of its own: the web framework is loaded by whoever mentions it, and no other way to run a job shall.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<int> DetachAsync(Session session, JobId id, Options options, CancellationToken ct)
    {
        if (options.DryRun || options.Timeout is not null || options.Durability is not null)
        {
            throw new LogistException(ErrorKind.Usage, "--detach does not go with --dry-run, --timeout or --durability");
        }

        var server = ServerFile.Find(session.Surroundings.LogistHome());
        if (server is null || server.JobsDir != session.JobsDirectory)
        {
            throw new LogistException(ErrorKind.Busy, $"no server drives the jobs of {session.JobsDirectory}",
                server is null ? "logist serve is not running" : $"the one that runs, {server.Url}, is of {server.JobsDir}", "logist serve",
                $"logist job run {id}");
        }

        await ServerClient.RunAsync(server, id, Drive.Who(session, null), new DetachedRun(options.BudgetUsd, options.MaxParallel,
            options.Until, options.Stale, options.Agent, options.Model), ct);
        var job = await OpenedJob.ReadAsync(session, id, ct);
        Request.Tell(session, job.Loaded.State, $"{id} is driven by {server.Url}");
        session.Terminal.WriteHint($"watch it with: logist job status {id} --watch");
        return ExitCode.Ok;
    }
}
