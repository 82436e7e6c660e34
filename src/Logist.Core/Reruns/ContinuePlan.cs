using Logist.Core.Jobs;

namespace Logist.Core.Reruns;

/// <summary>What <c>job run</c> or <c>job step</c> would do from here, also after a crash.</summary>
public static class ContinuePlan
{
    /// <param name="onlyOne">Only the ready step with the lowest number.</param>
    public static PlanResult Of(JobState job, bool onlyOne, ReexecutionFacts facts)
    {
        var verb = onlyOne ? JobVerb.Step : JobVerb.Run;
        if ((PlanParts.BeingCanceled(job, verb) ?? JobVerbs.Guard(job, verb)) is { } refused)
        {
            return new PlanResult.Refused(refused);
        }

        var run = job.Run!;
        var going = onlyOne ? Next(run) : PlanParts.Following(run, []);
        var steps = new List<PlannedStep>(run.Tasks.Count);
        for (var step = 0; step < run.Tasks.Count; step++)
        {
            var (task, id) = (run.Tasks[step], run.Workflow.Steps[step].Id);
            steps.Add(!going[step] ? PlanParts.Kept(run, step, PlanParts.Standing(task))
                : task.Status.IsActive() ? PlanParts.Executed(job, run, step, id, "still open: adopted or harvested, else done again") with
                {
                    AttemptTo = task.Attempts.Count,
                }
                : task.WorkIsDone ? PlanParts.Executed(job, run, step, id, "its work is safe: only checks and review") with
                {
                    AttemptTo = task.Attempts.Count,
                }
                : PlanParts.Executed(job, run, step, id, run.Ready.Contains(step) ? Ready(task) : "follows"));
        }

        return new PlanResult.Planned(new ExecutionPlan(job.Id, onlyOne ? PlanKind.Step : PlanKind.Run, run.Number, steps,
            [.. PlanParts.Warnings(job, run.Workflow, steps, facts.Edit)], facts.Edit?.Tree ?? ""));
    }

    private static string Ready(TaskState task) => task.Attempts.Count == 0 ? "ready" : $"ready again: {task.NextWhy}";

    private static bool[] Next(RunState run)
    {
        var going = new bool[run.Tasks.Count];
        var candidates = run.Active.Concat(run.ToVerify).Concat(run.Ready).Concat(run.Waiting).Except(run.Canceling).ToList();
        if (candidates.Count > 0)
        {
            going[candidates.Min()] = true;
        }

        return going;
    }
}
