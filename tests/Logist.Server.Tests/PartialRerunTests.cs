using System.Net;
using System.Text.Json;
using Logist.Core;
using Logist.Core.Jobs;

namespace Logist.Server.Tests;

/// <summary>R5 over HTTP: what runs, what stays, who and why, and every refusal.</summary>
public sealed class PartialRerunTests
{
    /// <summary>plan → {lint, test} → merge; lint and test fail until there is a mark.</summary>
    private const string Diamond = """
        max_parallel: 4
        steps:
          plan: { run: "echo plan > plan.txt; echo planned >> MARKS/planned" }
          lint: { needs: [plan], run: "echo linting; test -e MARKS/lint-fixed && echo lint > lint.txt" }
          test: { needs: [plan], run: "echo testing; test -e MARKS/test-fixed && echo test > test.txt" }
          merge: { needs: [lint, test], run: "echo merged > merge.txt" }
        """;

    [Fact]
    public async Task Failed_branches_run_once_more_in_the_same_run_and_nothing_else()
    {
        await using var server = await ServerInTest.StartAsync();
        var job = await FailedAsync(server);
        server.Put("lint-fixed");
        server.Put("test-fixed");

        var answer = await server.PostAsync($"/workflow-runs/{job}.1/partial-rerun",
            $"{{'task_ids':['{job}.1.test'],'step_ids':['lint'],'requested_by':'operator','reason':'runner disk fixed'}}");

        answer.GetProperty("run_id").GetString().ShouldBe($"{job}.1");
        answer.GetProperty("requested_by").GetString().ShouldBe("operator");
        Texts(answer.GetProperty("selected_task_ids")).ShouldBe([$"{job}.1.lint", $"{job}.1.test"]);
        Texts(answer.GetProperty("selected_step_ids")).ShouldBe(["lint"]);
        Texts(answer.GetProperty("reset_task_ids")).ShouldBe([$"{job}.1.lint", $"{job}.1.test"]);
        answer.GetProperty("plan").GetProperty("ready").GetArrayLength().ShouldBe(2);
        var blocked = answer.GetProperty("plan").GetProperty("blocked")[0];
        blocked.GetProperty("task_id").GetString().ShouldBe($"{job}.1.merge");
        blocked.GetProperty("reason").GetString().ShouldBe("dependencies-not-satisfied");
        answer.GetProperty("spawn").EnumerateArray().ShouldAllBe(task => task.GetProperty("submitted").GetBoolean());
        answer.GetProperty("aggregate").GetProperty("run").GetProperty("task_ids").GetArrayLength().ShouldBe(4);
        await server.AwaitStatusAsync(job, JobStatus.Success);
        File.ReadAllLines(server.Mark("planned")).Length.ShouldBe(1, "plan was not touched");
    }

    [Fact]
    public async Task Who_and_why_are_in_the_events_of_the_request_and_of_each_task()
    {
        await using var server = await ServerInTest.StartAsync();
        var job = await FailedAsync(server);
        server.Put("lint-fixed");
        server.Put("test-fixed");
        _ = await server.PostAsync($"/workflow-runs/{job}.1/partial-rerun",
            "{'step_ids':['lint','test'],'requested_by':'operator','reason':'disk'}");
        await server.AwaitStatusAsync(job, JobStatus.Success);

        var resets = server.Store.Read(job, 0).Select(stored => stored.Event).OfType<JobEvent.TaskPartialRerunReset>().ToList();
        resets.Select(e => (e.Step, e.By.Actor, e.Reason)).ShouldBe([("lint", "operator", "disk"), ("test", "operator", "disk")]);
        server.Store.Read(job, 0).Select(stored => stored.Event).OfType<JobEvent.RunPartialRerunRequested>().ShouldHaveSingleItem()
            .Reason.ShouldBe("disk");
    }

    [Fact]
    public async Task Without_auto_dispatch_it_is_recorded_and_waits_for_dispatch_ready()
    {
        await using var server = await ServerInTest.StartAsync();
        var job = await FailedAsync(server);
        server.Put("lint-fixed");
        server.Put("test-fixed");

        var answer = await server.PostAsync($"/workflow-runs/{job}.1/partial-rerun",
            "{'step_ids':['lint','test'],'requested_by':'operator','reason':'disk','auto_dispatch':false}");

        answer.GetProperty("spawn").GetArrayLength().ShouldBe(0);
        await server.AwaitStatusAsync(job, JobStatus.Pending);
        var dispatched = await server.PostAsync($"/workflow-runs/{job}.1/dispatch-ready", "{'max_dispatch':1}");
        dispatched.GetProperty("spawn").GetArrayLength().ShouldBe(1);
        await server.AwaitStatusAsync(job, JobStatus.Success);
    }

    [Fact]
    public async Task At_most_max_dispatch_tasks_run_at_a_time()
    {
        await using var server = await ServerInTest.StartAsync();
        var job = await FailedAsync(server);
        server.Put("lint-fixed");
        server.Put("test-fixed");

        var answer = await server.PostAsync($"/workflow-runs/{job}.1/partial-rerun",
            "{'step_ids':['lint','test'],'requested_by':'operator','reason':'disk','max_dispatch':1}");

        answer.GetProperty("spawn").GetArrayLength().ShouldBe(1);
        await server.AwaitStatusAsync(job, JobStatus.Success);
    }

    [Theory]
    [InlineData("{'requested_by':'o','reason':'r'}", "/task_ids")]
    [InlineData("{'step_ids':['lint','test'],'reason':'r'}", "/requested_by")]
    [InlineData("{'step_ids':['lint','test'],'requested_by':' ','reason':'r'}", "/requested_by")]
    [InlineData("{'step_ids':['lint','test'],'requested_by':'o'}", "/reason")]
    [InlineData("{'step_ids':['lint','test'],'requested_by':'o','reason':''}", "/reason")]
    [InlineData("{'step_ids':['lint','test'],'requested_by':'o','reason':'r','max_dispatch':0}", "/max_dispatch")]
    [InlineData("{'step_ids':['lint','test'],'requested_by':'o','reason':'r','max_dispatch':101}", "/max_dispatch")]
    [InlineData("{'task_ids':['JOB.1.nope'],'requested_by':'o','reason':'r'}", "/task_ids/0")]
    [InlineData("{'task_ids':['JOB.2.lint'],'requested_by':'o','reason':'r'}", "/task_ids/0")]
    [InlineData("{'task_ids':['other.1.lint'],'requested_by':'o','reason':'r'}", "/task_ids/0")]
    [InlineData("{'step_ids':['nope'],'requested_by':'o','reason':'r'}", null)]
    [InlineData("{'step_ids':['plan'],'requested_by':'o','reason':'r'}", null)]
    [InlineData("{'step_ids':['merge'],'requested_by':'o','reason':'r'}", null)]
    public async Task What_is_wrong_with_the_request_is_422_and_changes_nothing(string body, string? pointer)
    {
        await using var server = await ServerInTest.StartAsync();
        var job = await FailedAsync(server);
        var before = server.HumanEvents(job);

        var problem = await server.PostAsync($"/workflow-runs/{job}.1/partial-rerun", body.Replace("JOB", job.Value,
            StringComparison.Ordinal),
            HttpStatusCode.UnprocessableEntity);

        if (pointer is not null)
        {
            problem.GetProperty("errors")[0].GetProperty("pointer").GetString().ShouldBe(pointer);
        }

        server.HumanEvents(job).ShouldBe(before);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("\"x\"")]
    [InlineData("{")]
    [InlineData("{'step_ids':'lint'}")]
    [InlineData("{'stepids':['lint'],'requested_by':'o','reason':'r'}")]
    [InlineData("{'reason':'a','reason':'b'}")]
    public async Task What_cannot_be_read_is_400(string body)
    {
        await using var server = await ServerInTest.StartAsync();
        _ = await server.PostAsync("/workflow-runs/nobody.1/partial-rerun", body, HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_failed_step_that_comes_before_the_selected_one_is_named()
    {
        await using var server = await ServerInTest.StartAsync();
        var job = await server.CreateAsync("""
            steps:
              build: { run: "test ! -e MARKS/broken" }
              check: { needs: [build], run: "exit 1" }
            """);
        _ = await server.PostAsync($"/jobs/{job}/run", "{}", HttpStatusCode.Accepted);
        await server.AwaitStatusAsync(job, JobStatus.InterventionRequired);
        server.Put("broken");
        _ = await server.PostAsync($"/jobs/{job}/restep", "{'step':'build'}");
        await ServerInTest.UntilAsync(async () => (await server.FoldAsync(job)).Run!.Failed.Count == 2, "build does not fail");

        var problem = await server.PostAsync($"/workflow-runs/{job}.1/partial-rerun",
            "{'step_ids':['check'],'requested_by':'o','reason':'r'}",
            HttpStatusCode.UnprocessableEntity);

        problem.GetProperty("detail").GetString()!.ShouldContain("build");
    }

    [Fact]
    public async Task Unknown_runs_are_404_and_an_earlier_run_is_409()
    {
        await using var server = await ServerInTest.StartAsync();
        var job = await FailedAsync(server);
        const string Body = "{'step_ids':['lint','test'],'requested_by':'o','reason':'r'}";
        _ = await server.PostAsync("/workflow-runs/nobody.1/partial-rerun", Body, HttpStatusCode.NotFound);
        _ = await server.PostAsync($"/workflow-runs/{job}.2/partial-rerun", Body, HttpStatusCode.NotFound);
        _ = await server.PostAsync($"/jobs/{job}/reruns", "{'kind':'rerun','auto_dispatch':false}");
        _ = await server.PostAsync($"/workflow-runs/{job}.1/partial-rerun", Body, HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task Of_a_suspended_a_canceled_and_an_active_run_nothing_is_rerun()
    {
        await using var server = await ServerInTest.StartAsync();
        const string Body = "{'step_ids':['lint','test'],'requested_by':'o','reason':'r'}";
        var suspended = await FailedAsync(server);
        _ = await server.PostAsync($"/workflow-runs/{suspended}.1/pause");
        _ = await server.PostAsync($"/workflow-runs/{suspended}.1/partial-rerun", Body, HttpStatusCode.Conflict);
        _ = await server.PostAsync($"/workflow-runs/{suspended}.1/resume");
        _ = await server.PostAsync($"/workflow-runs/{suspended}.1/abort");
        await server.AwaitStatusAsync(suspended, JobStatus.Canceled);
        _ = await server.PostAsync($"/workflow-runs/{suspended}.1/partial-rerun", Body, HttpStatusCode.Conflict);

        var active = await server.CreateAsync(
            "steps: { one: { run: \"touch MARKS/started; until test -e MARKS/go; do sleep 0.02; done\" } }");
        _ = await server.PostAsync($"/jobs/{active}/run", "{}", HttpStatusCode.Accepted);
        await server.AwaitMarkAsync("started");
        var problem = await server.PostAsync($"/workflow-runs/{active}.1/partial-rerun",
            "{'step_ids':['one'],'requested_by':'o','reason':'r'}", HttpStatusCode.Conflict);
        problem.GetProperty("detail").GetString()!.ShouldContain("one");
        server.Put("go");
        await server.AwaitStatusAsync(active, JobStatus.Success);
    }

    [Fact]
    public async Task Of_two_requests_at_the_same_time_exactly_one_wins()
    {
        await using var server = await ServerInTest.StartAsync();
        var job = await FailedAsync(server);
        server.Put("lint-fixed");
        server.Put("test-fixed");

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => server.SendAsync($"/workflow-runs/{job}.1/partial-rerun",
            $"{{'step_ids':['lint','test'],'requested_by':'o{i}','reason':'r'}}")));

        answers.Count(answer => answer.StatusCode == HttpStatusCode.OK).ShouldBe(1);
        answers.ShouldAllBe(answer => answer.StatusCode == HttpStatusCode.OK || answer.StatusCode == HttpStatusCode.Conflict
            || answer.StatusCode == HttpStatusCode.UnprocessableEntity);
        await server.AwaitStatusAsync(job, JobStatus.Success);
        server.Store.Read(job, 0).Count(stored => stored.Event is JobEvent.RunPartialRerunRequested).ShouldBe(1);
    }

    [Fact]
    public async Task Only_the_plan_that_was_agreed_to_is_carried_out()
    {
        await using var server = await ServerInTest.StartAsync();
        var job = await FailedAsync(server);
        var plan = await server.PostAsync($"/jobs/{job}/rerun-plans", "{'kind':'partial_rerun','step_ids':['lint','test']}");
        var hash = plan.GetProperty("plan_hash").GetString();
        await File.WriteAllTextAsync(Path.Combine(server.JobsDirectory, job.Value, "workspace", "by-hand.txt"), "mine\n",
            TestContext.Current.CancellationToken);

        var problem = await server.PostAsync($"/workflow-runs/{job}.1/partial-rerun",
            $"{{'step_ids':['lint','test'],'requested_by':'o','reason':'r','plan_hash':'{hash}'}}", HttpStatusCode.Conflict);

        problem.GetProperty("code").GetString().ShouldBe(ErrorKind.PlanChanged.Code);
    }

    private static async Task<JobId> FailedAsync(ServerInTest server)
    {
        var job = await server.CreateAsync(Diamond);
        _ = await server.PostAsync($"/jobs/{job}/run", "{}", HttpStatusCode.Accepted);
        await server.AwaitStatusAsync(job, JobStatus.InterventionRequired);
        return job;
    }

    private static List<string?> Texts(JsonElement list) => [.. list.EnumerateArray().Select(item => item.GetString())];
}
