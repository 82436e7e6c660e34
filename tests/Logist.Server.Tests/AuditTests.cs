using System.Net;
using System.Text.Json;
using Logist.Core.Jobs;
using Logist.Stores;

namespace Logist.Server.Tests;

/// <summary><c>GET /audit</c></summary>
public sealed class AuditTests
{
    [Fact]
    public async Task What_people_asked_for_is_told_newest_first_and_page_by_page()
    {
        await using var server = await ServerInTest.StartAsync();
        foreach (var name in new[] { "one", "two", "three" })
        {
            var job = await server.CreateAsync("steps: { a: { run: exit 1 } }", name);
            await server.RunAsync(job, JobStatus.InterventionRequired);
            await server.PostAsync($"/workflow-runs/{name}.1/partial-rerun",
                $"{{'step_ids':['a'],'requested_by':'{(name == "two" ? "bob" : "eve")}','reason':'disk fixed'}}");
            await server.AwaitRestAsync(job, JobStatus.InterventionRequired);
        }

        var all = (await server.GetAsync("/audit")).GetProperty("items").EnumerateArray().ToList();
        all.Select(entry => (entry.Text("job_id"), entry.Text("action"))).ShouldBe(
        [
            ("three", "workflow_run.partial_rerun_requested"), ("three", "job.created"), ("two", "workflow_run.partial_rerun_requested"),
            ("two", "job.created"), ("one", "workflow_run.partial_rerun_requested"), ("one", "job.created"),
        ]);
        (all[0].Text("actor"), all[0].Text("reason"), all[0].Text("run_id")).ShouldBe(("eve", "disk fixed", "three.1"));
        all[0].Text("plan_hash").ShouldStartWith("sha256:");

        var (paged, cursor) = (new List<string>(), (string?)null);
        do
        {
            var page = await server.GetAsync($"/audit?limit=2{(cursor is null ? "" : $"&cursor={cursor}")}");
            paged.AddRange(Ids(page));
            cursor = page.GetProperty("next_cursor").GetString();
        }
        while (cursor is not null);
        paged.ShouldBe(all.Select(entry => entry.Text("id")));
        Ids(await server.GetAsync("/audit?actor=bob")).ShouldBe([all[2].Text("id")]);
        Ids(await server.GetAsync("/audit?job_id=one")).ShouldBe([all[4].Text("id"), all[5].Text("id")]);
        Ids(await server.GetAsync($"/audit?since={all[2].Text("at")}")).ShouldBe(paged[..3]);
        Ids(await server.GetAsync("/audit?since=2999-01-01")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_damaged_job_hides_no_other_and_says_so_itself()
    {
        await using var server = await ServerInTest.StartAsync();
        var good = await server.CreateAsync("steps: { a: { run: x } }", "good");
        var bad = await server.CreateAsync("steps: { a: { run: x } }", "bad");
        var journal = JobLayout.For(server.JobsDirectory, bad).Journal;
        var ct = TestContext.Current.CancellationToken;
        var text = await File.ReadAllTextAsync(journal, ct);
        await File.WriteAllTextAsync(journal, text.Replace("job.created", "job.creatid", StringComparison.Ordinal), ct);

        Ids(await server.GetAsync("/audit")).ShouldBe([$"{good}.1"]);
        await ServerInTest.ReadAsync(await server.ResponseAsync("/audit?job_id=bad"), HttpStatusCode.InternalServerError);
        await ServerInTest.ReadAsync(await server.ResponseAsync("/audit?job_id=nobody"), HttpStatusCode.NotFound);
        foreach (var query in new[] { "since=yesterday", "limit=0", "limit=1001", "cursor=x", "who=ann" })
        {
            await ServerInTest.ReadAsync(await server.ResponseAsync($"/audit?{query}"), HttpStatusCode.UnprocessableEntity);
        }
    }

    private static List<string> Ids(JsonElement page) => [.. page.GetProperty("items").EnumerateArray().Select(entry => entry.Text("id"))];
}
