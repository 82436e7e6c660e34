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

    private string Name => Path.GetFileName(command[0]);

    private AgentAdvice Advice => new(Name, $"install {Name}, or correct the agent's command: in the workflow",
        $"log in with {Name} itself, or name the variable with its key under env: of the agent")
    {
        SessionLost = AcpErrors.SessionLostWords,
    };

    // What the same program gets when it is driven by its command line; each its own vendor's only.
    IReadOnlyList<string> IAgent.PassThrough => Name switch
    {
        "gemini" => new GeminiAgent().PassThrough,
        "claude-agent-acp" or "claude-code-acp" => new ClaudeAgent().PassThrough,
        "codex-acp" => new CodexAgent().PassThrough,
        _ => CliCall.PassThrough(),
    };

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
        var file = AgentFiles.Settings(call.Role, call.AttemptDirectory, call.Turn);
        new AcpCall(filled, call.PromptFile, call.WorkingDirectory) { Session = call.Session, Model = call.Model }.Save(file);
        return new Preparation.Ready(new Invocation([.. ownProgram, Verb, file], null, OwnProgram.Environment()));
    }

    AgentOutcome IAgent.Judge(Finished finished) => StreamVerdict.Of(finished, new OwnStreamParser(), Advice);
}
