using Logist.Core.Reruns;

namespace Logist.Core.Jobs;

public static partial class Job
{
    private static Decision DecideRunStale(JobState state, JobCommand.RunStale c)
    {
        if (PlanOrRefusal(StalePlan.Of(state, c), c.PlanHash, out var refused) is not { } plan)
        {
            return refused!;
        }

        var again = plan.Runs.Select(step => step.Step).ToHashSet();
        return again.Count == 0 ? Decision.Nothing
            : Decision.Accept([.. Voided(state.Run!, c.By with { CommandId = null }, again), new JobEvent.RunStaleRequested(c.By, plan.Run,
                [.. plan.Runs.Select(step => step.Id)]) { PlanHash = plan.Hash }]);
    }

    /// <summary>All at once, so that a step far down waits for what is before it and runs once.</summary>
    private static void ResetStale(RunState run, JobEvent.RunStaleRequested e)
    {
        foreach (var name in e.Steps)
        {
            if (run.Workflow.IndexOf(name) is not (>= 0 and var step))
            {
                continue;
            }

            var task = run.Tasks[step];
            MakeReady(run, step, AttemptKind.Stale, task.Stale ?? "a step before it is done again");
            task.MayKeep = true;
            task.NextBy = new AttemptRequest(e.By.Actor, null, e.PlanHash);
        }

        run.FinishedAt = null;
    }

    /// <summary>Early cut-off: its input is what it was, so its output is what it would be.</summary>
    private static Decision DecideKeepOutput(JobState state, JobCommand.KeepOutput c) =>
        Current(state, c.Run) is { } run && c.Step >= 0 && c.Step < run.Tasks.Count && MayStart(state) && StillValid(run, c.Step)
            ? Decision.Accept(new JobEvent.TaskReused(c.By, c.Run, run.Workflow.Steps[c.Step].Id,
                run.Tasks[c.Step].ReusedFrom ?? c.Run, run.Tasks[c.Step].Accepted?.Number ?? 0))
            : Decision.Nothing;

    private static bool StillValid(RunState run, int step) =>
        run.Tasks[step] is { MayKeep: true, Status: TaskStatus.Created, OpenNeeds: 0, HumanChange: null, Basis: { } basis }
        && Staleness.In(run, settled: run).Change(step, basis) is null;
}
