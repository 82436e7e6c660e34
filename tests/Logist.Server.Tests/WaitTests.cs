using System.Net;
using System.Text.Json;
using Logist.Core.Jobs;

namespace Logist.Server.Tests;

/// <summary>Lists and jobs say why something does not go on, in the same words.</summary>
public sealed class WaitTests
{
    [Fact]
    public async Task A_list_says_of_each_job_why_it_does_not_go_on_and_the_job_says_the_same()
    {
        await using var server = await ServerInTest.StartAsync(options => options with { MaxJobs = 1 });
        var jobs = new Dictionary<string, (string Workflow, JobStatus End)>
        {
            ["failed"] = ("steps: { a: { run: exit 3 }, b: { run: exit 4 } }", JobStatus.InterventionRequired),
            ["agent"] = ("steps: { a: { prompt: hello, agent: gone } }\nagents: { gone: { command: [no-such-program] } }",
                JobStatus.InterventionRequired),
            ["gate"] = ("steps: { merge: { approval: { message: 'Merge?' }, run: 'true' } }", JobStatus.ApprovalRequired),
            ["done"] = ("steps: { a: { run: 'true' } }", JobStatus.Success),
        };
        foreach (var (name, (workflow, rest)) in jobs)
        {
            await server.RunAsync(await server.CreateAsync(workflow, name), rest);
        }

        await server.CreateAsync("steps: { a: { run: 'true' } }", "new");
        await server.CreateAsync("steps: { a: { run: 'true' } }", "paused");
        await server.PostAsync("/jobs/paused/suspend", "{'by':'ben','reason':'lunch'}");
        await server.CreateAsync("steps: { a: { run: 'until test -e MARKS/go; do sleep 0.02; done' } }", "holder");
        await server.PostAsync("/jobs/holder/run", "{}", HttpStatusCode.Accepted);
        await server.AwaitStatusAsync(Core.JobId.Parse("holder"), JobStatus.Running);
        await server.CreateAsync("steps: { a: { run: 'true' } }", "slot");
        await server.PostAsync("/jobs/slot/run", "{}", HttpStatusCode.Accepted);

        var rows = (await server.GetAsync("/jobs")).GetProperty("items").EnumerateArray()
            .ToDictionary(row => row.Text("job_id"), row => row.GetProperty("why"));
        string Said(string job) => rows[job].ValueKind == JsonValueKind.Null ? "" : $"{rows[job].Text("kind")}: {rows[job].Text("text")}";
        Said("failed").ShouldBe("failed: a: exit code 3 (+1)");
        Said("agent").ShouldStartWith("agent: a: ");
        Said("gate").ShouldBe("approval: merge waits for approval: \"Merge?\"");
        Said("done").ShouldBe("");
        Said("holder").ShouldBe("");
        Said("new").ShouldBe("nobody: not started");
        Said("paused").ShouldBe("paused: suspended by ben: lunch");
        Said("slot").ShouldBe("slot: waits for a slot: 1 of 1 used by holder");
        foreach (var (job, why) in rows)
        {
            (await server.GetAsync($"/jobs/{job}")).GetProperty("live").GetProperty("why").GetRawText().ShouldBe(why.GetRawText(), job);
        }

        server.Put("go");
        await server.AwaitRestAsync(Core.JobId.Parse("slot"), JobStatus.Success);
    }

    [Fact]
    public async Task A_retry_tells_when_it_comes_in_list_and_job()
    {
        await using var server = await ServerInTest.StartAsync();
        var job = await server.CreateAsync("steps: { a: { run: exit 1, retry: { max_attempts: 3, backoff: { initial: 1h } } } }", "wait");
        await server.PostAsync($"/jobs/{job}/run", "{}", HttpStatusCode.Accepted);
        await ServerInTest.UntilAsync(async () => (await server.GetAsync("/tasks/wait.1.a")).Text("status") == "waiting",
            "it does not wait");

        var why = (await server.GetAsync("/jobs")).GetProperty("items")[0].GetProperty("why");

        (why.Text("kind"), why.Text("text")).ShouldBe(("back_off", "a: tries again, attempt 2 of 3"));
        why.GetProperty("until").GetDateTimeOffset().ShouldBeGreaterThan(DateTimeOffset.UtcNow.AddMinutes(50));
        (await server.GetAsync("/jobs/wait")).GetProperty("live").GetProperty("why").GetRawText().ShouldBe(why.GetRawText());
    }

    [Fact]
    public async Task A_damaged_journal_is_told_by_list_and_job_with_what_helps()
    {
        await using var server = await ServerInTest.StartAsync();
        var job = await server.CreateAsync("steps: { a: { run: 'true' }, b: { needs: [a], run: exit 1 } }", "broken");
        await server.RunAsync(job, JobStatus.InterventionRequired);
        await server.RunAsync(await server.CreateAsync("steps: { a: { run: 'true' } }", "whole"), JobStatus.Success);
        await server.StopAsync();
        var journal = Path.Combine(server.JobsDirectory, "broken", "history.jsonl");
        var bytes = await File.ReadAllBytesAsync(journal, TestContext.Current.CancellationToken);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(journal, bytes, TestContext.Current.CancellationToken);
        await server.StartAgainAsync();

        var row = (await server.GetAsync("/jobs?q=broken")).GetProperty("items")[0];
        (row.Text("status"), row.GetProperty("why").Text("kind")).ShouldBe(("DAMAGED", "damaged"));
        row.GetProperty("why").Text("text").ShouldContain("history.jsonl");
        row.GetProperty("why").Text("unblock").ShouldBe("logist job recover broken");

        using var answer = await server.ResponseAsync("/jobs/broken");
        var problem = await ServerInTest.ReadAsync(answer, HttpStatusCode.InternalServerError);
        (problem.Text("code"), problem.Text("title")).ShouldBe(("LOG1071", "damaged data"));
        problem.Text("detail").ShouldContain("history.jsonl");
        problem.Texts("fix").ShouldContain(fix => fix.StartsWith("logist job recover", StringComparison.Ordinal));
        (await server.GetAsync("/jobs/whole")).Text("status").ShouldBe("SUCCESS");
    }
}
