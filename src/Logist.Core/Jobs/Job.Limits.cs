using Logist.Core.Workflows;

namespace Logist.Core.Jobs;

/// <summary>Agents that cannot work for reasons that are not the task's: another takes over, or the limit is waited for.</summary>
public static partial class Job
{
    /// <summary>The first wait where an agent does not say how long its limit lasts; each further one is twice as long.</summary>
    private static readonly TimeSpan FirstWait = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(30);

    /// <summary>
    /// The attempt whose session the next one can resume, in the tree that it left: the same agent, and nothing that it was made from
    /// has changed since. Null: the next attempt begins a fresh session.
    /// </summary>
    /// <param name="agent">Who will do the next attempt.</param>
    public static AttemptState? Resumable(RunState run, int step, string agent)
    {
        var task = run.Tasks[step];
        return task.GoOnFrom is { Result.Session: not null } last && last.Agent == agent && last.Took == task.Taken.Count
            && (task.NextKind == AttemptKind.ReviewRound || last.OutputsReplaced == run.OutputsReplaced) ? last : null;
    }

    private static bool CannotWork(string category) =>
        category is FailureCategory.RateLimited or FailureCategory.Auth or FailureCategory.MissingTool;

    /// <summary>No failure of the task: it uses up none of <c>max_attempts</c>, unless there is nobody and nothing to wait for.</summary>
    private static Decision.Accepted AfterAgentThatCannotWork(RunState run, TaskState task, JobEvent.TaskFailed failed)
    {
        var (by, agent) = (failed.By, task.LastAttempt!.Agent);
        if (NextAgent(run.Workflow.Steps[task.Step], agent) is { } next)
        {
            return new Decision.Accepted([failed with { Final = false },
                new JobEvent.TaskRetryScheduled(by, failed.Run, failed.Step, by.At, task.Failures) { Agent = next }]);
        }

        var until = failed.Failure.Category == FailureCategory.RateLimited ? LimitEnds(task, failed.Failure, by.At) : task.LimitedUntil;
        if (until is null)
        {
            return new Decision.Accepted([failed]);
        }

        var first = until < task.LimitedUntil ? until.Value : task.LimitedUntil ?? until.Value;
        return new Decision.Accepted([failed with { Final = false },
            new JobEvent.TaskWaiting(by, failed.Run, failed.Step, first, failed.Failure.Message)]);
    }

    /// <summary>In the order of the step: its own agent, then those of its <c>fallback</c>.</summary>
    /// <returns>Null: it was the last, or none of them.</returns>
    private static string? NextAgent(StepDefinition step, string? agent)
    {
        if (step.Fallback.Count == 0)
        {
            return null;
        }

        for (var i = 0; i < step.Fallback.Count; i++)
        {
            if (step.Fallback[i] == agent)
            {
                return i + 1 < step.Fallback.Count ? step.Fallback[i + 1] : null;
            }
        }

        // A person who named another agent for this time meant that one.
        return agent == step.Agent || step.Agent is null ? step.Fallback[0] : null;
    }

    private static DateTimeOffset LimitEnds(TaskState task, Failure failure, DateTimeOffset now)
    {
        var wait = FirstWait * Math.Pow(2, Math.Min(task.LimitsInRow, 10));
        var until = failure.RetryAt ?? now + (wait < LongestWait ? wait : LongestWait);
        return until > now ? until : now;
    }

    private static void CouldNotWork(RunState run, TaskState task, JobEvent.TaskFailed e)
    {
        var limited = e.Failure.Category == FailureCategory.RateLimited;
        if (limited)
        {
            var until = LimitEnds(task, e.Failure, e.By.At);
            task.LimitedUntil = until < task.LimitedUntil ? until : task.LimitedUntil ?? until;
            task.LimitsInRow++;
        }

        NextRoundOr(run, task, AttemptKind.Retry,
            limited ? $"attempt {e.Attempt} was rate limited" : $"attempt {e.Attempt} could not work: {e.Failure.Message}");
    }

    private static void LimitsAreOver(TaskState task) => (task.LimitsInRow, task.LimitedUntil) = (0, null);
}
