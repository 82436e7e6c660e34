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
        hint.ShouldContain(name);
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(100));
    }

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task A_service_that_fails_fails_the_step_and_not_for_minutes(string name, string scenario)
    {
        await using var place = await AgentPlace.MakeAsync();
        await place.CreateAsync(RealAgent.Named(name), scenario, Step);
        var clock = Stopwatch.StartNew();

        (await place.RunAsync()).ShouldExit(3);

        var (category, message, hint) = await place.FailureAsync();
        category.ShouldBe("agent_error", message);
        hint.ShouldNotBeEmpty();
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(150));
    }

    [Theory]
    [MemberData(nameof(RealAgent.Names), MemberType = typeof(RealAgent))]
    public async Task A_service_that_never_answers_is_ended_by_the_watch_for_silence(string name)
    {
        await using var place = await AgentPlace.MakeAsync();
        await place.CreateAsync(RealAgent.Named(name), "hang", """
              one: { prompt: "Create one.txt with a greeting.", inactivity_timeout: 15s }
            """);

        (await place.RunAsync()).ShouldExit(3);

        var (category, message, _) = await place.FailureAsync();
        category.ShouldBe("timeout", message);
        place.Model.Requests.ShouldNotBeEmpty();
        await place.Soon(() => place.AgentProcesses().Count == 0, "nothing of it is left");
    }

    [Theory]
    [MemberData(nameof(RealAgent.Names), MemberType = typeof(RealAgent))]
    public async Task An_agent_that_only_chats_is_asked_once_more_and_then_has_failed(string name)
    {
        var agent = RealAgent.Named(name);
        await using var place = await AgentPlace.MakeAsync();
        await place.CreateAsync(agent, "badjson", Step);

        (await place.RunAsync()).ShouldExit(3);

        var (category, message, _) = await place.FailureAsync();
        category.ShouldBe("invalid_response", message);
        place.WorkersAsked.Count.ShouldBe(agent.Resumes ? 3 : 2);
    }

    [Theory]
    [MemberData(nameof(RealAgent.Names), MemberType = typeof(RealAgent))]
    public async Task An_agent_that_is_stuck_waits_for_a_person(string name)
    {
        await using var place = await AgentPlace.MakeAsync();
        await place.CreateAsync(RealAgent.Named(name), "blocked", Step);

        (await place.RunAsync()).ShouldExit(3);

        var (category, message, _) = await place.FailureAsync();
        category.ShouldBe("agent_stuck");
        message.ShouldContain("which of the two");
    }
}
