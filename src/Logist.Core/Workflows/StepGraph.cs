namespace Logist.Core.Workflows;

/// <summary>Who needs whom, by step index. Needs that name no step are left out: validation reports them.</summary>
public sealed class StepGraph
{
    private readonly int[][] _needs;
    private readonly int[][] _dependents;

    internal StepGraph(WorkflowDefinition workflow)
    {
        var count = workflow.Steps.Count;
        _needs = new int[count][];
        var dependents = new List<int>?[count];
        for (var i = 0; i < count; i++)
        {
            var names = workflow.Steps[i].Needs;
            var needs = names.Count == 0 ? [] : new int[names.Count];
            var kept = 0;
            foreach (var name in names)
            {
                var index = workflow.IndexOf(name);
                if (index >= 0)
                {
                    needs[kept++] = index;
                    (dependents[index] ??= []).Add(i);
                }
            }

            _needs[i] = kept == needs.Length ? needs : needs[..kept];
        }

        _dependents = new int[count][];
        for (var i = 0; i < count; i++)
        {
            _dependents[i] = dependents[i]?.ToArray() ?? [];
        }
    }

    public int Count => _needs.Length;

    public ReadOnlySpan<int> Needs(int step) => _needs[step];

    public ReadOnlySpan<int> Dependents(int step) => _dependents[step];

    /// <summary>The steps and everything that needs them, directly or not; true = inside.</summary>
    public bool[] WithDescendants(IEnumerable<int> steps) => Reach(steps, _dependents);

    /// <summary>The steps and everything they need, directly or not; true = inside.</summary>
    public bool[] WithAncestors(IEnumerable<int> steps) => Reach(steps, _needs);

    /// <summary>Steps of one dependency cycle in order, or empty.</summary>
    public IReadOnlyList<int> FindCycle()
    {
        // Kahn's algorithm; what is never released lies on or behind a cycle, and walking needs from there finds it.
        var open = new int[Count];
        var queue = new Queue<int>();
        for (var i = 0; i < Count; i++)
        {
            open[i] = _needs[i].Length;
            if (open[i] == 0)
            {
                queue.Enqueue(i);
            }
        }

        var released = 0;
        while (queue.TryDequeue(out var step))
        {
            released++;
            foreach (var dependent in _dependents[step])
            {
                if (--open[dependent] == 0)
                {
                    queue.Enqueue(dependent);
                }
            }
        }

        return released == Count ? [] : Walk(Array.FindIndex(open, n => n > 0), open);
    }

    private List<int> Walk(int start, int[] open)
    {
        var order = new Dictionary<int, int>();
        var path = new List<int>();
        for (var at = start; ; at = Array.Find(_needs[at], need => open[need] > 0))
        {
            if (order.TryGetValue(at, out var first))
            {
                return path[first..];
            }

            order[at] = path.Count;
            path.Add(at);
        }
    }

    private static bool[] Reach(IEnumerable<int> from, int[][] edges)
    {
        var seen = new bool[edges.Length];
        var stack = new Stack<int>(from);
        while (stack.TryPop(out var step))
        {
            if (seen[step])
            {
                continue;
            }

            seen[step] = true;
            foreach (var next in edges[step])
            {
                stack.Push(next);
            }
        }

        return seen;
    }
}
