using System.Net;

namespace Logist.Server.Tests;

/// <summary>Runs and tasks.</summary>
[Collection(HistoryCollection.Name)]
public sealed class RunTests(HistoryInTest history)
{
    [Fact]
    public async Task Every_run_stays_readable_oldest_first()
    {
        var runs = (await history.GetAsync("/workflow-runs?job_id=chain")).EnumerateArray().ToList();
        runs.Select(run => (run.Text("id"), run.Text("trigger"), run.Text("status"), run.Text("initiated_by"))).ShouldBe(
            [("chain.1", "run", "failed", "ann"), ("chain.2", "rerun", "running", "ann")]);
        runs[1].Text("reason").ShouldBe("once more");
        runs[0].GetProperty("retries_total").GetInt32().ShouldBe(4, "a review round of plan, three more of test");
        runs[0].GetProperty("failure_categories")[0].GetString().ShouldBe("command_failed");
        runs[0].GetProperty("success_rate").GetDouble().ShouldBe(0.6667);
        runs[0].GetProperty("task_ids").EnumerateArray().Select(id => id.GetString())
            .ShouldBe(["chain.1.plan", "chain.1.build", "chain.1.test", "chain.1.merge"]);
        runs[0].GetProperty("duration_ms").GetInt64().ShouldBeGreaterThan(0);
        (await history.GetAsync("/workflow-runs/chain.1")).GetRawText().ShouldBe(runs[0].GetRawText());
    }

    [Fact]
    public async Task A_run_is_summed_up_from_its_current_attempts()
    {
        var summary = await history.GetAsync("/workflow-runs/chain.2/execution-summary");
        summary.GetProperty("progress_percent").GetDouble().ShouldBe(75);
        summary.GetProperty("partial_completion").GetBoolean().ShouldBeTrue();
        summary.GetProperty("terminal").GetBoolean().ShouldBeFalse();
        summary.GetProperty("task_status_counts").GetProperty("waiting-approval").GetInt32().ShouldBe(1);
        summary.GetProperty("pending_task_ids")[0].GetString().ShouldBe("chain.2.merge");
        var first = await history.GetAsync("/workflow-runs/chain.1/execution-summary");
        first.GetProperty("failed_task_ids")[0].GetString().ShouldBe("chain.1.test");
        first.GetProperty("terminal").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task A_failed_task_says_where_to_look_and_what_to_type()
    {
        await using var server = await ServerInTest.StartAsync();
        var job = await server.CreateAsync(
            "steps: { lint: { run: exit 3 }, test: { run: exit 4 }, after: { needs: [test], run: 'true' } }", "two");
        await server.RunAsync(job, Core.Jobs.JobStatus.InterventionRequired);

        var tasks = (await server.GetAsync("/tasks?run_id=two.1")).EnumerateArray().ToList();
        tasks.Select(task => (task.Text("step_id"), task.Text("status"))).ShouldBe(
            [("lint", "failed"), ("test", "failed"), ("after", "created")]);
        var test = await server.GetAsync("/tasks/two.1.test");
        test.GetRawText().ShouldBe(tasks[1].GetRawText());
        test.GetProperty("exit_code").GetInt32().ShouldBe(4);
        test.Text("failure_category").ShouldBe("command_failed");
        test.GetProperty("failure_triage_hints").GetArrayLength().ShouldBeGreaterThan(0);
        test.Texts("suggested_next_actions").ShouldContain("logist job restep two test");
        tasks[0].Texts("suggested_next_actions").ShouldContain("logist job restep two lint");
        tasks[2].GetProperty("suggested_next_actions").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task The_audit_of_a_task_has_who_why_and_every_attempt()
    {
        var audit = await history.GetAsync("/tasks/chain.1.test/audit");
        audit.GetProperty("rerun_count").GetInt32().ShouldBe(1);
        (audit.Text("last_rerun_by"), audit.Text("last_rerun_reason")).ShouldBe(("bob", "runner disk fixed"));
        audit.GetProperty("reruns")[0].GetProperty("attempt").GetInt32().ShouldBe(3);
        audit.GetProperty("attempts").EnumerateArray().Select(attempt => attempt.Text("kind")).ShouldBe(
            ["initial", "retry", "partial_rerun", "retry"]);
        var events = audit.GetProperty("recent_event_ids").EnumerateArray().Select(id => id.GetString()!).ToList();
        events.ShouldNotBeEmpty();
        var told = (await history.GetAsync("/events?task_id=chain.1.test")).EnumerateArray().Select(one => one.Text("id"));
        events.ShouldBe(told);
    }

    [Theory]
    [InlineData("/jobs/nobody")]
    [InlineData("/workflow-runs/nobody.1")]
    [InlineData("/workflow-runs/chain.9")]
    [InlineData("/workflow-runs/chain.9/execution-summary")]
    [InlineData("/workflow-runs?job_id=nobody")]
    [InlineData("/tasks?run_id=chain.9")]
    [InlineData("/tasks/chain.1.nothing")]
    [InlineData("/tasks/chain.9.test")]
    [InlineData("/tasks/chain.1.nothing/audit")]
    [InlineData("/tasks/chain.1.nothing/attempts")]
    [InlineData("/attempts/chain.1.test.99")]
    [InlineData("/attempts/nobody.1.test.1/log")]
    [InlineData("/attempts/chain.1.test.99/log")]
    [InlineData("/attempts/chain.1.test.99/log/index")]
    [InlineData("/attempts/chain.1.test.99/diff")]
    [InlineData("/attempts/chain.1.test.1/diff?against=99")]
    [InlineData("/attempts/chain.1.test.99/prompt")]
    [InlineData("/attempts/chain.1.test.99/response")]
    [InlineData("/events?job_id=nobody")]
    [InlineData("/events?run_id=chain.9")]
    [InlineData("/events?task_id=chain.1.nothing")]
    public async Task What_does_not_exist_is_404(string path) =>
        (await ServerInTest.ReadAsync(await history.Server.ResponseAsync(path), HttpStatusCode.NotFound)).Text("code")
            .ShouldBeOneOf("LOG1004", "LOG1005");

    [Theory]
    [InlineData("/workflow-runs")]
    [InlineData("/tasks")]
    [InlineData("/events?event_type=task.finished")]
    [InlineData("/events?limit=5001")]
    [InlineData("/events?job_id=chain&run_id=other.1")]
    [InlineData("/events?run_id=chain.1&task_id=chain.2.test")]
    [InlineData("/events?job_id=chain&after=other.1")]
    [InlineData("/attempts/chain.1.test.1/log?part=boss")]
    [InlineData("/attempts/chain.1.test.1/log?part=check-0")]
    [InlineData("/attempts/chain.1.test.1/log?format=html")]
    [InlineData("/attempts/chain.1.test.1/log?from=-1")]
    [InlineData("/attempts/chain.1.test.1/log?limit=0")]
    [InlineData("/attempts/chain.1.test.1/log/index?part=../x")]
    [InlineData("/attempts/chain.1.test.1/prompt?part=boss")]
    [InlineData("/attempts/chain.1.test.1/diff?against=yesterday")]
    public async Task What_cannot_be_meant_is_422(string path) =>
        (await ServerInTest.ReadAsync(await history.Server.ResponseAsync(path), HttpStatusCode.UnprocessableEntity)).Text("code")
            .ShouldBe("LOG1001");
}
