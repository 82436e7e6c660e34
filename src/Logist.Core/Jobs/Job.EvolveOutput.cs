namespace Logist.Core.Jobs;

/// <summary>What an attempt takes in, and what becomes of its output.</summary>
public static partial class Job
{
    /// <summary>Its output is what later steps see.</summary>
    /// <param name="attempt">Null: a gate that was passed.</param>
    private static void Accept(RunState run, TaskState task, AttemptState? attempt)
    {
        task.Stale = null;
        task.MayKeep = false;
        task.ReusedFrom = null;
        run.OutputsReplaced += task.WasSatisfied && task.Accepted != attempt ? 1 : 0;
        task.Accepted = attempt;
        task.Basis = attempt?.Used ?? run.OutputsBefore(task.Step);
        if (attempt is null)
        {
            Take(task);
        }
    }

    /// <summary>A step without files of its own has what a person changed only pass through it.</summary>
    private static void PassOn(RunState run, TaskState task)
    {
        if (task.Taken.Count == 0 || task.Accepted?.Result?.Tree is not null)
        {
            return;
        }

        foreach (var dependent in run.Workflow.Graph.Dependents(task.Step))
        {
            var next = run.Tasks[dependent];
            next.Taken = [.. next.Taken.Union(task.Taken)];
        }
    }

    private static void Take(TaskState task)
    {
        if (task.HumanChange is { } change)
        {
            task.Taken = [.. task.Taken, change];
            task.HumanChange = null;
        }
    }

    /// <summary>From the original tree: what the first attempt used, also when its needs have other outputs by now.</summary>
    private static (IReadOnlyList<UsedOutput> Used, int Replaced) UsedBy(JobState state, RunState run, TaskState task)
    {
        var like = task.NextKind == AttemptKind.ReviewRound ? task.RoundAfter
            : state.Restep is { Request.From: RestepInput.Original } ? Reruns.RestepPlan.First(state, task) : null;
        return like is null ? (run.OutputsBefore(task.Step), run.OutputsReplaced)
            : (like.Used, task.Attempt(like.Number) == like ? like.OutputsReplaced : -1);
    }
}
