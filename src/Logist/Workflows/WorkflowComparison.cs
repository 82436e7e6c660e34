using Logist.Core.Workflows;

namespace Logist.Workflows;

/// <summary>What differs between two workflows, or two sets of parameters, for steps whose results would be reused.</summary>
public static class WorkflowComparison
{
    /// <summary>Ids of the steps of <paramref name="now"/> that <paramref name="before"/> has too, but not with the same text.</summary>
    public static IReadOnlySet<string> ChangedSteps(WorkflowDefinition before, WorkflowDefinition now)
    {
        var changed = new HashSet<string>(StringComparer.Ordinal);
        if (ReferenceEquals(before, now))
        {
            return changed;
        }

        foreach (var step in now.Steps)
        {
            if (before.IndexOf(step.Id) is >= 0 and var index && !Text(before, before.Steps[index]).AsSpan().SequenceEqual(Text(now, step)))
            {
                _ = changed.Add(step.Id);
            }
        }

        return changed;
    }

    /// <summary>Ids of the steps whose text uses a parameter whose value differs.</summary>
    public static IReadOnlySet<string> StepsUsing(WorkflowDefinition workflow, IReadOnlyDictionary<string, string> before,
        IReadOnlyDictionary<string, string> now)
    {
        var names = now.Where(p => before.GetValueOrDefault(p.Key) != p.Value).Select(p => p.Key).ToHashSet(StringComparer.Ordinal);
        return workflow.Steps.Where(step => names.Count > 0 && Texts(step).SelectMany(Templates.ParamsIn).Any(names.Contains))
            .Select(step => step.Id).ToHashSet(StringComparer.Ordinal);
    }

    // With the agents that it may use: the same name can mean another program. Without those that would stand in for it, and with
    // the instructions of the roles that it has: what a result was made from, not what it could have been made by.
    private static byte[] Text(WorkflowDefinition workflow, StepDefinition step) => CompiledWorkflow.Write(
        new WorkflowDefinition("step", [step with { Fallback = [] }])
        {
            Instructions = new Instructions(step.IsAgent ? workflow.Instructions.Worker : null,
                step.Review is null ? null : workflow.Instructions.Supervisor),
            Agents = workflow.Agents.Where(a => a.Key == step.Agent || a.Key == step.Review?.Agent)
                .ToDictionary(a => a.Key, a => a.Value, StringComparer.Ordinal),
        });

    private static IEnumerable<string> Texts(StepDefinition step)
    {
        foreach (var action in step.Checks.Append(step.Run).OfType<RunAction>())
        {
            foreach (var text in action.Argv ?? [action.Shell!])
            {
                yield return text;
            }
        }

        foreach (var text in (string?[])[step.Prompt, step.Review?.Prompt])
        {
            if (text is not null)
            {
                yield return text;
            }
        }
    }
}
