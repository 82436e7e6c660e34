using Logist.RealAgents.Tests.Support;

namespace Logist.RealAgents.Tests;

/// <summary>Real agents do the work of a job and review it; what they say of themselves is on record.</summary>
public sealed class SuccessTests
{
    [Theory]
    [MemberData(nameof(RealAgent.Names), MemberType = typeof(RealAgent))]
    public async Task Two_steps_are_done_by_one_make_and_reviewed_by_another(string name)
    {
        var agent = RealAgent.Named(name);
        await using var place = await AgentPlace.MakeAsync();
        await place.CreateAsync(agent, "ok", """
              one: { prompt: "Create one.txt with a greeting.", review: { agent: reviewer } }
              two: { needs: [one], prompt: "Create two.txt with a greeting." }
            """);

        (await place.RunAsync()).ShouldExit(0);

        place.Committed("one.txt").ShouldBe("hello from the fake model");
        place.Committed("two.txt").ShouldBe("hello from the fake model");
        var first = (await place.AttemptsAsync()).ShouldHaveSingleItem();
        first.Text("provider").ShouldBe(agent.Provider);
        first.Text("model").ShouldBe(agent.Model);
        first.Text("prompt_hash").ShouldStartWith("sha256:");
        if (agent.Version is not null)
        {
            first.Text("version").ShouldBe(agent.Version);
        }

        if (agent.Resumes)
        {
            first.Text("session").Length.ShouldBeGreaterThan(8);
        }

        var usage = first.GetProperty("usage");
        (usage.Number("tokens_in"), usage.Number("tokens_cached"), usage.Number("tokens_out")).ShouldBe((2200, 1200, 130));
        if (agent.TellsCost)
        {
            usage.GetProperty("cost_usd").GetDouble().ShouldBe(0.00531, 1e-9);
        }

        var review = first.GetProperty("review");
        review.Text("provider").ShouldBe(agent.Other.Provider);
        review.Text("action").ShouldBe("COMPLETED");
        review.GetProperty("usage").Number("tokens_in").ShouldBe(1200);
        review.GetProperty("usage").Number("tokens_out").ShouldBe(80);
        place.Model.Requests.Where(request => !request.Side).Select(request => request.Role)
            .ShouldBe(["worker", "worker", "supervisor", "worker", "worker"]);
    }
}
