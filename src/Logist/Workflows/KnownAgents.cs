using Logist.Core;
using Logist.Core.Workflows;

namespace Logist.Workflows;

/// <summary>Agents that a file may name: the built-in ones, and those declared in it or in config.yaml.</summary>
/// <param name="names">Also of declarations with a mistake in them: they still name their agent.</param>
/// <param name="definitions">Of those without.</param>
internal sealed class KnownAgents(IReadOnlySet<string> names, IReadOnlyDictionary<string, AgentDefinition> definitions)
{
    internal static KnownAgents Of(IReadOnlyDictionary<string, AgentDefinition> definitions) =>
        new(new HashSet<string>(definitions.Keys, StringComparer.Ordinal), definitions);

    internal AgentDefinition? Definition(string name) => definitions.GetValueOrDefault(name);

    /// <returns>Null: known; else what to do about it.</returns>
    internal string? Unknown(string name)
    {
        if (names.Contains(name) || Array.IndexOf(AgentDeclarations.BuiltIn, name) >= 0)
        {
            return null;
        }

        if (Array.IndexOf(AgentDeclarations.Providers, name) >= 0)
        {
            return $"{name} has to be declared: agents: {{ {name}: {AgentDeclarations.Example(name)} }}";
        }

        var known = new List<string>(AgentDeclarations.BuiltIn);
        known.AddRange(names);
        return DidYouMean.Hint(name, known) ?? $"known agents: {string.Join(", ", known)}; others are declared under agents:";
    }

    /// <summary>A model alone has no hands: it can judge a change that its prompt shows, and make none.</summary>
    internal bool OnlyReviews(string name) =>
        definitions.TryGetValue(name, out var agent) && AgentDeclarations.OnlyReviews(agent.Provider);

    /// <returns>Null: it can work; else what is wrong and what to do about it.</returns>
    internal (string Wrong, string Hint)? NoWorker(string name) =>
        Unknown(name) is { } hint ? ($"unknown agent {Node.Quote(name)}", hint)
        : OnlyReviews(name) ? ($"agent {Node.Quote(name)} is a model alone: it can review, not work", "use it as review: { agent: … }")
        : null;
}
