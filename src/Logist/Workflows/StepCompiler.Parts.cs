using Logist.Core.Workflows;

namespace Logist.Workflows;

internal sealed partial class StepCompiler
{
    private ReviewDefinition? ReviewOf(int index, Node? own)
    {
        if (own is null && defaults.ReviewNode is null)
        {
            return null;
        }

        Node? Field(string key) => own?[key] ?? defaults.ReviewNode?[key];
        var agent = Field("agent");
        if (agent is null)
        {
            problems.Error(own ?? defaults.ReviewNode, "review: \"agent\" is missing", "name the agent that reviews");
        }
        else
        {
            defaults.CheckAgent(agent, problems);
        }

        var prompt = Field("prompt");
        if (prompt is not null)
        {
            Expressions(index, prompt, TemplatePlace.Prompt);
        }

        var rounds = Field("rounds") is { Kind: NodeKind.Scalar } r ? Scalars.Whole(r) : null;
        return new ReviewDefinition(agent?.Text ?? "", (int)Math.Min(rounds ?? 3, 100), Field("model")?.Text, prompt?.Text);
    }

    private ApprovalDefinition? Approval(Node? node)
    {
        if (node is null)
        {
            return null;
        }

        var message = node.Kind == NodeKind.Map ? node["message"] : node;
        TemplateCheck.Refuse(message, "the message of an approval", problems);
        if (node.Kind == NodeKind.Scalar && Scalars.LooksLikeTruth(node))
        {
            if (node.Text != "true")
            {
                problems.Error(node, $"approval: expected true, a message, or a map with a message, found {node.Found()}",
                    "write true, or leave approval out");
            }

            return new ApprovalDefinition((string?)null);
        }

        return new ApprovalDefinition(message?.Text);
    }

    private StepEnvironment Environment(Node? node)
    {
        StepDefaults.CheckEnvironment(node, problems);
        return EnvironmentRules.Read(node);
    }

    private List<string> Needs(StepSource step)
    {
        var needs = step["needs"];
        if (needs is null)
        {
            return step.Follows is null ? [] : [step.Follows];
        }

        var names = new List<string>();
        foreach (var item in needs.Kind == NodeKind.Scalar ? [needs] : needs.Items)
        {
            names.Add(StepGraphCheck.NameOf(step, item));
        }

        return names;
    }

    private static List<string> PathsOf(Node? list)
    {
        var texts = new List<string>();
        foreach (var item in list?.Items ?? [])
        {
            texts.Add(item.Text);
        }

        return texts;
    }

    private static TimeSpan? Duration(Node? node) => node is { Kind: NodeKind.Scalar } ? Scalars.Duration(node.Text) : null;
}
