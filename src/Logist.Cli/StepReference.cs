using Logist.Core;
using Logist.Core.Jobs;
using Logist.Core.Workflows;

namespace Logist.Cli;

/// <summary>Which step and which of its attempts is meant.</summary>
internal static class StepReference
{
    /// <param name="numberOrId">From 1, or a step id.</param>
    /// <exception cref="LogistException">UnknownStep, naming the valid range and ids.</exception>
    public static TaskState Resolve(RunState run, string numberOrId) => run.Tasks[Index(run.Workflow, numberOrId)];

    /// <summary>The same in a workflow that no run has yet.</summary>
    public static int Index(WorkflowDefinition workflow, string numberOrId)
    {
        var index = workflow.Find(numberOrId);
        if (index >= 0)
        {
            return index;
        }

        var ids = workflow.Steps.Select(step => step.Id).ToList();
        var shown = ids.Count <= 30 ? string.Join(", ", ids) : string.Join(", ", ids.Take(30)) + " …";
        var near = DidYouMean.For(numberOrId, ids);
        throw new LogistException(
            ErrorKind.UnknownStep, $"there is no step \"{numberOrId}\"", $"steps are 1..{ids.Count}: {shown}",
                near is null ? [] : [$"did you mean: {near}"]);
    }

    /// <summary>The step that a person most likely asks about: the one that is active, failed, waits or ran last.</summary>
    public static TaskState? MostInteresting(RunState run)
    {
        foreach (var set in (ReadOnlySpan<SortedSet<int>>)[run.Active, run.Failed, run.ToVerify, run.OpenGates, run.Waiting])
        {
            if (set.Count > 0)
            {
                return run.Tasks[set.Min];
            }
        }

        return run.Tasks.Where(task => task.LastAttempt is not null).MaxBy(task => task.LastAttempt!.ScheduledAt);
    }

    /// <exception cref="LogistException">NotFound: no such attempt.</exception>
    public static AttemptState Attempt(RunState run, TaskState task, int? number)
    {
        var step = run.Workflow.Steps[task.Step].Id;
        var attempt = number is { } n ? task.Attempt(n) : task.LastAttempt;
        return attempt ?? throw new LogistException(ErrorKind.NotFound,
            number is null ? $"{step} has no attempt yet" : $"{step} has no attempt {number}",
            task.Attempts.Count == 0 ? null : $"attempts are 1..{task.Attempts.Count}");
    }
}
