namespace Logist.Core.Jobs;

public static partial class Job
{
    private static void EvolveTask(JobState state, JobEvent happened)
    {
        switch (happened)
        {
            case JobEvent.TaskScheduled e when Locate(state, e.Run, e.Step) is var (run, task):
                Schedule(state, run, task, e);
                break;
            case JobEvent.TaskStarted e when Locate(state, e.Run, e.Step) is var (run, task) && task.Attempt(e.Attempt) is { } attempt:
                attempt.Pid = e.Pid;
                run.SetStatus(task.Step, TaskStatus.Running);
                break;
            case JobEvent.TaskWorkerFinished e when Locate(state, e.Run, e.Step) is var (run, task)
                && task.Attempt(e.Attempt) is { } attempt:
                attempt.WorkerFinished = true;
                task.LostInRow = 0;
                LimitsAreOver(task);
                Book(state, task, attempt, e.Result);
                run.SetStatus(task.Step, Definition(state, run, task.Step).Review is null ? TaskStatus.Running : TaskStatus.ReviewRequired);
                break;
            case JobEvent.TaskReviewStarted e when Locate(state, e.Run, e.Step) is var (run, task)
                && task.Attempt(e.Attempt) is { } attempt:
                attempt.Reviewer = e.Agent;
                task.OnlyReview = false;
                attempt.LaunchSeq = state.Seq;
                run.SetStatus(task.Step, TaskStatus.Reviewing);
                break;
            case JobEvent.TaskReviewFinished e when Locate(state, e.Run, e.Step) is var (run, task)
                && task.Attempt(e.Attempt) is { } attempt:
                ReviewFinished(state, run, task, attempt, e);
                break;
            case JobEvent.TaskCancelRequested e when Locate(state, e.Run, e.Step) is var (run, task):
                RequestCancel(run, task, e);
                break;
            case JobEvent.TaskWaiting e when Locate(state, e.Run, e.Step) is var (run, task):
                task.LimitedUntil = null;
                task.NextAgent = task.WorkIsDone ? task.NextAgent : null;
                Wait(run, task, e.Until, e.Why);
                break;
            case JobEvent.TaskRetryScheduled e when Locate(state, e.Run, e.Step) is var (run, task):
                task.Failures = e.Failures;
                task.NextAgent = e.Agent ?? task.NextAgent;
                Wait(run, task, e.NotBefore, e.Agent is { } agent ? $"{agent} takes over" : $"retry {e.Failures}");
                break;
            default:
                EvolveGate(state, happened);
                break;
        }
    }

    private static void EvolveEnd(JobState state, JobEvent happened)
    {
        switch (happened)
        {
            case JobEvent.TaskSucceeded e when Locate(state, e.Run, e.Step) is var (run, task):
                task.Failure = null;
                task.LostInRow = 0;
                LimitsAreOver(task);
                Close(state, task, e.Attempt, AttemptStatus.Success, e.Result, null, e.By.At);
                Accept(run, task, task.Attempt(e.Attempt));
                run.SetStatus(task.Step, TaskStatus.Success);
                PassOn(run, task);
                if (IsRestep(state, run, task.Step))
                {
                    EndRestep(state, run);
                }

                break;
            case JobEvent.TaskFailed e when Locate(state, e.Run, e.Step) is var (run, task):
                Close(state, task, e.Attempt, AttemptStatus.Failed, e.Result, e.Failure, e.By.At);
                task.LostInRow = 0;
                if (e.Final)
                {
                    task.Failure = e.Failure;
                    var neverStarted = task.Status == TaskStatus.Scheduled
                        && e.Failure.Category is FailureCategory.MissingTool or FailureCategory.Storage;
                    run.SetStatus(task.Step, neverStarted ? TaskStatus.SubmitFailed : TaskStatus.Failed);
                    if (IsRestep(state, run, task.Step))
                    {
                        EndRestep(state, run);
                    }
                }
                else if (CannotWork(e.Failure.Category))
                {
                    CouldNotWork(run, task, e);
                }
                else
                {
                    task.Rounds = 0;
                    Next(run, task.Step, AttemptKind.Retry, $"attempt {e.Attempt} failed: {e.Failure.Message}");
                }

                break;
            case JobEvent.TaskCanceled e when Locate(state, e.Run, e.Step) is var (run, task):
                EndCanceled(state, run, task, e);
                break;
            case JobEvent.TaskInterrupted e when Locate(state, e.Run, e.Step) is var (run, task):
                task.LostInRow = 0;
                Return(state, run, task, e.Attempt, AttemptStatus.Interrupted, e.Result, e.By.At, "it was interrupted");
                break;
            case JobEvent.TaskLost e when Locate(state, e.Run, e.Step) is var (run, task):
                task.LostInRow++;
                Return(state, run, task, e.Attempt, AttemptStatus.Lost, e.Result, e.By.At, $"it was lost: {e.Why}");
                break;
            default:
                break;
        }
    }

    /// <summary>An attempt that ended without an own result: the task is ready again, or only its checks and review are to be done
    /// again.</summary>
    private static void Return(JobState state, RunState run, TaskState task, int number, AttemptStatus status, WorkResult? result,
        DateTimeOffset at, string why)
    {
        if (IsRestep(state, run, task.Step))
        {
            Close(state, task, number, status, result, null, at);
            DropRestep(state, run, task, state.Restep!);
            return;
        }

        if (task.Attempt(number) is { WorkerFinished: true, Status: AttemptStatus.Running })
        {
            run.SetStatus(task.Step, run.Workflow.Steps[task.Step].Review is null ? TaskStatus.ChecksRequired : TaskStatus.ReviewRequired);
            return;
        }

        Close(state, task, number, status, result, null, at);
        task.FinishedAt = null;
        NextRoundOr(run, task, AttemptKind.Recovery, $"attempt {number}: {why}");
    }

    /// <summary>An attempt that ended without a failure of its own: a round is done again from the same tree and with the same
    /// feedback.</summary>
    private static void NextRoundOr(RunState run, TaskState task, AttemptKind kind, string why)
    {
        var isRound = task.LastAttempt is { Kind: AttemptKind.ReviewRound };
        task.Rounds -= isRound ? 1 : 0;
        Next(run, task.Step, isRound ? AttemptKind.ReviewRound : kind, why);
        task.GoOnFrom = task.LastAttempt;
    }

    private static void Schedule(JobState state, RunState run, TaskState task, JobEvent.TaskScheduled e)
    {
        if (e.Attempt != task.Attempts.Count + 1)
        {
            return;
        }

        Take(task);
        var (used, replaced) = UsedBy(state, run, task);
        task.Add(new AttemptState(e.Attempt, e.Kind, e.By.At)
        {
            Input = e.Input, Place = e.Place, Agent = e.Agent, Model = e.Model, Session = e.Session, Why = e.Why,
            RequestedBy = task.NextBy?.By, Reason = task.NextBy?.Reason, PlanHash = task.NextBy?.PlanHash,
            Difference = state.Restep?.Request.Difference, Used = used, OutputsReplaced = replaced, Took = task.Taken.Count,
            LaunchSeq = state.Seq,
        });
        task.MayKeep = false;
        task.Rounds = e.Kind == AttemptKind.ReviewRound ? task.Rounds + 1 : 1;
        if (e.Kind != AttemptKind.ReviewRound)
        {
            task.Feedback = null;
        }

        if (e.Place != "scratch")
        {
            state.IsSettled = false;
            state.WorkspaceCommit = state.Restep is null ? null : state.WorkspaceCommit;
        }

        task.WaitUntil = null;
        task.FinishedAt = null;
        state.Attempts++;
        state.Iterations += Definition(state, run, task.Step).IsAgent ? 1 : 0;
        run.FinishedAt = state.Restep is null ? null : run.FinishedAt;
        run.SetStatus(task.Step, TaskStatus.Scheduled);
    }

    private static void ReviewFinished(JobState state, RunState run, TaskState task, AttemptState attempt, JobEvent.TaskReviewFinished e)
    {
        attempt.ReviewAction = e.Action;
        attempt.ReviewSummary = e.Summary;
        attempt.Review = e.Result;
        Book(state, task, attempt, e.Usage, e.Result?.DurationMs ?? 0);

        if (e.Action == ReviewFailed)
        {
            attempt.ReviewFailures++;
            run.SetStatus(task.Step, TaskStatus.ReviewRequired);
            return;
        }

        // The round's attempt is over; a TaskSucceeded or TaskFailed in the same append says more where there is more to say.
        attempt.Status = e.Action == "COMPLETED" ? AttemptStatus.Running : AttemptStatus.Failed;
        attempt.FinishedAt = e.By.At;
        if (e.Action == "RETRY")
        {
            attempt.Failure = new Failure(FailureCategory.ReviewRounds, $"the supervisor asked for another round: {e.Summary}");
            task.Feedback = e.Summary;
            var by = task.NextBy;
            Next(run, task.Step, AttemptKind.ReviewRound, "the supervisor asked for another round");
            task.NextBy = by;
            task.GoOnFrom = attempt;
        }
    }

    private static void Wait(RunState run, TaskState task, DateTimeOffset until, string why)
    {
        task.WaitUntil = until;
        task.WaitReason = why;
        run.SetStatus(task.Step, TaskStatus.Waiting);
    }

    private static void Close(JobState state, TaskState task, int number, AttemptStatus status, WorkResult? result, Failure? failure,
        DateTimeOffset at)
    {
        task.FinishedAt = at;
        if (task.Attempt(number) is not { } attempt)
        {
            return;
        }

        // A lost attempt that its policy then fails stays "lost"; only the task is failed.
        if (attempt.Status == AttemptStatus.Running)
        {
            attempt.Status = status;
        }

        attempt.FinishedAt = at;
        attempt.Failure = failure ?? attempt.Failure;
        if (result is not null && !attempt.WorkerFinished)
        {
            Book(state, task, attempt, result);
        }
    }

    private static void Book(JobState state, TaskState task, AttemptState attempt, WorkResult result)
    {
        attempt.Result = result;
        Book(state, task, attempt, result.Usage, result.DurationMs);
    }

    private static void Book(JobState state, TaskState task, AttemptState attempt, Usage? usage, long durationMs)
    {
        state.TimeMs += durationMs;
        state.TokensIn += usage?.TokensIn ?? 0;
        state.TokensOut += usage?.TokensOut ?? 0;
        attempt.Spent = Usage.Sum(attempt.Spent, usage);
        if (usage?.CostUsd is { } cost)
        {
            task.CostUsd = (task.CostUsd ?? 0) + cost;
            state.CostUsd = (state.CostUsd ?? 0) + cost;
        }
    }

    private static (RunState Run, TaskState Task)? Locate(JobState state, int run, string step) =>
        state.RunNumber(run) is { } r && r.Workflow.IndexOf(step) is >= 0 and var index ? (r, r.Tasks[index]) : null;
}
