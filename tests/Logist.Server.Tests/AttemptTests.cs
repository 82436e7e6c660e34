namespace Logist.Server.Tests;

/// <summary>What every attempt left: also of earlier runs, for ever.</summary>
[Collection(HistoryCollection.Name)]
public sealed class AttemptTests(HistoryInTest history)
{
    [Fact]
    public async Task Attempts_of_earlier_runs_stay_readable()
    {
        var attempts = (await history.GetAsync("/tasks/chain.1.test/attempts")).EnumerateArray().ToList();
        attempts.Select(attempt => (attempt.Text("id"), attempt.Text("status"))).ShouldBe(
            Enumerable.Range(1, 4).Select(n => ($"chain.1.test.{n}", "failed")));
        attempts[2].Text("requested_by").ShouldBe("bob");
        foreach (var attempt in attempts)
        {
            (await history.GetAsync($"/attempts/{attempt.Text("id")}")).GetRawText().ShouldBe(attempt.GetRawText());
            (await history.Server.TextAsync($"/attempts/{attempt.Text("id")}/log")).ShouldBe("tests: grün\nerror: 2 tests failed\n");
        }

        (await history.GetAsync("/tasks/chain.2.test/attempts")).EnumerateArray()
            .Select(attempt => (attempt.Text("kind"), attempt.Text("status"))).ShouldBe([("initial", "failed"), ("retry", "failed"),
                ("restep", "success")]);
    }

    [Fact]
    public async Task An_agents_attempt_tells_answer_review_usage_and_its_parts()
    {
        var attempt = await history.GetAsync("/attempts/chain.1.plan.1");
        attempt.GetProperty("usage").GetProperty("tokens_in").GetInt64().ShouldBe(100);
        attempt.GetProperty("cost_usd").GetDecimal().ShouldBe(0.5m);
        (attempt.GetProperty("review").Text("agent"), attempt.GetProperty("review").Text("action")).ShouldBe(("boss", "RETRY"));
        attempt.GetProperty("parts").EnumerateArray().Select(part => part.GetString()).ShouldBe(["worker", "review"]);
        (await history.GetAsync("/attempts/chain.1.build.1")).GetProperty("parts").EnumerateArray().Select(part => part.GetString())
            .ShouldBe(["worker", "check-1"]);

        var response = await history.GetAsync("/attempts/chain.1.plan.1/response");
        (response.Text("action"), response.Text("summary_for_supervisor")).ShouldBe(("COMPLETED", "planned"));
        response.GetProperty("review").Text("summary").ShouldBe("What of the empty name?");
        response.Text("raw").ShouldContain("COMPLETED");
        var none = await history.GetAsync("/attempts/chain.1.test.1/response");
        none.GetProperty("action").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        none.GetProperty("raw").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
    }

    [Fact]
    public async Task Prompts_are_kept_as_they_were_sent()
    {
        (await history.Server.TextAsync("/attempts/chain.1.plan.1/prompt")).ShouldContain("Plan the change");
        (await history.Server.TextAsync("/attempts/chain.1.plan.2/prompt")).ShouldContain("What of the empty name?");
        (await history.Server.TextAsync("/attempts/chain.1.plan.1/prompt?part=review")).ShouldContain("Plan the change");
        (await history.Server.TextAsync("/attempts/chain.1.test.1/prompt")).ShouldBe("", "a command is told nothing");
    }

    [Fact]
    public async Task A_diff_is_told_file_by_file_against_what_was_asked_for()
    {
        var diff = await history.GetAsync("/attempts/chain.1.plan.2/diff?against=base");
        var file = diff.GetProperty("files").EnumerateArray().ShouldHaveSingleItem();
        (file.Text("path"), file.Text("status")).ShouldBe(("plan.md", "added"));
        file.Text("patch").ShouldContain("+second");
        var previous = await history.GetAsync("/attempts/chain.1.plan.2/diff?against=previous");
        previous.GetProperty("files")[0].Text("status").ShouldBe("modified");
        (await history.GetAsync("/attempts/chain.1.plan.2/diff?against=1")).GetProperty("files")[0].Text("patch").ShouldContain("-first");
        (await history.GetAsync("/attempts/chain.1.plan.2/diff?path=other.md")).GetProperty("files").GetArrayLength().ShouldBe(0);
        (await history.GetAsync("/attempts/chain.1.build.1/diff")).GetProperty("files")[0].Text("path").ShouldBe("out.txt");
    }
}
