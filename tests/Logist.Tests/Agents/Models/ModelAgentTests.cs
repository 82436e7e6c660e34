using System.Text.Json;
using Logist.Agents;
using Logist.Core;
using Logist.Core.Jobs;
using Logist.Core.Workflows;

namespace Logist.Tests.Agents.Models;

public sealed class ModelAgentTests : IDisposable
{
    private const string Accepted = """{"action":"COMPLETED","evidence_files":[],"summary_for_supervisor":"Looks right.","feedback":""}""";

    private readonly AgentPlace _place = new();
    private readonly FakeEndpoint _endpoint = new();

    public static TheoryData<string> Providers => ["openai", "anthropic"];

    public void Dispose()
    {
        _endpoint.Dispose();
        _place.Dispose();
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public void A_review_is_one_request_with_the_form_of_the_answer(string provider)
    {
        _endpoint.Answers(200, Reply(provider, Accepted));
        var outcome = Ask(provider).ShouldBeOfType<AgentOutcome.Answered>();

        outcome.Answer.Action.ShouldBe(AnswerAction.Completed);
        outcome.Usage.ShouldBe(new Usage(1000, 200, 50, null) { TokensReasoning = 10 });
        outcome.Model.ShouldBe("model-1-2026");
        outcome.Session.ShouldBeNull();
        var (path, key, body) = _endpoint.Requests.ShouldHaveSingleItem();
        path.ShouldBe(provider == "openai" ? "/chat/completions" : "/v1/messages");
        key.ShouldNotBeNull().ShouldEndWith("s3cret");
        body["model"]!.GetValue<string>().ShouldBe("model-1");
        body.ToJsonString().ShouldContain("Judge it.");
        var form = (provider == "openai" ? body["response_format"]!["json_schema"] : body["output_config"]!["format"])!["schema"]!;
        form["properties"]!["action"]!["enum"]!.AsArray().Count.ShouldBe(3);
        File.ReadAllText(_place.Log).ShouldNotContain("s3cret");
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public void An_endpoint_that_knows_no_forms_is_asked_without(string provider)
    {
        _endpoint.Answers(400, Refusal("response_format is not supported")).Answers(200, Reply(provider, $"```json\n{Accepted}\n```"));
        var outcome = Ask(provider).ShouldBeOfType<AgentOutcome.Answered>(File.ReadAllText(_place.Log));

        outcome.Answer.Action.ShouldBe(AnswerAction.Completed);
        outcome.Warnings.ShouldHaveSingleItem().ShouldContain("response_format is not supported");
        _endpoint.Requests.Count.ShouldBe(2);
        _endpoint.Requests[1].Body["response_format"].ShouldBeNull();
        _endpoint.Requests[1].Body["output_config"].ShouldBeNull();
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public void A_refused_request_is_told_in_the_endpoints_words(string provider)
    {
        _endpoint.Answers(400, Refusal("prompt is too long")).Answers(400, Refusal("prompt is too long"));
        var failure = Ask(provider).ShouldBeOfType<AgentOutcome.Failed>().Failure;

        failure.Category.ShouldBe(FailureCategory.AgentError);
        failure.Message.ShouldBe($"{provider}: 400 prompt is too long");
    }

    [Theory]
    [InlineData("openai", 401, FailureCategory.Auth)]
    [InlineData("anthropic", 401, FailureCategory.Auth)]
    [InlineData("openai", 500, FailureCategory.AgentError)]
    [InlineData("anthropic", 500, FailureCategory.AgentError)]
    [InlineData("anthropic", 529, FailureCategory.RateLimited)]
    [InlineData("openai", 302, FailureCategory.AgentError)]
    public void A_failure_has_the_category_of_its_status_and_is_not_repeated(string provider, int status, string category)
    {
        _endpoint.Answers(status, Refusal("no"), ("Location", "http://127.0.0.1:1/elsewhere"));
        var failure = Ask(provider).ShouldBeOfType<AgentOutcome.Failed>().Failure;

        failure.Category.ShouldBe(category, failure.Message);
        failure.Message.ShouldBe($"{provider}: {status} no");
        failure.Hint.ShouldNotBeNullOrEmpty();
        _endpoint.Requests.ShouldHaveSingleItem();
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public void A_limit_says_when_to_come_back(string provider)
    {
        _endpoint.Answers(429, Refusal("slow down"), ("Retry-After", "90"));
        var failure = Ask(provider).ShouldBeOfType<AgentOutcome.Failed>().Failure;

        failure.Category.ShouldBe(FailureCategory.RateLimited);
        var ended = new DateTimeOffset(File.GetLastWriteTimeUtc(_place.Log));
        failure.RetryAt.ShouldNotBeNull().ShouldBe(ended.AddSeconds(90), TimeSpan.FromSeconds(1));
        _endpoint.Requests.ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("openai", 0)]
    [InlineData("anthropic", 0)]
    [InlineData("openai", 200)]
    [InlineData("anthropic", 200)]
    public void An_answer_that_is_cut_or_garbage_is_one_clear_failure(string provider, int status)
    {
        _endpoint.Answers(status, status == 0 ? Reply(provider, Accepted) : "<html>It works!</html>");
        var failure = Ask(provider).ShouldBeOfType<AgentOutcome.Failed>().Failure;

        failure.Category.ShouldBe(FailureCategory.AgentError);
        failure.Message.ShouldContain("endpoint");
        File.ReadAllText(_place.Log).ShouldNotContain("   at ");
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public void An_answer_that_is_no_answer_is_invalid_and_one_cut_short_an_error(string provider)
    {
        _endpoint.Answers(200, Reply(provider, "Looks fine to me."))
            .Answers(200, Reply(provider, "{\"action\":\"COMP", provider == "openai" ? "length" : "max_tokens"));
        Ask(provider).ShouldBeOfType<AgentOutcome.Failed>().Failure.Category.ShouldBe(FailureCategory.InvalidResponse);
        var cut = Ask(provider).ShouldBeOfType<AgentOutcome.Failed>();

        cut.Failure.Message.ShouldContain("stopped before it was done");
        cut.Usage!.TokensOut.ShouldBe(50);
    }

    [Fact]
    public void Nobody_there_is_an_error_of_the_connection()
    {
        _endpoint.Dispose();
        Ask("openai").ShouldBeOfType<AgentOutcome.Failed>().Failure.Message.ShouldContain("connection to the endpoint failed");
    }

    [Fact]
    public void A_key_that_is_not_set_is_named()
    {
        var failure = Ask("anthropic", key: null, variable: "MY_KEY").ShouldBeOfType<AgentOutcome.Failed>().Failure;

        failure.Category.ShouldBe(FailureCategory.Auth);
        failure.Message.ShouldContain("MY_KEY");
        failure.Hint.ShouldBe("set MY_KEY to a valid key where logist runs");
    }

    [Fact]
    public void A_model_must_be_named()
    {
        IAgent agent = new ModelAgent(ScriptedAgent.ThisProgram(), new AgentDefinition("openai"));
        agent.Prepare(_place.Call(new AgentDefinition("openai"))).ShouldBeOfType<Preparation.Failed>().Failure.Message
            .ShouldBe("agent \"mine\" needs a model");
    }

    [Fact]
    public void It_reviews_and_does_not_work()
    {
        var catalogue = new AgentCatalogue(ScriptedAgent.ThisProgram());
        var declared = new Dictionary<string, AgentDefinition>(StringComparer.Ordinal) { ["gpt"] = new("openai") };
        Should.Throw<LogistException>(() => catalogue.ResolveWorker("gpt", declared)).Problem.Kind.ShouldBe(ErrorKind.InvalidWorkflow);
        var passed = catalogue.Resolve("gpt", declared).Agent.PassThrough;
        passed.ShouldContain("OPENAI_API_KEY");
        passed.ShouldNotContain("ANTHROPIC_API_KEY");
    }

    private AgentOutcome Ask(string provider, string? key = "s3cret", string? variable = null)
    {
        var definition = new AgentDefinition(provider) { Url = _endpoint.Address, KeyVariable = variable };
        IAgent agent = new ModelAgent(ScriptedAgent.ThisProgram(), definition);
        var call = _place.Call(definition, AgentRole.Supervisor, prompt: "Judge it.") with { Model = "model-1" };
        File.WriteAllText(call.PromptFile, call.Prompt);
        var prepared = agent.Prepare(call).ShouldBeOfType<Preparation.Ready>().Invocation;
        var environment = new Dictionary<string, string>(prepared.ExtraEnvironment, StringComparer.Ordinal);
        if (key is not null)
        {
            environment[ModelAgent.UsualKey(provider)] = key;
        }

        using var process = _place.Start(prepared with { ExtraEnvironment = environment }, call);
        var (_, exit, _) = _place.End(process, AgentRole.Supervisor);
        return agent.Judge(_place.Ended(exit, role: AgentRole.Supervisor));
    }

    private static string Refusal(string message) => $$$"""{"type":"error","error":{"type":"some_error","message":"{{{message}}}"}}""";

    private static string Reply(string provider, string text, string? reason = null) => (provider == "openai"
        ? """
            {"id":"c1","object":"chat.completion","created":1,"model":"model-1-2026","choices":[{"index":0,"finish_reason":"REASON",
            "message":{"role":"assistant","content":TEXT}}],"usage":{"prompt_tokens":1000,"completion_tokens":50,
            "total_tokens":1050,"prompt_tokens_details":{"cached_tokens":200},"completion_tokens_details":{"reasoning_tokens":10}}}
            """
        : """
            {"id":"m1","type":"message","role":"assistant","model":"model-1-2026","stop_reason":"REASON","stop_sequence":null,
            "content":[{"type":"text","text":TEXT}],"usage":{"input_tokens":700,"cache_read_input_tokens":200,
            "cache_creation_input_tokens":100,"output_tokens":50,"output_tokens_details":{"thinking_tokens":10}}}
            """)
        .Replace("REASON", reason ?? (provider == "openai" ? "stop" : "end_turn"), StringComparison.Ordinal)
        .Replace("TEXT", JsonSerializer.Serialize(text), StringComparison.Ordinal);
}
