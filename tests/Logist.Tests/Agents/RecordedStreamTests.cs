using Logist.Agents;
using Logist.Agents.Cli;
using Logist.Core.Jobs;

namespace Logist.Tests.Agents;

public sealed class RecordedStreamTests : IDisposable
{
    private static readonly string[] All = ["claude", "codex", "gemini", "qwen", "opencode", "cline"];

    private readonly AgentPlace _place = new();

    public RecordedStreamTests() => File.WriteAllText(_place.InWorkspace("hello.txt"), "hello");

    public void Dispose() => _place.Dispose();

    internal static IAgent Agent(string name) => name switch
    {
        "claude" => new ClaudeAgent(),
        "codex" => new CodexAgent(),
        "gemini" => new GeminiAgent(),
        "qwen" => new QwenAgent(),
        "opencode" => new OpencodeAgent(),
        _ => new ClineAgent(),
    };

    [Theory]
    [InlineData("claude", "claude-sonnet-4-5", "2.1.328", "0.0053100000000000005", 0)]
    [InlineData("codex", null, null, null, 10)]
    [InlineData("gemini", "gemini-2.5-pro", null, null, 10)]
    [InlineData("qwen", "fake-model", "0.24.4", null, null)]
    [InlineData("opencode", null, null, "0.00495", 10)]
    [InlineData("cline", "fake-model", null, null, null)]
    public void A_success_is_an_answer_with_session_and_normalised_usage(string name, string? model, string? version, string? cost,
        int? reasoning)
    {
        var outcome = _place.Judge(Agent(name), $"{name}-ok").ShouldBeOfType<AgentOutcome.Answered>();
        outcome.Answer.Action.ShouldBe(AnswerAction.Completed);
        outcome.Answer.Evidence.ShouldBe(["hello.txt"]);
        outcome.Usage.ShouldBe(new Usage(2200, 1200, 130, cost is null ? null : decimal.Parse(cost)) { TokensReasoning = reasoning });
        (outcome.Session is null).ShouldBe(name == "cline", "it cannot be resumed");
        outcome.Model.ShouldBe(model);
        outcome.Version.ShouldBe(version);
        outcome.Warnings.Count.ShouldBe(name == "codex" ? 1 : 0);
    }

    [Theory]
    [InlineData("claude", 1, "/login")]
    [InlineData("codex", 1, "codex login")]
    [InlineData("gemini", 145, "GEMINI_API_KEY")]
    [InlineData("qwen", 1, "/auth")]
    [InlineData("opencode", 1, "opencode auth login")]
    [InlineData("cline", 1, "cline auth")]
    public void A_401_asks_to_log_in(string name, int exit, string hint)
    {
        var failed = Failed(name, "err401", exit);
        failed.Failure.Category.ShouldBe(FailureCategory.Auth);
        failed.Failure.Message.ShouldContain("fake invalid API key");
        failed.Failure.Hint.ShouldNotBeNull().ShouldContain(hint);
        failed.Session.ShouldBeNull("nothing happened in it");
    }

    [Theory]
    [InlineData("err400", FailureCategory.AgentError, "claude codex gemini qwen opencode cline")]
    [InlineData("err403", FailureCategory.Auth, "claude codex gemini")]
    [InlineData("err429", FailureCategory.RateLimited, "claude codex gemini opencode cline")]
    [InlineData("err500", FailureCategory.AgentError, "claude codex gemini")]
    [InlineData("err529", FailureCategory.RateLimited, "claude codex gemini")]
    [InlineData("cut", FailureCategory.AgentError, "claude codex gemini")]
    [InlineData("badjson", FailureCategory.InvalidResponse, "claude codex gemini qwen opencode cline")]
    [InlineData("maxturns", FailureCategory.AgentError, "claude qwen")]
    [InlineData("noauthtype", FailureCategory.Auth, "qwen")]
    public void Every_failure_has_its_category(string scenario, string category, string names)
    {
        foreach (var name in names.Split(' '))
        {
            var failed = Failed(name, scenario, scenario == "badjson" ? 0 : 1);
            failed.Failure.Category.ShouldBe(category, name);
            failed.Failure.Hint.ShouldNotBeNullOrEmpty();
            failed.SessionLost.ShouldBeFalse();
            (failed.Session is not null).ShouldBe(scenario is "badjson" or "maxturns" && name != "cline", name);
        }
    }

    [Theory]
    [InlineData("claude", "maxturns", 3000, 150)]
    [InlineData("claude", "sigint", 1000, 50)]
    [InlineData("gemini", "badjson", 2200, 130)]
    public void A_failed_call_has_spent_what_it_has_spent(string name, string scenario, long input, long output)
    {
        var usage = Failed(name, scenario, 1).Usage.ShouldNotBeNull();
        (usage.TokensIn, usage.TokensOut).ShouldBe((input, output));
    }

    [Fact]
    public void Of_a_claude_that_was_killed_the_input_is_known_and_the_output_is_not()
    {
        var outcome = _place.Judge(Agent("claude"), "claude-sigterm", signal: 15).ShouldBeOfType<AgentOutcome.Failed>();
        outcome.Usage.ShouldBe(new Usage(1000, 200, null, null));
        outcome.Session.ShouldNotBeNull("work was done in it");
    }

    [Theory]
    [InlineData("claude", 1)]
    [InlineData("codex", 1)]
    [InlineData("gemini", 42)]
    [InlineData("qwen", 1)]
    [InlineData("opencode", 1)]
    public void A_session_that_does_not_exist_is_lost(string name, int exit)
    {
        var failed = Failed(name, "lostsession", exit, finished => finished with { Resumed = "28f974be" });
        failed.SessionLost.ShouldBeTrue();
        failed.Session.ShouldBeNull();
        failed.Failure.Message.ShouldNotContain("\\x1b");
    }

    [Fact]
    public void A_resumed_session_that_meets_a_limit_is_kept()
    {
        foreach (var name in All.Except(["qwen", "cline"]))
        {
            Failed(name, "err429", 1, finished => finished with { Resumed = "28f974be" }).Session.ShouldBe("28f974be", name);
        }
    }

    [Theory]
    [InlineData("claude", "0.0021000000000000003")]
    [InlineData("codex", null)]
    [InlineData("gemini", null)]
    public void A_resumed_call_has_spent_only_what_was_added(string name, string? cost)
    {
        var before = new Usage(2200, 1200, 130, 0.00531m) { TokensReasoning = 10 };
        var outcome = _place.Judge(Agent(name), $"{name}-resume", change: finished => finished with { SpentBefore = before });
        var usage = outcome.ShouldBeOfType<AgentOutcome.Answered>().Usage.ShouldNotBeNull();
        (usage.TokensIn, usage.TokensCached, usage.TokensOut).ShouldBe((1200, 1000, 80));
        usage.CostUsd.ShouldBe(cost is null ? null : decimal.Parse(cost));
    }

    [Theory]
    [InlineData("codex", 1, null)]
    [InlineData("gemini", 0, null)]
    [InlineData("claude", null, 15)]
    public void An_agent_that_somebody_else_ended_did_not_succeed_whatever_its_exit_code(string name, int? exit, int? signal)
    {
        var recording = signal is null && name != "gemini" ? $"{name}-sigint" : $"{name}-sigterm";
        var failed = _place.Judge(Agent(name), recording, exit, signal).ShouldBeOfType<AgentOutcome.Failed>();
        failed.Failure.Category.ShouldBe(exit == 0 ? FailureCategory.InvalidResponse : FailureCategory.AgentError);
        failed.Session.ShouldNotBeNull();
    }

    [Fact]
    public void A_time_out_during_retries_of_its_own_says_so()
    {
        var failed = Failed("qwen", "err429", 0, finished => finished with { Reason = EndReason.Timeout, Detail = "20m" });
        failed.Failure.Category.ShouldBe(FailureCategory.Timeout);
        failed.Failure.Message.ShouldBe("the agent ran longer than allowed (20m); it was retrying: try 1 of 10, after 60 s");
    }

    [Fact]
    public void Judging_again_gives_the_same_outcome_and_files()
    {
        foreach (var name in All)
        {
            var first = _place.Judge(Agent(name), $"{name}-ok").ShouldBeOfType<AgentOutcome.Answered>();
            var again = Agent(name).Judge(_place.Ended()).ShouldBeOfType<AgentOutcome.Answered>();
            (again.Usage, again.Session, again.Answer.Summary).ShouldBe((first.Usage, first.Session, first.Answer.Summary));
        }
    }

    private AgentOutcome.Failed Failed(string name, string scenario, int exit, Func<Finished, Finished>? change = null) =>
        _place.Judge(Agent(name), $"{name}-{scenario}", exit, change: change).ShouldBeOfType<AgentOutcome.Failed>(name);
}
