namespace Logist.Core.Jobs;

/// <summary>What an event says to a person: where it belongs and one line of text.</summary>
public static class EventText
{
    public static (int? Run, string? Step, int? Attempt) Place(JobEvent happened) => happened switch
    {
        JobEvent.RunCreated e => (e.Run, null, null),
        JobEvent.RunStarted e => (e.Run, null, null),
        JobEvent.RunPaused e => (e.Run, null, null),
        JobEvent.RunResumed e => (e.Run, null, null),
        JobEvent.RunAborted e => (e.Run, null, null),
        JobEvent.RunFinished e => (e.Run, null, null),
        JobEvent.TaskScheduled e => (e.Run, e.Step, e.Attempt),
        JobEvent.TaskStarted e => (e.Run, e.Step, e.Attempt),
        JobEvent.TaskAdopted e => (e.Run, e.Step, e.Attempt),
        JobEvent.TaskWorkerFinished e => (e.Run, e.Step, e.Attempt),
        JobEvent.TaskReviewStarted e => (e.Run, e.Step, e.Attempt),
        JobEvent.TaskReviewFinished e => (e.Run, e.Step, e.Attempt),
        JobEvent.TaskSucceeded e => (e.Run, e.Step, e.Attempt),
        JobEvent.TaskFailed e => (e.Run, e.Step, e.Attempt),
        JobEvent.TaskCancelRequested e => (e.Run, e.Step, e.Attempt == 0 ? null : e.Attempt),
        JobEvent.TaskCanceled e => (e.Run, e.Step, e.Attempt == 0 ? null : e.Attempt),
        JobEvent.TaskInterrupted e => (e.Run, e.Step, e.Attempt),
        JobEvent.TaskLost e => (e.Run, e.Step, e.Attempt),
        JobEvent.TaskWaiting e => (e.Run, e.Step, null),
        JobEvent.TaskRetryScheduled e => (e.Run, e.Step, null),
        JobEvent.JobHumanChange { Step: { } step } => (null, step, null),
        JobEvent.TaskReused e => (e.Run, e.Step, e.Attempt == 0 ? null : e.Attempt),
        JobEvent.TaskSkipped e => (e.Run, e.Step, null),
        JobEvent.TaskRestepRequested e => (e.Run, e.Step, null),
        JobEvent.TaskMarkedStale e => (e.Run, e.Step, null),
        JobEvent.TaskStaleCleared e => (e.Run, e.Step, null),
        JobEvent.RunStaleRequested e => (e.Run, null, null),
        JobEvent.RunPartialRerunRequested e => (e.Run, null, null),
        JobEvent.RunDispatchHeld e => (e.Run, null, null),
        JobEvent.RunDispatchReleased e => (e.Run, null, null),
        JobEvent.TaskPartialRerunReset e => (e.Run, e.Step, null),
        JobEvent.TaskResolved e => (e.Run, e.Step, e.Attempt == 0 ? null : e.Attempt),
        JobEvent.ApprovalRequested e => (e.Run, e.Step, null),
        JobEvent.ApprovalApproved e => (e.Run, e.Step, null),
        JobEvent.ApprovalRejected e => (e.Run, e.Step, null),
        JobEvent.ApprovalVoided e => (e.Run, e.Step, null),
        _ => (null, null, null),
    };

    public static string? Reason(JobEvent happened) => happened switch
    {
        JobEvent.JobSuspended e => e.Reason,
        JobEvent.JobResumed e => e.Reason,
        JobEvent.JobCancelRequested e => e.Reason,
        JobEvent.TaskCancelRequested e => e.Reason,
        JobEvent.TaskCanceled e => e.Reason,
        JobEvent.JobResubmitted e => e.Note,
        JobEvent.RunCreated e => e.Reason,
        JobEvent.TaskRestepRequested e => e.Reason,
        JobEvent.RunPartialRerunRequested e => e.Reason,
        JobEvent.RunDispatchHeld e => e.Reason,
        JobEvent.TaskPartialRerunReset e => e.Reason,
        JobEvent.TaskResolved e => e.Reason,
        JobEvent.ApprovalApproved e => e.Comment,
        JobEvent.ApprovalRejected e => e.Reason,
        _ => null,
    };

    /// <summary>Hash of the plan that a re-execution carries out.</summary>
    public static string? PlanHash(JobEvent happened) => happened switch
    {
        JobEvent.RunCreated e => e.PlanHash,
        JobEvent.TaskRestepRequested e => e.PlanHash,
        JobEvent.RunStaleRequested e => e.PlanHash,
        JobEvent.RunPartialRerunRequested e => e.PlanHash,
        _ => null,
    };

    public static string Text(JobEvent happened) => happened switch
    {
        JobEvent.JobCreated e => e.Source is null ? "created without a source" : $"created from {e.Source} at {Short(e.BaseCommit)}",
        JobEvent.JobSuspended e => e.Now ? "suspended now" : "suspended",
        JobEvent.JobResumed => "resumed",
        JobEvent.JobCancelRequested => "cancel requested",
        JobEvent.JobCanceled => "canceled",
        JobEvent.JobResubmitted => "resubmitted",
        JobEvent.JobHalted e => $"halted ({e.Reason}): {e.Message}",
        JobEvent.JobRecovered e => $"recovered: {e.What}",
        JobEvent.JobHumanChange e => $"a person changed {Names(e.Files)}",
        JobEvent.JobRested => "at rest",
        JobEvent.RunCreated e => $"run {e.Run} created ({e.Trigger}{(e.FromStep is null ? "" : $" from {e.FromStep}")})",
        JobEvent.RunStarted e => $"run {e.Run} started",
        JobEvent.RunPaused e => $"run {e.Run} paused",
        JobEvent.RunResumed e => $"run {e.Run} resumed",
        JobEvent.RunAborted e => $"run {e.Run} aborted",
        JobEvent.RunFinished e => $"run {e.Run} {e.Status}",
        JobEvent.TaskScheduled { Kind: AttemptKind.Initial } => "scheduled",
        JobEvent.TaskScheduled e =>
            $"scheduled again: {e.Why ?? e.Kind.ToString()}{(e.Session is null ? "" : "; its session goes on")}",
        JobEvent.TaskStarted e => $"started (pid {e.Pid})",
        JobEvent.TaskAdopted => "adopted while running",
        JobEvent.TaskWorkerFinished e => $"worker finished{Commit(e.Result)}",
        JobEvent.TaskReviewStarted e => $"review by {e.Agent} started",
        JobEvent.TaskReviewFinished e => $"review: {e.Action}{(e.Summary is { Length: > 0 } s ? $" \"{s}\"" : "")}",
        JobEvent.TaskSucceeded e => $"succeeded{Commit(e.Result)}",
        JobEvent.TaskFailed e => $"failed ({e.Failure.Category}): {e.Failure.Message}",
        JobEvent.TaskCancelRequested => "asked to stop",
        JobEvent.TaskCanceled => "canceled",
        JobEvent.TaskInterrupted => "interrupted",
        JobEvent.TaskLost e => $"lost: {e.Why}",
        JobEvent.TaskWaiting e => $"waiting until {e.Until:HH:mm:ss}: {e.Why}",
        JobEvent.TaskRetryScheduled { Agent: { } agent } => $"{agent} takes over",
        JobEvent.TaskRetryScheduled e => e.Failures == 0 ? $"review again at {e.NotBefore:HH:mm:ss}"
            : $"retry {e.Failures} at {e.NotBefore:HH:mm:ss}",
        JobEvent.TaskReused e => e.FromRun == e.Run ? "kept: its input is what it was" : $"reused from run {e.FromRun}",
        JobEvent.TaskSkipped => "skipped: no output to reuse",
        JobEvent.TaskRestepRequested e => Restep(e),
        JobEvent.TaskMarkedStale e => $"stale: {e.Why}",
        JobEvent.TaskStaleCleared => "no longer stale",
        JobEvent.RunStaleRequested e => $"stale steps run again: {Names(e.Steps)}",
        JobEvent.RunPartialRerunRequested e => $"partial re-run of {Names(e.Selected)}",
        JobEvent.RunDispatchHeld => "held until somebody runs it",
        JobEvent.RunDispatchReleased => "no longer held",
        JobEvent.TaskPartialRerunReset e => $"reset for a re-run ({e.PreviousStatus} before)",
        JobEvent.TaskResolved e => e.Kept ? "resolved: its last output counts again" : e.Success ? $"done by hand{Commit(e.Result)}"
            : "marked failed by a person",
        JobEvent.ApprovalRequested e => $"waits for approval{(e.Message is null ? "" : $": {e.Message}")}",
        JobEvent.ApprovalApproved => "approved",
        JobEvent.ApprovalRejected e => e.Rerun ? "rejected, sent back" : "rejected",
        JobEvent.ApprovalVoided e => $"approval void: {e.Why}",
        JobEvent.BudgetReached e => $"budget reached: {e.Scope} limit {e.Limit}, spent {e.Spent}",
        JobEvent.BudgetRaised e => $"budget raised to ${e.LimitUsd}",
        JobEvent.OwnerAcquired e => $"driven by {e.Owner}",
        _ => happened.GetType().Name,
    };

    public static string Short(string? sha) => sha is null ? "–" : sha[..Math.Min(7, sha.Length)];

    private static string Commit(WorkResult? result) => result?.Commit is { } commit ? $" with {Short(commit)}" : "";

    private static string Names(IReadOnlyList<string> names) =>
        names.Count <= 5 ? string.Join(", ", names) : $"{string.Join(", ", names.Take(4))} and {names.Count - 4} more";

    private static string Restep(JobEvent.TaskRestepRequested e)
    {
        string?[] changed =
        [
            e.Difference?.Agent is { } agent ? $"agent {agent}" : null, e.Difference?.Model is { } model ? $"model {model}" : null,
            e.Difference?.PromptAppend is null ? null : "a longer prompt",
            e.Difference?.WorkflowSha is null ? null : "the current workflow",
        ];
        var with = string.Join(", ", changed.Where(text => text is not null));
        return $"restep {e.Why}{(with.Length == 0 ? "" : $", with {with}")}";
    }
}
