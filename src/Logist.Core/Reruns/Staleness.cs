using Logist.Core.Jobs;
using Logist.Core.Workflows;

namespace Logist.Core.Reruns;

/// <summary>
/// By content: an output is out of date when what its step was made from is no longer what its needs give. Outputs with files are
/// equal when their trees are; one without files (<c>workspace: none</c>) cannot be compared and only equals itself.
/// </summary>
public static class Staleness
{
    /// <summary>The first input that differs from what the attempt started from.</summary>
    /// <param name="now">The output of a step id that counts now; null: none.</param>
    /// <returns>The id of the step whose output changed; null: the attempt's input is what it was.</returns>
    public static string? FirstChange(AttemptState attempt, Func<string, AttemptState?> now)
    {
        // An output without files passes its own input's files through, so what that was made from counts too.
        var seen = new HashSet<AttemptState> { attempt };
        var open = new Stack<AttemptState>([attempt]);
        while (open.TryPop(out var at))
        {
            foreach (var used in at.Used)
            {
                var current = now(used.Step);
                if (!IsSame(used.Attempt, current))
                {
                    return used.Step;
                }

                if (used.Attempt.Result?.Tree is null && seen.Add(used.Attempt))
                {
                    open.Push(used.Attempt);
                }
            }
        }

        return null;
    }

    public static bool IsSame(AttemptState used, AttemptState? now) =>
        used == now || (used.Result?.Tree is { } tree && tree == now?.Result?.Tree);

    /// <summary>Which finished steps become stale, and which are no longer, when a step gets this output.</summary>
    /// <param name="itself">The attempt as it will be.</param>
    internal static IEnumerable<JobEvent> Marks(RunState run, int step, AttemptState itself, Stamp by)
    {
        var name = run.Workflow.Steps[step].Id;
        AttemptState? Now(string id) => id == name ? itself : Accepted(run, id);
        if (FirstChange(itself, Now) is { } older)
        {
            // It was done again from what it first saw, but what it needs has changed since.
            yield return new JobEvent.TaskMarkedStale(by, run.Number, name, Because(older));
        }

        var before = run.Tasks[step].Accepted;
        if (before is not null && IsSame(before, itself))
        {
            yield break;
        }

        foreach (var consumer in Consumers(run, step))
        {
            var task = run.Tasks[consumer];
            var id = run.Workflow.Steps[consumer].Id;
            if (task.Accepted is not { } accepted || !(task.Status.IsSatisfied() || task.Status.IsFailed()))
            {
                continue;
            }

            var change = FirstChange(accepted, Now);
            if (change is not null && task.Stale is null)
            {
                yield return new JobEvent.TaskMarkedStale(by, run.Number, id, Because(change));
            }
            else if (change is null && task.Stale is not null)
            {
                yield return new JobEvent.TaskStaleCleared(by, run.Number, id);
            }
        }
    }

    /// <summary>Who takes in a step's output: those that need it, also through steps that only pass files on.</summary>
    public static IReadOnlyList<int> Consumers(RunState run, int step)
    {
        var consumers = new SortedSet<int>();
        var open = new Stack<int>([step]);
        while (open.TryPop(out var at))
        {
            foreach (var dependent in run.Workflow.Graph.Dependents(at))
            {
                if (consumers.Add(dependent) && PassesOn(run.Workflow.Steps[dependent], run.Tasks[dependent]))
                {
                    open.Push(dependent);
                }
            }
        }

        return [.. consumers];
    }

    private static bool PassesOn(StepDefinition step, TaskState task) =>
        step.Workspace == WorkspaceMode.None || step.IsGateOnly || task.Status == Jobs.TaskStatus.Skipped;

    private static AttemptState? Accepted(RunState run, string id) =>
        run.Workflow.IndexOf(id) is >= 0 and var index ? run.Tasks[index].Accepted : null;

    public static string Because(string changed) => $"{changed} has a new output";
}
