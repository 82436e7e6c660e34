using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Logist.Core.Jobs;
using Logist.Server.Api;

namespace Logist.Server.Tests;

/// <summary>
/// Answers that views write by hand are described by records. A real answer has exactly their members: none more, and none less of those
/// that are always there.
/// </summary>
[Collection(HistoryCollection.Name)]
public sealed class DocumentTests(HistoryInTest history)
{
    private static readonly JsonSerializerOptions Strict = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };

    [Fact]
    public async Task Jobs_are_described_as_they_are()
    {
        await CheckAsync<JobsDocument>("/jobs");
        await CheckAsync<JobDocument>("/jobs/chain");
        await CheckAsync<AuditDocument>("/audit");
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
        await CheckAsync<JobDocument>("/jobs/wait", server);
        (await server.GetAsync("/jobs/wait")).GetProperty("phases")[1].GetProperty("wait_until").ValueKind.ShouldBe(JsonValueKind.String);
        (await server.GetAsync("/jobs/wait")).GetProperty("live").GetProperty("owner").Text("name").ShouldBe("logist serve");

        var failed = await server.CreateAsync("steps: { a: { run: echo x > x.txt }, b: { needs: [a], run: exit 1 } }", "failed");
        await server.RunAsync(failed, JobStatus.InterventionRequired);
        await server.PostAsync("/jobs/failed/reruns", "{'step':'b','reason':'again'}");
        await server.AwaitRestAsync(failed, JobStatus.InterventionRequired);
        await CheckAsync<JobDocument>("/jobs/failed", server);
        (await server.GetAsync("/jobs/failed")).GetProperty("phases")[0].Text("reused_from").ShouldBe("failed.1.a.1");
    }

    [Fact]
    public async Task Attempts_and_audits_are_described_as_they_are()
    {
        foreach (var task in new[] { "chain.1.plan", "chain.1.build", "chain.1.test", "chain.2.test", "chain.2.merge" })
        {
            await CheckAsync<IReadOnlyList<AttemptDocument>>($"/tasks/{task}/attempts");
            await CheckAsync<TaskAuditDocument>($"/tasks/{task}/audit");
        }

        await CheckAsync<AttemptDocument>("/attempts/chain.1.plan.2");
        await CheckAsync<DiffDocument>("/attempts/chain.1.plan.2/diff");
    }

    private Task CheckAsync<T>(string path) where T : class => CheckAsync<T>(path, history.Server);

    private static async Task CheckAsync<T>(string path, ServerInTest server) where T : class
    {
        var text = (await server.GetAsync(path)).GetRawText();
        try
        {
            JsonSerializer.Deserialize<T>(text, Strict).ShouldNotBeNull();
        }
        catch (JsonException e)
        {
            throw new ShouldAssertException($"{path}: {e.Message}\n{text}", e);
        }
    }
}
