using Logist.Core.Jobs;

namespace Logist.Tests.Engine;

/// <summary>What a step's process gets: variables, values of expressions, time, and where its output goes.</summary>
public sealed class EnvironmentTests
{
    private static Dictionary<string, string> Variables(string file) =>
        File.ReadAllText(file).Split('\0', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => line.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);

    [Fact]
    public async Task Only_what_is_named_reaches_a_step_and_Logists_own_variables_are_there()
    {
        await using var job = await JobInTest.CreateAsync("""
            defaults: { env: [NAMED, UNSET_NAME] }
            steps:
              show: { run: cp /proc/self/environ MARKS/show, env: { OWN: "a value", NAMED: mine } }
              other: { run: [cp, /proc/self/environ, MARKS/other] }
            """);
        job.Variables["NAMED"] = "passed";
        job.Variables["LC_TIME"] = "C";
        await job.RunAsync();

        var show = Variables(job.Mark("show"));
        string[] expected = ["GIT_AUTHOR_EMAIL", "GIT_AUTHOR_NAME", "GIT_COMMITTER_EMAIL", "GIT_COMMITTER_NAME", "HOME", "LC_TIME",
            "LOGIST_ATTEMPT_ID",
            "LOGIST_IDEMPOTENCY_KEY", "LOGIST_JOB_ID", "LOGIST_ROLE", "LOGIST_RUN_ID", "LOGIST_STEP_ID", "NAMED", "OWN", "PATH", "PWD",
            "TERM"];
        show.Keys.Where(k => k is not ("OLDPWD" or "SHLVL" or "_")).Order(StringComparer.Ordinal).ShouldBe(expected);
        (show["OWN"], show["NAMED"], show["TERM"]).ShouldBe(("a value", "mine", "dumb"));
        (show["LOGIST_JOB_ID"], show["LOGIST_RUN_ID"], show["LOGIST_STEP_ID"], show["LOGIST_ATTEMPT_ID"], show["LOGIST_ROLE"])
            .ShouldBe((job.Id.Value, $"{job.Id}.1", "show", $"{job.Id}.1.show.1", "worker"));
        Variables(job.Mark("other"))["NAMED"].ShouldBe("passed");
        Variables(job.Mark("other")).ContainsKey("OWN").ShouldBeFalse();
    }

    [Fact]
    public async Task The_idempotency_key_is_the_same_for_attempts_of_the_same_input_and_another_for_another()
    {
        await using var job = await JobInTest.CreateAsync("""
            steps:
              pay: { run: "echo $LOGIST_IDEMPOTENCY_KEY >> MARKS/pay; exit 1", retry: { max_attempts: 2, backoff: { initial: 10ms } } }
              call: { workspace: none, run: "echo $LOGIST_IDEMPOTENCY_KEY >> MARKS/call; exit 1", retry: { max_attempts: 2, backoff: { initial: 10ms } } }
            """);
        await job.RunAsync();
        foreach (var step in (string[])["pay", "call"])
        {
            var keys = File.ReadAllLines(job.Mark(step));
            keys.Length.ShouldBe(2);
            keys[1].ShouldBe(keys[0]);
            keys[0].ShouldContain(step);
        }

        await job.ResubmitAsync();
        await File.WriteAllTextAsync(job.InWorkspace("new.txt"), "other input", TestContext.Current.CancellationToken);
        await job.RunAsync();
        var all = File.ReadAllLines(job.Mark("call"));
        all.Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public async Task Roles_of_checks_and_supervisors_are_named()
    {
        await using var job = await JobInTest.CreateAsync("""
            agents:
              coder: { script: "run echo $LOGIST_ROLE >> MARKS/roles" }
              boss: { script: "run echo $LOGIST_ROLE >> MARKS/roles\nanswer COMPLETED ok" }
            steps: { work: { prompt: p, agent: coder, review: { agent: boss }, checks: [echo $LOGIST_ROLE >> MARKS/roles] } }
            """);
        (await job.RunAsync()).Status.ShouldBe(JobStatus.Success);
        File.ReadAllLines(job.Mark("roles")).ShouldBe(["worker", "check", "supervisor"]);
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("two words")]
    [InlineData("$(touch MARKS/pwned)`touch MARKS/pwned`; touch MARKS/pwned; \"'\\")]
    [InlineData("-n --help\n* ? ~ $HOME ${PATH} #x & | > MARKS/pwned")]
    [InlineData("grüße 日本 \u0001")]
    public async Task A_hostile_parameter_value_is_a_value_in_shell_lines_and_lists(string value)
    {
        await using var probe = await JobInTest.CreateAsync("steps: { x: { workspace: none, run: \"true\" } }");
        var hostile = value.Replace("MARKS", probe.Marks, StringComparison.Ordinal);
        await using var job = await JobInTest.CreateAsync("""
            params: { v: { required: true } }
            steps:
              bare: { workspace: none, run: "printf %s ${{ params.v }} > MARKS/bare" }
              quoted: { workspace: none, run: "printf %s \"<${{ params.v }}>\" > MARKS/quoted" }
              single: { workspace: none, run: "printf %s '<${{ params.v }}>' > MARKS/single" }
              list: { workspace: none, run: [sh, -c, "printf %s \"$1\" > MARKS/list", sh, "${{ params.v }}"] }
              prompt: { workspace: none, prompt: "Do ${{ params.v }}", agent: scripted }
            """, parameters: [$"v={hostile}"]);
        var state = await job.RunAsync();
        state.Status.ShouldBe(JobStatus.Success, await job.HistoryAsync());
        (File.ReadAllText(job.Mark("bare")), File.ReadAllText(job.Mark("list"))).ShouldBe((hostile, hostile));
        (File.ReadAllText(job.Mark("quoted")), File.ReadAllText(job.Mark("single"))).ShouldBe(($"<{hostile}>", $"<{hostile}>"));
        job.Attempt("prompt", 1, "worker.prompt.md").ShouldContain(hostile);
        File.Exists(probe.Mark("pwned")).ShouldBeFalse();
        job.Manifest().GetProperty("run").GetProperty("params").GetProperty("v").GetString().ShouldBe(hostile);
    }

    [Fact]
    public async Task Expressions_know_the_job_the_run_and_the_commits_and_summaries_of_earlier_steps()
    {
        await using var job = await JobInTest.CreateAsync("""
            agents: { coder: { script: "answer COMPLETED found three problems" } }
            steps:
              look: { prompt: Look., agent: coder }
              tell: { needs: [look], run: "echo ${{ job.id }} ${{ run.number }} ${{ steps.look.commit }} > MARKS/tell" }
              fix: { needs: [look], prompt: "Fix: ${{ steps.look.summary }}", agent: coder }
            """);
        await job.RunAsync();
        File.ReadAllText(job.Mark("tell")).ShouldBe($"{job.Id} 1 {job.Commit("look")}\n");
        // As quoted data, never as a part of the task: it is another agent's text.
        var task = job.Attempt("fix", 1, "worker.prompt.md").Split("## Task")[1];
        task.ShouldContain("Fix: \n");
        task.ShouldContain("\nfound three problems\n");
    }

    [Fact]
    public async Task The_output_log_can_be_followed_while_the_step_runs_and_is_kept_for_every_attempt()
    {
        await using var job = await JobInTest.CreateAsync("""
            steps:
              talk:
                run: echo begin; echo trouble >&2; until test -e MARKS/go; do sleep 0.02; done; echo end; test -e MARKS/again || { touch MARKS/again; exit 1; }
                retry: { max_attempts: 2, backoff: { initial: 10ms } }
            """);
        var run = job.RunAsync();
        var log = Path.Combine(job.Layout.Attempts, "1.talk.1", "output.log");
        await JobInTest.UntilAsync(() => File.Exists(log) && File.ReadAllText(log) == "begin\ntrouble\n", "nothing to follow");
        job.Put("go");
        await run;
        File.ReadAllText(log).ShouldBe("begin\ntrouble\nend\n");
        job.Attempt("talk", 2, "output.log").Split('\n').Order().ShouldBe(["", "begin", "end", "trouble"]);
    }

    [Fact]
    public async Task A_silent_step_without_files_leaves_no_directory_of_its_own()
    {
        await using var job = await JobInTest.CreateAsync("steps: { quiet: { workspace: none, run: \"true\" } }");
        await job.RunAsync();
        Directory.Exists(job.Layout.Attempts).ShouldBeFalse();
    }

    [Fact]
    public async Task An_inactivity_limit_counts_from_the_last_output()
    {
        await using var job = await JobInTest.CreateAsync("""
            steps: { talk: { run: "for i in 1 2 3 4 5 6; do sleep 0.3; echo $i; done; sleep 100", inactivity_timeout: 1s } }
            """);
        var state = await job.RunAsync();
        state.Run!.Tasks[0].Failure!.Category.ShouldBe(FailureCategory.Timeout);
        job.Attempt("talk", 1, "output.log").ShouldBe("1\n2\n3\n4\n5\n6\n");
    }

    [Fact]
    public async Task A_timeout_ends_the_whole_process_tree_and_may_be_retried()
    {
        await using var job = await JobInTest.CreateAsync("""
            steps:
              slow:
                run: test -e MARKS/second && exit 0; touch MARKS/second; sleep 1000 & echo $! > MARKS/child; wait
                timeout: 400ms
                retry: { max_attempts: 2, backoff: { initial: 10ms } }
            """);
        (await job.RunAsync()).Status.ShouldBe(JobStatus.Success);
        var child = int.Parse(await File.ReadAllTextAsync(job.Mark("child"), TestContext.Current.CancellationToken));
        (StepHost.ProcessTable.TryRead(child, out var entry) && entry.IsAlive).ShouldBeFalse();
        job.Events<JobEvent.TaskFailed>().ShouldHaveSingleItem().Failure.Category.ShouldBe(FailureCategory.Timeout);
    }
}
