using Logist.RealAgents.Tests.Support;

namespace Logist.RealAgents.Tests;

/// <summary>Kills and cancels with real agents at work: nothing is paid twice, nothing is left running.</summary>
public sealed class InterruptionTests
{
    private const string Step = """
          one: { prompt: "Create one.txt with a greeting." }
        """;

    [Theory]
    [MemberData(nameof(RealAgent.Names), MemberType = typeof(RealAgent))]
    public async Task An_agent_that_outlives_a_killed_run_is_adopted_and_asks_its_model_nothing_twice(string name)
    {
        await using var place = await AgentPlace.MakeAsync();
        await place.CreateAsync(RealAgent.Named(name), "hang-shut", Step);
        var run = place.StartRun();
        await place.Soon(() => place.WorkersAsked.Count == 1 || run.HasExited, "the agent asks its model");
        await run.KillAsync();
        var agent = place.AgentProcesses();
        agent.ShouldNotBeEmpty();

        var again = place.StartRun();
        await place.Soon(() => place.Count("task.adopted") == 1 || again.HasExited, "the second owner has adopted it");
        place.AgentProcesses().Intersect(agent).ShouldNotBeEmpty();
        place.Model.Open();

        (await again.EndAsync(AgentPlace.Patience)).ShouldExit(0);
        (await place.AttemptsAsync()).ShouldHaveSingleItem().Text("status").ShouldBe("success");
        place.WorkersAsked.Count.ShouldBe(2, "one call of a tool, one answer");
        place.Committed("one.txt").ShouldBe("hello from the fake model");
    }

    [Theory]
    [MemberData(nameof(RealAgent.Names), MemberType = typeof(RealAgent))]
    public async Task Cancel_ends_the_agent_and_the_tool_that_it_runs(string name)
    {
        await using var place = await AgentPlace.MakeAsync();
        await place.CreateAsync(RealAgent.Named(name), "sleep", Step);
        var run = place.StartRun();
        await place.Soon(() => place.AgentProcesses().Any(IsTool) || run.HasExited, "its tool runs");

        (await place.Start("job", "cancel", place.Job).EndAsync(AgentPlace.Patience)).ShouldExit(0);

        (await run.EndAsync(AgentPlace.Patience)).ShouldExit(1);
        await place.Soon(() => place.AgentProcesses().Count == 0, "nothing of it is left");
        place.Count("task.canceled").ShouldBe(1);
    }

    private static bool IsTool(int pid) =>
        EndToEnd.Tests.Support.LiveProcesses.Arguments(pid).StartsWith("sleep 300", StringComparison.Ordinal);
}
