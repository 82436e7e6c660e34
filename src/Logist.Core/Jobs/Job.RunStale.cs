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

        var steps = plan.Runs.Select(step => step.Id).ToArray();
        return steps.Length == 0 ? Decision.Nothing
            : Decision.Accept(new JobEvent.RunStaleRequested(c.By, plan.Run, steps) { PlanHash = plan.Hash });
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
            task.MayKeep = task.Accepted is not null || run.Workflow.Steps[step].IsGateOnly;
            task.NextBy = new AttemptRequest(e.By.Actor, null, e.PlanHash);
        }

        run.FinishedAt = null;
    }

    /// <summary>Early cut-off: its input is what it was, so its output is what it would be.</summary>
    private static Decision DecideKeepOutput(JobState state, JobCommand.KeepOutput c) =>
        state.RunNumber(c.Run) is { } run && c.Step >= 0 && c.Step < run.Tasks.Count && MayStart(state) && StillValid(run, c.Step)
            ? Decision.Accept(new JobEvent.TaskReused(c.By, c.Run, run.Workflow.Steps[c.Step].Id,
                run.Tasks[c.Step].ReusedFrom ?? c.Run, run.Tasks[c.Step].Accepted!.Number))
            : Decision.Nothing;

    private static bool StillValid(RunState run, int step) =>
        run.Tasks[step] is { MayKeep: true, Status: TaskStatus.Created, OpenNeeds: 0, HumanChange: null, Accepted: { } accepted }
        && Staleness.FirstChange(accepted, id => run.Workflow.IndexOf(id) is >= 0 and var i ? run.Tasks[i].Accepted : null) is null;
}
