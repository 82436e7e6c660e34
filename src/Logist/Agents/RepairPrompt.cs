using Logist.Core.Jobs;

namespace Logist.Agents;

/// <summary>Asks an agent, in the session in which it did the work, for the answer that it did not give.</summary>
internal static class RepairPrompt
{
    public static string For(Failure failure) =>
        $"""
        Your work is kept, but your last message cannot be used: {OutputText.Sanitise(failure.Message)}.
        Do not begin again. Put right what is missing, and answer once more.

        """ + Prompts.WorkerContract;
}
