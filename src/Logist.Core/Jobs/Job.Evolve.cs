namespace Logist.Core.Jobs;

public static partial class Job
{
    /// <summary>Folds one stored event. Total: an event about something unknown changes nothing, it never throws.</summary>
    /// <returns>The same instance, changed.</returns>
    public static JobState Evolve(JobState state, JobEvent happened)
    {
        state.Seq++;
        state.UpdatedAt = happened.By.At;
        if (happened.By.CommandId is { } id)
        {
            state.Remember(id);
        }

        switch (happened)
        {
            case JobEvent.JobCreated e:
                state.Created = e;
                state.BudgetUsd = e.BudgetUsd;
                break;
            case JobEvent.RunCreated e:
                CreateRun(state, e);
                break;
            case JobEvent.JobSuspended e:
                state.Suspended = e;
                break;
            case JobEvent.JobResumed:
                state.Suspended = null;
                break;
            case JobEvent.JobCancelRequested e:
                state.CancelRequested = e;
                break;
            case JobEvent.JobCanceled:
                DropRestepOfCanceled(state);
                state.Canceled = true;
                break;
            case JobEvent.JobResubmitted e:
                Resubmit(state, e);
                break;
            case JobEvent.JobHalted e:
                state.Halted = e;
                break;
            case JobEvent.JobHumanChange e:
                TakeIn(state, e);
                break;
            case JobEvent.JobRested e:
                state.WorkspaceCommit = e.Commit;
                state.Head = e.Head;
                state.Heads = e.Heads;
                state.IsSettled = true;
                break;
            case JobEvent.BudgetReached e:
                state.BudgetStop = e;
                break;
            case JobEvent.BudgetRaised e:
                state.BudgetUsd = e.LimitUsd;
                state.BudgetStop = null;
                Reopen(state);
                break;
            case JobEvent.OwnerAcquired e:
                state.Epoch = e.Epoch;
                state.BootSeq = e.Owner.BootId == state.LastOwner?.BootId ? state.BootSeq : state.Seq;
                state.LastOwner = e.Owner;
                break;
            default:
                EvolveRun(state, happened);
                break;
        }

        return state;
    }

    private static void EvolveRun(JobState state, JobEvent happened)
    {
        switch (happened)
        {
            case JobEvent.RunStarted e when state.RunNumber(e.Run) is { } run:
                run.StartedAt = e.By.At;
                run.Driver = e.Driver;
                break;
            case JobEvent.RunFinished e when state.RunNumber(e.Run) is { } run:
                run.FinishedAt = e.By.At;
                run.Outcome = e.Status;
                break;
            case JobEvent.RunStaleRequested e when state.RunNumber(e.Run) is { } run:
                ResetStale(run, e);
                break;
            case JobEvent.RunPartialRerunRequested e when state.RunNumber(e.Run) is { } run:
                run.PartialRerunPlan = e.PlanHash;
                state.Halted = null;
                run.FailedAlone.Clear();
                Reopen(state);
                break;
            case JobEvent.RunDispatchHeld e when state.RunNumber(e.Run) is { } run:
                run.Held = e;
                break;
            case JobEvent.RunDispatchReleased e when state.RunNumber(e.Run) is { } run:
                run.Held = null;
                break;
            case JobEvent.RunAborted e when state.RunNumber(e.Run) is { } run:
                run.FinishedAt = e.By.At;
                run.Outcome = "aborted";
                break;
            default:
                EvolveTask(state, happened);
                break;
        }
    }

    /// <summary>A person's change becomes part of the input of every step that could go on when it was noticed.</summary>
    private static void TakeIn(JobState state, JobEvent.JobHumanChange change)
    {
        state.Add(change);
        if (change.Step is { } name)
        {
            if (state.Run is { } current && current.Workflow.IndexOf(name) is >= 0 and var own)
            {
                current.Tasks[own].Taken = [.. current.Tasks[own].Taken, change];
            }

            return;
        }

        state.WorkspaceCommit = change.Commit;
        if (state.Run is not { } run)
        {
            return;
        }

        if (state.Restep is { } restep)
        {
            // It goes on alone: what waits for the run's own course keeps waiting.
            run.Tasks[restep.Step].HumanChange = change.After(run.Tasks[restep.Step].HumanChange);
            return;
        }

        foreach (var step in run.ToVerify.Where(step => run.Tasks[step].OnlyReview).ToArray())
        {
            // What the review was to judge is not what there is any more.
            run.Tasks[step].LastAttempt!.Status = AttemptStatus.Failed;
            MakeReady(run, step, AttemptKind.Resubmit, "a person changed what it had made");
        }

        foreach (var step in run.Ready.Concat(run.Waiting).Concat(run.OpenGates))
        {
            run.Tasks[step].HumanChange = change.After(run.Tasks[step].HumanChange);
        }
    }

    private static void Resubmit(JobState state, JobEvent.JobResubmitted e)
    {
        state.Halted = null;
        if (state.Run is not { } run)
        {
            return;
        }

        foreach (var step in run.Failed.ToArray())
        {
            var task = run.Tasks[step];
            if (task.LastAttempt is { WorkerFinished: true, ReviewAction: ReviewFailed, Status: AttemptStatus.Failed } unjudged
                && task.Status == TaskStatus.Failed)
            {
                AskAgain(run, task, unjudged);
                continue;
            }

            MakeReady(run, step, AttemptKind.Resubmit, "a person fixed the cause of the failure");
            task.NextBy = new AttemptRequest(e.By.Actor, e.Note, null);
        }

        Reopen(state);
    }

    /// <summary>Nobody judged the worker's result: it is not paid for twice because its reviewer could not work.</summary>
    private static void AskAgain(RunState run, TaskState task, AttemptState unjudged)
    {
        (unjudged.Status, unjudged.Failure, unjudged.FinishedAt) = (AttemptStatus.Running, null, null);
        (task.Failure, task.FinishedAt, task.OnlyReview) = (null, null, true);
        run.SetStatus(task.Step, TaskStatus.ReviewRequired);
    }

    private static void Reopen(JobState state)
    {
        if (state.Run is { } run)
        {
            run.FinishedAt = null;
        }
    }

    /// <summary>Fresh attempts: counters start anew, what was accepted stays until something better is.</summary>
    private static void MakeReady(RunState run, int step, AttemptKind kind, string why)
    {
        var task = run.Tasks[step];
        task.Failures = 0;
        task.Rounds = 0;
        task.LostInRow = 0;
        task.Failure = null;
        task.Gate = null;
        task.Stale = null;
        task.FinishedAt = null;
        RequestCancel(run, task, null);
        Next(run, step, task.Attempts.Count == 0 && task.Accepted is null ? AttemptKind.Initial : kind, why);
    }

    private static void Next(RunState run, int step, AttemptKind kind, string? why)
    {
        var task = run.Tasks[step];
        task.NextKind = kind;
        task.NextWhy = why;
        task.RoundAfter = kind == AttemptKind.ReviewRound ? task.LastAttempt : null;
        task.GoOnFrom = null;
        task.NextAgent = kind is AttemptKind.ReviewRound or AttemptKind.Retry or AttemptKind.Recovery ? task.NextAgent : null;
        task.NextBy = null;
        task.WaitUntil = null;
        task.WaitReason = null;
        run.SetStatus(step, TaskStatus.Created);
    }
}
