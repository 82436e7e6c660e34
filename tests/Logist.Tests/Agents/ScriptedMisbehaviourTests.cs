using System.Diagnostics;
using System.Text;
using Logist.Agents;
using Logist.Agents.Scripts;
using Logist.Core.Jobs;

namespace Logist.Tests.Agents;

/// <summary>What agents do wrong, and what their processes do, played by real ones.</summary>
public sealed class ScriptedMisbehaviourTests : IDisposable
{
    private readonly AgentPlace _place = new();

    public void Dispose() => _place.Dispose();

    [Theory]
    [InlineData("no-answer", "without an answer")]
    [InlineData("print I did everything!\nno-answer", "without an answer")]
    [InlineData("bad-json", "without an answer")]
    [InlineData("write .logist/response.json {\"action\":", "not valid JSON")]
    [InlineData("garbage 100KiB\nno-answer", "without an answer")]
    [InlineData("symlink /etc/shadow .logist/response.json", "symbolic link")]
    [InlineData("run mkdir .logist && mkfifo .logist/response.json", "not a regular file")]
    [InlineData("fill .logist/response.json 2MiB", "larger than")]
    public void Bad_answers_are_invalid_responses(string script, string message)
    {
        var failure = Failed(script);
        (failure.Category, failure.Message).ShouldBe((FailureCategory.InvalidResponse, failure.Message));
        failure.Message.ShouldContain(message);
    }

    [Fact]
    public void An_exit_code_ends_the_script()
    {
        var (outcome, exit, _) = _place.Play("answer COMPLETED\nexit 3\nwrite never.md x");
        exit.ShouldBe(3);
        outcome.ShouldBeOfType<AgentOutcome.Failed>().Failure.Message.ShouldContain("COMPLETED but ended with exit code 3");
        File.Exists(Path.Combine(_place.Workspace, "never.md")).ShouldBeFalse();
    }

    [Theory]
    [InlineData("KILL", 9)]
    [InlineData("SEGV", 11)]
    [InlineData("ABRT", 6)]
    [InlineData("TERM", 15)]
    [InlineData("INT", 2)]
    public void A_crash_is_a_real_signal(string signal, int number)
    {
        var (outcome, exit, _) = _place.Play($"crash {signal}");
        exit.ShouldBe(128 + number);
        outcome.ShouldBeOfType<AgentOutcome.Failed>().Failure.Message.ShouldContain($"signal {number}");
    }

    [Fact]
    public void A_hanging_agent_ends_by_SIGTERM()
    {
        using var process = _place.Start("write here.md x\nhang");
        AgentPlace.Until(() => File.Exists(Path.Combine(_place.Workspace, "here.md")));
        SafeFileTests.Shell($"kill -TERM {process.Id}");
        _place.End(process).Exit.ShouldBe(128 + 15);
    }

    [Fact]
    public void An_agent_that_ignores_SIGTERM_needs_SIGKILL()
    {
        using var process = _place.Start("ignore TERM INT\nwrite here.md x\nwait-for go 60s\nwrite after.md x\nhang");
        AgentPlace.Until(() => File.Exists(Path.Combine(_place.Workspace, "here.md")));
        SafeFileTests.Shell($"kill -TERM {process.Id}; kill -INT {process.Id}");
        File.WriteAllText(_place.InWorkspace("go"), "");
        AgentPlace.Until(() => File.Exists(Path.Combine(_place.Workspace, "after.md")));
        process.HasExited.ShouldBeFalse();
        SafeFileTests.Shell($"kill -KILL {process.Id}");
        _place.End(process).Exit.ShouldBe(128 + 9);
    }

    [Fact]
    public void Sleeping_takes_its_time()
    {
        var start = Stopwatch.GetTimestamp();
        Answered("sleep 300ms");
        Stopwatch.GetElapsedTime(start).ShouldBeGreaterThan(TimeSpan.FromMilliseconds(290));
    }

    [Fact]
    public void Waiting_for_a_file_is_bounded()
    {
        var (outcome, exit, output) = _place.Play("wait-for never 50ms");
        exit.ShouldBe(ScriptPlayer.ActionFailed);
        output.ShouldContain("line 1 (wait-for): never did not appear within 50 ms");
        outcome.ShouldBeOfType<AgentOutcome.Failed>().Failure.Category.ShouldBe(FailureCategory.AgentError);
    }

    [Fact]
    public void A_command_runs_with_the_steps_environment_and_its_failure_ends_the_script()
    {
        Answered("run echo \"$LOGIST_ATTEMPT_ID\" > id.txt");
        Content("id.txt").ShouldBe("job.1.plan.1\n");
        _place.Play("run exit 7\nwrite never.md x").Exit.ShouldBe(7);
        _place.Play("run kill -9 $$").Exit.ShouldBe(128 + 9);
        File.Exists(Path.Combine(_place.Workspace, "never.md")).ShouldBeFalse();
    }

    [Fact]
    public void Children_do_not_inherit_an_ignored_SIGPIPE()
    {
        Answered("run yes 2>err.txt | head -1");
        Content("err.txt").ShouldBe("");
    }

    [Theory]
    [InlineData("spawn", false)]
    [InlineData("spawn-detached", true)]
    public void A_spawned_child_stays(string verb, bool ownSession)
    {
        _place.Play($"{verb} echo $$ > pid.tmp; mv pid.tmp pid; exec sleep 300\nwait-for pid").Exit.ShouldBe(0);
        var pid = int.Parse(Content("pid"));
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            (stat[(stat.LastIndexOf(')') + 1)..].Split(' ')[4] == pid.ToString()).ShouldBe(ownSession);
        }
        finally
        {
            SafeFileTests.Shell($"kill -9 {pid}");
        }
    }

    private Answer Answered(string script) => _place.Play(script).Outcome.ShouldBeOfType<AgentOutcome.Answered>().Answer;

    private Failure Failed(string script) => _place.Play(script).Outcome.ShouldBeOfType<AgentOutcome.Failed>().Failure;

    private string Content(string relative) => File.ReadAllText(Path.Combine(_place.Workspace, relative), Encoding.UTF8);
}
