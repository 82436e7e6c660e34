using Logist.Core.Jobs;
using Logist.Views;

namespace Logist.Server.Api;

/// <summary>One thing that waits for a person.</summary>
/// <param name="TaskId">Null: it is about the whole job.</param>
/// <param name="Commit">What an approval is about, with its <paramref name="Tree"/>.</param>
/// <param name="CostUsd">Of the job so far.</param>
/// <param name="Category">Of the failure.</param>
/// <param name="Actions">What a person can ask for.</param>
/// <param name="Etag">For <c>If-Match</c>: refused when it is no longer what was looked at.</param>
internal sealed record Need(string Id, [OneOf(Words.NeedKind)] string Kind, string JobId, string RunId, string? TaskId, string? Step,
    string Title, string Text, DateTimeOffset Since, string? Tree, string? Commit, decimal? CostUsd, string? Category,
    [OneOf(Words.NeedAction)] IReadOnlyList<string> Actions, string Etag);

internal static class NeedKind
{
    public const string Approval = "approval";
    public const string Intervention = "intervention";
    public const string Budget = "budget";
    public const string Conflict = "conflict";
}

internal static class NeedAction
{
    public const string Approve = "approve";
    public const string Reject = "reject";
    public const string Resubmit = "resubmit";
    public const string Restep = "restep";
    public const string PartialRerun = "partial_rerun";
    public const string RaiseBudget = "raise_budget";
}

/// <summary>One row per wait, whatever its kind: each open gate, and the job itself when it stands still.</summary>
internal static class Needs
{
    public static IReadOnlyList<Need> Of(JobState job)
    {
        if (job.Run is not { } run || job.Status is JobStatus.Success or JobStatus.Canceled || job.CancelRequested is not null)
        {
            return [];
        }

        var needs = run.OpenGates.Select(step => Approval(job, run, step)).ToList();
        if (job.Status == JobStatus.InterventionRequired)
        {
            needs.Add(job switch
            {
                { Halted: { } halted } => Row(job, run, NeedKind.Intervention, "Logist could not go on", halted.Message, halted.By.At) with
                {
                    Category = halted.Reason, Actions = [NeedAction.Resubmit],
                },
                { BudgetStop: { } stop } => Row(job, run, NeedKind.Budget, $"the budget is used up: {stop.Scope}",
                    $"limit {stop.Limit}, spent {stop.Spent}", stop.By.At) with
                {
                    Category = FailureCategory.Budget, Actions = [NeedAction.RaiseBudget],
                },
                _ => Failed(job, run),
            });
        }

        return needs;
    }

    private static Need Approval(JobState job, RunState run, int step)
    {
        var (definition, gate) = (run.Workflow.Steps[step], run.Tasks[step].Gate!);
        return Row(job, run, NeedKind.Approval, gate.Message ?? $"Go on with {definition.Title ?? definition.Id}?",
            $"{definition.Id} waits for approval", gate.RequestedAt, step) with
        {
            Tree = gate.Tree, Commit = gate.Input, Actions = [NeedAction.Approve, NeedAction.Reject],
            Etag = ApprovalEndpoints.ETag(run, step),
        };
    }

    private static Need Failed(JobState job, RunState run)
    {
        if (run.Failed.Count == 0)
        {
            return Row(job, run, NeedKind.Intervention, job.Reason ?? "it stands still", "nothing can go on by itself", job.UpdatedAt) with
            {
                Actions = [NeedAction.Resubmit],
            };
        }

        var task = run.Tasks[run.Failed.Min];
        var step = run.Workflow.Steps[task.Step];
        var (category, others) = (task.Failure?.Category, run.Failed.Count - 1);
        var conflict = category == FailureCategory.MergeConflict;
        return Row(job, run, conflict ? NeedKind.Conflict : NeedKind.Intervention,
            $"{step.Id} {(conflict ? "has conflicting inputs" : "failed")}{(others > 0 ? $", and {others} more" : "")}",
            task.Failure?.Message ?? StepLine.Detail(run, task, job.UpdatedAt), task.FinishedAt ?? job.UpdatedAt, task.Step) with
        {
            Category = category,
            Actions = step.IsGateOnly ? [NeedAction.Resubmit, NeedAction.PartialRerun]
                : [NeedAction.Resubmit, NeedAction.Restep, NeedAction.PartialRerun],
        };
    }

    private static Need Row(JobState job, RunState run, string kind, string title, string text, DateTimeOffset since, int? step = null)
    {
        var id = step is { } index ? run.Workflow.Steps[index].Id : null;
        var (runId, taskId) = ($"{job.Id}.{run.Number}", id is null ? null : $"{job.Id}.{run.Number}.{id}");
        return new Need($"{kind}:{taskId ?? runId}", kind, job.Id, runId, taskId, id, title, text, since, null, null, job.CostUsd, null, [],
            ETags.Of(job.Seq));
    }
}
