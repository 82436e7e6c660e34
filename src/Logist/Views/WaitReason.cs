using System.Text.Json;
using Logist.Core;
using Logist.Core.Jobs;
using TaskStatus = Logist.Core.Jobs.TaskStatus;

namespace Logist.Views;

/// <summary>What a job or a step waits for, or why it stands still.</summary>
public static class WaitKind
{
    public const string Dependency = "dependency";
    public const string Slot = "slot";
    public const string Approval = "approval";
    public const string Budget = "budget";
    public const string Agent = "agent";
    public const string Lock = "lock";
    public const string BackOff = "back_off";
    public const string Paused = "paused";
    public const string Held = "held";
    public const string Failed = "failed";
    public const string Halted = "halted";
    public const string OwnerGone = "owner_gone";
    public const string ServerStopped = "server_stopped";
    public const string Canceling = "canceling";
    public const string Canceled = "canceled";
    public const string Nobody = "nobody";
    public const string Damaged = "damaged";
}

/// <summary>One cause, with its name: lists, a job's page and <c>job status</c> say the same.</summary>
/// <param name="Kind">One of <see cref="WaitKind"/>.</param>
/// <param name="Text">A sentence without what changes by itself: <paramref name="Since"/> and <paramref name="Until"/> are for whoever
/// shows it.</param>
/// <param name="Step">The step that it is about; null: the whole job.</param>
/// <param name="Unblock">The command that helps; null: it goes on by itself, or there is more than one.</param>
public sealed record WaitReason(string Kind, string Text, string? Step = null, DateTimeOffset? Since = null, DateTimeOffset? Until = null,
    string? Unblock = null)
{
    private const int Named = 3;

    public static void Write(Utf8JsonWriter json, string name, WaitReason? reason)
    {
        json.WritePropertyName(name);
        if (reason is null)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        json.WriteString("kind", reason.Kind);
        json.WriteString("text", reason.Text);
        json.WriteString("step", reason.Step);
        json.WriteTime("since", reason.Since);
        json.WriteTime("until", reason.Until);
        json.WriteString("unblock", reason.Unblock);
        json.WriteEndObject();
    }

    /// <returns>Null: it is at work, or done.</returns>
    public static WaitReason? Of(JobState job, StatusFacts facts) => job.Status switch
    {
        JobStatus.Success => null,
        JobStatus.Canceled => job.CancelRequested is { } cancel
            ? new WaitReason(WaitKind.Canceled, $"canceled by {SafeText.OneLine(cancel.By.Actor)}{Because(cancel.Reason)}",
                Since: cancel.By.At)
            : null,
        JobStatus.Running or JobStatus.Reviewing when facts.OwnerAlive == false => OwnerGone(job),
        JobStatus.Running or JobStatus.Reviewing => job.CancelRequested is { } asked
            ? new WaitReason(WaitKind.Canceling, "cancel is requested: it stops its steps", Since: asked.By.At) : null,
        JobStatus.Suspended => new WaitReason(WaitKind.Paused, Paused(job), Since: job.Suspended!.By.At, Unblock: Next(job)),
        JobStatus.InterventionRequired => Stopped(job),
        JobStatus.ApprovalRequired => Approval(job, job.Run!),
        _ => Pending(job, facts),
    };

    /// <returns>Null: nothing is in its way, or it does not wait any more.</returns>
    public static WaitReason? Of(JobState job, RunState run, TaskState task, StatusFacts facts)
    {
        var step = run.Workflow.Steps[task.Step].Id;
        var (kind, unblock) = task.Status switch
        {
            TaskStatus.WaitingApproval => (WaitKind.Approval, $"logist job approve {job.Id} {step}"),
            TaskStatus.Waiting => (WaitKind.BackOff, null),
            TaskStatus.Created when task.OpenNeeds > 0 => (WaitKind.Dependency, null),
            _ when run.Held is not null && run.Ready.Contains(task.Step) => (WaitKind.Held, $"logist job run {job.Id}"),
            _ => ((string?)null, (string?)null),
        };
        return kind is not null ? new WaitReason(kind, StepLine.Detail(run, task, facts.Now), step, Until: task.WaitUntil, Unblock: unblock)
            : !run.Ready.Contains(task.Step) ? null
            : job.Suspended is not null ? new WaitReason(WaitKind.Paused, Paused(job), step, Unblock: $"logist job resume {job.Id}")
            : run.Active.Count >= (facts.Parallel ?? Parallel(run))
                ? Slot(run.Active.Count, [.. run.Active.Select(other => run.Workflow.Steps[other].Id)]) with { Step = step } : null;
    }

    /// <summary>So many steps of a job are at work at a time, where nobody asked for another number.</summary>
    public static int Parallel(RunState run) => run.Workflow.MaxParallel ?? Math.Max(2, Environment.ProcessorCount);

    /// <summary>For one that cannot be read.</summary>
    public static WaitReason Damaged(JobId job, Problem problem) => new(WaitKind.Damaged,
        SafeText.OneLine(problem.Why is null ? problem.What : $"{problem.What}: {problem.Why}"), Unblock: $"logist job recover {job}");

    /// <summary>For one that was promised to be driven.</summary>
    public static WaitReason Slot(int limit, IReadOnlyList<string> holders)
    {
        var others = holders.Count > Named ? $" and {holders.Count - Named} more" : "";
        return new WaitReason(WaitKind.Slot,
            $"waits for a slot: {limit} of {limit} used by {string.Join(", ", holders.Take(Named))}{others}");
    }

    private static WaitReason Pending(JobState job, StatusFacts facts)
    {
        if (facts.Slot is { } slot)
        {
            return Slot(slot.Limit, slot.Holders);
        }

        if (job.Run is { Held: { } held })
        {
            return new WaitReason(WaitKind.Held, $"held by {SafeText.OneLine(held.By.Actor)}{Because(held.Reason)}", Since: held.By.At,
                Unblock: Next(job));
        }

        if (facts.ServerStopped)
        {
            return new WaitReason(WaitKind.ServerStopped, "the server that drives it is stopped", Unblock: "logist serve");
        }

        if (job.Run is { Waiting.Count: > 0 } run)
        {
            return BackOff(run, run.Tasks[run.Waiting.Min], facts.OwnerAlive == true ? null : Next(job));
        }

        return facts.OwnerAlive == true ? new WaitReason(WaitKind.Lock, $"driven by {job.LastOwner}")
            : new WaitReason(WaitKind.Nobody, job.Run?.StartedAt is null ? "not started" : "nobody drives it", Unblock: Next(job));
    }

    private static WaitReason OwnerGone(JobState job) => job.LastOwner?.Name == "logist serve"
        ? new WaitReason(WaitKind.ServerStopped, $"its owner is gone: {job.LastOwner}", Unblock: "logist serve")
        : new WaitReason(WaitKind.OwnerGone, $"its owner is gone: {job.LastOwner}", Unblock: $"logist job run {job.Id}");

    private static WaitReason BackOff(RunState run, TaskState task, string? unblock)
    {
        var step = run.Workflow.Steps[task.Step];
        var text = task.Failures == 0 ? SafeText.OneLine(task.WaitReason ?? "waits")
            : $"tries again, attempt {task.Failures + 1} of {Math.Max(step.Retry.MaxAttempts, task.Failures + 1)}";
        return new WaitReason(WaitKind.BackOff, $"{step.Id}: {text}", step.Id, Until: task.WaitUntil, Unblock: unblock);
    }

    private static WaitReason Approval(JobState job, RunState run)
    {
        var first = run.OpenGates.MinBy(step => run.Tasks[step].Gate?.RequestedAt);
        var id = run.Workflow.Steps[first].Id;
        var others = run.OpenGates.Count > 1 ? $" (+{run.OpenGates.Count - 1})" : "";
        return new WaitReason(WaitKind.Approval, $"{id} {StepLine.Detail(run, run.Tasks[first], default)}{others}", id,
            run.Tasks[first].Gate?.RequestedAt, Unblock: Next(job));
    }

    private static WaitReason Stopped(JobState job)
    {
        if (job.Halted is { } halted)
        {
            var details = halted.LogFile is { } file ? $" (details: {SafeText.OneLine(file)})" : "";
            return new WaitReason(WaitKind.Halted, $"{SafeText.OneLine(halted.Message)}{details}", Since: halted.By.At, Unblock: Next(job));
        }

        if (job.BudgetStop is { } budget)
        {
            return new WaitReason(WaitKind.Budget, $"{budget.Scope} limit {budget.Limit} reached, spent {budget.Spent}",
                Since: budget.By.At, Unblock: Next(job));
        }

        var run = job.Run!;
        if (run.Failed.Count == 0)
        {
            return new WaitReason(WaitKind.Failed, "nothing can go on by itself", Unblock: Next(job));
        }

        var task = run.Tasks[run.Failed.Min];
        var step = run.Workflow.Steps[task.Step].Id;
        var others = run.Failed.Count > 1 ? $" (+{run.Failed.Count - 1})" : "";
        var kind = task.Failure?.Category is FailureCategory.MissingTool or FailureCategory.Auth ? WaitKind.Agent : WaitKind.Failed;
        return new WaitReason(kind, $"{step}: {SafeText.OneLine(task.Failure?.Message ?? task.Status.Phase())}{others}", step,
            task.FinishedAt, Unblock: Next(job));
    }

    private static string? Next(JobState job) => Advice.Next(job).FirstOrDefault();

    private static string Paused(JobState job) =>
        $"suspended by {SafeText.OneLine(job.Suspended!.By.Actor)}{Because(job.Suspended.Reason)}";

    private static string Because(string? reason) => reason is null ? "" : $": {SafeText.OneLine(reason)}";
}
