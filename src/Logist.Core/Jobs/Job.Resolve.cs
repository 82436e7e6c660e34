using Logist.Core.Reruns;

namespace Logist.Core.Jobs;

public static partial class Job
{
    /// <summary>A person did the step by hand, takes its last accepted output back, or gives it up.</summary>
    private static Decision DecideResolve(JobState state, JobCommand.Resolve c)
    {
        if (PlanParts.NotAtRest(state, JobVerb.Resolve) is { } refused)
        {
            return new Decision.Rejected(refused);
        }

        var run = state.Run!;
        if (c.Step < 0 || c.Step >= run.Tasks.Count)
        {
            return Decision.Reject(ErrorKind.UnknownStep, $"there is no step {c.Step + 1}", PlanParts.Range(run.Workflow));
        }

        var task = run.Tasks[c.Step];
        var step = run.Workflow.Steps[c.Step];
        Decision No(string why, params string[] fix) =>
            Decision.Reject(ErrorKind.WrongState, $"cannot resolve {step.Id} of {state.Id}: {why}", null, fix);
        if (!task.Status.IsFailed() && !task.IsStale
            && !(state.Status == JobStatus.InterventionRequired && run.Ready.Contains(c.Step)))
        {
            return No("it neither failed nor is it stale", $"logist job restep {state.Id} {step.Id}");
        }

        if (c.Keep && (!c.Success || task.Accepted is null))
        {
            return Decision.Reject(ErrorKind.Usage,
                c.Success ? $"{step.Id} has no accepted output to keep" : "--keep is for --outcome success",
                null, $"logist job resolve {state.Id} {step.Id} --outcome success --reason \"…\"");
        }

        var by = c.By with { CommandId = null };
        if (c.Keep)
        {
            // The person vouches for it with what comes before it now: neither failed nor stale.
            return Decision.Accept(new JobEvent.TaskResolved(c.By, run.Number, step.Id, 0, Success: true, c.Reason) { Kept = true });
        }

        var resolved = new JobEvent.TaskResolved(c.By, run.Number, step.Id, task.Attempts.Count + 1, c.Success, c.Reason)
        {
            Input = c.Input, Result = c.Success ? c.Result : null,
        };
        return !c.Success ? Decision.Accept(resolved) : new Decision.Accepted([resolved,
            .. Consequences.Of(run, c.Step, HumanAttempt(run, task, resolved), by)]);
    }

    private static AttemptState HumanAttempt(RunState run, TaskState task, JobEvent.TaskResolved e) =>
        new(e.Attempt, AttemptKind.Human, e.By.At)
        {
            Input = e.Input, Result = e.Result, RequestedBy = e.By.Actor, Reason = e.Reason, Why = $"{e.By.Actor} did it by hand",
            FinishedAt = e.By.At, Used = run.OutputsBefore(task.Step), OutputsReplaced = run.OutputsReplaced, Place = "workspace",
            Status = e.Success ? AttemptStatus.Success : AttemptStatus.Failed,
        };

    private static void Resolve(JobState state, RunState run, TaskState task, JobEvent.TaskResolved e)
    {
        state.IsSettled = false;
        task.FinishedAt = e.By.At;
        if (e.Kept)
        {
            task.Failure = null;
            task.Stale = null;
            task.Basis = run.OutputsBefore(task.Step);
            run.SetStatus(task.Step, task.ReusedFrom is null ? TaskStatus.Success : TaskStatus.Reused);
        }
        else
        {
            var attempt = HumanAttempt(run, task, e);
            task.Add(attempt);
            state.Attempts++;
            task.Failure = attempt.Failure = e.Success ? null
                : new Failure(FailureCategory.CommandFailed, $"{e.By.Actor} marked it failed: {e.Reason}");
            if (e.Success)
            {
                Accept(run, task, attempt);
                task.HumanChange = null;
                state.WorkspaceCommit = e.Result?.Commit is { } made && state.WorkspaceCommit is not null ? made : state.WorkspaceCommit;
            }

            run.SetStatus(task.Step, e.Success ? TaskStatus.Success : TaskStatus.Failed);
        }

        task.WaitUntil = null;
        if (run.Failed.Count == 0)
        {
            state.Halted = null;
        }
    }
}
