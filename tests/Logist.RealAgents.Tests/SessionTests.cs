using Logist.RealAgents.Tests.Support;

namespace Logist.RealAgents.Tests;

/// <summary>What comes after a first call goes on in its session: nobody explains or pays for the same thing twice.</summary>
public sealed class SessionTests
{
    [Theory]
    [MemberData(nameof(RealAgent.Names), MemberType = typeof(RealAgent))]
    public async Task A_review_that_asks_for_more_is_answered_in_the_same_session(string name)
    {
        var agent = RealAgent.Named(name);
        await using var place = await AgentPlace.MakeAsync();
        await place.CreateAsync(agent, "ok", """
              one: { prompt: "Create one.txt with a greeting.", review: { agent: reviewer } }
            """, review: "retry");

        (await place.RunAsync()).ShouldExit(0);

        place.Committed("one.txt").ShouldBe("hello from the fake model");
        place.Committed("one.2.txt").ShouldBe("hello from the fake model");
        var attempts = await place.AttemptsAsync();
        attempts.Select(attempt => attempt.GetProperty("review").Text("action")).ShouldBe(["RETRY", "COMPLETED"]);
        if (agent.Resumes)
        {
            attempts[1].GetProperty("resumed_session").GetString().ShouldBe(attempts[0].Text("session"));
            place.AskedAnew.ShouldBe(2);
        }

        // Some agents tell what the session has spent so far, not what the call did.
        var usage = attempts[1].GetProperty("usage");
        (usage.Number("tokens_in"), usage.Number("tokens_out")).ShouldBe((2200, agent.TokensOut));
        if (agent.TellsCost)
        {
            usage.GetProperty("cost_usd").GetDouble().ShouldBe(0.00531, 1e-9);
        }
    }

    [Theory]
    [MemberData(nameof(RealAgent.Names), MemberType = typeof(RealAgent))]
    public async Task An_answer_that_is_none_is_asked_for_again_in_the_same_session(string name)
    {
        var agent = RealAgent.Named(name);
        await using var place = await AgentPlace.MakeAsync();
        await place.CreateAsync(agent, "badjsononce", """
              one: { prompt: "Create one.txt with a greeting." }
            """);

        var result = await place.RunAsync();

        var attempt = (await place.AttemptsAsync()).ShouldHaveSingleItem();
        if (!agent.Resumes)
        {
            result.ShouldExit(3);
            attempt.GetProperty("failure").Text("category").ShouldBeOneOf("invalid_response", "agent_error");
            return;
        }

        result.ShouldExit(0);
        attempt.Text("status").ShouldBe("success");

        // One of them asks something on its own afterwards, and counts it.
        attempt.GetProperty("usage").Number("tokens_in").ShouldBeOneOf(3400, name == "qwen" ? 4600 : 3400);
        place.AskedAnew.ShouldBe(2);
        place.Committed("one.txt").ShouldBe("hello from the fake model");
    }
}
