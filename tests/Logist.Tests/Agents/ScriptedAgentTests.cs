using System.Diagnostics;
using System.Text;
using Logist.Agents;
using Logist.Agents.Scripts;
using Logist.Core;
using Logist.Core.Jobs;

namespace Logist.Tests.Agents;

/// <summary>Every action is played by a real process and seen from outside.</summary>
public sealed class ScriptedAgentTests : IDisposable
{
    private readonly AgentPlace _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public void An_empty_script_does_something_sensible_for_a_worker()
    {
        var answer = Answered("");
        answer.Action.ShouldBe(AnswerAction.Completed);
        answer.Evidence.ShouldBe(["plan.md"]);
        answer.Usage.ShouldBeNull();
        Content("plan.md").ShouldBe("# plan\n");
    }

    [Fact]
    public void An_empty_script_accepts_as_a_supervisor_and_writes_nothing()
    {
        var answer = _place.Play("", AgentRole.Supervisor).Outcome.ShouldBeOfType<AgentOutcome.Answered>().Answer;
        (answer.Action, answer.Summary).ShouldBe((AnswerAction.Completed, "Looks good"));
        Directory.EnumerateFileSystemEntries(_place.Workspace).ShouldBeEmpty();
    }

    [Fact]
    public void Files_are_written_appended_copied_filled_and_deleted()
    {
        var answer = Answered("""
            write a.md first line
            append a.md "second \u00e9"
            write sub/deep/b.txt <<END
              indented
                more
            END
            copy a.md copy/c.md
            fill big.bin 3MiB
            write gone.md x
            delete gone.md
            write tree/x 1
            delete tree
            delete never-there
            mkdir empty/dir
            """);
        Content("a.md").ShouldBe("first line\nsecond é");
        Content("sub/deep/b.txt").ShouldBe("indented\n  more\n");
        Content("copy/c.md").ShouldBe(Content("a.md"));
        new FileInfo(_place.InWorkspace("big.bin")).Length.ShouldBe(3 << 20);
        File.Exists(Path.Combine(_place.Workspace, "gone.md")).ShouldBeFalse();
        Directory.Exists(Path.Combine(_place.Workspace, "tree")).ShouldBeFalse();
        Directory.Exists(Path.Combine(_place.Workspace, "empty/dir")).ShouldBeTrue();
        answer.Evidence.ShouldBe(["a.md", "sub/deep/b.txt", "copy/c.md", "big.bin"], "evidence is what was written when none is named");
    }

    [Fact]
    public void A_filled_file_is_binary_and_the_same_every_time()
    {
        Answered("fill a.bin 100000\nfill b.bin 100000");
        var a = File.ReadAllBytes(_place.InWorkspace("a.bin"));
        a.ShouldBe(File.ReadAllBytes(_place.InWorkspace("b.bin")));
        a.ShouldContain((byte)0);
    }

    [Fact]
    public void Links_and_modes_are_made()
    {
        Answered("write run.sh #!/bin/sh\nchmod 750 run.sh\nsymlink run.sh link/to\nevidence run.sh");
        SafeFileTests.Shell($"test \"$(stat -c %a {_place.Workspace}/run.sh)\" = 750");
        new FileInfo(_place.InWorkspace("link/to")).LinkTarget.ShouldBe("run.sh");
    }

    [Fact]
    public void Placeholders_are_filled_in()
    {
        const string script = "write {step}-{attempt}.md {job} {run} {role} {round}\nanswer COMPLETED by {step}";
        var answer = Played(script, new AttemptId("my-job", 2, "build", 3), round: 4);
        Content("build-3.md").ShouldBe("my-job 2 worker 4\n");
        answer.Summary.ShouldBe("by build");
    }

    [Theory]
    [InlineData(1, "one")]
    [InlineData(2, "two")]
    [InlineData(5, "two")]
    public void Sections_are_chosen_by_attempt(int attempt, string text)
    {
        var script = """
            write always.md x
            when step=other:
              exit 9
            when attempt>=2:
              write said.md "two"
            otherwise:
              write said.md "one"
            """;
        Played(script, new AttemptId("job", 1, "plan", attempt));
        Content("said.md").ShouldBe(text);
        Content("always.md").ShouldBe("x\n");
    }

    [Fact]
    public void Sections_are_chosen_by_role_and_round()
    {
        var script = """
            when role=supervisor round=1:
              feedback Handle the empty name.
              answer RETRY Not yet.
            when role=supervisor:
              answer COMPLETED Good now.
            """;
        var first = _place.Play(script, AgentRole.Supervisor).Outcome.ShouldBeOfType<AgentOutcome.Answered>().Answer;
        (first.Action, first.Summary, first.FeedbackOrSummary).ShouldBe((AnswerAction.Retry, "Not yet.", "Handle the empty name."));
        var second = _place.Play(script, AgentRole.Supervisor, round: 2).Outcome.ShouldBeOfType<AgentOutcome.Answered>().Answer;
        (second.Action, second.Summary).ShouldBe((AnswerAction.Completed, "Good now."));
    }

    [Theory]
    [InlineData("answer STUCK Which key?", "STUCK", "Which key?")]
    [InlineData("answer-file STUCK Which key?", "STUCK", "Which key?")]
    [InlineData("answer RETRY", "RETRY", null)]
    [InlineData("answer-file COMPLETED \"two\\nlines\"", "COMPLETED", "two\nlines")]
    public void Answers_come_by_output_or_by_file(string script, string action, string? summary)
    {
        var answer = Answered(script);
        (answer.ActionText, answer.Summary).ShouldBe((action, summary));
    }

    [Fact]
    public void Evidence_may_be_named_and_may_be_wrong()
    {
        Answered("write a.md x\nwrite b.md y\nevidence b.md").Evidence.ShouldBe(["b.md"]);
        var failure = Failed("write a.md x\nevidence ../../etc/passwd");
        failure.Category.ShouldBe(FailureCategory.EvidenceMissing);
        failure.Message.ShouldContain("etc/passwd");
    }

    [Fact]
    public void Spending_adds_up_and_what_is_not_said_is_unknown()
    {
        Answered("spend in=1000 out=50 cost=0.25\nspend in=200 cost=0.005").Usage.ShouldBe(new Usage(1200, null, 50, 0.255m));
        Answered("spend cached=7").Usage.ShouldBe(new Usage(null, 7, null, null));
    }

    [Fact]
    public void Output_goes_to_both_streams()
    {
        var (_, _, output) = _place.Play("print hello\nprint-error \"oh \\x1b[31m\"\nprint \"no line end\"");
        output.ShouldStartWith("hello\noh \u001b[31mno line end{\"action\"");
    }

    [Theory]
    [InlineData("flood 20MiB", 20 << 20, true)]
    [InlineData("flood-line 20MiB", 20 << 20, false)]
    [InlineData("garbage 2MiB", 2 << 20, true)]
    public void Huge_output_is_real_and_the_answer_after_it_is_found(string script, int size, bool hasLines)
    {
        var (outcome, exit, _) = _place.Play(script + "\nanswer COMPLETED found");
        exit.ShouldBe(0);
        outcome.ShouldBeOfType<AgentOutcome.Answered>().Answer.Summary.ShouldBe("found");
        var log = File.ReadAllBytes(_place.Log);
        log.Length.ShouldBeGreaterThan(size);
        (log.AsSpan(0, size).IndexOf((byte)'\n') >= 0).ShouldBe(hasLines);
    }

    [Fact]
    public void A_commit_is_a_real_commit()
    {
        SafeFileTests.Shell($"git init -q {_place.Workspace}");
        Answered("write a.md x\ncommit It's \"done\" $HOME");
        string[] log = ["-C", _place.Workspace, "log", "--format=%s", "--name-only"];
        using var git = Process.Start(new ProcessStartInfo("git", log) { RedirectStandardOutput = true, UseShellExecute = false })!;
        git.StandardOutput.ReadToEnd().ShouldBe("It's \"done\" $HOME\n\na.md\n");
    }

    [Fact]
    public void The_prompt_can_be_saved()
    {
        Answered("save-prompt got/prompt.md").Evidence.ShouldBe(["got/prompt.md"]);
        Content("got/prompt.md").ShouldBe("Do it.");
    }

    [Fact]
    public void What_cannot_be_done_is_said_with_its_line()
    {
        var (_, exit, output) = _place.Play("\nwrite a x\nwrite a/b y");
        exit.ShouldBe(ScriptPlayer.ActionFailed);
        output.ShouldContain("scripted agent: line 3 (write): ");
        output.ShouldNotContain("   at ");
        _place.Play("copy nothing b").Output.ShouldContain("line 1 (copy)");
        _place.Play("chmod 644 nothing").Output.ShouldContain("line 1 (chmod)");
        _place.Play("wrong verb").Output.ShouldContain("line 1: unknown action \"wrong\"");
    }

    [Fact]
    public void It_starts_quickly()
    {
        Answered("");
        var best = TimeSpan.MaxValue;
        for (var i = 0; i < 5; i++)
        {
            var start = Stopwatch.GetTimestamp();
            _place.Play("");
            var took = Stopwatch.GetElapsedTime(start);
            best = took < best ? took : best;
        }

        best.ShouldBeLessThan(TimeSpan.FromMilliseconds(1000));
        TestContext.Current.SendDiagnosticMessage($"scripted agent: {best.TotalMilliseconds:0} ms");
    }

    private Answer Answered(string script) => Played(script, AgentPlace.Attempt);

    private Answer Played(string script, AttemptId attempt, int round = 1) =>
        _place.Play(script, attempt: attempt, round: round).Outcome.ShouldBeOfType<AgentOutcome.Answered>().Answer;

    private Failure Failed(string script) => _place.Play(script).Outcome.ShouldBeOfType<AgentOutcome.Failed>().Failure;

    private string Content(string relative) => File.ReadAllText(Path.Combine(_place.Workspace, relative), Encoding.UTF8);
}
