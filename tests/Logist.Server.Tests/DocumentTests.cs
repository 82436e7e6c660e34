using System.Text.Json;
using Logist.Core.Jobs;

namespace Logist.Server.Tests;

/// <summary>
/// Answers that views write by hand are as described: <see cref="DescribedAnswers"/> compares each one. Here are those that have been
/// through most.
/// </summary>
[Collection(HistoryCollection.Name)]
public sealed class DocumentTests(HistoryInTest history)
{
    [Fact]
    public async Task Jobs_are_described_as_they_are()
    {
        await history.GetAsync("/jobs");
        await history.GetAsync("/jobs/chain");
        await history.GetAsync("/audit");
    }

    [Fact]
    public async Task A_job_that_failed_waits_and_reuses_is_described_as_it_is()
    {
        await using var server = await ServerInTest.StartAsync();
        var job = await server.CreateAsync("""
            steps:
              a: { run: echo x > x.txt }
              b: { needs: [a], run: exit 1, retry: { max_attempts: 2, backoff: { initial: 1h } } }
              c: { needs: [b], run: exit 1 }
            """, "wait");
        await server.PostAsync($"/jobs/{job}/run", "{}", System.Net.HttpStatusCode.Accepted);
        await ServerInTest.UntilAsync(async () => (await server.GetAsync("/tasks/wait.1.b")).Text("status") == "waiting",
            "it does not wait");
        await server.GetAsync("/jobs/wait");
        (await server.GetAsync("/jobs/wait")).GetProperty("phases")[1].GetProperty("wait_until").ValueKind.ShouldBe(JsonValueKind.String);
        (await server.GetAsync("/jobs/wait")).GetProperty("live").GetProperty("owner").Text("name").ShouldBe("logist serve");

        var failed = await server.CreateAsync("steps: { a: { run: echo x > x.txt }, b: { needs: [a], run: exit 1 } }", "failed");
        await server.RunAsync(failed, JobStatus.InterventionRequired);
        await server.PostAsync("/jobs/failed/reruns", "{'step':'b','reason':'again'}");
        await server.AwaitRestAsync(failed, JobStatus.InterventionRequired);
        await server.GetAsync("/jobs/failed");
        (await server.GetAsync("/jobs/failed")).GetProperty("phases")[0].Text("reused_from").ShouldBe("failed.1.a.1");
    }

    [Fact]
    public async Task Attempts_and_audits_are_described_as_they_are()
    {
        foreach (var task in new[] { "chain.1.plan", "chain.1.build", "chain.1.test", "chain.2.test", "chain.2.merge" })
        {
            await history.GetAsync($"/tasks/{task}/attempts");
            await history.GetAsync($"/tasks/{task}/audit");
        }

        await history.GetAsync("/attempts/chain.1.plan.2");
        await history.GetAsync("/attempts/chain.1.plan.2/diff");
    }
}
