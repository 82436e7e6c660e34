using Logist.Core.Jobs;
using Logist.Core.Workflows;

namespace Logist.Core.Reruns;

/// <summary>What the plans of all kinds have in common.</summary>
internal static class PlanParts
{
    /// <summary>A job that nobody drives and of which no attempt is open, and that was started once.</summary>
    /// <returns>The refusal, or null.</returns>
    public static Problem? NotAtRest(JobState job, JobVerb verb)
    {
        if (job.Run is not { } run || (job.Runs.Count == 1 && run.StartedAt is null))
        {
            return new Problem(ErrorKind.WrongState, $"cannot {verb.Word()} {job.Id}: it never ran", null, $"logist job run {job.Id}")
            {
                From = job.Status.Text(), Wanted = verb.Word(),
                Allowed = [.. JobVerbs.Allowed(verb).Select(status => status.Text()).Where(text => text != job.Status.Text())],
            };
        }

        return BeingCanceled(job, verb) ?? JobVerbs.Guard(job, verb) ?? StillAtWork(job, run, verb);
    }

    /// <summary>Suspended, and its owner died before what it let finish, or had to stop, was over.</summary>
    private static Problem? StillAtWork(JobState job, RunState run, JobVerb verb) => run.Active.Count == 0 ? null : new Problem(
        ErrorKind.WrongState, $"cannot {verb.Word()} {job.Id}: {run.Workflow.Steps[run.Active.Min].Id} is still at work", null,
        $"logist job resume {job.Id}", $"logist job run {job.Id}");

    /// <summary>A cancel was acknowledged and its owner died before it was through: that comes first.</summary>
    public static Problem? BeingCanceled(JobState job, JobVerb verb) => !job.IsCanceling ? null : new Problem(ErrorKind.WrongState,
        $"cannot {verb.Word()} {job.Id}: it is being canceled", null, $"logist job cancel {job.Id}");

    public static PlannedStep Executed(JobState job, RunState? run, int step, string id, string why) => WithEstimate(job,
        new PlannedStep(step, id, PlanAction.Run, why)
        {
            AttemptFrom = run?.Tasks[step] is { Attempts.Count: > 0 and var count } ? count : null,
            AttemptTo = (run?.Tasks[step].Attempts.Count ?? 0) + 1,
        });

    public static PlannedStep Kept(RunState run, int step, string why)
    {
        var task = run.Tasks[step];
        return new PlannedStep(step, run.Workflow.Steps[step].Id, PlanAction.Keep, why)
        {
            AttemptFrom = task.Accepted?.Number ?? task.LastAttempt?.Number,
            AttemptTo = task.Accepted?.Number ?? task.LastAttempt?.Number,
            FromRun = task.ReusedFrom,
        };
    }

    private static PlannedStep WithEstimate(JobState job, PlannedStep step)
    {
        var (cost, seconds) = Outputs.Estimate(job, step.Id);
        return step with { CostUsd = cost, Seconds = seconds };
    }

    /// <summary>Which steps there are, for who named another.</summary>
    public static string Range(WorkflowDefinition workflow) => $"steps are 1..{workflow.Steps.Count}: "
        + string.Join(", ", workflow.Steps.Take(20).Select(step => step.Id)) + (workflow.Steps.Count > 20 ? ", …" : "");

    /// <summary>Where a task of the current run stands, for people.</summary>
    public static string Standing(TaskState task) => task.Status switch
    {
        _ when task.CancelRequested is not null => "is being canceled",
        Jobs.TaskStatus.Success => "succeeded",
        Jobs.TaskStatus.Reused => $"reused from run {task.ReusedFrom}",
        Jobs.TaskStatus.Skipped => "skipped",
        Jobs.TaskStatus.Canceled => "canceled",
        Jobs.TaskStatus.WaitingApproval => "waits for approval",
        Jobs.TaskStatus.Failed or Jobs.TaskStatus.SubmitFailed => $"failed: {task.Failure?.Message}",
        _ when task.Attempts.Count == 0 => "never ran",
        _ => $"to be done again: {task.NextWhy}",
    };

    /// <summary>Warnings about the steps that will be executed.</summary>
    public static IEnumerable<PlanWarning> Warnings(JobState job, WorkflowDefinition workflow, IReadOnlyList<PlannedStep> steps,
        HumanEdit? edit)
    {
        foreach (var step in steps)
        {
            if (step.Action == PlanAction.Run && workflow.Steps[step.Step] is { ExternalSideEffects: true } && HasRun(job, step.Id))
            {
                yield return new PlanWarning(PlanWarning.SideEffects, step.Id, $"{step.Id} has side effects outside the job: they repeat");
            }
        }

        foreach (var step in steps)
        {
            if (step.Action == PlanAction.Run && workflow.Steps[step.Step].Approval is not null)
            {
                yield return new PlanWarning(PlanWarning.Approval, step.Id,
                    $"{step.Id} asks for approval{(WasDecided(job, step.Id) ? " again" : "")}");
            }
        }

        if (Budget(job, workflow, steps) is { } budget)
        {
            yield return budget;
        }

        if (edit is not null)
        {
            yield return new PlanWarning(PlanWarning.HumanChange, null,
                $"a person changed {Files(edit.Files)} in the workspace: part of the input");
        }
    }

    private static PlanWarning? Budget(JobState job, WorkflowDefinition workflow, IReadOnlyList<PlannedStep> steps)
    {
        if (job.BudgetUsd is not { } limit || !steps.Any(s => s.Action == PlanAction.Run && workflow.Steps[s.Step].IsAgent))
        {
            return null;
        }

        var spent = job.CostUsd ?? 0;
        var wanted = steps.Where(s => s.Action == PlanAction.Run).Sum(s => s.CostUsd ?? 0);
        return spent + wanted < limit ? null : new PlanWarning(PlanWarning.Budget, null,
            $"${spent:0.00##} of ${limit:0.00##} are spent, and this is expected to cost ${wanted:0.00##}");
    }

    private static bool WasDecided(JobState job, string step) => job.Runs.Any(run =>
        run.Workflow.IndexOf(step) is >= 0 and var index && run.Tasks[index].LastApproval is not null);

    private static bool HasRun(JobState job, string step) => job.Runs.Any(run =>
        run.Workflow.IndexOf(step) is >= 0 and var index && run.Tasks[index].Attempts.Count > 0);

    public static string Files(IReadOnlyList<string> files) => files.Count switch
    {
        <= 3 => string.Join(", ", files),
        var count => $"{string.Join(", ", files.Take(2))} and {count - 2} more files",
    };

    /// <summary>Needs of a step that failed and are not among those chosen.</summary>
    public static List<int> FailedBefore(RunState run, IReadOnlyCollection<int> chosen)
    {
        var before = run.Workflow.Graph.WithAncestors(chosen);
        return [.. run.Failed.Where(step => before[step] && !chosen.Contains(step))];
    }

    /// <summary>Steps that will follow by themselves: everything unfinished whose needs are or will be there.</summary>
    public static bool[] Following(RunState run, IEnumerable<int> first)
    {
        var runs = new bool[run.Tasks.Count];
        var gates = run.OpenGates.Where(step => run.Tasks[step].OpenNeeds == 0);
        var open = new Stack<int>(first.Concat(run.Ready).Concat(run.Waiting).Concat(gates).Concat(run.ToVerify).Concat(run.Active));
        while (open.TryPop(out var step))
        {
            if (runs[step] || run.Canceling.Contains(step))
            {
                continue;
            }

            runs[step] = true;
            foreach (var dependent in run.Workflow.Graph.Dependents(step))
            {
                // A retry or a gate may stand behind a step whose re-step failed.
                if (run.Tasks[dependent].Status is Jobs.TaskStatus.Created or Jobs.TaskStatus.Waiting or Jobs.TaskStatus.WaitingApproval
                    && NeedsMet(run, dependent, runs))
                {
                    open.Push(dependent);
                }
            }
        }

        return runs;
    }

    private static bool NeedsMet(RunState run, int step, bool[] runs)
    {
        foreach (var need in run.Workflow.Graph.Needs(step))
        {
            if (!runs[need] && !run.Tasks[need].Status.IsSatisfied())
            {
                return false;
            }
        }

        return true;
    }
}
