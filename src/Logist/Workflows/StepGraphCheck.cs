using Logist.Core;
using Logist.Core.Workflows;

namespace Logist.Workflows;

/// <summary>Needs: every name is a step, no step needs itself, there is no circle.</summary>
internal static class StepGraphCheck
{
    // A circle of 10,000 steps is one mistake: the message names some.
    private const int MaxNamed = 8, MaxCircles = 10;

    /// <summary>In the list form a need may be written like the phase's name.</summary>
    internal static string NameOf(StepSource step, Node need) =>
        step.IsPhase && !Names.IsStepId(need.Text) ? NameRules.ToId(need.Text) : need.Text;

    /// <returns>The steps without their bad needs, so that what follows can be checked as well.</returns>
    internal static IReadOnlyList<StepDefinition> Check(List<StepSource> sources, List<StepDefinition> steps, Diagnostics problems)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var step in steps)
        {
            _ = ids.Add(step.Id);
        }

        for (var i = 0; i < steps.Count; i++)
        {
            if (sources[i]["needs"] is { } needs)
            {
                steps[i] = steps[i] with { Needs = Known(sources[i], needs, ids, problems) };
            }
        }

        return WithoutCircles(sources, steps, problems);
    }

    private static List<string> Known(StepSource step, Node needs, HashSet<string> ids, Diagnostics problems)
    {
        var known = new List<string>();
        foreach (var item in needs.Kind == NodeKind.Scalar ? [needs] : needs.Items)
        {
            var name = NameOf(step, item);
            if (item.Kind != NodeKind.Scalar || item.IsNothing || name.Length == 0)
            {
                continue;
            }

            if (name == step.Id)
            {
                problems.Error(item, $"step {step.Id} needs itself", "remove it");
            }
            else if (!ids.Contains(name))
            {
                // The candidates of 10,000 wrong needs among 10,000 steps would take minutes.
                var hint = problems.IsFull ? null : DidYouMean.Hint(name, ids);
                problems.Error(item, $"step {step.Id} needs {Node.Quote(item.Text)}, which is no step", hint);
            }
            else if (known.Contains(name))
            {
                problems.Error(item, $"step {step.Id} needs {name} twice", "remove one");
            }
            else
            {
                known.Add(name);
            }
        }

        return known;
    }

    private static List<StepDefinition> WithoutCircles(List<StepSource> sources, List<StepDefinition> steps, Diagnostics problems)
    {
        for (var n = 0; ; n++)
        {
            var circle = new WorkflowDefinition("-", steps).Graph.FindCycle();
            if (circle.Count == 0)
            {
                return steps;
            }

            // Reported where the circle is first seen in the file.
            var from = 0;
            for (var i = 1; i < circle.Count; i++)
            {
                from = circle[i] < circle[from] ? i : from;
            }

            var first = circle[from];
            if (n < MaxCircles)
            {
                problems.Error(sources[first].KeyOf("needs") ?? sources[first].At,
                    "steps need each other in a circle: " + Describe(steps, circle, from), "remove one of these needs");
            }
            else
            {
                // Enough is said; without any needs there is no circle left.
                return steps.ConvertAll(s => s with { Needs = [] });
            }

            var next = steps[circle[(from + 1) % circle.Count]].Id;
            steps[first] = steps[first] with { Needs = [.. steps[first].Needs.Where(need => need != next)] };
        }
    }

    private static string Describe(List<StepDefinition> steps, IReadOnlyList<int> circle, int from)
    {
        var named = new List<string>();
        for (var i = 0; i < Math.Min(circle.Count, MaxNamed); i++)
        {
            named.Add(steps[circle[(from + i) % circle.Count]].Id);
        }

        if (circle.Count > MaxNamed)
        {
            named.Add($"… {circle.Count - MaxNamed} more …");
        }

        named.Add(steps[circle[from]].Id);
        return string.Join(" → ", named);
    }
}
