using System.Diagnostics;
using Logist.RealAgents.Tests.Support;

namespace Logist.RealAgents.Tests;

/// <summary>What goes wrong at the model's end or in the agent is named for what it is, in bounded time.</summary>
public sealed class FailureTests
{
    private const string Step = """
          one: { prompt: "Create one.txt with a greeting." }
        """;

    public static TheoryData<string, string> Broken =>
        [.. RealAgent.All.SelectMany(agent => ((string[])["err500", "cut"]).Select(scenario => (agent.Name, scenario)))];

    [Theory]
    [MemberData(nameof(RealAgent.Names), MemberType = typeof(RealAgent))]
    public async Task A_refused_key_is_a_matter_of_login_and_says_how(string name)
    {
        await using var place = await AgentPlace.MakeAsync();
        await place.CreateAsync(RealAgent.Named(name), "err401", Step);
        var clock = Stopwatch.StartNew();

        (await place.RunAsync()).ShouldExit(3);

        var (category, message, hint) = await place.FailureAsync();
        category.ShouldBe("auth", message);
        hint.ShouldContain(RealAgent.Named(name).Provider == "acp" ? "log in with" : name);
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(100));
    }

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task A_service_that_fails_fails_the_step_and_not_for_minutes(string name, string scenario)
    {
        var agent = RealAgent.Named(name);
        await using var place = await AgentPlace.MakeAsync();
        await place.CreateAsync(agent, scenario, agent.GivesUp ? Step : Step.Replace(" }", ", timeout: 30s }", StringComparison.Ordinal));
        var clock = Stopwatch.StartNew();

        (await place.RunAsync()).ShouldExit(3);

        var (category, message, hint) = await place.FailureAsync();
        category.ShouldBe(agent.GivesUp ? "agent_error" : "timeout", message);
        hint.ShouldNotBeEmpty();
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(150));
    }
}
