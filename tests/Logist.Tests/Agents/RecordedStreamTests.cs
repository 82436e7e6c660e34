using Logist.Agents;
using Logist.Agents.Cli;
using Logist.Core.Jobs;

namespace Logist.Tests.Agents;

public sealed class RecordedStreamTests : IDisposable
{
    private const string LostClaude = "28f974be-ad25-405d-b6ef-3d2adff0e361";

    private readonly AgentPlace _place = new();

    public RecordedStreamTests() => File.WriteAllText(_place.InWorkspace("hello.txt"), "hello");

    public void Dispose() => _place.Dispose();

    internal static IAgent Agent(string name) => name switch
    {
        "claude" => new ClaudeAgent(),
        "codex" => new CodexAgent(),
        _ => new GeminiAgent(),
    };

    [Theory]
    [InlineData("claude", "claude-sonnet-4-5", "2.1.328", "0.0053100000000000005", 0)]
    [InlineData("codex", null, null, null, 10)]
    [InlineData("gemini", "gemini-2.5-pro", null, null, 10)]
    public void A_success_is_an_answer_with_session_and_normalised_usage(string name, string? model, string? version, string? cost,
        int reasoning)
    {
        var outcome = _place.Judge(Agent(name), $"{name}-ok").ShouldBeOfType<AgentOutcome.Answered>();
        outcome.Answer.Action.ShouldBe(AnswerAction.Completed);
        outcome.Answer.Evidence.ShouldBe(["hello.txt"]);
        outcome.Usage.ShouldBe(new Usage(2200, 1200, 130, cost is null ? null : decimal.Parse(cost)) { TokensReasoning = reasoning });
        outcome.Session.ShouldNotBeNull();
        outcome.Model.ShouldBe(model);
        outcome.Version.ShouldBe(version);
    }

    [Theory]
    [InlineData("claude", 1, FailureCategory.Auth, "/login")]
    [InlineData("codex", 1, FailureCategory.Auth, "codex login")]
    [InlineData("gemini", 145, FailureCategory.Auth, "GEMINI_API_KEY")]
    public void A_401_asks_to_log_in(string name, int exit, string category, string hint)
    {
        var failed = _place.Judge(Agent(name), $"{name}-err401", exit).ShouldBeOfType<AgentOutcome.Failed>();
        failed.Failure.Category.ShouldBe(category);
        failed.Failure.Message.ShouldContain("fake invalid API key");
        failed.Failure.Hint.ShouldNotBeNull().ShouldContain(hint);
        failed.Session.ShouldBeNull("nothing happened in it");
    }

    [Theory]
    [InlineData("err400", FailureCategory.AgentError)]
    [InlineData("err403", FailureCategory.Auth)]
    [InlineData("err429", FailureCategory.RateLimited)]
    [InlineData("err500", FailureCategory.AgentError)]
    [InlineData("err529", FailureCategory.RateLimited)]
    [InlineData("cut", FailureCategory.AgentError)]
    [InlineData("badjson", FailureCategory.InvalidResponse)]
    public void Every_failure_has_its_category(string scenario, string category)
    {
        foreach (var name in (string[])["claude", "codex", "gemini"])
        {
            var exit = scenario == "badjson" ? 0 : 1;
            var failed = _place.Judge(Agent(name), $"{name}-{scenario}", exit).ShouldBeOfType<AgentOutcome.Failed>();
            failed.Failure.Category.ShouldBe(category, name);
            failed.Failure.Hint.ShouldNotBeNullOrEmpty();
            failed.SessionLost.ShouldBeFalse();
            (failed.Session is not null).ShouldBe(scenario == "badjson", name);
        }
    }

    [Theory]
    [InlineData("claude", 1)]
    [InlineData("codex", 1)]
    [InlineData("gemini", 42)]
    public void A_session_that_does_not_exist_is_lost(string name, int exit)
    {
        var failed = _place.Judge(Agent(name), $"{name}-lostsession", exit, change: finished => finished with { Resumed = LostClaude })
            .ShouldBeOfType<AgentOutcome.Failed>();
        failed.SessionLost.ShouldBeTrue();
        failed.Session.ShouldBeNull();
    }
}
