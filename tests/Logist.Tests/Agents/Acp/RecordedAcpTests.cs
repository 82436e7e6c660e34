using Logist.Testing;
using Logist.Agents;
using Logist.Agents.Streams;

namespace Logist.Tests.Agents.Acp;

public class RecordedAcpTests
{
    [Theory]
    [InlineData("claude", "@agentclientprotocol/claude-agent-acp 0.100.0", 2200L, 1200L, 130L, "0.006980000000000002", true)]
    [InlineData("codex", "@agentclientprotocol/codex-acp 2.6.0", 2200L, 1200L, 130L, null, false)]
    [InlineData("gemini", "gemini-cli 0.61.0", 2200L, null, 120L, null, true)]
    [InlineData("opencode", "OpenCode 1.18.33", null, null, null, "0.0049499999999999995", true)]
    public void Recorded_agents_are_understood(
        string name, string version, long? input, long? cached, long? output, string? cost, bool asks)
    {
        using var place = new AcpPlace();
        File.WriteAllText(place.InWorkspace("hello.txt"), "");
        var recording = Path.Combine(Repository.Root, "tests", "Logist.Tests", "Agents", "Recorded", $"acp-{name}-ok.log");
        var outcome = place.Judge(["recorded", recording]).ShouldBeOfType<AgentOutcome.Answered>(place.Log);

        outcome.Answer.Evidence.ShouldBe(["hello.txt"]);
        outcome.Version.ShouldBe(version);
        outcome.Session.ShouldNotBeNull();
        var usage = outcome.Usage.ShouldNotBeNull();
        (usage.TokensIn, usage.TokensCached, usage.TokensOut).ShouldBe((input, cached, output));
        usage.CostUsd.ShouldBe(cost is null ? null : decimal.Parse(cost));
        var events = place.Events();
        events.OfType<AgentEvent.Permission>().Any(asked => asked.Allowed && asked.Name == "Write" == (name == "claude")).ShouldBe(asks);
        events.OfType<AgentEvent.Tool>().Last().State.ShouldBe(ToolState.Done);
        File.ReadAllText(place.InWorkspace("hello.txt")).ShouldBe(name == "opencode" ? "hello from the fake model\n" : "");
    }
}
