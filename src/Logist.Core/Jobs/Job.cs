namespace Logist.Core.Jobs;

/// <summary>
/// The rules of a job. <see cref="Decide"/> turns a request into facts or a refusal, <see cref="Evolve"/> folds facts into state,
/// <see cref="Plan"/> says which work should be in flight. Pure: time, ids and actors ride on the command.
/// </summary>
public static partial class Job
{
    /// <summary>A repeated command id, or nothing to do, gives no events and no error.</summary>
    public static Decision Decide(JobState state, JobCommand command)
    {
        if (state.Knows(command.By.CommandId))
        {
            return Decision.Nothing;
        }

        return command switch
        {
            JobCommand.Create c => DecideCreate(state, c),
            JobCommand.RunJob c => DecideRun(state, c),
            JobCommand.Suspend c => DecideSuspend(state, c),
            JobCommand.Resume c => DecideResume(state, c),
            JobCommand.Cancel c => DecideCancel(state, c),
            JobCommand.CancelTask c => DecideCancelTask(state, c),
            JobCommand.FinishCancel c => DecideFinishCancel(state, c),
            JobCommand.Resubmit c => DecideResubmit(state, c),
            JobCommand.Rerun c => DecideRerun(state, c),
            JobCommand.Restep c => DecideRestep(state, c),
            JobCommand.PartialRerun c => DecidePartialRerun(state, c),
            JobCommand.RunStale c => DecideRunStale(state, c),
            JobCommand.Resolve c => DecideResolve(state, c),
            JobCommand.KeepOutput c => DecideKeepOutput(state, c),
            JobCommand.RaiseBudget c => DecideRaiseBudget(state, c),
            JobCommand.ReportBudgetReached c => DecideBudgetReached(state, c),
            JobCommand.Approve c => DecideApprove(state, c),
            JobCommand.Reject c => DecideReject(state, c),
            JobCommand.OpenGate c => DecideOpenGate(state, c),
            JobCommand.TakeOwnership c => Decision.Accept(new JobEvent.OwnerAcquired(c.By, c.Epoch, c.Owner)),
            JobCommand.Schedule c => DecideSchedule(state, c),
            JobCommand.ReportStarted c => DecideStarted(state, c),
            JobCommand.ReportAdopted c => DecideAdopted(state, c),
            JobCommand.ReportWorkerFinished c => DecideWorkerFinished(state, c),
            JobCommand.ReportReviewStarted c => DecideReviewStarted(state, c),
            JobCommand.ReportReviewFinished c => DecideReviewFinished(state, c),
            JobCommand.ReportSucceeded c => DecideSucceeded(state, c),
            JobCommand.ReportFailed c => DecideFailed(state, c),
            JobCommand.ReportCanceled c => DecideCanceled(state, c),
            JobCommand.ReportInterrupted c => DecideInterrupted(state, c),
            JobCommand.ReportLost c => DecideLost(state, c),
            JobCommand.FinishRun c => DecideFinishRun(state, c),
            JobCommand.Halt c => DecideHalt(state, c),
            JobCommand.RecordHumanChange c => DecideHumanChange(state, c),
            JobCommand.RecordRest c => DecideRest(state, c),
            _ => Decision.Reject(ErrorKind.Internal, $"no rule for {command.GetType().Name}"),
        };
    }

    /// <summary>Folds stored events in order; the last number becomes the state's.</summary>
    public static JobState Fold(IEnumerable<JobEvent> events)
    {
        var state = new JobState();
        foreach (var happened in events)
        {
            Evolve(state, happened);
        }

        return state;
    }

    private static Decision DecideCreate(JobState state, JobCommand.Create c) => state.Created is null
        ? Decision.Accept(c.Job, c.FirstRun)
        : Decision.Reject(ErrorKind.Exists, $"a job named {state.Id} exists already", null, $"logist job status {state.Id}",
            "choose another --name");

    /// <summary>A finished job stays finished: nothing is left for a person to repair in it.</summary>
    private static Decision DecideHalt(JobState state, JobCommand.Halt c) => state.Status is JobStatus.Success or JobStatus.Canceled
        ? Decision.Nothing
        : Decision.Accept(new JobEvent.JobHalted(c.By, c.Reason, c.Message, c.LogFile));

    private static Decision DecideRest(JobState state, JobCommand.RecordRest c) =>
        state.IsSettled && state.WorkspaceCommit == c.Commit && state.Head == c.Head && state.Heads.SequenceEqual(c.Heads)
            ? Decision.Nothing
            : Decision.Accept(new JobEvent.JobRested(c.By, c.Commit, c.Tree) { Head = c.Head, Heads = c.Heads });

    /// <summary>A change made after a gate was opened or approved changes what it is about.</summary>
    private static Decision.Accepted DecideHumanChange(JobState state, JobCommand.RecordHumanChange c)
    {
        var change = new JobEvent.JobHumanChange(c.By, c.BaseCommit, c.Commit, c.Tree, c.Files) { Step = c.Step };
        var events = new List<JobEvent> { change };
        if (state is { Restep: null, Run: { } run })
        {
            foreach (var step in run.Ready.Concat(run.Waiting).Concat(run.OpenGates)
                .Where(step => run.Tasks[step] is { HasOpenApproval: true, Gate.Tree: not null }
                    && (c.Step is null || c.Step == run.Workflow.Steps[step].Id)).Order())
            {
                events.Add(new JobEvent.ApprovalVoided(c.By, run.Number, run.Workflow.Steps[step].Id,
                    $"{c.By.Actor} changed {Reruns.PlanParts.Files(c.Files)} after it was "
                        + (run.Tasks[step].Gate!.Approved ? "approved" : "asked")));
            }
        }

        return new Decision.Accepted(events);
    }

    /// <summary>The attempt a report is about, or null when the report came too late to matter.</summary>
    private static (RunState Run, TaskState Task, AttemptState Attempt, string Step)? Find(JobState state, int run, int step, int attempt)
    {
        if (state.RunNumber(run) is { } r && step >= 0 && step < r.Tasks.Count && r.Tasks[step].Attempt(attempt) is { } a)
        {
            return (r, r.Tasks[step], a, r.Workflow.Steps[step].Id);
        }

        return null;
    }
}
