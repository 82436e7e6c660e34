using Logist.Core.Workflows;

namespace Logist.Core.Jobs;

public static partial class Job
{
    /// <summary>After this many vanished attempts in a row a person has to look, whatever the policy says.</summary>
    public const int LostAttemptsBeforeAsking = 3;

    /// <summary>A reviewer that fails gets at least this many tries: they are cheap beside the worker's result, which they would take
    /// down.</summary>
    private const int ReviewTries = 2;

    /// <summary>Action of a review that gave no verdict; the attempt stays open for another one.</summary>
    internal const string ReviewFailed = "FAILED";

    private static Decision DecideFailed(JobState state, JobCommand.ReportFailed c)
    {
        if (Open(state, c.Run, c.Step, c.Attempt) is not { } f)
        {
            return Decision.Nothing;
        }

        if (f.Task.Status == TaskStatus.Reviewing)
        {
            return AfterFailedReview(state, f.Run, f.Task, c);
        }

        if (IsCanceling(state, f.Task))
        {
            return Decision.Accept(Canceled(f.Task, f.Step, c.By, c.Run, c.Attempt, c.Result));
        }

        var failed = new JobEvent.TaskFailed(c.By, c.Run, f.Step, c.Attempt, c.Failure, c.Result);
        if (IsRestep(state, f.Run, c.Step))
        {
            // One execution, as asked: whether it is tried again is for the person who asked.
            return Decision.Accept(failed);
        }

        if (CannotWork(c.Failure.Category))
        {
            return AfterAgentThatCannotWork(f.Run, f.Task, failed);
        }

        var step = f.Run.Workflow.Steps[c.Step];
        var failures = f.Task.Failures + 1;
        if (!IsRetryable(c.Failure.Category) || !step.Retry.Allows(failures) || StepBudgetUsed(f.Task, step, c.Result))
        {
            return Decision.Accept(failed);
        }

        return Decision.Accept(failed with { Final = false },
            new JobEvent.TaskRetryScheduled(c.By, c.Run, f.Step, c.By.At + step.Retry.Delay(failures), failures));
    }

    /// <summary>A reviewer that failed costs a review, not the worker's result; what it cost is booked whatever follows.</summary>
    private static Decision AfterFailedReview(JobState state, RunState run, TaskState task, JobCommand.ReportFailed c)
    {
        var step = run.Workflow.Steps[c.Step];
        var failures = (task.LastAttempt?.ReviewFailures ?? 0) + 1;
        var again = IsRestep(state, run, c.Step);
        var finished = new JobEvent.TaskReviewFinished(c.By, c.Run, step.Id, c.Attempt, ReviewFailed, c.Failure.Message, c.Result?.Usage)
        {
            Result = c.Result,
        };
        return c.Failure switch
        {
            _ when IsCanceling(state, task) =>
                Decision.Accept(finished, Canceled(task, step.Id, c.By, c.Run, c.Attempt, null)),
            { Category: FailureCategory.RateLimited } when !again =>
                Decision.Accept(finished, new JobEvent.TaskWaiting(c.By, c.Run, step.Id, LimitEnds(task, c.Failure, c.By.At),
                    c.Failure.Message)),
            _ when !again && IsRetryable(c.Failure.Category) && failures < Math.Max(step.Retry.MaxAttempts, ReviewTries) =>
                Decision.Accept(finished, new JobEvent.TaskRetryScheduled(c.By, c.Run, step.Id, c.By.At + step.Retry.Delay(failures),
                    task.Failures)),
            _ => Decision.Accept(finished, new JobEvent.TaskFailed(c.By, c.Run, step.Id, c.Attempt, c.Failure, null)),
        };
    }

    /// <summary>
    /// Stopped on a person's wish. A step whose effects must not be repeated unasked (<c>on_interrupt: fail|ask</c>) is a person's from
    /// here on; a start that was withdrawn had no effects, and a finished worker's result is safe.
    /// </summary>
    private static Decision DecideInterrupted(JobState state, JobCommand.ReportInterrupted c)
    {
        if (Current(state, c.Run) is { } at && at.Canceling.Contains(c.Step))
        {
            // Asked to stop twice: it does not begin again.
            return DecideCanceled(state, new JobCommand.ReportCanceled(c.By, c.Run, c.Step, c.Attempt, c.Result));
        }

        if (c.Attempt == NotStarted && state.RunNumber(c.Run) is { } run && IsRestep(state, run, c.Step)
            && !run.Active.Contains(c.Step))
        {
            return Decision.Accept(new JobEvent.TaskInterrupted(c.By, c.Run, run.Workflow.Steps[c.Step].Id,
                OpenOrNotStarted(run.Tasks[c.Step]), null));
        }

        if (Open(state, c.Run, c.Step, c.Attempt) is not { } f)
        {
            return Decision.Nothing;
        }

        var interrupted = new JobEvent.TaskInterrupted(c.By, c.Run, f.Step, c.Attempt, c.Result);
        var policy = f.Run.Workflow.Steps[c.Step].InterruptPolicy;
        return IsRestep(state, f.Run, c.Step) || policy == InterruptPolicy.Retry || f.Attempt.WorkerFinished
            || f.Task.Status == TaskStatus.Scheduled
            ? Decision.Accept(interrupted)
            : Decision.Accept(interrupted, new JobEvent.TaskFailed(c.By, c.Run, f.Step, c.Attempt,
                new Failure(FailureCategory.Interrupted,
                    $"it was stopped half-way and on_interrupt is {policy.ToString().ToLowerInvariant()}"), null));
    }

    private static Decision DecideLost(JobState state, JobCommand.ReportLost c)
    {
        if (Open(state, c.Run, c.Step, c.Attempt) is not { } f)
        {
            return Decision.Nothing;
        }

        if (IsCanceling(state, f.Task))
        {
            return Decision.Accept(Canceled(f.Task, f.Step, c.By, c.Run, c.Attempt, c.Result));
        }

        var lost = new JobEvent.TaskLost(c.By, c.Run, f.Step, c.Attempt, c.Result, c.Why);
        var policy = f.Run.Workflow.Steps[c.Step].InterruptPolicy;

        if (IsRestep(state, f.Run, c.Step))
        {
            return Decision.Accept(lost);
        }

        // Only the review or the checks vanished: the worker's result is safe and nothing external is repeated.
        if ((f.Attempt.WorkerFinished || policy == InterruptPolicy.Retry) && f.Task.LostInRow + 1 < LostAttemptsBeforeAsking)
        {
            return Decision.Accept(lost);
        }

        var message = f.Attempt.WorkerFinished || policy == InterruptPolicy.Retry
            ? $"its process vanished {f.Task.LostInRow + 1} times in a row: {c.Why}"
            : $"its process vanished ({c.Why}) and on_interrupt is {policy.ToString().ToLowerInvariant()}";
        return Decision.Accept(lost, new JobEvent.TaskFailed(c.By, c.Run, f.Step, c.Attempt, new Failure(FailureCategory.Lost, message),
            null));
    }

    /// <summary>Failures that a second try may cure. A stuck agent, a missing tool or a conflict would only cost again.</summary>
    private static bool IsRetryable(string category) => category is FailureCategory.CommandFailed or FailureCategory.AgentError
        or FailureCategory.InvalidResponse or FailureCategory.Timeout or FailureCategory.EvidenceMissing
        or FailureCategory.CheckFailed;

    private static bool StepBudgetUsed(TaskState task, StepDefinition step, WorkResult? last)
    {
        // A worker's result that was reported before is booked already: the failure of its checks brings it along again.
        var booked = last is null || task.LastAttempt is { WorkerFinished: true };
        return step.Budget is { } budget
            && ((budget.MaxCostUsd is { } cost && (task.CostUsd ?? 0) + (booked ? 0 : last!.Usage?.CostUsd ?? 0) >= cost)
                || (budget.MaxIterations is { } iterations && task.Attempts.Count >= iterations));
    }
}
