using Logist.RealAgents.Tests.Support;

namespace Logist.RealAgents.Tests;

/// <summary>Agents that end without the answer that was asked for, or do not end at all.</summary>
public sealed class AnswerTests
{
    private const string Step = """
          one: { prompt: "Create one.txt with a greeting." }
        """;

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
        place.AskedAnew.ShouldBe(2);
        place.WorkersAsked.Any(request => request.Resent > 0).ShouldBe(agent.Resumes);
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
