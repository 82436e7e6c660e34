using Logist.Testing;
using System.Text;
using Logist.Agents;

namespace Logist.Tests.Agents;

/// <summary>What the real program printed against a model that plays a scenario, as the log of a call.</summary>
internal static class Recording
{
    public static string Output(string name) => Text($"{name}.jsonl");

    public static AgentOutcome Judge(this AgentPlace place, IAgent agent, string name, int? exitCode = 0, int? signal = null,
        Func<Finished, Finished>? change = null)
    {
        place.Log(Text($"{name}.jsonl"), Text($"{name}.err"));
        var finished = place.Ended(signal is null ? exitCode : null, signal);
        return agent.Judge(change is null ? finished : change(finished));
    }

    /// <summary>Writes the log and its index as the step host does; what went to stderr comes first.</summary>
    public static void Log(this AgentPlace place, string output, string errors = "")
    {
        File.WriteAllText(place.Log, errors + output);
        File.WriteAllText(Path.ChangeExtension(place.Log, ".idx"), errors.Length == 0 ? "" : $"e 0 {Encoding.UTF8.GetByteCount(errors)}\n");
    }

    private static string Text(string file)
    {
        var path = Path.Combine(Repository.Root, "tests", "Logist.Tests", "Agents", "Recorded", file);
        return File.Exists(path) ? File.ReadAllText(path) : "";
    }
}
