using Logist.RealAgents.Tests.Support;

namespace Logist.RealAgents.Tests;

/// <summary>Limits of the model's service and of the job's own budget: nobody is asked beyond them, and work goes on afterwards.</summary>
public sealed class LimitTests
{
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

    [Theory]
    [MemberData(nameof(RealAgent.Names), MemberType = typeof(RealAgent))]
    public async Task A_rate_limit_is_waited_for_also_by_the_next_owner(string name)
    {
        var agent = RealAgent.Named(name);
        await using var place = await AgentPlace.MakeAsync();
        await place.CreateAsync(agent, "err429-after8-shut", """
              one: { prompt: "Create one.txt with a greeting." }
            """);
        var run = place.StartRun();
        await place.Soon(() => place.Count("task.waiting") == 1 || run.HasExited || (!agent.TellsLimits && place.Model.Requests.Count > 0),
            "the job waits");
        run.HasExited.ShouldBeFalse();

        await run.KillAsync();
        place.Model.Open();

        (await place.RunAsync()).ShouldExit(0);
        place.Committed("one.txt").ShouldBe("hello from the fake model");
        var attempts = await place.AttemptsAsync();
        attempts.Count.ShouldBe(agent.TellsLimits ? 2 : 1);
        if (agent.TellsLimits)
        {
            attempts[0].GetProperty("failure").Text("category").ShouldBe("rate_limited");
        }
    }
}
