using System.Text.Json;
using Logist.Core.Jobs;
using Logist.Testing;
using Logist.Tests.Agents.Models;

namespace Logist.Tests.Engine;

public class AcpJobTests
{
    [Fact]
    public async Task An_acp_agent_works_and_a_model_reviews_the_changes_that_it_is_shown()
    {
        using var endpoint = new FakeEndpoint();
        endpoint.Answers(200, Reply("RETRY", "Greet louder.")).Answers(200, Reply("COMPLETED", ""));
        await using var job = await JobInTest.CreateAsync(Workflow(["shell", "echo hello >> greeting.txt"], endpoint.Address));
        job.Variables["REVIEW_KEY"] = "s3cret";

        var state = await job.RunAsync();

        state.Status.ShouldBe(JobStatus.Success, await job.HistoryAsync());
        job.Show(job.Branch, "greeting.txt").ShouldBe("hello\nhello");
        var asked = endpoint.Requests[0].Body["messages"]![0]!["content"]!.GetValue<string>();
        asked.ShouldContain("+hello");
        asked.ShouldContain("You have no tools and see no files");
        asked.ShouldNotContain(".logist/response.json");
        endpoint.Requests.Count.ShouldBe(2);
        job.Attempt("work", 2, "worker.prompt.md").ShouldContain("Greet louder.");
        var result = job.Events<JobEvent.TaskWorkerFinished>()[0].Result;
        (result.Session, result.Version, result.Provider).ShouldBe(("ses_1", "fake-agent 1.2.3", "acp"));
        result.Usage.ShouldBe(new Usage(1200, 200, 80, 0.75m) { TokensReasoning = 10 });
        result.Warnings.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_diff_that_is_too_long_is_cut_and_says_so()
    {
        using var endpoint = new FakeEndpoint();
        endpoint.Answers(200, Reply("COMPLETED", ""));
        await using var job = await JobInTest.CreateAsync(Workflow(["shell", "seq 1 100000 > numbers.txt"], endpoint.Address));
        job.Variables["REVIEW_KEY"] = "s3cret";

        (await job.RunAsync()).Status.ShouldBe(JobStatus.Success);

        var prompt = job.Attempt("work", 1, "review.prompt.md");
        prompt.ShouldContain("+20000\n");
        prompt.ShouldNotContain("+90000\n");
        prompt.ShouldContain("bytes of them or a little more are left out]");
    }

    [Fact]
    public async Task A_login_that_is_missing_is_told_as_such()
    {
        await using var job = await JobInTest.CreateAsync(Workflow(["login"], "http://127.0.0.1:1"));
        await job.RunAsync();
        job.Phase("work").GetProperty("failure").GetProperty("category").GetString().ShouldBe("auth");
    }

    private static string Workflow(string[] fake, string address) => $$"""
        version: 1
        name: test
        agents:
          fake: { provider: acp, command: {{JsonSerializer.Serialize<string[]>([.. FakeAcpAgent.Command, .. fake])}} }
          judge: { provider: openai, model: model-1, url: "{{address}}", key_env: REVIEW_KEY }
        steps:
          work: { prompt: Greet the world., agent: fake, review: { agent: judge } }
        """;

    private static string Reply(string action, string feedback)
    {
        var answer = JsonSerializer.Serialize(new
        {
            action, evidence_files = Array.Empty<string>(), summary_for_supervisor = "Read it.", feedback,
        });
        return JsonSerializer.Serialize(new
        {
            id = "c1", @object = "chat.completion", created = 1, model = "model-1",
            choices = new[] { new { index = 0, finish_reason = "stop", message = new { role = "assistant", content = answer } } },
            usage = new { prompt_tokens = 10, completion_tokens = 5, total_tokens = 15 },
        });
    }
}
