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

    IReadOnlyList<string> IAgent.PassThrough => Variables.Of(Path.GetFileName(command[0]));

    string? IAgent.Program => command[0];

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
        var file = CallFiles.Beside(call);
        new AcpCall(filled, call.PromptFile, call.WorkingDirectory) { Session = call.Session, Model = call.Model }.Save(file);
        return new Preparation.Ready(new Invocation([.. ownProgram, Verb, file], null, OwnProgram.Environment()));
    }

    AgentOutcome IAgent.Judge(Finished finished) => Verdict.Of(finished);
}
