using Logist.Core.Jobs;
using Logist.Views;

namespace Logist.Server.Api;

/// <summary>One pass over the workflow.</summary>
/// <param name="WorkflowTemplateId">Null: the job was not made from a template.</param>
/// <param name="DurationMs">From its start to its end, or until now; null: not started.</param>
/// <param name="SuccessRate">Of the tasks that ended, how many did well, 0 to 1; null: none ended.</param>
/// <param name="RetriesTotal">Attempts beyond the first of each task.</param>
internal sealed record WorkflowRun(string Id, string JobId, int Number, [OneOf(Words.RunTrigger)] string Trigger,
    [OneOf(Words.RunStatus)] string Status, string? WorkflowTemplateId,
    IReadOnlyList<string> TaskIds, string InitiatedBy, string? Reason, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt,
    DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt, long? DurationMs, double? SuccessRate, int RetriesTotal,
    [OneOf(Words.FailureCategory)] IReadOnlyList<string> FailureCategories)
{
    public static WorkflowRun Of(JobState job, RunState run, string? template, DateTimeOffset now)
    {
        var (done, failed) = (run.Satisfied, run.Failed.Count);
        return new WorkflowRun(Runs.Id(job, run), job.Id, run.Number, run.Created.Trigger, ManifestDocument.RunStatus(job, run),
            template, [.. run.Tasks.Select(task => Runs.TaskId(job, run, task))],
            run.Created.By.Actor, run.Created.Reason, run.Created.By.At, LastChange(job, run), run.StartedAt, run.FinishedAt,
            Duration(job, run, now), done + failed == 0 ? null : Math.Round((double)done / (done + failed), 4),
            run.Tasks.Sum(task => Math.Max(0, task.Attempts.Count - 1)),
            [.. run.Failed.Select(step => run.Tasks[step].Failure?.Category).OfType<string>().Distinct().Order(StringComparer.Ordinal)]);
    }

    /// <summary>An earlier run is as old as its last attempt.</summary>
    private static DateTimeOffset LastChange(JobState job, RunState run) => run == job.Run ? job.UpdatedAt
        : run.Tasks.SelectMany(task => task.Attempts).Select(attempt => attempt.FinishedAt ?? attempt.ScheduledAt)
            .Append(run.FinishedAt ?? run.Created.By.At).Max();

    /// <summary>A run that a later one left without an end lasted until then.</summary>
    private static long? Duration(JobState job, RunState run, DateTimeOffset now) => run.StartedAt is not { } start ? null
        : (long)((run.FinishedAt ?? (run == job.Run ? now : job.Runs[run.Number].Created.By.At)) - start).TotalMilliseconds;
}
