using System.Diagnostics;
using Logist.Agents;
using Logist.Agents.Acp;
using Logist.Agents.Streams;
using Logist.Core.Jobs;
using Logist.Core.Workflows;
using Logist.Testing;

namespace Logist.Tests.Agents.Acp;

/// <summary>The client as a real process, with the fake agent as its child.</summary>
internal sealed class AcpPlace : IDisposable
{
    private readonly AgentPlace _place = new();

    public string Workspace => _place.Workspace;

    public string Root => _place.Root;

    public string InWorkspace(string relative) => _place.InWorkspace(relative);

    public string Log => File.Exists(_place.Log) ? File.ReadAllText(_place.Log) : "";

    public void Dispose() => _place.Dispose();

    public Process Start(string[] fake, string? session = null, string? model = null, string[]? command = null, string prompt = "Do it.")
    {
        IAgent agent = Agent(command ?? Command(fake));
        var call = _place.Call(new AgentDefinition(AcpAgent.Provider), prompt: prompt) with { Session = session, Model = model };
        File.WriteAllText(call.PromptFile, call.Prompt);
        return _place.Start(agent.Prepare(call).ShouldBeOfType<Preparation.Ready>().Invocation, call);
    }

    public (List<AgentEvent> Events, int Exit) Run(string[] fake, string? session = null, string? model = null, string[]? command = null,
        string prompt = "Do it.")
    {
        using var process = Start(fake, session, model, command, prompt);
        var (_, exit, _) = _place.End(process);
        return (Events(), exit);
    }

    public AgentOutcome Judge(string[] fake, string? session = null, string[]? command = null)
    {
        var (_, exit) = Run(fake, session, command: command);
        IAgent agent = Agent(command ?? Command(fake));
        return agent.Judge(_place.Ended(exit) with { Resumed = session });
    }

    public List<AgentEvent> Events()
    {
        var events = new List<AgentEvent>();
        var parser = new OwnStreamParser();
        foreach (var line in Log.Split('\n'))
        {
            parser.Read(System.Text.Encoding.UTF8.GetBytes(line), events);
        }

        return events;
    }

    public AgentOutcome Ended(int exitCode, EndReason reason)
    {
        IAgent agent = Agent(["fake"]);
        return agent.Judge(_place.Ended(exitCode, reason: reason));
    }

    public static Usage? Spent(List<AgentEvent> events, Usage? before = null)
    {
        var tally = new UsageTally();
        events.OfType<AgentEvent.Spent>().ToList().ForEach(tally.Add);
        return tally.Spent(before);
    }

    /// <summary>The last message, as whoever looks for the answer puts it together.</summary>
    public static string LastMessage(List<AgentEvent> events)
    {
        var first = events.FindLastIndex(e => e is AgentEvent.Text { Piece: false });
        return string.Concat(events.Skip(first).OfType<AgentEvent.Text>().Select(text => text.Content));
    }

    private static string[] Command(string[] fake) => [.. FakeAcpAgent.Command, .. fake];

    private static AcpAgent Agent(string[] command) => new AcpAgent(ScriptedAgent.ThisProgram(), command);
}
