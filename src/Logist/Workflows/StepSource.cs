using Logist.Core;

namespace Logist.Workflows;

/// <summary>A step as it was written, the same for both forms of a file.</summary>
/// <param name="At">Where its id stands.</param>
/// <param name="Follows">The id of the phase before it, needed where the file says nothing.</param>
internal sealed record StepSource(string Id, Node At, Node Body, bool IsPhase, string? Follows)
{
    /// <returns>The steps in file order, or null when there is nothing to go on with.</returns>
    internal static List<StepSource>? Read(Node root, Diagnostics problems)
    {
        var (steps, phases) = (root["steps"], root["phases"]);
        if (steps is not null && phases is not null)
        {
            problems.Error(root.KeyOf("phases"), "steps and phases exclude each other", "write all of them as steps");
            return null;
        }

        if (steps is null && phases is null)
        {
            problems.Error(root, "the workflow has no steps", "add steps:");
            return null;
        }

        var list = steps ?? phases!;
        var count = steps is not null ? list.Entries.Count : list.Items.Count;
        if (list.IsNothing || (count == 0 && list.Kind == (steps is not null ? NodeKind.Map : NodeKind.List)))
        {
            problems.Error(list, "the workflow has no steps", "add at least one");
            return null;
        }

        if (count > WorkflowShape.MaxSteps)
        {
            problems.Error(list, $"the workflow has {count} steps, more than {WorkflowShape.MaxSteps}",
                "split it, or let one step do several things");
            return null;
        }

        return steps is not null ? FromMap(steps) : FromList(phases!, problems);
    }

    internal Node? this[string key] => Body[key];

    internal Node? KeyOf(string key) => Body.KeyOf(key);

    private static List<StepSource> FromMap(Node steps)
    {
        var all = new List<StepSource>(steps.Entries.Count);
        foreach (var entry in steps.Entries)
        {
            all.Add(new StepSource(entry.Key.Text, entry.Key, entry.Value, IsPhase: false, null));
        }

        return all;
    }

    private static List<StepSource> FromList(Node phases, Diagnostics problems)
    {
        var all = new List<StepSource>(phases.Items.Count);
        var seen = new Dictionary<string, Node>(StringComparer.Ordinal);
        foreach (var phase in phases.Items)
        {
            if (phase["name"] is not { Kind: NodeKind.Scalar } name || string.IsNullOrWhiteSpace(name.Text))
            {
                continue;
            }

            var id = NameRules.ToId(name.Text);
            if (!Names.IsStepId(id))
            {
                problems.Error(name, $"{Node.Quote(name.Text)} gives no step id: at least one letter a to z, at most 63 characters",
                    "choose another name");
            }
            else if (!seen.TryAdd(id, name))
            {
                problems.Error(name, $"phases {Node.Quote(seen[id].Text)} (line {seen[id].Line}) and "
                    + $"{Node.Quote(name.Text)} have the same id {id}", "rename one");
            }
            else
            {
                all.Add(new StepSource(id, name, phase, IsPhase: true, all.Count > 0 ? all[^1].Id : null));
            }
        }

        return all;
    }
}
