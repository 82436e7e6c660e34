using Logist.Agents.Streams;

namespace Logist.Tests.Agents;

public sealed class EventLinesTests : IDisposable
{
    private const string Answer =
        """{"action":"COMPLETED","evidence_files":["hello.txt"],"summary_for_supervisor":"Wrote hello.txt as asked (fake model)."}""";

    private readonly AgentPlace _place = new();

    public void Dispose() => _place.Dispose();

    [Theory]
    [InlineData("claude", "session 7df07a87-1b69-489b-803c-d29a8fae1aee (claude-sonnet-4-5 2.1.328)", "Write: /workspace/hello.txt",
        "usage: 2200 tokens in (1200 cached), 130 out, 0.0053 USD")]
    [InlineData("gemini", "session 582d5e48-f1d2-4e07-b16f-74489960a36f (gemini-2.5-pro)", "write_file: /workspace/hello.txt",
        "usage: 2200 tokens in (1200 cached), 130 out (10 reasoning)")]
    [InlineData("opencode", "session ses_e074fd585ffeAL2J9Dpt6YjRQ3", "write: /workspace/hello.txt",
        "usage: 2200 tokens in (1200 cached), 130 out (10 reasoning), 0.005 USD")]
    [InlineData("cline", null, "editor: /workspace/hello.txt", "usage: 2200 tokens in (1200 cached), 130 out")]
    public void An_agents_work_reads_like_a_protocol(string name, string? session, string tool, string usage)
    {
        var lines = Lines(name, $"{name}-ok");
        lines.Where(line => !line.StartsWith("session fake", StringComparison.Ordinal)).ShouldBe(
            session is null ? [tool, Answer, usage] : [session, tool, Answer, usage]);
    }

    [Fact]
    public void Warnings_retries_and_errors_are_shown()
    {
        var lines = Lines("codex", "codex-err429");
        lines[1].ShouldStartWith("warning: Model metadata");
        lines[2].ShouldStartWith("retrying: status 429, Reconnecting... 1/1");
        lines[3].ShouldBe("error: exceeded retry limit, last status: 429 Too Many Requests");
    }

    [Fact]
    public void What_goes_to_stderr_and_what_is_no_event_stays_as_it_is()
    {
        _place.Log("{\"type\":\"news\"}\nplain { text\n{\"type\":\"turn.failed\",\"error\":{\"message\":\"no\"}}\n", "careful!\n");
        var codex = RecordedStreamTests.Agent("codex");
        EventLines.Read(_place.Log, codex.NewParser()!).ShouldBe(["careful!", "plain { text", "error: no"]);
        EventLines.Read(_place.Log, codex.NewParser()!, errors: false).ShouldBe(["plain { text", "error: no"]);
        EventLines.Read(_place.Log, codex.NewParser()!, output: false).ShouldBe(["careful!"]);
    }

    [Fact]
    public void A_tool_that_failed_says_so()
    {
        _place.Log("""
            {"type":"tool_use","tool_id":"1","tool_name":"shell","parameters":{"command":"make\nmake install"}}
            {"type":"tool_result","tool_id":"1","status":"error"}
            {"type":"tool_use","tool_id":"2","tool_name":"think"}
            {"type":"tool_result","tool_id":"2","status":"success"}
            """);
        EventLines.Read(_place.Log, RecordedStreamTests.Agent("gemini").NewParser()!)
            .ShouldBe(["shell: make …", "failed: shell: make …", "think"]);
    }

    [Fact]
    public void Decisions_about_permissions_are_shown()
    {
        var lines = new List<string>();
        var rendered = new EventLines();
        rendered.Add("x"u8, new Fixed(new AgentEvent.Permission("edit", "/etc/passwd", false, "outside of the workspace"),
            new AgentEvent.Permission("edit", null, true, "inside")), [], lines);
        lines.ShouldBe(["refused edit: /etc/passwd (outside of the workspace)", "allowed edit (inside)"]);
    }

    private List<string> Lines(string name, string recording)
    {
        _place.Log(Recording.Output(recording));
        return EventLines.Read(_place.Log, RecordedStreamTests.Agent(name).NewParser()!);
    }

    private sealed class Fixed(params AgentEvent[] happened) : IEventParser
    {
        public void Read(ReadOnlySpan<byte> line, List<AgentEvent> events) => events.AddRange(happened);
    }
}
