using Logist.Core;
using Logist.Core.Jobs;
using Logist.Engine;
using Logist.StepHost;

namespace Logist.Tests.Engine;

/// <summary>R1.1 to R1.4, R1.9, R1.10 and the first half of R7.1: a job from PENDING to its end.</summary>
public sealed class RunTests
{
    private const string Reviewed = """
        agents:
          coder: { script: "write notes.md round {round}" }
          boss: { script: "answer COMPLETED fine" }
        steps:
          plan: { prompt: Plan it., agent: coder, review: { agent: boss } }
          build: { needs: [plan], run: cat notes.md > built.txt }
        """;

    private const string Chain = """
        steps:
          one: { run: echo 1 > one.txt }
          two: { needs: [one], run: "true" }
          three: { needs: [two], run: echo 3 > three.txt }
        """;

    [Fact]
    public async Task A_job_reaches_SUCCESS_through_every_status_in_order_told_and_on_disk()
    {
        await using var job = await JobInTest.CreateAsync(Reviewed);
        job.Manifest().GetProperty("status").GetString().ShouldBe("PENDING");

        (await job.RunAsync()).Status.ShouldBe(JobStatus.Success);

        string[] statuses = ["PENDING", "RUNNING", "REVIEW_REQUIRED", "REVIEWING", "RUNNING", "SUCCESS"];
        job.Told.ShouldBe(statuses);
        job.OnDisk.ShouldBe(statuses);
        job.Events<JobEvent.RunFinished>().ShouldHaveSingleItem().Status.ShouldBe("success");
        job.Show(job.Branch, "built.txt").ShouldBe("round 1");
    }

    [Fact]
    public async Task Right_after_each_step_its_commit_its_files_and_its_trailers_are_there()
    {
        await using var job = await JobInTest.CreateAsync(Chain);
        var seen = new List<string>();
        job.Happened = (stored, _) =>
        {
            if (stored.Event is JobEvent.TaskSucceeded { Result.Commit: { } commit } e)
            {
                seen.Add(e.Step);
                job.Git("log", "-1", "--format=%(trailers:only,unfold)", commit).Trim().Split('\n').ShouldBe(
                    [$"Logist-Job: {job.Id}", "Logist-Run: 1", $"Logist-Step: {e.Step}", "Logist-Attempt: 1"]);
                job.Files(commit).Contains("one.txt").ShouldBeTrue();
                job.Files(commit).Contains("three.txt").ShouldBe(e.Step == "three");
            }
        };

        await job.RunAsync();

        seen.ShouldBe(["one", "two", "three"]);
    }

    [Fact]
    public async Task The_branch_has_one_commit_per_accepted_step_also_when_nothing_changed()
    {
        await using var job = await JobInTest.CreateAsync(Chain);
        await job.RunAsync();

        job.Git("log", "--format=%(trailers:key=Logist-Step,valueonly,separator=)", "--reverse", job.Branch).Split('\n')
            .ShouldBe(["", "one", "two", "three"]);
        job.Git("diff", "--stat", job.Commit("one"), job.Commit("two")).ShouldBe("");
        var git = job.Manifest().GetProperty("git");
        git.GetProperty("head").GetString().ShouldBe(job.Git("rev-parse", job.Branch));
        git.GetProperty("branch").GetString().ShouldBe($"logist/{job.Id}");
        job.Git("rev-parse", "refs/logist/1/two/1").ShouldBe(job.Commit("two"));
        File.ReadAllText(job.InWorkspace("three.txt")).ShouldBe("3\n");
    }

    [Fact]
    public async Task Before_a_step_starts_the_success_of_the_one_before_is_durable()
    {
        await using var job = await JobInTest.CreateAsync("""
            steps:
              one: { run: "true" }
              two: { needs: [one], run: cp ../history.jsonl MARKS/seen }
            """);
        await job.RunAsync();
        var seen = await File.ReadAllTextAsync(job.Mark("seen"), TestContext.Current.CancellationToken);
        seen.ShouldContain("task.succeeded");
        seen.ShouldContain(job.Commit("one"));
    }

    [Fact]
    public async Task A_step_without_workspace_makes_no_commit_and_its_input_passes_through()
    {
        await using var job = await JobInTest.CreateAsync("""
            steps:
              one: { run: echo 1 > one.txt }
              call: { needs: [one], workspace: none, run: pwd > MARKS/where }
              three: { needs: [call], run: test -f one.txt }
            """);
        (await job.RunAsync()).Status.ShouldBe(JobStatus.Success);

        job.Events<JobEvent.TaskSucceeded>()[1].Result!.Commit.ShouldBeNull();
        job.Phase("call").GetProperty("commit").GetString().ShouldBeNull();
        job.Git("rev-list", "--count", job.Branch).ShouldBe("3");
        (await File.ReadAllTextAsync(job.Mark("where"), TestContext.Current.CancellationToken)).Trim().ShouldBe(job.Layout.Scratch);
    }

    [Fact]
    public async Task A_job_without_any_files_makes_no_repository_and_no_workspace()
    {
        await using var job = await JobInTest.CreateAsync("steps: { call: { workspace: none, run: echo hi } }");
        (await job.RunAsync()).Status.ShouldBe(JobStatus.Success);
        Directory.Exists(job.Layout.Repository).ShouldBeFalse();
        Directory.Exists(job.Layout.Workspace).ShouldBeFalse();
    }

    [Fact]
    public async Task Evidence_and_kept_files_are_committed_even_if_git_ignores_them()
    {
        await using var job = await JobInTest.CreateAsync("""
            agents:
              tester:
                script: |
                  write report.log all green
                  write other.log not named
                  evidence report.log
            steps:
              test: { prompt: Test., agent: tester }
              build: { needs: [test], run: "mkdir -p out && echo x > out/app.o && echo y > junk.o", keep: ["out/**"] }
            """, source: repo => repo[".gitignore"] = "*.log\n*.o\n");
        await job.RunAsync();

        job.Files(job.Commit("test")).ShouldBe([".gitignore", "README.md", "report.log"]);
        job.Events<JobEvent.TaskSucceeded>()[0].Result!.Evidence.ShouldBe(["report.log"]);
        job.Files(job.Commit("build")).ShouldBe([".gitignore", "README.md", "out/app.o", "report.log"]);
    }

    [Fact]
    public async Task The_users_checkout_branches_index_and_stashes_are_never_touched()
    {
        await using var job = await JobInTest.CreateAsync(Chain, source: repo =>
        {
            repo.Commit("first");
            repo["README.md"] = "stashed";
            repo.Git("stash", "-q");
        });
        job.Source["README.md"] = "staged";
        job.Source.Git("add", "README.md");
        job.Source["untracked.txt"] = "mine";
        var before = Testing.TempRepo.Fingerprint(job.Source.Directory, withTimes: true);

        await job.RunAsync();

        Testing.TempRepo.Fingerprint(job.Source.Directory, withTimes: true).ShouldBe(before);
        job.Files(job.Branch).ShouldBe(["README.md", "one.txt", "three.txt"]);
        job.Show(job.Branch, "README.md").ShouldBe("hello");
    }

    [Fact]
    public async Task A_cancel_from_outside_ends_the_process_tree_and_the_job_CANCELED()
    {
        await using var job = await JobInTest.CreateAsync("""
            steps:
              long: { run: "sleep 1000 & echo $! > MARKS/child; echo $$ > MARKS/parent; touch MARKS/started; wait" }
              after: { needs: [long], run: "true" }
            """);
        var run = job.RunAsync();
        await job.AwaitMarkAsync("started");
        (await job.CancelAsync()).Status.ShouldBe(JobStatus.Running, "until nothing of it lives any more");

        (await run).Status.ShouldBe(JobStatus.Canceled);

        job.Told.ShouldBe(["PENDING", "RUNNING", "CANCELED"]);
        foreach (var mark in (string[])["child", "parent"])
        {
            var pid = int.Parse(await File.ReadAllTextAsync(job.Mark(mark), TestContext.Current.CancellationToken));
            (ProcessTable.TryRead(pid, out var entry) && entry.IsAlive).ShouldBeFalse(mark);
        }

        var asked = job.Events<JobEvent.JobCancelRequested>().ShouldHaveSingleItem();
        var canceled = job.Events<JobEvent.TaskCanceled>().ShouldHaveSingleItem();
        (canceled.By.At - asked.By.At).ShouldBeLessThan(TimeSpan.FromSeconds(4),
            "noticed within a second, ended by SIGTERM, not after the grace");
        job.Phase("long").GetProperty("status").GetString().ShouldBe("CANCELED");
        job.Phase("after").GetProperty("status").GetString().ShouldBe("PENDING");
        job.Manifest().GetProperty("run").GetProperty("status").GetString().ShouldBe("aborted");
    }

    [Theory]
    [InlineData("true", "SUCCESS")]
    [InlineData("exit 1", "INTERVENTION_REQUIRED")]
    public async Task A_job_that_is_over_is_not_run_again_and_nothing_is_written(string line, string status)
    {
        await using var job = await JobInTest.CreateAsync($"steps: {{ only: {{ run: \"{line}\" }} }}");
        (await job.RunAsync()).Status.Text().ShouldBe(status);
        var before = await File.ReadAllTextAsync(job.Layout.Journal, TestContext.Current.CancellationToken);

        var refused = await Should.ThrowAsync<JobStateException>(() => job.RunAsync());

        (refused.Problem.From, refused.Problem.Wanted, refused.Problem.Kind).ShouldBe((status, "run", ErrorKind.WrongState));
        refused.Problem.Allowed.ShouldBe(["PENDING", "RUNNING", "REVIEW_REQUIRED", "REVIEWING"]);
        refused.Problem.Fix.ShouldNotBeEmpty();
        (await File.ReadAllTextAsync(job.Layout.Journal, TestContext.Current.CancellationToken)).ShouldBe(before);
    }

    [Fact]
    public async Task Canceled_suspended_and_gated_jobs_are_not_run_either()
    {
        await using var job = await JobInTest.CreateAsync("steps: { go: { approval: Go?, run: \"true\" } }");
        (await job.RunAsync()).Status.ShouldBe(JobStatus.ApprovalRequired);
        (await Should.ThrowAsync<JobStateException>(() => job.RunAsync())).Problem.Fix[0].ShouldBe($"logist job approve {job.Id} go");
        await job.SuspendAsync();
        (await Should.ThrowAsync<JobStateException>(() => job.RunAsync())).Problem.Fix[0].ShouldBe($"logist job resume {job.Id}");
        await job.CancelAsync();
        (await job.RunAsync()).Status.ShouldBe(JobStatus.Canceled, "whoever drives next carries the cancel out");
        (await Should.ThrowAsync<JobStateException>(() => job.RunAsync())).Problem.From.ShouldBe("CANCELED");
    }

    [Fact]
    public async Task One_step_runs_the_lowest_ready_step_to_its_end_and_stops()
    {
        await using var job = await JobInTest.CreateAsync(Chain);
        foreach (var (done, status) in ((int, JobStatus)[])[(1, JobStatus.Pending), (2, JobStatus.Pending), (3, JobStatus.Success)])
        {
            var state = await job.RunAsync(new RunOptions { OneStep = true });
            (state.Run!.Satisfied, state.Status).ShouldBe((done, status));
        }

        job.Events<JobEvent.TaskScheduled>().Select(e => e.Step).ShouldBe(["one", "two", "three"]);
    }

    [Fact]
    public async Task One_step_includes_its_rounds_checks_and_retries()
    {
        await using var job = await JobInTest.CreateAsync("""
            agents:
              coder: { script: "write notes.md round {round}" }
              boss:
                script: |
                  when round=1:
                    answer RETRY again
                  otherwise:
                    answer COMPLETED fine
            steps:
              plan: { prompt: Plan it., agent: coder, review: { agent: boss }, checks: [test -f notes.md] }
              flaky: { needs: [plan], run: "test -e MARKS/x || { touch MARKS/x; exit 1; }", retry: { max_attempts: 2, backoff: { initial: 20ms } } }
              last: { needs: [flaky], run: "true" }
            """);
        var state = await job.RunAsync(new RunOptions { OneStep = true });
        (state.Run!.Tasks[0].Attempts.Count, state.Run.Satisfied, state.Status).ShouldBe((2, 1, JobStatus.Pending));
        state = await job.RunAsync(new RunOptions { OneStep = true });
        (state.Run!.Tasks[1].Attempts.Count, state.Run.Satisfied, state.Status).ShouldBe((2, 2, JobStatus.Pending));
    }

    [Fact]
    public async Task Until_runs_a_step_and_what_it_needs_and_nothing_else()
    {
        await using var job = await JobInTest.CreateAsync("""
            steps:
              one: { run: "true" }
              aside: { run: "true" }
              two: { needs: [one], run: "true" }
              three: { needs: [two, aside], run: "true" }
            """);
        var state = await job.RunAsync(new RunOptions { Until = 2 });
        state.Status.ShouldBe(JobStatus.Pending);
        state.Run!.Tasks.Select(t => t.Attempts.Count).ShouldBe([1, 0, 1, 0]);
        (await job.RunAsync()).Status.ShouldBe(JobStatus.Success);
    }

    [Fact]
    public async Task A_second_driver_is_refused_and_told_who_holds_the_job()
    {
        await using var job = await JobInTest
            .CreateAsync("steps: { wait: { run: \"touch MARKS/started; until test -e MARKS/go; do sleep 0.02; done\" } }");
        var run = job.RunAsync();
        await job.AwaitMarkAsync("started");
        var refused = await Should.ThrowAsync<LogistException>(() => job.RunAsync());
        refused.Problem.Kind.ShouldBe(ErrorKind.Busy);
        refused.Problem.Why!.ShouldContain($"pid {Environment.ProcessId}");
        job.Put("go");
        (await run).Status.ShouldBe(JobStatus.Success);
    }
}
