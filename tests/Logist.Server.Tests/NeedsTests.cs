using System.Text.Json;
using Logist.Core.Jobs;

namespace Logist.Server.Tests;

/// <summary><c>GET /needs</c> and <c>GET /approvals</c>.</summary>
public sealed class NeedsTests
{
    [Fact]
    public async Task Everything_that_waits_for_a_person_is_listed_longest_first_until_it_is_done()
    {
        await using var server = await ServerInTest.StartAsync();
        var failed = await server.CreateAsync("steps: { lint: { run: exit 3 }, test: { run: exit 4 } }", "failed");
        await server.RunAsync(failed, JobStatus.InterventionRequired);
        var gate = await server.CreateAsync(
            "steps: { a: { run: echo x > x.txt }, merge: { needs: [a], approval: { message: 'Merge?' } } }", "gate");
        await server.RunAsync(gate, JobStatus.ApprovalRequired);
        await server.RunAsync(await server.CreateAsync("steps: { a: { run: 'true' } }"), JobStatus.Success);

        var items = (await server.GetAsync("/needs")).GetProperty("items").EnumerateArray().ToList();
        items.Select(need => (need.Text("kind"), need.Text("job_id"), need.Text("step"))).ShouldBe(
            [("intervention", "failed", "lint"), ("approval", "gate", "merge")]);
        items[0].Text("title").ShouldBe("lint failed, and 1 more");
        items[0].Text("category").ShouldBe("command_failed");
        items[0].Texts("actions").ShouldBe(["resubmit", "restep", "partial_rerun"]);
        items[1].Texts("actions").ShouldBe(["approve", "reject"]);

        var row = (await server.GetAsync("/approvals")).EnumerateArray().ShouldHaveSingleItem();
        (row.Text("id"), row.Text("run_id"), row.Text("message")).ShouldBe(("gate.1.merge", "gate.1", "Merge?"));
        row.Text("etag").ShouldBe($"\"{row.Text("tree")}\"");
        row.Text("etag").ShouldBe(items[1].Text("etag"));

        await server.PostAsync("/approvals/gate.1.merge/approve");
        (await server.GetAsync("/approvals")).GetArrayLength().ShouldBe(0);
        (await server.GetAsync("/needs")).GetProperty("items").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task An_approval_stays_the_same_until_what_it_asks_about_changes()
    {
        await using var server = await ServerInTest.StartAsync();
        var job = await server.CreateAsync("""
            steps:
              a: { run: echo x > x.txt }
              other: { run: "until test -e MARKS/go; do sleep 0.02; done" }
              merge: { needs: [a], approval: { message: 'Merge?' }, run: "true" }
            """, "gate");
        await server.PostAsync($"/jobs/{job}/run", "{}", System.Net.HttpStatusCode.Accepted);
        var before = "";
        await ServerInTest.UntilAsync(async () => (before = Etag(await server.GetAsync("/approvals"))).Length > 0, "no gate");
        server.Put("go");
        await server.AwaitRestAsync(job, JobStatus.ApprovalRequired);
        Etag(await server.GetAsync("/approvals")).ShouldBe(before, "other steps changed, not what it asks about");

        var changed = Path.Combine(server.JobsDirectory, "gate", "workspace", "x.txt");
        await File.WriteAllTextAsync(changed, "y\n", TestContext.Current.CancellationToken);
        (await server.SendAsync("/approvals/gate.1.merge/approve", headers: ("If-Match", before))).StatusCode
            .ShouldBe(System.Net.HttpStatusCode.PreconditionFailed);
        Etag(await server.GetAsync("/approvals")).ShouldNotBeOneOf(before, "");
    }

    [Fact]
    public async Task A_gate_without_a_tree_asks_about_the_attempts_before_it()
    {
        await using var server = await ServerInTest.StartAsync();
        var job = await server.CreateAsync("""
            steps:
              a: { workspace: none, run: "true" }
              merge: { workspace: none, needs: [a], approval: { message: 'Merge?' }, run: "true" }
            """, "gate");
        await server.RunAsync(job, JobStatus.ApprovalRequired);
        var before = Etag(await server.GetAsync("/approvals"));
        Etag(await server.GetAsync("/approvals")).ShouldBe(before);

        await server.PostAsync("/jobs/gate/restep", "{'step':'a','reason':'once more'}");
        await server.AwaitRestAsync(job, JobStatus.ApprovalRequired, JobStatus.Pending);
        if ((await server.FoldAsync(job)).Status == JobStatus.Pending)
        {
            await server.RunAsync(job, JobStatus.ApprovalRequired);
        }

        Etag(await server.GetAsync("/approvals")).ShouldNotBeOneOf(before, "");
        (await server.SendAsync("/approvals/gate.1.merge/approve", headers: ("If-Match", before))).StatusCode
            .ShouldBe(System.Net.HttpStatusCode.PreconditionFailed);
        await server.PostAsync("/approvals/gate.1.merge/approve");
    }

    private static string Etag(JsonElement approvals) => approvals.GetArrayLength() == 0 ? "" : approvals[0].Text("etag");
}
