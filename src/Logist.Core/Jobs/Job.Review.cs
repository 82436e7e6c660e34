namespace Logist.Core.Jobs;

public static partial class Job
{
    private static Decision DecideReviewStarted(JobState state, JobCommand.ReportReviewStarted c) =>
        Open(state, c.Run, c.Step, c.Attempt) is { Attempt.WorkerFinished: true } f
            && MayReview(state) && f.Task.CancelRequested is null
            && (f.Task.Status == TaskStatus.ReviewRequired || (f.Task.Status == TaskStatus.Waiting && f.Task.WaitUntil <= c.By.At))
            ? Decision.Accept(new JobEvent.TaskReviewStarted(c.By, c.Run, f.Step, c.Attempt,
                Definition(state, f.Run, c.Step).Review?.Agent ?? ""))
            : Decision.Nothing;

    private static bool MayReview(JobState state) => state.CancelRequested is null && !state.StopsNow
        && (!Stands(state) || state.Restep is not null);

    /// <summary>COMPLETED accepts, RETRY asks for another round while there are rounds left, STUCK needs a person.</summary>
    private static Decision DecideReviewFinished(JobState state, JobCommand.ReportReviewFinished c)
    {
        if (Open(state, c.Run, c.Step, c.Attempt) is not { Task.Status: TaskStatus.Reviewing } f)
        {
            return Decision.Nothing;
        }

        var finished = new JobEvent.TaskReviewFinished(c.By, c.Run, f.Step, c.Attempt, c.Action, c.Summary, c.Result.Usage)
        {
            Result = c.Result,
        };
        if (IsCanceling(state, f.Task))
        {
            return Decision.Accept(finished, Canceled(f.Task, f.Step, c.By, c.Run, c.Attempt, null));
        }

        JobEvent.TaskFailed Fail(string category, string message) =>
            new(c.By, c.Run, f.Step, c.Attempt, new Failure(category, message), null);

        return c.Action switch
        {
            "COMPLETED" =>
                Succeeded(f.Run, f.Task, f.Attempt, new JobEvent.TaskSucceeded(c.By, c.Run, f.Step, c.Attempt, null), finished),
            "RETRY" when SameFinding(f.Task, c.Summary) =>
                Decision.Accept(finished, Fail(FailureCategory.ReviewRounds, $"the supervisor had the same finding twice: {c.Summary}")),
            "RETRY" when f.Task.Rounds >= (Definition(state, f.Run, c.Step).Review?.Rounds ?? 1) =>
                Decision.Accept(finished, Fail(FailureCategory.ReviewRounds, $"no agreement after {f.Task.Rounds} rounds: {c.Summary}")),
            "RETRY" => Decision.Accept(finished),
            _ => Decision.Accept(finished, Fail(FailureCategory.AgentStuck, $"the supervisor is stuck: {c.Summary}")),
        };
    }

    private static bool SameFinding(TaskState task, string? finding) =>
        task.Feedback is { Length: > 0 } before && before.Trim().Equals(finding?.Trim(), StringComparison.OrdinalIgnoreCase);
}
