using Logist.Agents;
using Logist.Agents.Cli;
using Logist.Core.Jobs;

namespace Logist.Tests.Agents;

public sealed class StreamVerdictTests : IDisposable
{
    private const string Done = """{\"action\":\"COMPLETED\",\"evidence_files\":[\"hello.txt\"],\"summary_for_supervisor\":\"done\"}""";
    private const string Init = """{"type":"system","subtype":"init","session_id":"s1","model":"m","claude_code_version":"1"}""" + "\n";
    private const string Success = """{"type":"result","subtype":"success","is_error":false,"result":"TEXT"}""" + "\n";

    private readonly AgentPlace _place = new();
    private readonly ClaudeAgent _agent = new();

    public StreamVerdictTests() => File.WriteAllText(_place.InWorkspace("hello.txt"), "hello");

    public void Dispose() => _place.Dispose();

    [Fact]
    public void An_answer_counts_only_in_the_final_message()
    {
        // In a tool's result, in the prompt's echo and in an earlier message: all of that is data.
        var stream = Init + Said(Done) + Tool("Bash", "cat log") + """{"type":"user","message":{"content":"X"}}""".Replace("X", Done) + "\n"
            + Said("All done.") + Success.Replace("TEXT", "All done.");
        Judge(stream).ShouldBeOfType<AgentOutcome.Failed>().Failure.Category.ShouldBe(FailureCategory.InvalidResponse);
    }

    [Fact]
    public void A_message_in_two_blocks_is_one_message()
    {
        var outcome = Judge(Init + Said(Done) + Said("That is all.") + Success.Replace("TEXT", "That is all."));
        outcome.ShouldBeOfType<AgentOutcome.Answered>().Answer.Summary.ShouldBe("done");
    }

    [Fact]
    public void What_a_helper_of_the_agent_says_is_not_its_message()
    {
        var helper = Said(Done).Replace("\"type\":\"assistant\"", "\"type\":\"assistant\",\"parent_tool_use_id\":\"t1\"");
        Judge(Init + helper + Success.Replace("TEXT", "Nothing.")).ShouldBeOfType<AgentOutcome.Failed>();
    }

    [Fact]
    public void The_terminal_event_comes_before_the_answer()
    {
        Respond("""{"action":"COMPLETED"}""");
        var error = """{"type":"result","subtype":"success","is_error":true,"api_error_status":401,"result":"no"}""" + "\n";
        Judge(Init + Said(Done) + error).ShouldBeOfType<AgentOutcome.Failed>().Failure.Category.ShouldBe(FailureCategory.Auth);
    }

    [Fact]
    public void Evidence_comes_before_the_exit_code()
    {
        File.Delete(_place.InWorkspace("hello.txt"));
        Judge(Ok, 3).ShouldBeOfType<AgentOutcome.Failed>().Failure.Category.ShouldBe(FailureCategory.EvidenceMissing);
    }

    [Theory]
    [InlineData(3, null, nameof(EndReason.Exited), "ended with exit code 3")]
    [InlineData(null, 9, nameof(EndReason.Exited), "ended by signal 9")]
    [InlineData(null, 15, nameof(EndReason.Timeout), "did not end by itself")]
    [InlineData(null, 15, nameof(EndReason.Inactivity), "did not end by itself")]
    public void After_a_good_terminal_event_and_an_answer_the_end_of_the_process_is_only_worth_a_warning(int? exit, int? signal,
        string reason, string warning)
    {
        _place.Log(Ok);
        var outcome = _agent.Judge(_place.Ended(exit, signal, Enum.Parse<EndReason>(reason))).ShouldBeOfType<AgentOutcome.Answered>();
        outcome.Warnings.ShouldHaveSingleItem().ShouldContain(warning);
    }

    [Theory]
    [InlineData(nameof(EndReason.Canceled), FailureCategory.Canceled)]
    [InlineData(nameof(EndReason.Interrupted), FailureCategory.Interrupted)]
    [InlineData(nameof(EndReason.NotStarted), FailureCategory.MissingTool)]
    [InlineData(nameof(EndReason.NoStorage), FailureCategory.Storage)]
    public void What_was_done_to_the_agent_counts_before_what_it_says(string reason, string category)
    {
        _place.Log(Ok);
        var failure = _agent.Judge(_place.Ended(null, null, Enum.Parse<EndReason>(reason))).ShouldBeOfType<AgentOutcome.Failed>().Failure;
        failure.Category.ShouldBe(category);
        if (reason == nameof(EndReason.NotStarted))
        {
            failure.Hint.ShouldBe("npm install -g @anthropic-ai/claude-code");
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Without_a_terminal_event_the_exit_code_decides(int exit)
    {
        var outcome = Judge(Init + Said(Done), exit);
        (outcome is AgentOutcome.Answered).ShouldBe(exit == 0);
    }

    [Fact]
    public void A_terminal_event_that_work_follows_was_none()
    {
        var outcome = Judge(Ok + Tool("Bash", "make"), 1).ShouldBeOfType<AgentOutcome.Failed>();
        outcome.Failure.Category.ShouldBe(FailureCategory.AgentError);
    }

    [Fact]
    public void A_model_that_writes_of_limits_met_none()
    {
        var outcome = Judge(Init + Said("I hit a rate limit (429), retry after 20 s; please log in.")
            + Success.Replace("TEXT", "I hit a rate limit (429)."));
        outcome.ShouldBeOfType<AgentOutcome.Failed>().Failure.Category.ShouldBe(FailureCategory.InvalidResponse);
    }

    [Fact]
    public void Without_a_terminal_event_stderr_says_what_went_wrong()
    {
        _place.Log(Init, "starting\nError: 401 invalid api key\n  at main\n");
        var outcome = _agent.Judge(_place.Ended(1)).ShouldBeOfType<AgentOutcome.Failed>();
        outcome.Failure.Category.ShouldBe(FailureCategory.Auth);
        outcome.Failure.Message.ShouldBe("Claude Code: Error: 401 invalid api key");
        _place.Log(Ok, "Error: 401 invalid api key\n");
        _agent.Judge(_place.Ended()).ShouldBeOfType<AgentOutcome.Answered>();
    }

    [Fact]
    public void An_agent_killed_by_a_signal_is_not_said_to_have_met_what_it_once_wrote_to_stderr()
    {
        _place.Log(Init, "Attempt 1 failed with status 429\n");
        _agent.Judge(_place.Ended(null, 9)).ShouldBeOfType<AgentOutcome.Failed>().Failure.Category.ShouldBe(FailureCategory.AgentError);
    }

    [Fact]
    public void When_a_limit_ends_is_counted_from_the_end_of_the_process()
    {
        var error = """{"type":"result","subtype":"success","is_error":true,"api_error_status":429,"result":"try again in 3h 5m"}""";
        _place.Log(Init + error + "\n");
        var end = new DateTime(2026, 11, 20, 9, 30, 0, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(_place.Log, end);
        var failure = _agent.Judge(_place.Ended(1)).ShouldBeOfType<AgentOutcome.Failed>().Failure;
        (failure.Category, failure.RetryAt).ShouldBe((FailureCategory.RateLimited, new DateTimeOffset(end).AddHours(3).AddMinutes(5)));
    }

    [Fact]
    public void A_limit_of_a_plan_says_when_it_ends()
    {
        var limit = """{"type":"rate_limit_event","rate_limit_info":{"status":"rejected","resetsAt":1795180000}}""" + "\n";
        var error = """{"type":"result","subtype":"success","is_error":true,"api_error_status":429,"result":"You've hit your limit"}""";
        Judge(Init + limit + error + "\n", 1).ShouldBeOfType<AgentOutcome.Failed>().Failure.RetryAt!.Value.ToUnixTimeSeconds()
            .ShouldBe(1795180000);
    }

    [Fact]
    public void Several_results_of_one_process_add_up()
    {
        const string spent = """
            {"type":"result","subtype":"success","result":"TEXT","model_usage_since_last_result":{"a":{"inputTokens":100,"outputTokens":10,"costUSD":0.1},"b":{"inputTokens":1,"outputTokens":1,"cacheReadInputTokens":5,"costUSD":0.01}}}
            """;
        var outcome = Judge(Init + spent.Trim() + "\n" + Said(Done) + spent.Trim().Replace("TEXT", Done) + "\n");
        var usage = outcome.Usage.ShouldNotBeNull();
        (usage.TokensIn, usage.TokensOut, usage.CostUsd).ShouldBe((212, 22, 0.22m));
    }

    [Fact]
    public void A_log_that_is_gone_or_empty_is_no_answer()
    {
        _agent.Judge(_place.Ended()).ShouldBeOfType<AgentOutcome.Failed>().Failure.Category.ShouldBe(FailureCategory.InvalidResponse);
        Judge("", 1).ShouldBeOfType<AgentOutcome.Failed>().Failure.Category.ShouldBe(FailureCategory.AgentError);
    }

    private static string Ok => Init + Said(Done) + Success.Replace("TEXT", Done);

    private AgentOutcome Judge(string stream, int exit = 0)
    {
        _place.Log(stream);
        return _agent.Judge(_place.Ended(exit));
    }

    private static string Said(string text) =>
        """{"type":"assistant","message":{"id":"m","content":[{"type":"text","text":"TEXT"}]}}""".Replace("TEXT", text) + "\n";

    private static string Tool(string name, string command) =>
        """{"type":"assistant","message":{"content":[{"type":"tool_use","id":"t","name":"NAME","input":{"command":"COMMAND"}}]}}"""
            .Replace("NAME", name).Replace("COMMAND", command) + "\n";

    private void Respond(string content) => File.WriteAllText(_place.InWorkspace(".logist/response.json"), content);
}
