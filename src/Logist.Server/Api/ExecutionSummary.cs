using Logist.Core.Jobs;
using Logist.Views;
using TaskStatus = Logist.Core.Jobs.TaskStatus;

namespace Logist.Server.Api;

internal sealed record SummarizedRun(string Id, string JobId, [OneOf(Words.RunStatus)] string Status, IReadOnlyList<string> TaskIds);

/// <summary>A run summed up from its current attempts.</summary>
/// <param name="PartialCompletion">Some tasks are done, others are not.</param>
internal sealed record ExecutionSummary(SummarizedRun Run, [OneOf(Words.TaskStatus)] IReadOnlyDictionary<string, int> TaskStatusCounts,
    bool Terminal, bool PartialCompletion, double ProgressPercent, IReadOnlyList<string> SuccessfulTaskIds,
    IReadOnlyList<string> FailedTaskIds, IReadOnlyList<string> ActiveTaskIds, IReadOnlyList<string> PendingTaskIds, decimal? CostUsd,
    long DurationMs)
{
    public static ExecutionSummary Of(JobState job, RunState run)
    {
        var id = $"{job.Id}.{run.Number}";
        string[] Ids(Func<TaskState, bool> which) => [.. run.Tasks.Where(which).Select(task => $"{id}.{run.Workflow.Steps[task.Step].Id}")];
        var status = ManifestDocument.RunStatus(job, run);
        return new ExecutionSummary(new SummarizedRun(id, job.Id, status, Ids(_ => true)), Counts(run),
            status is "success" or "failed" or "aborted", run.Satisfied > 0 && !run.IsComplete,
            Math.Round(100.0 * run.Satisfied / Math.Max(1, run.Tasks.Count), 1),
            Ids(task => task.Status is TaskStatus.Success or TaskStatus.Reused or TaskStatus.Skipped),
            Ids(task => run.Failed.Contains(task.Step)), Ids(task => run.Active.Contains(task.Step)),
            Ids(task => !run.Active.Contains(task.Step) && !run.Failed.Contains(task.Step)
                && task.Status is not (TaskStatus.Success or TaskStatus.Reused or TaskStatus.Skipped)),
            run.Tasks.Aggregate((decimal?)null, (sum, task) => task.CostUsd is { } cost ? (sum ?? 0) + cost : sum),
            run.Tasks.Sum(task => task.Attempts.Sum(attempt => attempt.Result?.DurationMs ?? 0)));
    }

    private static SortedDictionary<string, int> Counts(RunState run)
    {
        var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var word in run.Tasks.Select(task => PhaseDocument.TaskWord(task)))
        {
            counts[word] = counts.GetValueOrDefault(word) + 1;
        }

        return counts;
    }
}
