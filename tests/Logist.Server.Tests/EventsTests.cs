using System.Text.Json;
using Logist.Core.Jobs;

namespace Logist.Server.Tests;

/// <summary><c>GET /events</c>: one job's in its order, all jobs' in the order in which they were seen.</summary>
public sealed class EventsTests
{
    [Fact]
    public async Task Events_of_a_job_can_be_read_on_from_any_of_them()
    {
        await using var server = await ServerInTest.StartAsync();
        var job = await server.CreateAsync("steps: { a: { run: 'true' }, b: { needs: [a], run: 'exit 1' } }", "one");
        await server.RunAsync(job, JobStatus.InterventionRequired);
        await server.PostAsync("/workflow-runs/one.1/partial-rerun", "{'step_ids':['b'],'requested_by':'bob','reason':'again'}");
        await server.AwaitRestAsync(job, JobStatus.InterventionRequired);

        var all = Ids(await server.GetAsync("/events?job_id=one"));
        all.ShouldBe(Enumerable.Range(1, all.Count).Select(seq => $"one.{seq}"));
        Ids(await server.GetAsync("/events?job_id=one&after=one.3&limit=2")).ShouldBe(["one.4", "one.5"]);
        Ids(await server.GetAsync($"/events?run_id=one.1&after={all[^1]}")).ShouldBeEmpty();
        (await server.GetAsync("/events?task_id=one.1.b")).EnumerateArray().ShouldAllBe(one => one.Text("task_id") == "one.1.b");

        var request = (await server.GetAsync("/events?run_id=one.1&event_type=workflow_run.partial_rerun_requested")).EnumerateArray()
            .ShouldHaveSingleItem();
        (request.Text("producer_role"), request.Text("actor"), request.Text("reason")).ShouldBe(("human", "bob", "again"));
        request.GetProperty("payload").GetProperty("selected_task_ids")[0].GetString().ShouldBe("one.1.b");
        var resets = await server.GetAsync("/events?event_type=task.partial_rerun_reset&event_type=job.canceled&run_id=one.1");
        var reset = resets.EnumerateArray().ShouldHaveSingleItem().GetProperty("payload");
        (reset.Text("previous_status"), reset.Text("requested_by"), reset.Text("reason")).ShouldBe(("failed", "bob", "again"));
    }

    [Fact]
    public async Task Events_of_all_jobs_are_read_page_by_page_without_gap_or_double()
    {
        await using var server = await ServerInTest.StartAsync();
        var expected = new List<string>();
        foreach (var name in new[] { "one", "two", "three" })
        {
            var job = await server.CreateAsync("steps: { a: { run: 'true' }, b: { run: 'true' } }", name);
            await server.RunAsync(job, JobStatus.Success);
            expected.AddRange(Ids(await server.GetAsync($"/events?job_id={name}")));
        }

        await ServerInTest.UntilAsync(async () => Ids(await server.GetAsync("/events")).Count == expected.Count,
            "the feed has not seen everything");
        var (seen, page) = (new List<string>(), new List<string>());
        do
        {
            page = Ids(await server.GetAsync($"/events?limit=5{(seen.Count == 0 ? "" : $"&after={seen[^1]}")}"));
            seen.AddRange(page);
        }
        while (page.Count > 0);

        seen.Order().ShouldBe(expected.Order());
        foreach (var name in new[] { "one", "two", "three" })
        {
            seen.Where(id => id.StartsWith($"{name}.", StringComparison.Ordinal)).ShouldBe(expected.Where(id => id.StartsWith($"{name}.",
                StringComparison.Ordinal)), "each job's in its own order");
        }

        Ids(await server.GetAsync("/events?event_type=job.created")).Count.ShouldBe(3);
    }

    private static List<string> Ids(JsonElement events) => [.. events.EnumerateArray().Select(one => one.Text("id"))];
}
