using System.Net;
using System.Text.Json.Nodes;
using Logist.Agents;
using Logist.Core;
using Logist.EndToEnd.Tests.Support;
using Logist.FakeModel;

namespace Logist.RealAgents.Tests.FakeModel;

public sealed class FakeModelServerTests : IAsyncLifetime
{
    private const string Worker =
        "user:You are the worker for step \"one\" of job \"j\".\n\n## Task\n\nWrite notes.txt.\n\n## How to answer\n";

    private FakeModelServer _server = null!;

    public static TheoryData<string, bool> Ways => [.. Ask.Apis.SelectMany(api => new[] { (api, false), (api, true) })];

    public static TheoryData<string> Apis => [.. Ask.Apis];

    public async ValueTask InitializeAsync() => _server = await FakeModelServer.StartAsync(0, TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task The_first_turn_writes_the_file_that_the_task_names_and_the_second_answers(string api, bool stream)
    {
        using var ask = new Ask(_server, api);

        var first = await ask.ReadAsync(await ask.SendAsync("ok", stream, Worker));
        var second = await ask.ReadAsync(await ask.SendAsync("ok", stream, Worker, "call:"));

        first.Said.ShouldStartWith("write_file ");
        var arguments = JsonNode.Parse(first.Said["write_file ".Length..])!;
        ((string)arguments["file_path"]!).ShouldBe("notes.txt");
        ((string)arguments["why"]!).ShouldBe("because");
        arguments["mode"].ShouldBeNull();
        first.Usage.ShouldBe("1000 200 50");
        ((string)JsonNode.Parse(second.Said)!["action"]!).ShouldBe("COMPLETED");
        ((string)JsonNode.Parse(second.Said)!["evidence_files"]![0]!).ShouldBe("notes.txt");
        second.Usage.ShouldBe("1200 1000 80");
        _server.Requests.Select(r => (r.Api, r.Role, r.Streamed, r.Model, r.Resent)).Distinct().ShouldBe([(api, "worker", stream, "m", 0)]);
    }

    [Theory]
    [MemberData(nameof(Apis))]
    public async Task A_session_that_goes_on_is_answered_without_working_again_and_is_recorded_as_resumed(string api)
    {
        using var ask = new Ask(_server, api);
        var (said, _) = await ask.ReadAsync(await ask.SendAsync("badjsononce", false, Worker, "call:"));
        said.ShouldNotContain("{");

        string[] resumed = [Worker, "call:", "assistant:" + said, "user:JSON please"];
        var (mended, _) = await ask.ReadAsync(await ask.SendAsync("badjsononce", false, resumed));

        ((string)JsonNode.Parse(mended)!["action"]!).ShouldBe("COMPLETED");
        _server.Requests[0].Resent.ShouldBe(0);
        _server.Requests[1].Resent.ShouldBeGreaterThan(3);
        _server.Requests[1].Prompt.ShouldBe("JSON please");
    }

    [Theory]
    [MemberData(nameof(Apis))]
    public async Task A_later_round_works_again_on_a_file_of_its_own(string api)
    {
        using var ask = new Ask(_server, api);
        var again = Worker.Replace("\n\n## Task", "\nA supervisor reviews the result; this is round 2 of at most 3.\n\n## Task",
            StringComparison.Ordinal);
        string[] resumed = [Worker, "call:", "assistant:{\"action\":\"COMPLETED\"} " + Script.Signature, again];

        var (act, _) = await ask.ReadAsync(await ask.SendAsync("ok", false, resumed));
        var (answer, _) = await ask.ReadAsync(await ask.SendAsync("ok", false, [.. resumed, "call:"]));

        act.ShouldContain("notes.2.txt");
        answer.ShouldContain("notes.2.txt");
    }

    [Theory]
    [InlineData("ok", 1, "COMPLETED")]
    [InlineData("retry", 1, "RETRY")]
    [InlineData("retry", 2, "COMPLETED")]
    [InlineData("retryalways", 2, "RETRY")]
    [InlineData("blocked", 1, "STUCK")]
    public async Task A_supervisor_answers_by_scenario_and_round_also_without_tools(string scenario, int round, string action)
    {
        using var ask = new Ask(_server, "chat");
        var prompt = Prompts.Supervisor(new SupervisorPrompt(new AttemptId("j", 1, "one", round), "Write notes.txt.", "b1")
        {
            Round = round, Rounds = 3,
        });

        var (said, _) = await ask.ReadAsync(await ask.PostAsync(scenario, "/v1/chat/completions", new JsonObject
        {
            ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = prompt }),
        }));

        ((string)JsonNode.Parse(said)!["action"]!).ShouldBe(action);
        _server.Requests.ShouldHaveSingleItem().Role.ShouldBe("supervisor");
    }

    [Theory]
    [MemberData(nameof(Apis))]
    public async Task Refusals_are_shaped_as_the_vendor_does_and_say_when_to_come_back(string api)
    {
        using var ask = new Ask(_server, api);

        var unknown = await ask.SendAsync("err401", true, Worker);
        var limited = await ask.SendAsync("err429-after7", true, Worker);

        unknown.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        limited.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        limited.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(7));
        var body = JsonNode.Parse(await limited.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
        ((string)body["error"]!["message"]!).ShouldBe("fake rate limit exceeded. Please try again in 7s.");
    }

    [Fact]
    public async Task A_fault_ends_after_its_number_of_requests_or_when_it_is_opened()
    {
        using var ask = new Ask(_server, "messages");

        (await ask.SendAsync("flaky", true, Worker)).StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
        (await ask.SendAsync("flaky", true, Worker)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await ask.SendAsync("err429-x2", true, Worker)).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        (await ask.SendAsync("err429-x2", true, Worker)).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        (await ask.SendAsync("err429-x2", true, Worker)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await ask.SendAsync("err503-shut", true, Worker)).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        var held = ask.SendAsync("hang-shut", false, Worker);
        _server.Open();
        (await held).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await ask.SendAsync("err503-shut", true, Worker)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [MemberData(nameof(Apis))]
    public async Task A_cut_drops_the_connection_after_the_head(string api)
    {
        using var ask = new Ask(_server, api);

        await Should.ThrowAsync<HttpRequestException>(async () =>
        {
            var response = await ask.SendAsync("cut", true, Worker);
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        });
    }

    [Theory]
    [InlineData("hang")]
    [InlineData("hangstream")]
    public async Task What_hangs_does_not_keep_the_server_from_ending(string scenario)
    {
        using var ask = new Ask(_server, "chat");
        var asked = ReadAsync();
        await Soon.Async(() => _server.Requests.Count == 1, "the request arrives");
        asked.IsCompleted.ShouldBeFalse();

        await _server.DisposeAsync();

        await Should.ThrowAsync<HttpRequestException>(() => asked);

        async Task ReadAsync()
        {
            var response = await ask.SendAsync(scenario, true, Worker);
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task Questions_beside_the_work_get_what_they_ask_for()
    {
        using var ask = new Ask(_server, "chat");

        var title = await ask.ReadAsync(await ask.PostAsync("ok", "/v1/chat/completions", (JsonObject)JsonNode.Parse("""
            {"messages":[{"role":"user","content":"Generate a title for this conversation:"}]}
            """)!));
        var structured = await ask.ReadAsync(await ask.PostAsync("ok", "/v1/chat/completions", (JsonObject)JsonNode.Parse("""
            {"messages":[{"role":"user","content":"You are the worker"}],"response_format":{"json_schema":{"schema":
            {"type":"object","properties":{"choice":{"enum":["flash","pro"]},"reasoning":{"type":"string"}}}}}}
            """)!));
        var count = await ask.PostAsync("ok", "/v1/messages/count_tokens", []);

        title.ShouldBe(("Fake title", "10 0 5"));
        structured.Said.ShouldBe("""{"choice":"flash","reasoning":"fake"}""");
        (await count.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldBe("""{"input_tokens":1000}""");
        _server.Requests.ShouldAllBe(request => request.Side);
    }

    [Fact]
    public void A_scenario_that_does_not_exist_has_no_address() =>
        Should.Throw<FormatException>(() => _server.At("okay")).Message.ShouldContain("okay");

    [Fact]
    public void Only_this_machine_reaches_it() => _server.Address.Host.ShouldBe("127.0.0.1");
}
