using Logist.Agents.Cli;
using Logist.Agents.Streams;

namespace Logist.Agents.Acp;

/// <summary>
/// Any program that speaks the Agent Client Protocol on its standard input and output. What the step host starts is this program
/// again, under a hidden verb, as the protocol's client.
/// </summary>
/// <param name="ownProgram">How this program is started again: its path, or dotnet and its dll.</param>
/// <param name="command">The agent's own command line.</param>
public sealed class AcpAgent(IReadOnlyList<string> ownProgram, IReadOnlyList<string> command) : IAgent
{
    public const string Provider = "acp";

    /// <summary>First argument under which the program calls <see cref="Run"/> with the rest: the call file.</summary>
    public const string Verb = "__acp";

    /// <inheritdoc cref="AcpClient.Run"/>
    public static int Run(string[] args) => AcpClient.Run(args);

    // The same program, or the same vendor's, driven by its command line: it takes the same variables.
    private readonly IAgent? _native = Path.GetFileName(command[0]) switch
    {
        "claude-agent-acp" or "claude-code-acp" => new ClaudeAgent(),
        "codex-acp" => new CodexAgent(),
        "gemini" => new GeminiAgent(),
        "qwen" => new QwenAgent(),
        "opencode" => new OpencodeAgent(),
        "cline" => new ClineAgent(),
        _ => null,
    };

    private string Name => Path.GetFileName(command[0]);

    private AgentAdvice Advice => new(Name, $"install {Name}, or correct the agent's command: in the workflow",
        $"log in with {Name} itself, or name the variable with its key under env: of the agent")
    {
        SessionLost = AcpErrors.SessionLostWords,
    };

    IReadOnlyList<string> IAgent.PassThrough => _native?.PassThrough ?? CliCall.PassThrough();

    string? IAgent.Program => command[0];

    TimeSpan? IAgent.Silence => CliCall.Silence;

    IEventParser? IAgent.NewParser() => new OwnStreamParser();

    Preparation IAgent.Prepare(AgentCall call)
    {
        var filled = new List<string>(command.Count + call.Definition.Arguments.Count);
        foreach (var argument in (IEnumerable<string>)[.. command, .. call.Definition.Arguments])
        {
            if (CommandAgent.MissingModel(argument, call) is { } missing)
            {
                return missing;
            }

            filled.Add(CommandAgent.Fill(argument, call));
        }

        Verdict.Forget(call);
        var file = AgentFiles.Call(call.Role, call.AttemptDirectory, call.Turn);
        new AcpCall(filled, call.PromptFile, call.WorkingDirectory) { Session = call.Session, Model = call.Model }.Save(file);
        return new Preparation.Ready(new Invocation([.. ownProgram, Verb, file], null, Environment(call)));
    }

    AgentOutcome IAgent.Judge(Finished finished) => StreamVerdict.Of(finished, new OwnStreamParser(), Advice);

    // Fewer tries of its own, no updates meanwhile, what root needs: all that is no part of the command line.
    private Dictionary<string, string> Environment(AgentCall call)
    {
        var variables = OwnProgram.Environment();
        if (_native?.Prepare(call) is Preparation.Ready { Invocation: var invocation })
        {
            foreach (var (name, value) in invocation.ExtraEnvironment)
            {
                variables[name] = value;
            }
        }

        return variables;
    }
}
