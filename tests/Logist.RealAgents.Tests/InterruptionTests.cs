using Logist.RealAgents.Tests.Support;

namespace Logist.RealAgents.Tests;

/// <summary>Limits, kills, cancels and budgets with real agents at work: nothing is paid twice, nothing is left running.</summary>
public sealed class InterruptionTests
{
    private const string Step = """
          one: { prompt: "Create one.txt with a greeting." }
        """;

    [Theory]
    [MemberData(nameof(RealAgent.Names), MemberType = typeof(RealAgent))]
    public async Task A_rate_limit_is_waited_for_also_by_the_next_owner(string name)
    {
        await using var place = await AgentPlace.MakeAsync();
        await place.CreateAsync(RealAgent.Named(name), "err429-after8-shut", Step);
        var run = place.StartRun();
        await place.Soon(() => place.Count("task.waiting") == 1 || run.HasExited, "the job waits");
        run.HasExited.ShouldBeFalse();

        await run.KillAsync();
        place.Model.Open();

        (await place.RunAsync()).ShouldExit(0);
        place.Committed("one.txt").ShouldBe("hello from the fake model");
        var attempts = await place.AttemptsAsync();
        attempts[0].GetProperty("failure").Text("category").ShouldBe("rate_limited");
        attempts.Count.ShouldBe(2);
    }

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
        place.AgentProcesses().ShouldBe(agent, ignoreOrder: true);
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

    [Theory]
    [MemberData(nameof(RealAgent.Names), MemberType = typeof(RealAgent))]
    public async Task A_spent_budget_starts_nothing_more_and_a_raised_one_goes_on(string name)
    {
        var agent = RealAgent.Named(name);
        await using var place = await AgentPlace.MakeAsync();

        // Of two calls of 2330 tokens the first is within the limit, and after the second it is reached.
        await place.CreateAsync(agent, "ok", """
              one: { prompt: "Create one.txt with a greeting." }
              two: { needs: [one], prompt: "Create two.txt with a greeting." }
              three: { needs: [two], prompt: "Create three.txt with a greeting." }
            """, top: agent.TellsCost ? "budget: { max_cost_usd: 0.008 }" : "budget: { max_tokens: 3000 }");

        (await place.RunAsync()).ShouldExit(7);

        place.Events().ShouldContain("task.succeeded two");
        place.Count("task.scheduled").ShouldBe(2);
        if (agent.TellsCost)
        {
            (await place.RunAsync("--budget-usd", "1")).ShouldExit(0);
            place.Committed("three.txt").ShouldBe("hello from the fake model");
            (await place.AttemptsAsync("three")).Count.ShouldBe(1);
        }
    }

    private static bool IsTool(int pid) =>
        EndToEnd.Tests.Support.LiveProcesses.Arguments(pid).StartsWith("sleep 300", StringComparison.Ordinal);
}
