using System.Net;
using System.Text.Json;
using Logist.Core;
using Logist.Core.Jobs;

namespace Logist.Server.Tests;

[CollectionDefinition(Name)]
public sealed class HistoryCollection : ICollectionFixture<HistoryInTest>
{
    public const string Name = "a job with a history";
}

/// <summary>
/// A server with one job that has been through much: an agent with a review round, retries, a partial re-run, a second run, a re-step,
/// and a gate at which it stands. Whoever shares it only reads.
/// </summary>
public sealed class HistoryInTest : IAsyncLifetime
{
    private const string Workflow = """
        name: chain
        description: Plan, build, test and merge
        agents:
          coder:
            script: |
              when round=1:
                print Planning
                write plan.md first
                spend cost=0.5 in=100 out=10
                answer COMPLETED planned
              otherwise:
                write plan.md second
                spend cost=0.25 in=50 out=5
                answer COMPLETED planned better
          boss:
            script: |
              when round=1:
                feedback What of the empty name?
                answer RETRY too short
              otherwise:
                answer COMPLETED good
        steps:
          plan: { title: Plan it, prompt: Plan the change, agent: coder, review: { agent: boss, rounds: 3 } }
          build: { needs: [plan], run: "cat plan.md > out.txt", checks: ["echo checked && test -s out.txt"] }
          test:
            needs: [build]
            run: "echo 'tests: grün'; echo 'error: 2 tests failed'; test -e MARKS/fixed"
            retry: { max_attempts: 2, backoff: { initial: 1ms } }
          merge: { needs: [test], approval: { message: "Merge?" }, run: "true" }
        """;

    internal ServerInTest Server { get; private set; } = null!;

    internal JobId Job { get; private set; }

    public async ValueTask InitializeAsync()
    {
        Server = await ServerInTest.StartAsync();
        Job = await Server.CreateAsync(Workflow, "chain");
        await Server.PostAsync($"/jobs/{Job}/run", "{}", HttpStatusCode.Accepted);
        await Server.AwaitRestAsync(Job, JobStatus.InterventionRequired);
        await Server.PostAsync($"/workflow-runs/{Job}.1/partial-rerun",
            "{'step_ids':['test'],'requested_by':'bob','reason':'runner disk fixed'}");
        await Server.AwaitRestAsync(Job, JobStatus.InterventionRequired);
        await Server.PostAsync($"/jobs/{Job}/reruns", "{'kind':'rerun','by':'ann','reason':'once more'}");
        await Server.AwaitRestAsync(Job, JobStatus.InterventionRequired);
        Server.Put("fixed");
        await Server.PostAsync($"/jobs/{Job}/restep", "{'step':'test','by':'ann','reason':'it is fixed'}");
        await Server.AwaitRestAsync(Job, JobStatus.ApprovalRequired, JobStatus.Pending);
        if ((await Server.FoldAsync(Job)).Status == JobStatus.Pending)
        {
            await Server.PostAsync($"/jobs/{Job}/run", "{}", HttpStatusCode.Accepted);
            await Server.AwaitRestAsync(Job, JobStatus.ApprovalRequired);
        }
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    internal Task<JsonElement> GetAsync(string path) => Server.GetAsync(path);
}
