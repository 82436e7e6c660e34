using System.Globalization;
using System.Text.Json;
using Logist.Core.Jobs;

namespace Logist.Stores;

/// <summary>
/// Stored events as JSON, written by hand: serializers by reflection or source generation cost 25 ms and more at start-up.
/// Names and members are the storage contract: they are added, never renamed or removed.
/// </summary>
public static partial class EventJson
{
    /// <summary>The event's name in the journal, in every history and in the API: <c>task.succeeded</c>.</summary>
    public static string NameOf(JobEvent happened) => happened switch
    {
        JobEvent.JobCreated => "job.created",
        JobEvent.JobSuspended => "job.suspended",
        JobEvent.JobResumed => "job.resumed",
        JobEvent.JobCancelRequested => "job.cancel_requested",
        JobEvent.JobCanceled => "job.canceled",
        JobEvent.JobResubmitted => "job.resubmitted",
        JobEvent.JobHalted => "job.halted",
        JobEvent.JobRecovered => "job.recovered",
        JobEvent.JobHumanChange => "job.human_change",
        JobEvent.JobRested => "job.rested",
        JobEvent.RunCreated => "workflow_run.created",
        JobEvent.RunStarted => "workflow_run.started",
        JobEvent.RunPaused => "workflow_run.paused",
        JobEvent.RunResumed => "workflow_run.resumed",
        JobEvent.RunAborted => "workflow_run.aborted",
        JobEvent.RunFinished => "workflow_run.finished",
        JobEvent.TaskScheduled => "task.scheduled",
        JobEvent.TaskStarted => "task.started",
        JobEvent.TaskAdopted => "task.adopted",
        JobEvent.TaskWorkerFinished => "task.worker_finished",
        JobEvent.TaskReviewStarted => "task.review_started",
        JobEvent.TaskReviewFinished => "task.review_finished",
        JobEvent.TaskSucceeded => "task.succeeded",
        JobEvent.TaskFailed => "task.failed",
        JobEvent.TaskCancelRequested => "task.cancel_requested",
        JobEvent.TaskCanceled => "task.canceled",
        JobEvent.TaskInterrupted => "task.interrupted",
        JobEvent.TaskLost => "task.lost",
        JobEvent.TaskWaiting => "task.waiting",
        JobEvent.TaskRetryScheduled => "task.retry_scheduled",
        JobEvent.TaskReused => "task.reused",
        JobEvent.TaskSkipped => "task.skipped",
        JobEvent.TaskRestepRequested => "task.restep_requested",
        JobEvent.TaskMarkedStale => "task.marked_stale",
        JobEvent.TaskStaleCleared => "task.stale_cleared",
        JobEvent.TaskResolved => "task.resolved",
        JobEvent.RunStaleRequested => "workflow_run.stale_requested",
        JobEvent.RunPartialRerunRequested => "workflow_run.partial_rerun_requested",
        JobEvent.RunDispatchHeld => "workflow_run.dispatch_held",
        JobEvent.RunDispatchReleased => "workflow_run.dispatch_released",
        JobEvent.TaskPartialRerunReset => "task.partial_rerun_reset",
        JobEvent.ApprovalRequested => "approval.requested",
        JobEvent.ApprovalApproved => "approval.approved",
        JobEvent.ApprovalRejected => "approval.rejected",
        JobEvent.ApprovalVoided => "approval.voided",
        JobEvent.BudgetReached => "budget.reached",
        JobEvent.BudgetRaised => "budget.raised",
        JobEvent.OwnerAcquired => "owner.acquired",
        _ => throw new NotSupportedException($"{happened.GetType().Name} has no name in the journal"),
    };

    public static string NameOf(AttemptKind kind) => kind switch
    {
        AttemptKind.Initial => "initial",
        AttemptKind.Retry => "retry",
        AttemptKind.ReviewRound => "review_round",
        AttemptKind.Restep => "restep",
        AttemptKind.PartialRerun => "partial_rerun",
        AttemptKind.Resubmit => "resubmit",
        AttemptKind.Stale => "stale",
        AttemptKind.Rejected => "rejected",
        AttemptKind.Recovery => "recovery",
        AttemptKind.Human => "human",
        _ => throw new NotSupportedException($"{kind} has no name in the journal"),
    };

    /// <summary>RFC 3339 in UTC with milliseconds.</summary>
    public static void WriteTime(Utf8JsonWriter writer, ReadOnlySpan<byte> name, DateTimeOffset time)
    {
        Span<char> text = stackalloc char[24];
        _ = time.UtcDateTime.TryFormat(text, out var length, "yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
        writer.WriteString(name, text[..length]);
    }

    private static AttemptKind ParseKind(string? name) => name switch
    {
        null or "initial" => AttemptKind.Initial,
        "retry" => AttemptKind.Retry,
        "review_round" => AttemptKind.ReviewRound,
        "restep" => AttemptKind.Restep,
        "partial_rerun" => AttemptKind.PartialRerun,
        "resubmit" => AttemptKind.Resubmit,
        "stale" => AttemptKind.Stale,
        "rejected" => AttemptKind.Rejected,
        "recovery" => AttemptKind.Recovery,
        "human" => AttemptKind.Human,
        _ => throw new NewerFormatException($"attempt kind \"{name}\""),
    };
}

/// <summary>The data is whole, but a later version of the program made it.</summary>
public sealed class NewerFormatException(string what) : Exception(what);
