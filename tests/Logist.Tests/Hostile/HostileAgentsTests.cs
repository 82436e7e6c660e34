using Logist.Testing;

namespace Logist.Tests.Hostile;

public sealed class HostileAgentsTests(HostileAgents job) : IClassFixture<HostileAgents>
{
    [Theory]
    [InlineData("no-answer", "invalid_response", "without an answer")]
    [InlineData("empty-file", "invalid_response", "is empty")]
    [InlineData("half-written", "invalid_response", "is not valid JSON")]
    [InlineData("wrong-type", "invalid_response", "a number, not a string")]
    [InlineData("wrong-word", "invalid_response", @"has the action ""DONE\x1b[2J"", not COMPLETED")]
    [InlineData("huge-file", "invalid_response", "is larger than 1048576 bytes")]
    [InlineData("fifo-file", "invalid_response", "is not a regular file")]
    [InlineData("link-file", "invalid_response", "is a symbolic link")]
    [InlineData("link-folder", "invalid_response", "is a symbolic link or leads through one")]
    [InlineData("hard-link", "invalid_response", "is a hard link")]
    [InlineData("folder-file", "invalid_response", "is a directory")]
    [InlineData("other-step", "invalid_response", "is for step \"no-answer\"")]
    [InlineData("other-attempt", "invalid_response", "is for attempt \"evil.1.no-answer.1\"")]
    [InlineData("deep-answer", "invalid_response", "without an answer")]
    [InlineData("says-done-fails", "agent_error", "answered COMPLETED but ended with exit code 1")]
    [InlineData("evidence-above", "evidence_missing", "contains \"..\"")]
    [InlineData("evidence-absolute", "evidence_missing", "is an absolute path outside the workspace")]
    [InlineData("evidence-proc", "evidence_missing", "is an absolute path outside the workspace")]
    [InlineData("evidence-zero", "evidence_missing", "is an absolute path outside the workspace")]
    [InlineData("evidence-link", "evidence_missing", "is a symbolic link or leads through one")]
    [InlineData("evidence-fifo", "evidence_missing", "is not a regular file")]
    [InlineData("evidence-git", "evidence_missing", "is inside .git")]
    [InlineData("evidence-nul", "evidence_missing", "contains a NUL character")]
    [InlineData("evidence-many", "invalid_response", "names more than 1000 evidence files")]
    [InlineData("stuck-escapes", "agent_stuck", "the agent is stuck: ")]
    [InlineData("ignores-term", "timeout", "ran longer than allowed")]
    [InlineData("stops-itself", "timeout", "ran longer than allowed")]
    public void An_answer_that_does_not_hold_fails_its_step_with_the_reason(string step, string category, string text)
    {
        var failure = job.Task(step).GetProperty("attempts")[0].GetProperty("failure");
        failure.GetProperty("category").GetString().ShouldBe(category, failure.GetRawText());
        failure.GetProperty("message").GetString()!.ShouldContain(text);
    }

    [Theory]
    [InlineData("fifo-in-the-way")]
    [InlineData("folder-in-the-way")]
    [InlineData("escapes")]
    [InlineData("fake-lines")]
    [InlineData("all-bytes")]
    [InlineData("one-line")]
    [InlineData("flood")]
    [InlineData("index-lock")]
    [InlineData("git-config")]
    [InlineData("git-hooks")]
    [InlineData("git-head")]
    [InlineData("git-gone")]
    [InlineData("git-file")]
    [InlineData("git-link")]
    [InlineData("names")]
    [InlineData("leaves-children")]
    [InlineData("floods-from-behind")]
    public void Whatever_surrounds_a_good_answer_the_step_succeeds(string step)
    {
        var task = job.Task(step);
        task.GetProperty("status").GetString().ShouldBe("SUCCESS", task.GetRawText());
        if (step.StartsWith("git-", StringComparison.Ordinal) || step == "index-lock")
        {
            var commit = task.GetProperty("attempts")[0].GetProperty("output_commit").GetString()!;
            TempRepo.GitIn(Repository("evil"), "show", $"{commit}:new.txt").ShouldBe("x");
        }
    }

    [Theory]
    [InlineData("tree-gone")]
    [InlineData("tree-link")]
    [InlineData("no-rights")]
    public void A_tree_that_is_gone_or_replaced_is_still_recorded(string step) =>
        job.Task(step).GetProperty("status").GetString().ShouldBe("SUCCESS", "what is left of the tree is its output");

    [Fact]
    public void The_run_ends_by_asking_for_a_person_and_prints_nothing_dangerous()
    {
        _ = job.Ended.ShouldEndWith(3);
        job.Ended.Took.ShouldBeLessThan(TimeSpan.FromSeconds(100));
        File.Exists(job.Marker).ShouldBeFalse();
        TempRepo.Fingerprint(job.Victim).ShouldBe(job.VictimBefore);
    }

    [Theory]
    [InlineData("status")]
    [InlineData("history")]
    [InlineData("inspect")]
    [InlineData("list")]
    public async Task Agent_text_reaches_no_terminal_unescaped(string command)
    {
        (await job.Program.RunAsync(command == "list" ? ["job", "list"] : ["job", command, "evil"])).ShouldEndWith(0).Out
            .ShouldNotBeEmpty();
        (await job.Program.RunAsync("job", command, "--json")).ShouldEndWith(0);
    }

    [Theory]
    [InlineData("escapes", "over")]
    [InlineData("stuck-escapes", "STUCK")]
    [InlineData("fake-lines", "::set-env")]
    [InlineData("all-bytes", "ABC")]
    [InlineData("names", "")]
    public async Task Logs_and_diffs_are_shown_escaped(string step, string text)
    {
        (await job.Program.RunAsync("job", "logs", "evil", step)).ShouldEndWith(0).Out.ShouldContain(text);
        _ = (await job.Program.RunAsync("job", "diff", "evil", step)).ShouldEndWith(0);
        _ = (await job.Program.RunAsync("job", "preview", "evil", step)).ShouldEndWith(0);
    }

    [Fact]
    public void Long_output_is_cut_with_a_mark_and_the_rest_is_kept()
    {
        var log = new FileInfo(Path.Combine(job.Program.Job("evil"), "attempts/1.flood.1/output.log"));
        log.Length.ShouldBe(64 << 20);
        using var reader = log.OpenText();
        _ = reader.BaseStream.Seek(48 << 20, SeekOrigin.Begin);
        reader.ReadToEnd().ShouldContain("[output truncated:");
    }

    [Fact]
    public void Nothing_of_the_job_is_left_running()
    {
        foreach (var process in Directory.EnumerateDirectories("/proc").Where(p => int.TryParse(Path.GetFileName(p), out _)))
        {
            string environment;
            try
            {
                environment = File.ReadAllText(Path.Combine(process, "environ"));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                continue;
            }

            environment.Split('\0').ShouldNotContain($"JOB={job.Program.Job("evil")}", process);
        }
    }

    [Fact]
    public async Task A_second_run_starts_nothing()
    {
        string[] files = ["history.jsonl", "job_manifest.json"];
        var before = files.Select(file => File.ReadAllText(Path.Combine(job.Program.Job("evil"), file))).ToList();
        _ = (await job.Program.RunAsync("job", "run", "evil")).ShouldFailWith(3, "INTERVENTION_REQUIRED");
        files.Select(file => File.ReadAllText(Path.Combine(job.Program.Job("evil"), file))).ShouldBe(before);
    }

    private string Repository(string id) => Path.Combine(job.Program.Job(id), "repo.git");
}
