using Logist.Agents.Cli;
using Logist.Agents.Streams;
using Logist.Core.Jobs;
using Logist.Core.Workflows;

namespace Logist.Agents;

/// <summary>
/// A model asked directly, without an agent around it: one request with everything in its prompt. It reviews; having no tools it
/// cannot work. What the step host starts is this program again, under a hidden verb.
/// </summary>
/// <param name="ownProgram">How this program is started again: its path, or dotnet and its dll.</param>
public sealed class ModelAgent(IReadOnlyList<string> ownProgram, AgentDefinition definition) : IAgent
{
    public const string OpenAi = "openai", Anthropic = "anthropic";

    /// <summary>First argument under which the program asks the model; the second is the call file.</summary>
    public const string Verb = "__model";

    private string Key => definition.KeyVariable ?? UsualKey(definition.Provider);

    private AgentAdvice Advice => new(definition.Provider, null, $"set {Key} to a valid key where logist runs");

    bool IAgent.SeesFiles => false;

    // It prints when the whole answer is there: an endpoint that takes longer hangs.
    TimeSpan? IAgent.Silence => TimeSpan.FromMinutes(15);

    IReadOnlyList<string> IAgent.PassThrough => CliCall.PassThrough(Key);

    IEventParser? IAgent.NewParser() => new OwnStreamParser();

    /// <summary>The variable that holds the key where nobody says otherwise.</summary>
    internal static string UsualKey(string provider) => provider == Anthropic ? "ANTHROPIC_API_KEY" : "OPENAI_API_KEY";

    Preparation IAgent.Prepare(AgentCall call)
    {
        if (call.Model is not { } model)
        {
            return new Preparation.Failed(new Failure(FailureCategory.AgentError, $"agent \"{call.Agent}\" needs a model",
                $"set model: on agent \"{call.Agent}\" or in the step's review:"));
        }

        Verdict.Forget(call);
        var file = AgentFiles.Call(call.Role, call.AttemptDirectory, call.Turn);
        var asked = new ModelCall(definition.Provider, model, call.PromptFile)
        {
            Url = definition.Url, KeyVariable = definition.KeyVariable,
        };
        asked.Save(file);
        return new Preparation.Ready(new Invocation([.. ownProgram, Verb, file], null, OwnProgram.Environment()));
    }

    AgentOutcome IAgent.Judge(Finished finished) => StreamVerdict.Of(finished, new OwnStreamParser(), Advice);
}
