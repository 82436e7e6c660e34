using Logist.Core.Jobs;
using Logist.Core.Workflows;

namespace Logist.Core.Reruns;

/// <summary>
/// By content: an output is out of date when what its step was made from is no longer what its needs give. Outputs with files are
/// equal when their trees are; one without files (<c>workspace: none</c>) cannot be compared and only equals itself. One instance is
/// about one moment: it remembers what it found, so that a chain of steps without files is walked once and not once per step.
/// </summary>
/// <param name="outputs">The output of a step (by index) that counts now; null: none, what comes before it passes through.</param>
/// <param name="settled">A run whose marks are right: what passes a finished step need not be looked at again.</param>
internal sealed class Staleness(WorkflowDefinition workflow, Func<int, UsedOutput?> outputs, RunState? settled = null)
{
    private readonly Dictionary<Passed, string?> _known = [];

    public static Staleness In(RunState run, RunState? settled = null) => new(run.Workflow, run.Output, settled);

    /// <summary>The first input of a step that differs.</summary>
    /// <param name="basis">What the step's output was made from.</param>
    /// <returns>The id of the step whose output changed; null: nothing did.</returns>
    public string? Change(int step, IReadOnlyList<UsedOutput> basis)
    {
        // No recursion: a chain may be ten thousand steps long.
        var path = new Stack<(Passed At, Queue<Passed> Open)>();
        var at = new Passed(step, basis);
        while (true)
        {
            if (!_known.TryGetValue(at, out var change))
            {
                change = Compare(at, out var open);
                if (change is null)
                {
                    path.Push((at, open));
                }
            }

            if (change is not null)
            {
                _known[at] = change;
                foreach (var before in path)
                {
                    _known[before.At] = change;
                }

                return change;
            }

            while (path.TryPeek(out var top) && top.Open.Count == 0)
            {
                _known[path.Pop().At] = null;
            }

            if (path.Count == 0)
            {
                return null;
            }

            at = path.Peek().Open.Dequeue();
        }
    }

    public static bool IsSame(AttemptState used, AttemptState? now) =>
        used == now || (used.Result?.Tree is { } tree && tree == now?.Result?.Tree);

    public static string Because(string changed) => $"{changed} has a new output";

    /// <summary>The outputs that a step's input is made of. A need without any (skipped, a gate) gives its own needs'.</summary>
    public static UsedOutput[] OutputsBefore(WorkflowDefinition workflow, Func<int, UsedOutput?> outputs, int step)
    {
        if (workflow.Graph.Needs(step).Length == 0)
        {
            return [];
        }

        var used = new List<UsedOutput>(workflow.Graph.Needs(step).Length);
        HashSet<int>? seen = null;
        var open = new Stack<int>([step]);
        while (open.TryPop(out var at))
        {
            foreach (var need in workflow.Graph.Needs(at))
            {
                var found = outputs(need);
                if ((at == step && found is not null) || (seen ??= []).Add(need))
                {
                    if (found is not { } output)
                    {
                        open.Push(need);
                    }
                    else if (at == step || used.TrueForAll(other => other.Attempt != output.Attempt))
                    {
                        used.Add(output);
                    }
                }
            }
        }

        return [.. used];
    }

    private string? Compare(Passed at, out Queue<Passed> passed)
    {
        passed = new Queue<Passed>();
        var before = new Dictionary<string, UsedOutput>(at.Basis.Count, StringComparer.Ordinal);
        foreach (var used in at.Basis)
        {
            before[used.Step] = used;
        }

        foreach (var now in OutputsBefore(workflow, outputs, at.Step))
        {
            if (!before.Remove(now.Step, out var used) || !IsSame(used.Attempt, now.Attempt))
            {
                return now.Step;
            }

            // An output without files passes its own input's files through, so what that was made from counts too.
            var need = workflow.IndexOf(now.Step);
            if (used.Attempt.Result?.Tree is not null || need < 0)
            {
                continue;
            }

            if (settled?.Tasks[need] is { } task && task.Status.IsSatisfied() && used.Basis == task.Basis)
            {
                if (task.Stale is not null)
                {
                    return now.Step;
                }
            }
            else
            {
                passed.Enqueue(new Passed(need, used.Basis));
            }
        }

        return before.Count > 0 ? before.Keys.First() : null;
    }

    /// <summary>What passed through a step when something was made from it; lists are shared, so the same one is the same.</summary>
    private readonly record struct Passed(int Step, IReadOnlyList<UsedOutput> Basis);
}
