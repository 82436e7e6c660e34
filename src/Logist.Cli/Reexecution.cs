using Logist.Cli.Views;
using Logist.Core;
using Logist.Core.Jobs;
using Logist.Core.Reruns;
using Logist.Engine;
using Logist.Views;

namespace Logist.Cli;

/// <summary>
/// The way of every re-execution: plan, show it, ask where something cannot be undone, then carry out exactly that plan. A dry run ends
/// after showing and leaves every file of the job as it is.
/// </summary>
internal static class Reexecution
{
    /// <summary>Three words that are easily taken for each other: in the help of each.</summary>
    public const string Ways = "rerun    = again, as a new run (or --failed/--steps: the failed ones, in this run)\n"
        + "restep   = one step, from the tree it saw\nresubmit = a person fixed it, go on";

    /// <param name="Asks">Whether a person at a terminal is asked even when nothing is dangerous.</param>
    internal sealed record Options(bool DryRun, string? PlanHash, bool NoRun, bool Asks);

    public static async Task<int> RunAsync(Session session, OpenedJob opened, Func<JobState, JobCommand.Reexecution> build, Options options,
        RunOptions drive, CancellationToken ct)
    {
        if (!opened.Loaded.State.IsAtRest || Owners.IsDrivenByOther(opened.Loaded.State))
        {
            opened = await StopWhatIsLeftAsync(session, opened, options.DryRun, ct);
        }

        if (!options.DryRun)
        {
            opened = await Drive.SettledAsync(session, opened, ct);
        }

        var services = Drive.Services(session);
        var job = opened.Loaded.State;
        var request = build(job);
        request = request with
        {
            Facts = request.Facts with { Edit = Worker.Edit(services, opened.Id, job, request) }, PlanHash = options.PlanHash,
        };
        var plan = Agreed(Planner.Of(job, request), options.PlanHash);
        Worker.CheckAgent(services, job, drive with { Request = request });
        Show(session, services, opened, plan, options.DryRun);
        if (options.DryRun)
        {
            return ExitCode.Ok;
        }

        if (!plan.Runs.Any())
        {
            session.Terminal.WriteHint($"{opened.Id}: nothing to run");
            return ExitCode.Ok;
        }

        Confirm(session, plan, options.Asks);
        drive = drive with { Request = request with { PlanHash = plan.Hash }, NoRun = options.NoRun };
        return await Drive.RunAsync(session, opened.Id, drive, null, opened.Loaded);
    }

    /// <summary>What <c>job run</c> or <c>job step</c> would do from here; nothing is changed.</summary>
    public static int ShowContinuation(Session session, OpenedJob opened, bool onlyOne)
    {
        var services = Drive.Services(session);
        var facts = new ReexecutionFacts { Edit = Worker.Edit(services, opened.Id, opened.Loaded.State) };
        Show(session, services, opened, Agreed(ContinuePlan.Of(opened.Loaded.State, onlyOne, facts), null), dryRun: true);
        return ExitCode.Ok;
    }

    /// <exception cref="LogistException">There is no plan, or it is no longer the one that was agreed to.</exception>
    private static ExecutionPlan Agreed(PlanResult result, string? hash)
    {
        var plan = result switch
        {
            PlanResult.Planned planned => planned.Plan,
            PlanResult.Refused { Problem: { From: not null } problem } => throw new JobStateException(problem),
            PlanResult.Refused refused => throw new LogistException(refused.Problem),
            _ => throw new InvalidOperationException(),
        };
        return hash is null || plan.IsNamed(hash) ? plan : throw new LogistException(plan.Changed(hash));
    }

    private static void Show(Session session, EngineServices services, OpenedJob opened, ExecutionPlan plan, bool dryRun)
    {
        var terminal = session.Terminal;
        if (dryRun && session.Globals.Json)
        {
            var trees = Worker.InputTrees(services, opened.Id, opened.Loaded.State, plan);
            terminal.WriteJson(json => PlanDocument.Write(json, plan, trees));
            return;
        }

        if (dryRun)
        {
            terminal.WriteLines(PlanView.Lines(plan, terminal.OutWidth, terminal.OutStyle));
        }
        else
        {
            terminal.WriteHints(PlanView.Lines(plan, terminal.ErrorIsTty ? terminal.ScreenSize.Width : int.MaxValue, terminal.ErrStyle));
        }

        foreach (var warning in plan.Warnings)
        {
            terminal.WriteWarning(warning.Text);
        }
    }

    /// <exception cref="LogistException">Usage: a yes is needed and nobody can be asked, or the answer was no.</exception>
    private static void Confirm(Session session, ExecutionPlan plan, bool asks)
    {
        var needed = plan.Warnings.FirstOrDefault(warning => warning.NeedsYes);
        if (!session.Globals.Yes && (needed is not null || (asks && session.CanAsk)))
        {
            Questions.Require(session, "Go on?", needed?.Text);
        }
    }

    /// <summary>An attempt is open. With its owner alive the plan refuses; else what still lives is stopped, after a yes.</summary>
    private static async Task<OpenedJob> StopWhatIsLeftAsync(Session session, OpenedJob opened, bool dryRun, CancellationToken ct)
    {
        var job = opened.Loaded.State;
        var active = job.Run is { } run ? run.Active.Concat(run.Ready).Take(10).Select(step => run.Workflow.Steps[step].Id) : [];
        var names = string.Join(", ", active);
        if (Owners.IsAlive(job.LastOwner) != false)
        {
            throw new LogistException(ErrorKind.Busy, $"{job.Id} is driven by another process", $"{job.LastOwner}; active: {names}",
                $"logist job status {job.Id} --watch", $"logist job cancel {job.Id}");
        }

        if (dryRun)
        {
            throw new LogistException(ErrorKind.WrongState, $"{job.Id} is not at rest: its owner is gone and {names} may still be at work",
                $"owner was {job.LastOwner}", $"logist job run {job.Id}", "or the same command without --dry-run: it stops what is left");
        }

        if (!session.Globals.Yes)
        {
            Questions.Require(session, $"Stop {names}? The owner of {job.Id} is gone; what was not finished is interrupted.",
                $"{names} of {job.Id} may still be at work although its owner is gone");
        }

        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        _ = await Worker.RunAsync(Drive.Services(session), opened.Id, new RunOptions(), (_, _) => { }, stop.Token, CancellationToken.None);
        return await OpenedJob.ReadAsync(session, opened.Id, ct);
    }
}
