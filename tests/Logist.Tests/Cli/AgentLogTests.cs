using Logist.Tests.Agents;

namespace Logist.Tests.Cli;

/// <summary>What people see of an agent that prints events; the agent is a script that prints what the real program printed.</summary>
public sealed class AgentLogTests : IAsyncLifetime
{
    private const string Session = "session 7df07a87-1b69-489b-803c-d29a8fae1aee (claude-sonnet-4-5 2.1.328)\n";
    private const string Answer =
        """{"action":"COMPLETED","evidence_files":["hello.txt"],"summary_for_supervisor":"Wrote hello.txt as asked (fake model)."}"""
        + "\n";

    private const string Usage = "usage: 2200 tokens in (1200 cached), 130 out, 0.0053 USD\n";

    // Raw bytes do not come through the text writer of this test unless they are ASCII.
    private static readonly string Stream = Recording.Output("claude-ok").Replace('—', '-');

    private readonly CliRun _run = new();

    public async ValueTask InitializeAsync()
    {
        Script("good", Stream, exit: 0);
        Script("bad", Recording.Output("claude-err401"), exit: 1);
        var file = Path.Combine(_run.Root, "seen.yaml");
        await File.WriteAllTextAsync(file, $$"""
            version: 1
            name: seen
            agents:
              good: { provider: claude, command: [{{_run.Root}}/good] }
              bad: { provider: claude, command: [{{_run.Root}}/bad] }
            steps:
              one: { prompt: Write hello.txt., agent: good }
              two: { prompt: Write hello.txt., agent: bad, needs: [one] }
            """);
        (await _run.RunAsync("job", "create", file)).ShouldBe(0, _run.Err);
        (await _run.RunAsync("job", "run", "seen", "-q")).ShouldBe(3, _run.Out + _run.Err);
    }

    public ValueTask DisposeAsync()
    {
        _run.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Logs_of_an_agent_are_readable_and_complete_when_asked_for()
    {
        _run.Out.ShouldContain("  │ error: Failed to authenticate. API Error: 401 fake invalid API key");
        _run.Out.ShouldNotContain("\"type\"");
        (await LogsAsync("one")).ShouldBe("careful \\u001b[31m!\n" + Session + "Write: /workspace/hello.txt\n" + Answer + Usage);
        (await LogsAsync("one", "--stream", "out")).ShouldBe(Session + "Write: /workspace/hello.txt\n" + Answer + Usage);
        (await LogsAsync("one", "--stream", "err")).ShouldBe("careful \\u001b[31m!\n");
        (await LogsAsync("one", "--tail", "2")).ShouldBe(Answer + Usage);
        (await LogsAsync("one", "--raw")).ShouldBe("careful \u001b[31m!\n" + Stream);
        (await LogsAsync("one", "--raw", "--stream", "out")).ShouldBe(Stream);
        (await LogsAsync("one", "-f")).ShouldBe("careful \\u001b[31m!\n" + Session + "Write: /workspace/hello.txt\n" + Answer + Usage);
        _run.Json(await LogsAsync("one", "--json")).GetProperty("items")[0].GetProperty("text").GetString()
            .ShouldBe("careful \u001b[31m!\n" + Session + "Write: /workspace/hello.txt\n" + Answer + Usage);
        _run.Json(await LogsAsync("one", "--json", "--raw")).GetProperty("items")[0].GetProperty("text").GetString()
            .ShouldNotBeNull().ShouldEndWith(Stream);
        (await LogsAsync("two")).ShouldContain("retrying: status 401, authentication_failed\n");
    }

    private async Task<string> LogsAsync(params string[] args)
    {
        (await _run.RunAsync(["job", "logs", "seen", .. args])).ShouldBe(0, _run.Err);
        return _run.Out;
    }

    private void Script(string name, string stream, int exit)
    {
        var path = Path.Combine(_run.Root, name);
        File.WriteAllText(path + ".jsonl", stream);
        File.WriteAllText(path,
            $"#!/bin/sh\nprintf 'careful \\033[31m!\\n' >&2\nsleep 0.1\necho hello > hello.txt\ncat '{path}.jsonl'\nexit {exit}\n");
        File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
    }
}
