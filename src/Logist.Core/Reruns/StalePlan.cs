using Logist.Core.Jobs;

namespace Logist.Core.Reruns;

/// <summary>Every stale step and what follows from it, each only as far as its input really changes.</summary>
public static class StalePlan
{
    public static PlanResult Of(JobState job, JobCommand.RunStale request)
    {
        if (PlanParts.NotAtRest(job, JobVerb.RunStale) is { } refused)
        {
            return new PlanResult.Refused(refused);
        }

        var run = job.Run!;
        var affected = Affected(run);
        var steps = new List<PlannedStep>(run.Tasks.Count);
        for (var step = 0; step < run.Tasks.Count; step++)
        {
            var (task, id) = (run.Tasks[step], run.Workflow.Steps[step].Id);
            steps.Add(!affected[step] ? PlanParts.Kept(run, step, PlanParts.Standing(task))
                : PlanParts.Executed(job, run, step, id, task.Stale ?? "follows from a stale step; kept if its input stays the same"));
        }

        return new PlanResult.Planned(new ExecutionPlan(job.Id, PlanKind.Stale, run.Number, steps,
            [.. PlanParts.Warnings(job, run.Workflow, steps, request.Facts.Edit)], string.Join('\n', request.Facts.Edit?.Tree)));
    }

    /// <summary>The stale ones and every finished step after them.</summary>
    private static bool[] Affected(RunState run)
    {
        var stale = run.Tasks.Where(task => task.Stale is not null && task.Status.IsSatisfied()).Select(task => task.Step).ToArray();
        var affected = run.Workflow.Graph.WithDescendants(stale);
        foreach (var task in run.Tasks)
        {
            affected[task.Step] &= task.Status is Jobs.TaskStatus.Success or Jobs.TaskStatus.Reused;
        }

        return affected;
    }
}
