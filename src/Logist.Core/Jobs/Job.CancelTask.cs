namespace Logist.Core.Jobs;

public static partial class Job
{
    /// <summary>
    /// One task alone: what else runs goes on. What lives is stopped by whoever drives the job; what only waits for its time has no
    /// process and is over at once.
    /// </summary>
    private static Decision DecideCancelTask(JobState state, JobCommand.CancelTask c)
    {
        if (state.Run is not { } run || c.Step < 0 || c.Step >= run.Tasks.Count)
        {
            return Decision.Reject(ErrorKind.UnknownStep, $"{state.Id} has no step {c.Step + 1}",
                $"steps are 1..{state.Run?.Tasks.Count ?? 0}", $"logist job status {state.Id}");
        }

        var task = run.Tasks[c.Step];
        if (state.IsCanceling || task.CancelRequested is not null || task.Status == TaskStatus.Canceled)
        {
            return Decision.Nothing;
        }

        if (JobVerbs.Guard(state, JobVerb.CancelTask) is { } refused)
        {
            return new Decision.Rejected(refused);
        }

        var step = run.Workflow.Steps[c.Step].Id;
        var open = OpenOrNotStarted(task);
        var requested = new JobEvent.TaskCancelRequested(c.By, run.Number, step, open, c.Reason);
        if (IsRestep(state, run, c.Step) || open != NotStarted)
        {
            return Decision.Accept(requested);
        }

        return task.Status == TaskStatus.Waiting
            ? Decision.Accept(requested, new JobEvent.TaskCanceled(c.By with { CommandId = null }, run.Number, step, open, null)
            {
                Reason = c.Reason,
            })
            : Decision.Reject(ErrorKind.WrongState, $"cannot cancel {step} of {state.Id}: it is {task.Status.Phase()}",
                "only a step that is at work, or waits for its time, can be canceled alone", $"logist job status {state.Id}");
    }

    /// <summary>An attempt that was stopped. Of a re-step that was stopped before it had one there is nothing but the end.</summary>
    private static Decision DecideCanceled(JobState state, JobCommand.ReportCanceled c) =>
        c.Attempt == NotStarted && state.RunNumber(c.Run) is { } run && IsRestep(state, run, c.Step) && !run.Active.Contains(c.Step)
            ? Decision.Accept(Canceled(run.Tasks[c.Step], new JobEvent.TaskCanceled(c.By, c.Run, run.Workflow.Steps[c.Step].Id,
                OpenOrNotStarted(run.Tasks[c.Step]), null)))
            : DecideStopped(state, c.Run, c.Step, c.Attempt, f => Canceled(f.Task, f.Step, c.By, c.Run, c.Attempt, c.Result));

    /// <summary>Its own cancel or the whole job's was acknowledged: no result that comes later is applied.</summary>
    private static bool IsCanceling(JobState state, TaskState task) =>
        state.CancelRequested is not null || task.CancelRequested is not null;

    private static JobEvent.TaskCanceled Canceled(TaskState task, string step, Stamp by, int run, int attempt, WorkResult? result) =>
        Canceled(task, new JobEvent.TaskCanceled(by, run, step, attempt, result));

    /// <summary>With who asked for this one and why.</summary>
    private static JobEvent.TaskCanceled Canceled(TaskState task, JobEvent.TaskCanceled canceled) => task.CancelRequested is { } asked
        ? canceled with { By = canceled.By with { Actor = asked.By.Actor }, Reason = asked.Reason }
        : canceled;

    private static void RequestCancel(RunState run, TaskState task, JobEvent.TaskCancelRequested? request)
    {
        task.CancelRequested = request;
        if (request is null)
        {
            run.Canceling.Remove(task.Step);
        }
        else
        {
            run.Canceling.Add(task.Step);
        }
    }

    private static void EndCanceled(JobState state, RunState run, TaskState task, JobEvent.TaskCanceled e)
    {
        var who = task.CancelRequested is { } asked ? $" by {asked.By.Actor}{(asked.Reason is null ? "" : $": {asked.Reason}")}" : "";
        task.Failure = new Failure(FailureCategory.Canceled, $"canceled{who}");
        Close(state, task, e.Attempt, AttemptStatus.Canceled, e.Result, task.Failure, e.By.At);
        (task.WaitUntil, task.WaitReason) = (null, null);
        RequestCancel(run, task, null);
        run.SetStatus(task.Step, TaskStatus.Canceled);
        if (IsRestep(state, run, task.Step))
        {
            DropRestep(state, run, task, state.Restep!);
        }
    }
}
