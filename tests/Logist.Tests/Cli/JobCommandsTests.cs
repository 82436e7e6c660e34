namespace Logist.Tests.Cli;

/// <summary>One real job of three steps, the last of which fails; every reading command is asked about it.</summary>
public sealed class FailedJob : IAsyncLifetime
{
    private readonly CliRun _run = new();

    internal CliRun Run => _run;

    public int RunCode { get; private set; }

    public string RunOut { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        var file = Path.Combine(_run.Root, "hello.yaml");
        await File.WriteAllTextAsync(file, """
            version: 1
            name: hello
            steps:
              greet:
                run: echo to-out; echo to-err >&2; echo hi > hello.txt
              check:
                needs: [greet]
                run: grep hi hello.txt
              bad:
                needs: [check]
                run: printf 'one\ntwo\n\033[2Jthree\n'; exit 3
            """);
        (await _run.RunAsync("job", "create", file, "--json")).ShouldBe(0, _run.Err);
        RunCode = await _run.RunAsync("job", "run", "hello", "--progress", "plain");
        RunOut = _run.Out;
    }

    public ValueTask DisposeAsync()
    {
        _run.Dispose();
        return ValueTask.CompletedTask;
    }
}

public sealed class JobCommandsTests(FailedJob job) : IClassFixture<FailedJob>
{
    private CliRun Run => job.Run;

    [Fact]
    public void A_run_that_stops_says_why_shows_the_last_lines_and_what_to_type()
    {
        job.RunCode.ShouldBe(3);
        job.RunOut.ShouldContain("why: step_failed: bad: exit code 3");
        job.RunOut.ShouldContain(@"  │ \u001b[2Jthree");
        job.RunOut.ShouldContain("next: logist job resubmit hello --run");
    }

    [Fact]
    public async Task Status_reads_and_its_exit_code_is_the_jobs_only_when_asked()
    {
        (await Run.RunAsync("job", "status")).ShouldBe(0);
        Run.Out.ShouldStartWith("✗ hello  INTERVENTION_REQUIRED");
        (await Run.RunAsync("job", "status", "hell", "--exit-status", "--json")).ShouldBe(3);
        var status = Run.Json(Run.Out);
        status.GetProperty("schema").GetString().ShouldBe("logist.manifest/v1");
        status.GetProperty("status").GetString().ShouldBe("INTERVENTION_REQUIRED");
        status.GetProperty("live").GetProperty("active_tasks").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Watching_a_job_at_rest_ends_at_once()
    {
        (await Run.RunAsync("job", "status", "hello", "--watch", "--timeout", "30s")).ShouldBe(0);
        Run.Out.ShouldContain("INTERVENTION_REQUIRED");
    }

    [Fact]
    public async Task Lists_filter_and_go_on_page_by_page()
    {
        (await Run.RunAsync("job", "list", "--json")).ShouldBe(0);
        var item = Run.Json(Run.Out).GetProperty("items").EnumerateArray().ShouldHaveSingleItem();
        item.GetProperty("job_id").GetString().ShouldBe("hello");
        item.GetProperty("steps_done").GetInt32().ShouldBe(2);
        item.GetProperty("steps_total").GetInt32().ShouldBe(3);
        (await Run.RunAsync("job", "list", "--status", "running")).ShouldBe(0);
        Run.Out.ShouldBe("no jobs\n");
        (await Run.RunAsync("job", "list", "--status", "sucess")).ShouldBe(2);
        Run.Err.ShouldContain("did you mean: SUCCESS");
    }

    [Fact]
    public async Task History_is_filtered_by_type_step_and_order()
    {
        (await Run.RunAsync("job", "history", "hello", "--type", "task", "--step", "3", "--reverse", "--limit", "1", "--json")).ShouldBe(0);
        var item = Run.Json(Run.Out).GetProperty("items").EnumerateArray().ShouldHaveSingleItem();
        item.GetProperty("type").GetString().ShouldBe("task.failed");
        item.GetProperty("step").GetString().ShouldBe("bad");
        (await Run.RunAsync("job", "history", "hello", "--run", "2")).ShouldBe(6);
    }

    [Fact]
    public async Task Logs_show_the_failed_step_escaped_or_raw_whole_or_the_end()
    {
        (await Run.RunAsync("job", "logs", "hello")).ShouldBe(0);
        Run.Out.ShouldBe("one\ntwo\n\\u001b[2Jthree\n");
        (await Run.RunAsync("job", "logs", "hello", "bad", "--tail", "2", "--raw")).ShouldBe(0);
        Run.Out.ShouldBe("two\n\u001b[2Jthree\n");
        (await Run.RunAsync("job", "logs", "hello", "1", "--stream", "err")).ShouldBe(0);
        Run.Out.ShouldBe("to-err\n");
        (await Run.RunAsync("job", "logs", "hello", "1", "--stream", "out")).ShouldBe(0);
        Run.Out.ShouldBe("to-out\n");
        (await Run.RunAsync("job", "logs", "hello", "1", "-f")).ShouldBe(0);
        Run.Out.ShouldContain("to-out\n");
        (await Run.RunAsync("job", "logs", "hello", "1", "--attempt", "2")).ShouldBe(6);
        Run.Err.ShouldContain("greet has no attempt 2");
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("4")]
    [InlineData("chek")]
    public async Task A_step_that_does_not_exist_is_refused_with_the_range_and_the_ids(string step)
    {
        (await Run.RunAsync("job", "logs", "hello", "--", step)).ShouldBe(2);
        Run.Err.ShouldContain("steps are 1..3: greet, check, bad");
    }

    [Fact]
    public async Task A_diff_is_what_git_prints()
    {
        (await Run.RunAsync("job", "diff", "hello", "greet")).ShouldBe(0, Run.Err);
        Run.Out.ShouldStartWith("diff --git a/hello.txt b/hello.txt\n");
        (await Run.RunAsync("job", "diff", "hello", "check", "--against", "base", "--name-only")).ShouldBe(0, Run.Err);
        Run.Out.ShouldBe("hello.txt\n");
        (await Run.RunAsync("job", "diff", "hello", "greet", "--against", "previous")).ShouldBe(6);
        Run.Err.ShouldContain("greet #1 has no attempt before it");
    }

    [Fact]
    public async Task Inspect_and_preview_say_what_was_and_what_would_be()
    {
        (await Run.RunAsync("job", "inspect", "hello", "--json")).ShouldBe(0);
        var tasks = Run.Json(Run.Out).GetProperty("runs")[0].GetProperty("tasks");
        tasks[2].GetProperty("attempts")[0].GetProperty("exit_code").GetInt32().ShouldBe(3);
        tasks[0].GetProperty("accepted_attempt").GetInt32().ShouldBe(1);
        (await Run.RunAsync("job", "preview", "hello", "check")).ShouldBe(0);
        Run.Out.ShouldStartWith("hello.1.check.2\n");
        Run.Out.ShouldContain("command:     /bin/sh -c 'grep hi hello.txt'");
        Run.Out.ShouldContain("LOGIST_ATTEMPT_ID");
    }

    [Theory]
    [InlineData("..", 2)]
    [InlineData("a/b", 2)]
    [InlineData("%2e%2e", 2)]
    [InlineData("@/etc/passwd", 2)]
    [InlineData("CON", 2)]
    [InlineData("-rf", 2)]
    [InlineData("hello\n", 2)]
    [InlineData("\u202e", 2)]
    [InlineData("no-such-job", 6)]
    [InlineData("hel", 6)]
    public async Task Only_ids_of_jobs_that_exist_are_taken(string name, int code)
    {
        (await Run.RunAsync("job", "status", name)).ShouldBe(code);
        Run.Out.ShouldBeEmpty();
        (await Run.With("LOGIST_JOB_ID", name).RunAsync("job", "status")).ShouldBe(code);
        _ = Run.With("LOGIST_JOB_ID", null);
    }

    [Fact]
    public async Task A_damaged_manifest_is_listed_and_refused_everywhere_else()
    {
        using var other = new CliRun();
        var directory = Directory.CreateDirectory(Path.Combine(other.JobsDirectory, "broken")).FullName;
        await File.WriteAllTextAsync(Path.Combine(directory, "job_manifest.json"), "{", TestContext.Current.CancellationToken);
        (await other.RunAsync("job", "list")).ShouldBe(0);
        other.Out.ShouldContain("! DAMAGED");
        (await other.RunAsync("job", "status", "broken")).ShouldBe(10);
        other.Err.ShouldContain("job recover broken");
    }

    [Fact]
    public async Task Without_any_job_each_command_says_what_is_missing()
    {
        using var other = new CliRun();
        (await other.RunAsync("job", "list")).ShouldBe(0);
        other.Out.ShouldBe("no jobs\n");
        (await other.RunAsync("job", "status")).ShouldBe(2);
        other.Err.ShouldContain("which job?");
        (await other.RunAsync("job", "select", "nobody")).ShouldBe(6);
        Directory.Exists(other.JobsDirectory).ShouldBeFalse();
    }
}
