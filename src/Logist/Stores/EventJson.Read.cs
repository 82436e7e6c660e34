using System.Text.Json;
using Logist.Core.Jobs;
using Logist.Core.Workflows;
using F = Logist.Stores.EventField;

namespace Logist.Stores;

public static partial class EventJson
{
    /// <summary>The event that a JSON object tells, its members already read.</summary>
    /// <exception cref="NewerFormatException">A later version's event.</exception>
    /// <exception cref="JsonException">A member is missing.</exception>
    internal static JobEvent Read(EventObject o, DateTimeOffset lineAt, Func<string, WorkflowDefinition> workflow)
    {
        var by = new Stamp(o.TimeOrNull(F.At) ?? lineAt, o.TextOrNull(F.Actor) ?? Stamp.Engine, o.TextOrNull(F.Id));
        var type = o.Text(F.Type);
        return ReadAttempt(o, by, type) ?? ReadStep(o, by, type) ?? ReadRun(o, by, type, workflow)
            ?? ReadAgain(o, by, type, workflow) ?? ReadJob(o, by, type)
            ?? throw new NewerFormatException($"event type \"{type}\"");
    }

    private static JobEvent? ReadJob(EventObject o, Stamp by, string type) => type switch
    {
        "job.created" => new JobEvent.JobCreated(by, o.Text(F.JobId))
        {
            Description = o.TextOrNull(F.Description),
            Source = o.TextOrNull(F.Source),
            BaseRef = o.TextOrNull(F.BaseRef),
            BaseCommit = o.TextOrNull(F.BaseCommit),
            ObjectFormat = o.TextOrNull(F.ObjectFormat) ?? "sha1",
            BudgetUsd = o.AmountOrNull(F.BudgetUsd),
            WorkflowFile = o.TextOrNull(F.WorkflowFile),
        },
        "job.suspended" => new JobEvent.JobSuspended(by, o.Flag(F.Now), o.TextOrNull(F.Reason)),
        "job.resumed" => new JobEvent.JobResumed(by, o.TextOrNull(F.Reason)),
        "job.cancel_requested" => new JobEvent.JobCancelRequested(by, o.TextOrNull(F.Reason), o.NumberOrNull(F.GraceMs)),
        "job.canceled" => new JobEvent.JobCanceled(by),
        "job.resubmitted" => new JobEvent.JobResubmitted(by, o.TextOrNull(F.Note)),
        "job.halted" => new JobEvent.JobHalted(by, o.Text(F.Reason), o.Text(F.Message), o.TextOrNull(F.LogFile)),
        "job.recovered" => new JobEvent.JobRecovered(by, o.Text(F.What), o.List(F.Kept)),
        "job.human_change" => new JobEvent.JobHumanChange(by, o.Text(F.BaseCommit), o.Text(F.Commit), o.Text(F.Tree), o.List(F.Files))
        {
            Step = o.TextOrNull(F.Step),
        },
        "job.rested" => new JobEvent.JobRested(by, o.TextOrNull(F.Commit), o.TextOrNull(F.Tree)) { Head = o.TextOrNull(F.Head),
        Heads = o.List(F.Heads) },
        "budget.reached" => new JobEvent.BudgetReached(by, o.Text(F.Scope), o.Text(F.Limit), o.Text(F.Spent)),
        "budget.raised" => new JobEvent.BudgetRaised(by, o.Amount(F.LimitUsd)),
        "owner.acquired" => new JobEvent.OwnerAcquired(by, o.Number(F.Epoch), o.RequiredOwner()),
        _ => null,
    };

    private static JobEvent? ReadRun(EventObject o, Stamp by, string type, Func<string, WorkflowDefinition> workflow) => type switch
    {
        "workflow_run.created" => new JobEvent.RunCreated(by, o.Int(F.Run), o.Text(F.Trigger), o.Text(F.WorkflowSha))
        {
            Workflow = workflow(o.Text(F.WorkflowSha)),
            Params = o.Params(),
            FromStep = o.TextOrNull(F.FromStep),
            BaseCommit = o.TextOrNull(F.BaseCommit),
            BaseRef = o.TextOrNull(F.BaseRef),
            Reason = o.TextOrNull(F.Reason),
            PlanHash = o.TextOrNull(F.PlanHash),
            Agent = o.TextOrNull(F.Agent),
            Model = o.TextOrNull(F.Model),
        },
        "workflow_run.started" => new JobEvent.RunStarted(by, o.Int(F.Run), o.Text(F.Driver)),
        "workflow_run.paused" => new JobEvent.RunPaused(by, o.Int(F.Run)),
        "workflow_run.resumed" => new JobEvent.RunResumed(by, o.Int(F.Run)),
        "workflow_run.aborted" => new JobEvent.RunAborted(by, o.Int(F.Run)),
        "workflow_run.finished" => new JobEvent.RunFinished(by, o.Int(F.Run), o.Text(F.Status)),
        _ => null,
    };

    private static JobEvent? ReadStep(EventObject o, Stamp by, string type) => type switch
    {
        "task.waiting" => new JobEvent.TaskWaiting(by, o.Int(F.Run), o.Text(F.Step), o.Time(F.Until), o.Text(F.Why)),
        "task.retry_scheduled" =>
            new JobEvent.TaskRetryScheduled(by, o.Int(F.Run), o.Text(F.Step), o.Time(F.NotBefore),
                checked((int)o.NumberOrZero(F.Failures)))
            {
                Agent = o.TextOrNull(F.Agent),
            },
        "approval.requested" => new JobEvent.ApprovalRequested(by, o.Int(F.Run), o.Text(F.Step), o.TextOrNull(F.Input),
            o.TextOrNull(F.Tree),
            o.TextOrNull(F.Message)),
        "approval.approved" => new JobEvent.ApprovalApproved(by, o.Int(F.Run), o.Text(F.Step), o.TextOrNull(F.Comment),
            o.TextOrNull(F.Tree)),
        "approval.rejected" => new JobEvent.ApprovalRejected(by, o.Int(F.Run), o.Text(F.Step), o.Text(F.Reason), o.Flag(F.Rerun)),
        "approval.voided" => new JobEvent.ApprovalVoided(by, o.Int(F.Run), o.Text(F.Step), o.Text(F.Why)),
        _ => null,
    };

    private static JobEvent? ReadAttempt(EventObject o, Stamp by, string type) => type switch
    {
        "task.scheduled" => new JobEvent.TaskScheduled(by, o.Int(F.Run), o.Text(F.Step), o.Int(F.Attempt), ParseKind(o.TextOrNull(F.Kind)))
        {
            Input = o.TextOrNull(F.Input),
            Place = o.TextOrNull(F.Place) ?? "scratch",
            Agent = o.TextOrNull(F.Agent),
            Model = o.TextOrNull(F.Model),
            Session = o.TextOrNull(F.Session),
            Why = o.TextOrNull(F.Why),
        },
        "task.started" =>
            new JobEvent.TaskStarted(by, o.Int(F.Run), o.Text(F.Step), o.Int(F.Attempt), o.Int(F.Pid), o.NumberOrZero(F.StartTime)),
        "task.adopted" => new JobEvent.TaskAdopted(by, o.Int(F.Run), o.Text(F.Step), o.Int(F.Attempt)),
        "task.worker_finished" =>
            new JobEvent.TaskWorkerFinished(by, o.Int(F.Run), o.Text(F.Step), o.Int(F.Attempt), o.RequiredResult()),
        "task.review_started" => new JobEvent.TaskReviewStarted(by, o.Int(F.Run), o.Text(F.Step), o.Int(F.Attempt), o.Text(F.Agent)),
        "task.review_finished" => new JobEvent.TaskReviewFinished(by, o.Int(F.Run), o.Text(F.Step), o.Int(F.Attempt), o.Text(F.Action),
            o.TextOrNull(F.Summary), o.Usage())
        {
            Result = o.Result() is { } result ? result with { Usage = o.Usage() } : null,
        },
        "task.succeeded" => new JobEvent.TaskSucceeded(by, o.Int(F.Run), o.Text(F.Step), o.Int(F.Attempt), o.Result()),
        "task.failed" => new JobEvent.TaskFailed(by, o.Int(F.Run), o.Text(F.Step), o.Int(F.Attempt), o.RequiredFailure(), o.Result())
        {
            Final = o.Flag(F.Final, missing: true),
        },
        "task.cancel_requested" =>
            new JobEvent.TaskCancelRequested(by, o.Int(F.Run), o.Text(F.Step), o.Int(F.Attempt), o.TextOrNull(F.Reason)),
        "task.canceled" => new JobEvent.TaskCanceled(by, o.Int(F.Run), o.Text(F.Step), o.Int(F.Attempt), o.Result())
        {
            Reason = o.TextOrNull(F.Reason),
        },
        "task.interrupted" => new JobEvent.TaskInterrupted(by, o.Int(F.Run), o.Text(F.Step), o.Int(F.Attempt), o.Result()),
        "task.lost" => new JobEvent.TaskLost(by, o.Int(F.Run), o.Text(F.Step), o.Int(F.Attempt), o.Result(), o.Text(F.Why)),
        _ => null,
    };
}
