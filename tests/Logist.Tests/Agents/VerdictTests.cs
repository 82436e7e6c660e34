using System.Diagnostics;
using Logist.Agents;
using Logist.Core.Jobs;

namespace Logist.Tests.Agents;

public sealed class VerdictTests : IDisposable
{
    private const string Ok = """{"action":"COMPLETED","evidence_files":["a.md"],"summary_for_supervisor":"done"}""";
    private readonly AgentPlace _place = new();

    public VerdictTests() => File.WriteAllText(_place.InWorkspace("a.md"), "a");

    public void Dispose() => _place.Dispose();

    [Fact]
    public void A_printed_answer_with_exit_code_0_is_the_outcome_and_is_kept_with_the_attempt()
    {
        var answer = Answered(_place.Judge("log\n" + Ok));
        answer.ActionText.ShouldBe("COMPLETED");
        answer.Evidence.ShouldBe(["a.md"]);
        File.ReadAllText(Path.Combine(_place.AttemptDirectory, "worker.response.json")).ShouldBe(Ok);
    }

    [Fact]
    public void The_response_file_comes_before_the_output_and_leaves_the_workspace()
    {
        Respond("""{"action":"STUCK","summary_for_supervisor":"which key?"}""");
        Answered(_place.Judge(Ok)).Action.ShouldBe(AnswerAction.Stuck);
        Directory.Exists(Path.Combine(_place.Workspace, ".logist")).ShouldBeFalse();
    }

    [Fact]
    public void Judging_again_gives_the_same_outcome()
    {
        Respond("""{"action":"STUCK","summary_for_supervisor":"which key?"}""");
        var first = Answered(_place.Judge(Ok));
        var second = Answered(Verdict.Of(_place.Ended()));
        (second.Action, second.Summary).ShouldBe((first.Action, first.Summary));
    }

    [Fact]
    public void A_stale_response_of_an_earlier_call_is_not_an_answer()
    {
        Respond(Ok);
        File.WriteAllText(Path.Combine(_place.AttemptDirectory, "worker.response.json"), Ok);
        Verdict.Forget(_place.Call(new("command") { Command = ["/bin/true"] }));
        Failed(_place.Judge("nothing")).Category.ShouldBe(FailureCategory.InvalidResponse);
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("{\"action\":", "not valid JSON")]
    [InlineData("[1]", "not a JSON object")]
    [InlineData("{\"action\":7}", "number")]
    [InlineData("\0\0\0\0", "not valid JSON")]
    public void A_response_file_that_is_no_answer_fails_even_if_the_output_has_one(string content, string why)
    {
        Respond(content);
        var failure = Failed(_place.Judge(Ok));
        failure.Category.ShouldBe(FailureCategory.InvalidResponse);
        failure.Message.ShouldContain(why);
        failure.Hint.ShouldNotBeNull().ShouldContain("logist job logs job plan");
    }

    [Theory]
    [InlineData("ln -s /etc/shadow .logist/response.json", "symbolic link")]
    [InlineData("ln -s /dev/zero .logist/response.json", "symbolic link")]
    [InlineData("echo '{\"action\":\"COMPLETED\"}' > ../x; ln ../x .logist/response.json", "hard link")]
    [InlineData("mkfifo .logist/response.json", "not a regular file")]
    [InlineData("mkdir .logist/response.json", "directory")]
    [InlineData("truncate -s 1G .logist/response.json", "larger than")]
    [InlineData("rmdir .logist; mkdir ../e; echo '{\"action\":\"COMPLETED\"}' > ../e/response.json; ln -s ../e .logist", "symbolic link")]
    public void A_response_file_that_is_no_ordinary_file_is_not_read(string make, string why)
    {
        SafeFileTests.Shell($"cd {_place.Workspace}; mkdir -p .logist; {make}");
        var start = Stopwatch.GetTimestamp();
        var failure = Failed(_place.Judge(Ok));
        failure.Category.ShouldBe(FailureCategory.InvalidResponse);
        failure.Message.ShouldStartWith(".logist/response.json ");
        failure.Message.ShouldContain(why);
        Stopwatch.GetElapsedTime(start).ShouldBeLessThan(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void A_claim_of_success_with_a_failed_exit_is_a_failure()
    {
        var outcome = _place.Judge("""{"action":"COMPLETED","usage":{"tokens_in":5}}""", exitCode: 1).ShouldBeOfType<AgentOutcome.Failed>();
        outcome.Failure.Category.ShouldBe(FailureCategory.AgentError);
        outcome.Failure.Message.ShouldBe("the agent answered COMPLETED but ended with exit code 1");
        outcome.Usage!.TokensIn.ShouldBe(5);
    }

    [Fact]
    public void Stuck_and_retry_count_whatever_the_exit_code()
    {
        Answered(_place.Judge("""{"action":"STUCK"}""", exitCode: 1)).Action.ShouldBe(AnswerAction.Stuck);
        File.Delete(Path.Combine(_place.AttemptDirectory, "worker.response.json"));
        Answered(_place.Judge("""{"action":"RETRY"}""", exitCode: 2)).Action.ShouldBe(AnswerAction.Retry);
    }

    [Theory]
    [InlineData("""{"action":"COMPLETED","attempt_id":"job.1.plan.2"}""", "attempt \"job.1.plan.2\", not job.1.plan.1")]
    [InlineData("""{"action":"COMPLETED","step_id":"merge"}""", "step \"merge\", not plan")]
    public void An_answer_for_another_step_or_attempt_is_a_failure(string output, string why)
    {
        var failure = Failed(_place.Judge(output));
        failure.Category.ShouldBe(FailureCategory.InvalidResponse);
        failure.Message.ShouldContain(why);
    }

    [Fact]
    public void An_answer_that_names_its_own_attempt_is_fine() =>
        Answered(_place.Judge("""{"action":"STUCK","attempt_id":"job.1.plan.1","step_id":"plan"}""")).Action.ShouldBe(AnswerAction.Stuck);

    [Theory]
    [InlineData(0, "prose only", FailureCategory.InvalidResponse, "without an answer")]
    [InlineData(0, "", FailureCategory.InvalidResponse, "without an answer")]
    [InlineData(0, "::set-env name=PATH::/evil\n{\"type\":\"attempt_committed\"}", FailureCategory.InvalidResponse, "without an answer")]
    [InlineData(3, "some log\nfatal: \u001b[31mno key\u001b[0m\n\n", FailureCategory.AgentError, "exit code 3: fatal: \\x1b[31mno key")]
    [InlineData(127, "sh: 1: claude: not found\n", FailureCategory.MissingTool, "claude: not found")]
    [InlineData(1, "{\"action\":\"DONE\"}", FailureCategory.AgentError, "exit code 1")]
    public void Without_a_valid_answer_the_exit_code_speaks(int exit, string output, string category, string message)
    {
        var failure = Failed(_place.Judge(output, exit));
        failure.Category.ShouldBe(category);
        failure.Message.ShouldContain(message);
    }

    [Theory]
    [InlineData(EndReason.Timeout, FailureCategory.Timeout, "longer than allowed (20m)")]
    [InlineData(EndReason.Inactivity, FailureCategory.Timeout, "printed nothing")]
    [InlineData(EndReason.Canceled, FailureCategory.Canceled, "canceled")]
    [InlineData(EndReason.Interrupted, FailureCategory.Interrupted, "interrupted")]
    [InlineData(EndReason.NotStarted, FailureCategory.MissingTool, "20m")]
    [InlineData(EndReason.NoStorage, FailureCategory.Storage, "20m")]
    public void What_we_ended_is_no_answer_even_if_one_was_printed(object reason, string category, string message)
    {
        File.WriteAllText(_place.Log, Ok);
        var failure = Failed(Verdict.Of(_place.Ended(null, 15, (EndReason)reason) with { Detail = "20m" }));
        failure.Category.ShouldBe(category);
        failure.Message.ShouldContain(message);
    }

    [Fact]
    public void A_signal_is_named() => Failed(Verdict.Of(_place.Ended(null, 9))).Message.ShouldBe("the agent was ended by signal 9");

    [Fact]
    public void An_agent_that_deleted_its_workspace_has_failed_and_nothing_throws()
    {
        File.WriteAllText(_place.Log, Ok);
        Directory.Delete(_place.Workspace, recursive: true);
        Failed(Verdict.Of(_place.Ended())).Category.ShouldBe(FailureCategory.EvidenceMissing);
    }

    [Theory]
    [InlineData("nothing.md", "does not exist")]
    [InlineData("../../etc/passwd", "..")]
    [InlineData("/etc/passwd", "absolute")]
    [InlineData("/dev/zero", "absolute")]
    [InlineData("/proc/self/environ", "absolute")]
    [InlineData("etc/passwd", "symbolic link")]
    [InlineData("link.md", "symbolic link")]
    [InlineData("sub", "directory")]
    [InlineData("hard.md", "hard link")]
    [InlineData("fifo", "not a regular file")]
    [InlineData(".git/config", ".git")]
    [InlineData("sub/.GIT/x", ".git")]
    [InlineData("", "empty")]
    [InlineData("a\\u202eb", "\\u202e")]
    public void Evidence_that_does_not_hold_fails_the_step_and_is_named(string path, string why)
    {
        SafeFileTests.Shell($"cd {_place.Workspace}; mkdir sub; ln -s /etc; ln -s a.md link.md; touch ../o; ln ../o hard.md; mkfifo fifo");
        var failure = Failed(_place.Judge($"{{\"action\":\"COMPLETED\",\"evidence_files\":[\"a.md\",\"{path}\"]}}"));
        failure.Category.ShouldBe(FailureCategory.EvidenceMissing);
        failure.Message.ShouldContain(why);
        failure.Message.ShouldStartWith($"evidence file \"{path}\" ");
    }

    [Fact]
    public void Evidence_is_made_relative_and_each_path_comes_once()
    {
        File.WriteAllText(_place.InWorkspace("sub/b c.md"), "");
        var paths = $"\"./a.md\",\"{_place.Workspace}/sub/b c.md\",\"a.md\"";
        Answered(_place.Judge($"{{\"action\":\"COMPLETED\",\"evidence_files\":[{paths}]}}"))
            .Evidence.ShouldBe(["a.md", "sub/b c.md"]);
    }

    [Fact]
    public void A_directory_beside_the_workspace_with_the_same_beginning_is_outside()
    {
        Directory.CreateDirectory(_place.Workspace + "2");
        File.WriteAllText(_place.Workspace + "2/x", "");
        var output = $"{{\"action\":\"COMPLETED\",\"evidence_files\":[\"{_place.Workspace}2/x\"]}}";
        Failed(_place.Judge(output)).Message.ShouldContain("absolute");
    }

    [Fact]
    public void A_supervisors_and_a_stuck_workers_wrong_evidence_is_left_out_with_a_note()
    {
        var review = Answered(_place.Judge("""{"action":"COMPLETED","evidence_files":["gone.md","a.md"]}""", role: AgentRole.Supervisor));
        review.Evidence.ShouldBe(["a.md"]);
        review.Notes.ShouldHaveSingleItem().ShouldContain("gone.md");
        Answered(_place.Judge("""{"action":"STUCK","evidence_files":["gone.md"]}""")).Evidence.ShouldBeEmpty();
    }

    private void Respond(string content) => File.WriteAllText(_place.InWorkspace(AgentFiles.Response), content);

    private static Answer Answered(AgentOutcome outcome) => outcome.ShouldBeOfType<AgentOutcome.Answered>().Answer;

    private static Failure Failed(AgentOutcome outcome) => outcome.ShouldBeOfType<AgentOutcome.Failed>().Failure;
}
