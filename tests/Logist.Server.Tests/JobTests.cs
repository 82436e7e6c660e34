using System.Net;
using System.Text.Json;
using Logist.Stores;

namespace Logist.Server.Tests;

/// <summary><c>GET /jobs</c> and <c>GET /jobs/{id}</c>.</summary>
[Collection(HistoryCollection.Name)]
public sealed class JobTests(HistoryInTest history)
{
    [Fact]
    public async Task A_job_tells_every_step_who_has_to_decide_and_what_may_be_asked()
    {
        var job = await history.GetAsync("/jobs/chain");

        job.GetProperty("status").GetString().ShouldBe("APPROVAL_REQUIRED");
        job.GetProperty("phases").EnumerateArray().Select(phase => (phase.Text("name"), phase.Text("status"), phase.Text("kind"),
            phase.Text("task_id"))).ShouldBe(
        [
            ("plan", "SUCCESS", "agent", "chain.2.plan"), ("build", "SUCCESS", "command", "chain.2.build"),
            ("test", "SUCCESS", "command", "chain.2.test"), ("merge", "APPROVAL_REQUIRED", "command", "chain.2.merge"),
        ]);
        job.GetProperty("phases")[3].Text("because").ShouldBe("waits for approval: \"Merge?\"");
        job.GetProperty("live").GetProperty("owner").ValueKind.ShouldBe(JsonValueKind.Null, "the server lives, but drives nothing");
        var need = job.GetProperty("needs").EnumerateArray().ShouldHaveSingleItem();
        (need.Text("kind"), need.Text("task_id"), need.Text("title")).ShouldBe(("approval", "chain.2.merge", "Merge?"));
        var can = job.GetProperty("can");
        can.GetProperty("cancel").GetProperty("ok").GetBoolean().ShouldBeTrue();
        can.GetProperty("cancel").GetProperty("why").ValueKind.ShouldBe(JsonValueKind.Null);
        can.GetProperty("resume").GetProperty("ok").GetBoolean().ShouldBeFalse();
        can.GetProperty("resume").Text("why").ShouldBe("cannot resume chain: it is APPROVAL_REQUIRED: resume needs SUSPENDED");
        can.GetProperty("partial_rerun").Text("why").ShouldBe("nothing failed in chain");
    }

    [Fact]
    public async Task A_job_that_never_ran_can_be_run_and_not_be_rerun()
    {
        var fresh = await history.Server.CreateAsync("steps: { a: { run: 'true' } }");
        var can = (await history.GetAsync($"/jobs/{fresh}")).GetProperty("can");
        can.GetProperty("run").GetProperty("ok").GetBoolean().ShouldBeTrue();
        can.GetProperty("rerun").Text("why").ShouldBe($"cannot rerun {fresh}: it never ran");
    }

    [Fact]
    public async Task Whoever_knows_the_state_of_a_job_at_rest_is_told_that_it_is_still_so()
    {
        var first = await history.Server.ResponseAsync("/jobs/chain");
        var seq = (await history.GetAsync("/jobs/chain")).GetProperty("journal").GetProperty("seq").GetInt64();
        first.Headers.ETag!.Tag.ShouldBe($"\"{seq}\"");

        foreach (var path in new[] { "/jobs/chain", "/tasks/chain.2.test", "/attempts/chain.1.test.1", "/workflow-runs/chain.1" })
        {
            (await AskAsync(path, seq)).ShouldBe(HttpStatusCode.NotModified, path);
            (await AskAsync(path, seq - 1)).ShouldBe(HttpStatusCode.OK, path);
        }
    }

    [Fact]
    public async Task A_damaged_job_is_listed_as_such_and_says_how_to_mend_it()
    {
        var job = await history.Server.CreateAsync("steps: { a: { run: 'true' } }");
        var manifest = JobLayout.For(history.Server.JobsDirectory, job).Manifest;
        var text = await File.ReadAllTextAsync(manifest, Ct);
        await File.WriteAllTextAsync(manifest, text.Replace("PENDING", "SUCCESS", StringComparison.Ordinal), Ct);

        var row = (await history.GetAsync($"/jobs?q={job}")).GetProperty("items").EnumerateArray().ShouldHaveSingleItem();
        row.Text("status").ShouldBe("DAMAGED");
        row.GetProperty("updated_at").GetDateTimeOffset().UtcDateTime.ShouldBe(File.GetLastWriteTimeUtc(manifest), TimeSpan.FromSeconds(1));
        (await history.GetAsync($"/jobs?q={job}&status=damaged")).GetProperty("items").GetArrayLength().ShouldBe(1);
        var problem = await ServerInTest.ReadAsync(await history.Server.ResponseAsync($"/jobs/{job}"), HttpStatusCode.InternalServerError);
        problem.Text("code").ShouldBe("LOG1071");
        problem.GetProperty("fix").EnumerateArray().Select(fix => fix.GetString()).ShouldContain($"logist job recover {job}");
        (await history.GetAsync("/needs")).GetProperty("items").GetArrayLength().ShouldBeGreaterThan(0, "others are told all the same");
    }

    [Fact]
    public async Task A_row_tells_of_a_job_what_a_list_shows()
    {
        var list = await history.GetAsync("/jobs?status=approval_required");
        var row = list.GetProperty("items").EnumerateArray().ShouldHaveSingleItem();
        (row.Text("job_id"), row.Text("status"), row.Text("phase_strip"), row.Text("run_id"), row.Text("description"))
            .ShouldBe(("chain", "APPROVAL_REQUIRED", "SSSA", "chain.2", "Plan, build, test and merge"));
        (row.GetProperty("steps_done").GetInt32(), row.GetProperty("steps_total").GetInt32()).ShouldBe((3, 4));
        row.GetProperty("cost_usd").GetDecimal().ShouldBe(1.5m);
        row.GetProperty("driven_by").ValueKind.ShouldBe(JsonValueKind.Null);
        list.GetProperty("counts").GetProperty("APPROVAL_REQUIRED").GetInt32().ShouldBe(1);
        list.GetProperty("matching").GetInt32().ShouldBe(1);
        list.GetProperty("total").GetInt32().ShouldBe(Directory.GetDirectories(history.Server.JobsDirectory).Count(path =>
            File.Exists(Path.Combine(path, "history.jsonl"))));
    }

    [Fact]
    public async Task Text_is_looked_for_in_ids_and_descriptions()
    {
        (await history.GetAsync("/jobs?q=BUILD, test")).GetProperty("items")[0].Text("job_id").ShouldBe("chain");
        (await history.GetAsync("/jobs?q=hai")).GetProperty("items")[0].Text("job_id").ShouldBe("chain");
        (await history.GetAsync("/jobs?q=nothing+like+it")).GetProperty("items").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task A_list_is_narrowed_to_whose_run_it_is_and_to_what_changed_lately()
    {
        var row = (await history.GetAsync("/jobs?q=chain")).GetProperty("items")[0];
        var (who, changed) = (row.Text("requested_by"), row.GetProperty("updated_at").GetDateTimeOffset());
        who.ShouldBe("ann");
        (await JobsAsync("by=ANN&q=chain")).ShouldBe(["chain"]);
        (await JobsAsync("by=me&q=chain")).ShouldBe(["chain"]);
        (await JobsAsync("by=bob")).ShouldBeEmpty("he had the run before it made");
        (await JobsAsync($"since={changed:yyyy-MM-dd'T'HH:mm:ss'Z'}&q=chain")).ShouldBe(["chain"]);
        (await JobsAsync($"since={changed.AddSeconds(1):yyyy-MM-dd'T'HH:mm:ss'Z'}&q=chain")).ShouldBeEmpty();

        async Task<string[]> JobsAsync(string query) =>
            [.. (await history.GetAsync($"/jobs?{query}")).GetProperty("items").EnumerateArray().Select(item => item.Text("job_id"))];
    }

    [Theory]
    [InlineData("status=FINE", "?status")]
    [InlineData("since=lately", "?since")]
    [InlineData("sort=age", "?sort")]
    [InlineData("limit=0", "?limit")]
    [InlineData("limit=1001", "?limit")]
    [InlineData("cursor=bm90IGEgY3Vyc29y", "?cursor")]
    [InlineData("cursor=%25", "?cursor")]
    [InlineData("staus=FAILED", "?staus")]
    public async Task What_no_list_can_mean_is_422_and_named(string query, string pointer)
    {
        var answer = await history.Server.ResponseAsync($"/jobs?{query}");
        var problem = await ServerInTest.ReadAsync(answer, HttpStatusCode.UnprocessableEntity);
        problem.GetProperty("errors")[0].Text("pointer").ShouldBe(pointer);
    }

    [Theory]
    [InlineData("created")]
    [InlineData("name")]
    [InlineData("updated")]
    public async Task Pages_have_no_gap_and_repeat_nothing_while_jobs_come_and_change(string sort)
    {
        await using var server = await ServerInTest.StartAsync();
        var jobs = new List<string>();
        for (var i = 0; i < 7; i++)
        {
            jobs.Add((await server.CreateAsync("steps: { a: { run: 'true' } }", $"m{i}")).Value);
        }

        var (seen, cursor) = (new List<string>(), (string?)null);
        do
        {
            var page = await server.GetAsync($"/jobs?sort={sort}&limit=2{(cursor is null ? "" : $"&cursor={cursor}")}");
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(row => row.Text("job_id")));
            cursor = page.GetProperty("next_cursor").GetString();

            // One that was shown already changes, and a new one comes.
            await server.PostAsync($"/jobs/{seen[0]}/suspend", "{'reason':'later'}");
            await server.PostAsync($"/jobs/{seen[0]}/resume");
            _ = await server.CreateAsync("steps: { a: { run: 'true' } }", $"a{seen.Count}");
        }
        while (cursor is not null);

        seen.Where(jobs.Contains).Order().ShouldBe(jobs);
    }

    private async Task<HttpStatusCode> AskAsync(string path, long known)
    {
        using var answer = await history.Server.ResponseAsync(path, ("If-None-Match", $"\"{known}\""));
        return answer.StatusCode;
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;
}
