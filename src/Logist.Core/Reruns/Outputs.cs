using Logist.Core.Jobs;

namespace Logist.Core.Reruns;

/// <summary>What earlier runs have to offer.</summary>
public static class Outputs
{
    /// <param name="Run">Where the attempt was executed.</param>
    /// <param name="Attempt">Null: a gate that was passed.</param>
    public sealed record Found(int Run, TaskState Task, AttemptState? Attempt)
    {
        internal IReadOnlyList<UsedOutput>? Basis => Task.Basis;
    }

    /// <summary>The latest accepted output of a step in any run.</summary>
    public static Found? Latest(JobState job, string step)
    {
        for (var i = job.Runs.Count - 1; i >= 0; i--)
        {
            var run = job.Runs[i];
            var index = run.Workflow.IndexOf(step);
            if (index < 0)
            {
                continue;
            }

            var task = run.Tasks[index];
            if (task.Accepted is { } accepted)
            {
                return new Found(task.ReusedFrom ?? run.Number, task, accepted);
            }

            if (run.Workflow.Steps[index].IsGateOnly && task.Status is Jobs.TaskStatus.Success or Jobs.TaskStatus.Reused)
            {
                return new Found(task.ReusedFrom ?? run.Number, task, null);
            }
        }

        return null;
    }

    /// <summary>What one execution of the step, review rounds included, cost and took the last time it was accepted.</summary>
    public static (decimal? CostUsd, double? Seconds) Estimate(JobState job, string step)
    {
        if (Latest(job, step) is not { Attempt: { } last } found
            || job.RunNumber(found.Run) is not { } run || run.Workflow.IndexOf(step) is not (>= 0 and var index))
        {
            return (null, null);
        }

        decimal? cost = null;
        double seconds = 0;
        foreach (var attempt in Chain(run.Tasks[index], last))
        {
            cost = attempt.CostUsd is { } own ? (cost ?? 0) + own : cost;
            seconds += attempt.FinishedAt is { } end ? (end - attempt.ScheduledAt).TotalSeconds : 0;
        }

        return (cost, Math.Round(seconds, 1));
    }

    /// <summary>The attempt with the rounds before it, latest first: the last one is the one that started from the step's input.</summary>
    public static IEnumerable<AttemptState> Chain(TaskState task, AttemptState attempt)
    {
        for (var at = attempt; ; at = task.Attempts[at.Number - 2])
        {
            yield return at;
            if (at.Kind != AttemptKind.ReviewRound || at.Number < 2 || task.Attempt(at.Number) != at)
            {
                yield break;
            }
        }
    }
}
