using Logist.Core.Jobs;

namespace Logist.Core.Reruns;

/// <summary>Failed branches of the current run: what is chosen, what follows from it, what stays untouched.</summary>
public static class PartialRerunPlan
{
    public static PlanResult Of(JobState job, JobCommand.PartialRerun request)
    {
        if (NotNow(job) is { } refused)
        {
            return new PlanResult.Refused(refused);
        }

        var run = job.Run!;
        if (WrongChoice(job, run, request) is { } wrong)
        {
            return new PlanResult.Refused(wrong);
        }

        var chosen = request.Steps.ToHashSet();
        var following = PlanParts.Following(run, chosen);
        var steps = new List<PlannedStep>(run.Tasks.Count);
        for (var step = 0; step < run.Tasks.Count; step++)
        {
            var (task, id) = (run.Tasks[step], run.Workflow.Steps[step].Id);
            steps.Add(chosen.Contains(step) ? PlanParts.Executed(job, run, step, id, $"selected ({PlanParts.Standing(task)})")
                : following[step] ? PlanParts.Executed(job, run, step, id, task.Attempts.Count == 0 ? "downstream, never ran"
                    : PlanParts.Standing(task))
                : PlanParts.Kept(run, step, PlanParts.Standing(task)));
        }

        return new PlanResult.Planned(new ExecutionPlan(job.Id, PlanKind.PartialRerun, run.Number, steps,
            [.. PlanParts.Warnings(job, run.Workflow, steps, request.Facts.Edit)], string.Join('\n', request.Facts.Edit?.Tree)));
    }

    internal static Problem? NotNow(JobState job)
    {
        if (PlanParts.NotAtRest(job, JobVerb.PartialRerun) is { } refused)
        {
            return refused with { Why = Active(job) ?? refused.Why };
        }

        return job.BudgetStop is not { } stop ? null : new Problem(ErrorKind.WrongState,
            $"cannot rerun parts of {job.Id}: its budget is used up",
            $"limit {stop.Limit}, spent {stop.Spent}", $"logist job run {job.Id} --budget-usd <more>");
    }

    /// <summary>Of two requests at the same time one wins; the other learns what is active.</summary>
    private static string? Active(JobState job) => job.Run is { Active.Count: > 0 } run
        ? $"active: {string.Join(", ", run.Active.Take(10).Select(step => run.Workflow.Steps[step].Id))}" : null;

    private static Problem? WrongChoice(JobState job, RunState run, JobCommand.PartialRerun request)
    {
        if (request.Steps.Count == 0)
        {
            return new Problem(ErrorKind.Usage, "nothing is selected", run.Failed.Count == 0 ? $"nothing of {job.Id} failed" : null,
                $"logist job status {job.Id}");
        }

        if (string.IsNullOrWhiteSpace(request.Reason) || string.IsNullOrWhiteSpace(request.By.Actor))
        {
            return new Problem(ErrorKind.Usage, "a partial re-run needs a reason and who asks for it", null, "--reason \"…\" --by <who>");
        }

        foreach (var step in request.Steps)
        {
            if (step < 0 || step >= run.Tasks.Count || !run.Failed.Contains(step))
            {
                var name = step < 0 || step >= run.Tasks.Count ? $"{step + 1}" : run.Workflow.Steps[step].Id;
                return new Problem(ErrorKind.Usage, $"{name} cannot be selected: it did not fail",
                    run.Failed.Count == 0 ? $"nothing of {job.Id} failed"
                        : $"failed: {string.Join(", ", run.Failed.Select(s => run.Workflow.Steps[s].Id))}",
                    $"logist job restep {job.Id} {name}");
            }
        }

        var before = PlanParts.FailedBefore(run, [.. request.Steps]);
        return before.Count == 0 ? null : new Problem(ErrorKind.Usage,
            $"{string.Join(", ", before.Select(s => run.Workflow.Steps[s].Id))} failed too and comes before what is selected", null,
            $"--steps {string.Join(',', request.Steps.Concat(before).Order().Select(s => run.Workflow.Steps[s].Id))}", "--failed");
    }
}
