using Logist.Agents.Acp;
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
        [ClaudeAgent.Provider, CodexAgent.Provider, GeminiAgent.Provider, QwenAgent.Provider, OpencodeAgent.Provider,
            ClineAgent.Provider, ScriptedAgent.Provider];

    /// <summary>All that a declaration may name.</summary>
    public static IReadOnlyList<string> Providers { get; } =
        [.. BuiltIn, AcpAgent.Provider, ModelAgent.OpenAi, ModelAgent.Anthropic, CommandAgent.Provider];

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

    /// <summary>The same for the agent that does the work of a step.</summary>
    /// <exception cref="LogistException">As <see cref="Resolve"/>; InvalidWorkflow also where it sees no files.</exception>
    public ResolvedAgent ResolveWorker(string name, IReadOnlyDictionary<string, AgentDefinition> declared)
    {
        var agent = Resolve(name, declared);
        return agent.Agent.SeesFiles ? agent : throw new LogistException(ErrorKind.InvalidWorkflow,
            $"agent \"{name}\" cannot do the work of a step",
            $"provider {agent.Definition.Provider} asks a model alone: it sees the changes of others, but no files, and has no tools",
            "use it as review: { agent: … }, and an agent program for the work");
    }

    private IAgent Provider(string name, AgentDefinition definition)
    {
        switch (definition.Provider)
        {
            case CommandAgent.Provider when HasProgram(definition):
                return _command;
            case AcpAgent.Provider when HasProgram(definition):
                return new AcpAgent(ownProgram, definition.Command);
            case ModelAgent.OpenAi or ModelAgent.Anthropic:
                return new ModelAgent(ownProgram, definition);
            case CommandAgent.Provider or AcpAgent.Provider:
                throw new LogistException(ErrorKind.InvalidWorkflow, $"agent \"{name}\" has no program to run",
                    $"provider {definition.Provider} needs command: [program, arguments…]",
                    $"agents: {{ {name}: {{ provider: {definition.Provider}, command: [./{name}.sh] }} }}");
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
            case QwenAgent.Provider:
                return new QwenAgent();
            case OpencodeAgent.Provider:
                return new OpencodeAgent();
            case ClineAgent.Provider:
                return new ClineAgent();
            default:
                throw new LogistException(ErrorKind.MissingTool, $"this version cannot drive \"{definition.Provider}\" (agent \"{name}\")",
                    $"it has the providers {string.Join(", ", Providers)}", AsCommand(name));
        }
    }

    private static bool HasProgram(AgentDefinition definition) => definition.Command is [var program, ..]
        && (Path.IsPathRooted(program) || !program.Contains('/', StringComparison.Ordinal));

    private static LogistException Unknown(string name, IReadOnlyDictionary<string, AgentDefinition> declared) =>
        new(ErrorKind.InvalidWorkflow, $"no agent is named \"{name}\"",
            $"{(declared.Count == 0 ? "the workflow declares none" : $"declared: {string.Join(", ", declared.Keys)}")}; "
            + $"built in: {string.Join(", ", BuiltIn)}",
            AsCommand(name));

    private static string AsCommand(string name) =>
        $"declare it as a command: agents: {{ {name}: {{ command: [/path/to/program], prompt: stdin }} }}";
}
