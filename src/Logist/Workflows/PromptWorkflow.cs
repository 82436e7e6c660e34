using Logist.Core;
using Logist.Core.Workflows;

namespace Logist.Workflows;

/// <summary>The workflow of a job made from a prompt alone: one agent step.</summary>
public static class PromptWorkflow
{
    public const string StepId = "work";

    /// <param name="prompt">Taken as it is: no expressions in it.</param>
    /// <param name="agent">Null: the default of the configuration.</param>
    /// <param name="model">Null: the agent's own choice.</param>
    /// <param name="reviewAgent">Null: no review.</param>
    /// <param name="config">Agents and defaults of the user.</param>
    /// <param name="instructions">The repository's; null: the built-in ones.</param>
    /// <exception cref="LogistException">Usage: empty or bad prompt, no agent, or one that nobody knows.</exception>
    public static WorkflowDefinition Create(string prompt, string? agent, string? model, string? reviewAgent,
        ConfigFile? config = null, Instructions? instructions = null)
    {
        config ??= ConfigFile.Empty;
        var worker = agent ?? config.Agent
            ?? throw new LogistException(ErrorKind.Usage, "no agent is named", "there is no default in config.yaml", "--agent <name>");
        if (string.IsNullOrWhiteSpace(prompt))
        {
            throw new LogistException(ErrorKind.Usage, "the prompt is empty");
        }

        if (YamlNodes.BadCharacter(prompt) is { } bad)
        {
            throw new LogistException(ErrorKind.Usage, $"the prompt cannot be used: {bad}");
        }

        var known = KnownAgents.Of(config.Agents);
        if (known.OnlyReviews(worker))
        {
            throw new LogistException(ErrorKind.Usage, known.NoWorker(worker)!.Value.Wrong, null, $"--agent <name> --review {worker}");
        }

        var used = new Dictionary<string, AgentDefinition>(StringComparer.Ordinal);
        foreach (var name in (ReadOnlySpan<string?>)[worker, reviewAgent])
        {
            if (name is null)
            {
                continue;
            }

            if (known.Unknown(name) is { } hint)
            {
                throw new LogistException(ErrorKind.Usage, $"unknown agent {Node.Quote(name)}", hint);
            }

            if (known.Definition(name) is { } declared)
            {
                used[name] = declared;
            }
        }

        var step = new StepDefinition(StepId)
        {
            Prompt = Templates.Escape(prompt),
            Agent = worker,
            Model = model ?? (worker == config.Agent ? config.Model : null),
            Review = reviewAgent is null ? null : new ReviewDefinition(reviewAgent),
        };
        return new WorkflowDefinition("prompt", [step]) { Agents = used, Instructions = instructions ?? Instructions.BuiltIn };
    }
}
