namespace Logist.Tests.Cli;

/// <summary>One real job: a step done again, a run from a step, a failure mended by hand. Every attempt of both runs is read.</summary>
public sealed class JobOfTwoRuns : IAsyncLifetime
{
    private readonly CliRun _run = new();

    internal CliRun Run => _run;

    public string AfterRestep { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        var file = Path.Combine(_run.Root, "two.yaml");
        await File.WriteAllTextAsync(file, """
            version: 1
            name: two
            steps:
              plan: { run: 'echo "plan $LOGIST_ATTEMPT_ID"; echo "$LOGIST_ATTEMPT_ID" > plan.txt' }
              build: { needs: [plan], run: 'echo "build $LOGIST_ATTEMPT_ID"; echo "$LOGIST_ATTEMPT_ID" > build.txt' }
              test: { needs: [build], run: 'echo "test $LOGIST_ATTEMPT_ID"; test ! -e broken' }
            """);
        await ExpectAsync(0, "job", "create", file);
        await ExpectAsync(0, "job", "run", "two", "-q");
        await ExpectAsync(0, "job", "restep", "two", "plan", "--reason", "once more", "--by", "ann", "-q");
        AfterRestep = _run.Out;
        await ExpectAsync(0, "job", "status", "two");
        AfterRestep.ShouldBe(_run.Out, "what the restep ended with is what the manifest says");
        var workspace = Path.Combine(_run.JobsDirectory, "two", "workspace");
        await File.WriteAllTextAsync(Path.Combine(workspace, "broken"), "by hand\n");
        await ExpectAsync(3, "job", "rerun", "two", "--step", "build", "--reason", "new run", "--by", "ann", "-q");
        File.Delete(Path.Combine(workspace, "broken"));
        await ExpectAsync(0, "job", "resolve", "two", "test", "--outcome", "success", "--reason", "looked at it", "--by", "ben");
        await ExpectAsync(0, "job", "run", "two", "-q");
    }

    private async Task ExpectAsync(int code, params string[] args) =>
        (await _run.RunAsync(args)).ShouldBe(code, string.Join(' ', args) + _run.Out + _run.Err);

    public ValueTask DisposeAsync()
    {
        _run.Dispose();
        return ValueTask.CompletedTask;
    }
}

public sealed class EveryRunTests(JobOfTwoRuns job) : IClassFixture<JobOfTwoRuns>
{
    private CliRun Run => job.Run;

    [Fact]
    public void A_job_in_success_says_what_is_stale_and_what_to_type()
    {
        job.AfterRestep.ShouldContain("SUCCESS");
        job.AfterRestep.ShouldContain("3/3 steps · 1 stale");
        job.AfterRestep.ShouldContain("↻ 2 build  stale: plan has a new output");
        job.AfterRestep.ShouldContain("next: logist job run two --stale");
    }

    [Theory]
    [InlineData("plan two.1.plan.1\n", "plan", "--run", "1", "--attempt", "1")]
    [InlineData("plan two.1.plan.2\n", "plan", "--run", "1")]
    [InlineData("plan two.1.plan.2\n", "plan")]
    [InlineData("plan two.1.plan.1\n", "plan", "--attempt", "1")]
    [InlineData("build two.1.build.1\n", "build", "--run", "1")]
    [InlineData("build two.2.build.1\n", "2")]
    [InlineData("test two.2.test.1\n", "test", "--attempt", "1")]
    [InlineData("", "test", "--attempt", "2")]
    public async Task The_log_of_every_attempt_of_every_run_is_kept(string expected, params string[] args)
    {
        (await Run.RunAsync(["job", "logs", "two", .. args])).ShouldBe(0, Run.Err);
        Run.Out.ShouldBe(expected);
    }

    [Fact]
    public async Task All_attempts_are_those_of_every_run_or_of_the_run_named()
    {
        (await Run.RunAsync("job", "logs", "two", "build", "--attempt", "all")).ShouldBe(0, Run.Err);
        Run.Out.ShouldBe("==> build #1 of run 1 <==\nbuild two.1.build.1\n==> build #1 of run 2 <==\nbuild two.2.build.1\n");
        (await Run.RunAsync("job", "logs", "two", "plan", "--attempt", "all", "--run", "2", "--json")).ShouldBe(0, Run.Err);
        Run.Json(Run.Out).GetProperty("items").EnumerateArray().Select(item => item.GetProperty("attempt").GetString())
            .ShouldBe(["two.1.plan.1", "two.1.plan.2"]);
    }

    [Fact]
    public async Task A_run_or_attempt_that_is_not_there_is_not_found_and_what_there_is_is_named()
    {
        foreach (var command in (string[])["logs", "diff", "preview", "history"])
        {
            string[] step = command == "history" ? [] : ["plan"];
            (await Run.RunAsync(["job", command, "two", .. step, "--run", "3"])).ShouldBe(6, command);
            Run.Err.ShouldContain("runs are 1..2");
        }

        (await Run.RunAsync("job", "logs", "two", "build", "--attempt", "2")).ShouldBe(6);
        Run.Err.ShouldContain("build has no attempt 2 in run 2");
    }

    [Fact]
    public async Task A_diff_against_the_previous_attempt_goes_back_across_runs_and_reused_steps()
    {
        (await DiffAsync("build", "--against", "previous")).ShouldContain("-two.1.build.1\n+two.2.build.1");
        (await DiffAsync("plan", "--against", "previous")).ShouldContain("-two.1.plan.1\n+two.1.plan.2");
        (await DiffAsync("build", "--against", "1.1")).ShouldContain("-two.1.build.1\n+two.2.build.1");
        (await DiffAsync("plan", "--attempt", "1", "--against", "2")).ShouldContain("-two.1.plan.2\n+two.1.plan.1");
        (await DiffAsync("build", "--run", "1")).ShouldContain("+two.1.build.1");
        (await DiffAsync("test", "--attempt", "2", "--against", "previous")).ShouldContain("deleted file mode");
        (await Run.RunAsync("job", "diff", "two", "plan", "--run", "1", "--attempt", "1", "--against", "previous")).ShouldBe(6);
        Run.Err.ShouldContain("plan #1 of run 1 has no attempt before it");
    }

    [Fact]
    public async Task The_whole_result_of_an_earlier_run_can_be_compared_too()
    {
        (await DiffAsync("--run", "1")).ShouldContain("+two.1.build.1");
        (await DiffAsync()).ShouldContain("+two.2.build.1");
    }

    [Fact]
    public async Task What_a_person_changed_can_be_read_as_a_patch()
    {
        (await DiffAsync("--human", "--name-only")).ShouldContain(" <==\nbroken\n");
        (await DiffAsync("--human", "--run", "2")).ShouldContain("+by hand");
        (await Run.RunAsync("job", "diff", "two", "--human", "--json")).ShouldBe(0, Run.Err);
        var items = Run.Json(Run.Out).GetProperty("items");
        items[0].GetProperty("files")[0].GetString().ShouldBe("broken");
        items[0].GetProperty("diff").GetString()!.ShouldContain("+by hand");
        (await Run.RunAsync("job", "diff", "two", "plan", "--human")).ShouldBe(2);
    }

    [Fact]
    public async Task Preview_shows_an_attempt_of_an_earlier_run_as_it_was()
    {
        (await Run.RunAsync("job", "preview", "two", "build", "--run", "1")).ShouldBe(0, Run.Err);
        Run.Out.ShouldStartWith("two.1.build.1\n");
        (await Run.RunAsync("job", "preview", "two", "plan", "--attempt", "2")).ShouldBe(0, Run.Err);
        Run.Out.ShouldStartWith("two.1.plan.2\n");
    }

    [Fact]
    public async Task Inspect_has_who_why_plan_and_what_was_used_for_every_attempt()
    {
        (await Run.RunAsync("job", "inspect", "two", "--json")).ShouldBe(0, Run.Err);
        var runs = Run.Json(Run.Out).GetProperty("runs");
        var plan = runs[0].GetProperty("tasks")[0].GetProperty("attempts")[1];
        plan.GetProperty("kind").GetString().ShouldBe("restep");
        (plan.GetProperty("requested_by").GetString(), plan.GetProperty("reason").GetString()).ShouldBe(("ann", "once more"));
        plan.GetProperty("plan_hash").GetString().ShouldNotBeNull().ShouldStartWith("sha256:");
        runs[1].GetProperty("requested_by").GetString().ShouldBe("ann");
        runs[1].GetProperty("from_step").GetString().ShouldBe("build");
        var tasks = runs[1].GetProperty("tasks");
        (tasks[0].GetProperty("accepted_run").GetInt32(), tasks[0].GetProperty("accepted_attempt").GetInt32()).ShouldBe((1, 2));
        tasks[1].GetProperty("attempts")[0].GetProperty("used")[0].GetString().ShouldBe("two.1.plan.2");
        var human = tasks[2].GetProperty("attempts")[1];
        human.GetProperty("kind").GetString().ShouldBe("human");
        (human.GetProperty("requested_by").GetString(), human.GetProperty("reason").GetString()).ShouldBe(("ben", "looked at it"));
    }

    private async Task<string> DiffAsync(params string[] args)
    {
        (await Run.RunAsync(["job", "diff", "two", .. args])).ShouldBe(0, Run.Err);
        return Run.Out;
    }
}
