using Logist.Core.Jobs;

namespace Logist.Core.Reruns;

/// <summary>What a new output of a step means for finished steps and for gates after it.</summary>
internal static class Consequences
{
    /// <summary>Which finished steps become stale, which are no longer, and which approvals were about something else.</summary>
    /// <param name="itself">The attempt as it will be; null: a gate that was passed.</param>
    public static IEnumerable<JobEvent> Of(RunState run, int step, AttemptState? itself, Stamp by)
    {
        var (task, name) = (run.Tasks[step], run.Workflow.Steps[step].Id);
        UsedOutput? own = itself is null ? null : new UsedOutput(name, itself, itself.Used);
        var staleness = new Staleness(run.Workflow, other => other == step ? own : run.Output(other));

        // It may have been done again from what it first saw, or something before it was done again while it ran.
        if (itself is not null && itself.OutputsReplaced != run.OutputsReplaced && staleness.Change(step, itself.Used) is { } older)
        {
            yield return new JobEvent.TaskMarkedStale(by, run.Number, name, Staleness.Because(older));
        }

        if (!task.WasSatisfied || (task.Accepted is { } before ? Staleness.IsSame(before, itself) : itself is null))
        {
            yield break;
        }

        foreach (var consumer in Consumers(run, step))
        {
            var (after, id) = (run.Tasks[consumer], run.Workflow.Steps[consumer].Id);
            if (after.HasOpenApproval)
            {
                yield return new JobEvent.ApprovalVoided(by, run.Number, id,
                    $"{Staleness.Because(name)} since it was {(after.Gate!.Approved ? "approved" : "asked")}");
            }

            if (after.Basis is not { } basis || !(after.Status.IsSatisfied() || after.Status.IsFailed()))
            {
                continue;
            }

            var change = staleness.Change(consumer, basis);
            if (change is not null && after.Stale is null)
            {
                yield return new JobEvent.TaskMarkedStale(by, run.Number, id, Staleness.Because(change));
            }
            else if (change is null && after.Stale is not null)
            {
                yield return new JobEvent.TaskStaleCleared(by, run.Number, id);
            }
        }
    }

    /// <summary>Who takes in a step's output: those that need it, also through steps that only pass files on.</summary>
    public static IReadOnlyCollection<int> Consumers(RunState run, int step)
    {
        var consumers = new SortedSet<int>();
        var open = new Stack<int>([step]);
        while (open.TryPop(out var at))
        {
            foreach (var dependent in run.Workflow.Graph.Dependents(at))
            {
                // Behind a step that was never done nothing can have used anything.
                if (consumers.Add(dependent) && run.Tasks[dependent] is { WasSatisfied: true } task && task.Accepted?.Result?.Tree is null)
                {
                    open.Push(dependent);
                }
            }
        }

        return consumers;
    }
}
