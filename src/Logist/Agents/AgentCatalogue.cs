using Logist.Agents.Cli;
using Logist.Core;
using Logist.Core.Workflows;

namespace Logist.Agents;

/// <summary>An agent as a step uses it.</summary>
internal sealed record ResolvedAgent(string Name, AgentDefinition Definition, IAgent Agent);

/// <summary>Which agents exist: those a workflow declares, and the built-in ones, whose names are those of their providers.</summary>
/// <param name="ownProgram">How this program is started again: its path, or dotnet and its dll.</param>
internal sealed class AgentCatalogue(IReadOnlyList<string> ownProgram)
{
    private readonly CommandAgent _command = new();
    private readonly ScriptedAgent _scripted = new(ownProgram);

    /// <summary>Providers that need no declaration.</summary>
    public static IReadOnlyList<string> BuiltIn { get; } =
        [ClaudeAgent.Provider, CodexAgent.Provider, GeminiAgent.Provider, ScriptedAgent.Provider];

    /// <summary>All that a declaration may name.</summary>
    public static IReadOnlyList<string> Providers { get; } = [.. BuiltIn, CommandAgent.Provider];

    /// <param name="name">As a step or a review names it.</param>
    /// <param name="declared">The workflow's agents.</param>
    /// <exception cref="LogistException">
    /// InvalidWorkflow: no such agent, or declared without what its provider needs. MissingTool: this version has no such provider.
    /// </exception>
    public ResolvedAgent Resolve(string name, IReadOnlyDictionary<string, AgentDefinition> declared)
    {
        if (!declared.TryGetValue(name, out var definition))
        {
            definition = BuiltIn.Contains(name, StringComparer.Ordinal) ? new AgentDefinition(name) : throw Unknown(name, declared);
        }

        return new ResolvedAgent(name, definition, Provider(name, definition));
    }

    private IAgent Provider(string name, AgentDefinition definition)
    {
        switch (definition.Provider)
        {
            case CommandAgent.Provider when definition.Command is [var program, ..]
                && (Path.IsPathRooted(program) || !program.Contains('/', StringComparison.Ordinal)):
                return _command;
            case CommandAgent.Provider:
                throw new LogistException(ErrorKind.InvalidWorkflow, $"agent \"{name}\" has no program to run",
                    "provider command needs command: [program, arguments…]", $"agents: {{ {name}: {{ command: [./{name}.sh] }} }}");
            case ScriptedAgent.Provider when ScriptedAgent.Validate(definition.Script ?? "") is [var (line, message), ..]:
                throw new LogistException(ErrorKind.InvalidWorkflow, $"the script of agent \"{name}\" is wrong in line {line}", message);
            case ScriptedAgent.Provider:
                return _scripted;
            case ClaudeAgent.Provider:
                return new ClaudeAgent();
            case CodexAgent.Provider:
                return new CodexAgent();
            case GeminiAgent.Provider:
                return new GeminiAgent();
            default:
                throw new LogistException(ErrorKind.MissingTool, $"this version cannot drive \"{definition.Provider}\" (agent \"{name}\")",
                    $"it has the providers {string.Join(", ", Providers)}", AsCommand(name));
        }
    }

    private static LogistException Unknown(string name, IReadOnlyDictionary<string, AgentDefinition> declared) =>
        new(ErrorKind.InvalidWorkflow, $"no agent is named \"{name}\"",
            $"{(declared.Count == 0 ? "the workflow declares none" : $"declared: {string.Join(", ", declared.Keys)}")}; "
            + $"built in: {string.Join(", ", BuiltIn)}",
            AsCommand(name));

    private static string AsCommand(string name) =>
        $"declare it as a command: agents: {{ {name}: {{ command: [/path/to/program], prompt: stdin }} }}";
}
