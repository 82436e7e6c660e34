using Logist.Core.Jobs;
using Logist.Stores;
using TaskStatus = Logist.Core.Jobs.TaskStatus;

namespace Logist.Views;

/// <summary>One step in a few words: what it does, why it failed or what it waits for.</summary>
public static class StepLine
{
    /// <summary><c>4 test-linux</c>, with <c>#2</c> from the second attempt on.</summary>
    public static string Name(RunState run, TaskState task) => Name(task.Step + 1, run.Workflow.Steps[task.Step].Id, task.Attempts.Count);

    public static string Name(int number, string id, int attempts) => attempts > 1 ? $"{number} {id} #{attempts}" : $"{number} {id}";

    /// <summary>How long and how much, for a step that is done: <c> 1m02 $0.31</c>.</summary>
    public static string Effort(TaskState task) => Effort(task.Attempts.Count == 0 ? null : task.WorkTime, task.CostUsd);

    public static string Effort(TimeSpan? worked, decimal? costUsd)
    {
        var time = worked is { } some ? $" {Amounts.Duration(some)}" : "";
        return costUsd is { } cost ? $"{time} {Amounts.Money(cost)}" : time;
    }

    /// <summary>A start that fails is reported at once; that one succeeded is journaled with whatever comes next, hours later.</summary>
    private static readonly TimeSpan StartTime = TimeSpan.FromSeconds(2);

    public static string Detail(RunState run, TaskState task, DateTimeOffset now)
    {
        var step = run.Workflow.Steps[task.Step];
        return task.IsStale ? Stale(task.Stale!) : task.CancelRequested is { } asked ? $"stops for {SafeText.OneLine(asked.By.Actor)}"
            : task.Status switch
        {
            TaskStatus.Success => "done" + Effort(task),
            TaskStatus.Reused => Reused(task.ReusedFrom, task.Accepted?.Number),
            TaskStatus.Skipped => "skipped",
            TaskStatus.Scheduled when task.LastAttempt is { } attempt && now - attempt.ScheduledAt < StartTime => "starting",
            TaskStatus.Scheduled or TaskStatus.Running =>
                $"{(task.LastAttempt is { WorkerFinished: true } ? "checking" : "running")} "
                    + $"{Since(task, now)}{By(task.LastAttempt?.Agent)}{Asked(task.LastAttempt)}",
            TaskStatus.Reviewing => $"reviewing{By(task.LastAttempt?.Reviewer ?? step.Review?.Agent)}",
            TaskStatus.ReviewRequired => "waits for its review",
            TaskStatus.ChecksRequired => "waits for its checks",
            TaskStatus.WaitingApproval => $"waits for approval{Quoted(task.Gate?.Message ?? step.Approval?.Message)}",
            TaskStatus.Waiting => $"goes on {When(task.WaitUntil, now)}{(task.WaitReason is { } why ? $" ({SafeText.OneLine(why)})" : "")}",
            TaskStatus.Failed or TaskStatus.SubmitFailed => $"failed{Message(task.Failure)}",
            TaskStatus.Canceled => SafeText.OneLine(task.Failure?.Message ?? "canceled"),
            _ => task.OpenNeeds > 0 ? Blocked(run, task) : run.Held is { } held ? $"held by {SafeText.OneLine(held.By.Actor)}" : "ready",
        };
    }

    public static string Stale(string because) => $"stale: {SafeText.OneLine(because)}";

    /// <param name="attempt">Null: a gate that was passed.</param>
    public static string Reused(int? run, int? attempt) =>
        run is null ? "reused" : attempt is null ? $"passed in run {run}" : $"reused from run {run} #{attempt}";

    /// <summary>A step that is done, for a row of such: how long it took, or where its output is from.</summary>
    public static string Done(RunState run, TaskState task) => Name(run, task) + task.Status switch
    {
        TaskStatus.Reused => $" ({Reused(task.ReusedFrom, task.Accepted?.Number)})",
        TaskStatus.Skipped => " (skipped)",
        _ => Effort(task),
    };

    /// <summary>The command that helps with this step; null when there is none.</summary>
    public static string? Hint(string job, RunState run, TaskState task)
    {
        var step = run.Workflow.Steps[task.Step].Id;
        return task.Status switch
        {
            TaskStatus.Failed when task.Attempts.Count > 0 => $"log: logist job logs {job} {step}",
            TaskStatus.WaitingApproval => $"approve: logist job approve {job} {step}",
            _ => null,
        };
    }

    private static string Blocked(RunState run, TaskState task)
    {
        // One that failed explains more than one that is still to come.
        TaskState? shown = null;
        var more = -1;
        foreach (var need in run.Workflow.Graph.Needs(task.Step))
        {
            var other = run.Tasks[need];
            if (!other.Status.IsSatisfied())
            {
                more++;
                shown = shown is null || (other.Status.IsFailed() && !shown.Status.IsFailed()) ? other : shown;
            }
        }

        if (shown is null)
        {
            return "ready";
        }

        var others = more > 0 ? $" and {more} more" : "";
        return shown.Status.IsFailed()
            ? $"blocked by {run.Workflow.Steps[shown.Step].Id} ({shown.Status.Phase().ToLowerInvariant()}){others}"
            : $"after {run.Workflow.Steps[shown.Step].Id}{others}";
    }

    private static string Since(TaskState task, DateTimeOffset now) =>
        task.LastAttempt is { } attempt ? Amounts.Duration(now - attempt.ScheduledAt) : "";

    private static string When(DateTimeOffset? until, DateTimeOffset now) =>
        until is { } at && at > now ? $"in {Amounts.Duration(at - now)}" : "at once";

    private static string By(string? agent) => agent is null ? "" : $" · {agent}";

    private static string Asked(AttemptState? attempt) => attempt?.RequestedBy is { } who
        ? $" · {EventJson.NameOf(attempt.Kind).Replace('_', ' ')} for {SafeText.OneLine(who)}" : "";

    private static string Message(Failure? failure) => failure is null ? "" : $": {SafeText.OneLine(failure.Message)}";

    private static string Quoted(string? text) => text is { Length: > 0 } ? $": \"{SafeText.OneLine(text)}\"" : "";
}
