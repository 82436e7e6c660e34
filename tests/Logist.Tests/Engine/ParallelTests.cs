using Logist.Core.Jobs;
using Logist.Engine;

namespace Logist.Tests.Engine;

/// <summary>R1.1, R1.3, R1.8: independent steps run in trees of their own and are joined by merges.</summary>
public sealed class ParallelTests
{
    private const string Diamond = """
        max_parallel: 4
        steps:
          base: { run: "printf 'a\nb\nc\nd\ne\nf\ng\n' > file.txt" }
          left: { needs: [base], run: "touch MARKS/left; until test -e MARKS/right; do sleep 0.02; done; sed -i s/a/LEFT/ file.txt; pwd > MARKS/left" }
          right: { needs: [base], run: "touch MARKS/right; until test -e MARKS/left; do sleep 0.02; done; sed -i s/g/RIGHT/ file.txt; pwd > MARKS/right" }
          join: { needs: [left, right], run: cat file.txt > joined.txt }
        """;

    private const string Conflict = """
        max_parallel: 2
        steps:
          left: { run: echo left > file.txt }
          right: { run: echo right > file.txt }
          join: { needs: [left, right], run: cp file.txt joined.txt }
        """;

    [Fact]
    public async Task Parallel_steps_work_in_trees_of_their_own_and_their_outputs_are_merged()
    {
        await using var job = await JobInTest.CreateAsync(Diamond);
        (await job.RunAsync()).Status.ShouldBe(JobStatus.Success);

        job.Show(job.Branch, "joined.txt").ShouldBe("LEFT\nb\nc\nd\ne\nf\nRIGHT");
        string[] places = [.. job.Events<JobEvent.TaskScheduled>().Where(e => e.Step is "left" or "right").Select(e => e.Place)];
        places.Distinct().Count().ShouldBe(2);
        File.ReadAllText(job.Mark("left")).ShouldNotBe(File.ReadAllText(job.Mark("right")));
        job.Git("rev-parse", job.Branch).ShouldBe(job.Commit("join"));
        File.ReadAllText(job.InWorkspace("joined.txt")).ShouldContain("RIGHT");
    }

    [Fact]
    public async Task While_steps_run_in_parallel_the_manifest_names_the_lowest_and_lists_all()
    {
        await using var job = await JobInTest.CreateAsync("""
            max_parallel: 3
            agents:
              coder: { script: "run touch MARKS/a; until test -e MARKS/go; do sleep 0.02; done" }
            steps:
              first: { workspace: none, run: "true" }
              agent: { needs: [first], workspace: none, prompt: p, agent: coder }
              command: { needs: [first], workspace: none, run: "touch MARKS/b; until test -e MARKS/go; do sleep 0.02; done" }
            """);
        var run = job.RunAsync();
        await job.AwaitMarkAsync("a");
        await job.AwaitMarkAsync("b");
        await JobInTest.UntilAsync(() => job.Manifest().GetProperty("active_phases").GetArrayLength() == 2, "not both active");
        var manifest = job.Manifest();
        job.Put("go");
        await run;

        manifest.GetProperty("status").GetString().ShouldBe("RUNNING");
        manifest.GetProperty("current_phase").GetString().ShouldBe("agent");
        manifest.GetProperty("active_phases").EnumerateArray().Select(p => p.GetString()).ShouldBe(["agent", "command"]);
        manifest.GetProperty("active_agent").GetString().ShouldBe("coder");
        manifest.GetProperty("active_role").GetString().ShouldBe("worker");
        manifest.GetProperty("phase_counts").GetRawText().ShouldBe("""{"RUNNING":2,"SUCCESS":1}""");
    }

    [Theory]
    [InlineData(1, "git")]
    [InlineData(2, "git")]
    [InlineData(3, "none")]
    [InlineData(1, "none")]
    public async Task No_more_steps_live_at_once_than_allowed(int limit, string workspace)
    {
        // Each step counts the living ones while it is one of them.
        var steps = string.Concat(Enumerable.Range(1, 8).Select(n =>
            $"\n  s{n}: {{ workspace: {workspace}, run: \"mkdir MARKS/live{n}; ls -d MARKS/live* | wc -l >> MARKS/counts; sleep 0.05; "
                + $"rmdir MARKS/live{n}\" }}"));
        await using var job = await JobInTest.CreateAsync($"max_parallel: {limit}\nsteps:{steps}");

        (await job.RunAsync()).Status.ShouldBe(JobStatus.Success);

        var counts = File.ReadAllLines(job.Mark("counts")).Select(int.Parse).ToArray();
        counts.Length.ShouldBe(8);
        counts.Max().ShouldBeLessThanOrEqualTo(limit);
    }

    [Fact]
    public async Task A_start_never_waits_for_company_in_the_journal()
    {
        // With the clock stopped what waits for a delay to pass waits for ever. Ends may wait, while the host has more to launch.
        var steps = string.Concat(Enumerable.Range(1, 40).Select(n => $"\n  s{n}: {{ workspace: none, run: [\"true\"] }}"));
        await using var job = await JobInTest.CreateAsync($"max_parallel: 2\nsteps:{steps}");
        job.Time = new StoppedClock();
        (await job.RunAsync()).Status.ShouldBe(JobStatus.Success);
    }

    /// <summary>Timestamps stand still, the time of day goes on.</summary>
    private sealed class StoppedClock : TimeProvider
    {
        public override long GetTimestamp() => 1;
    }

    [Fact]
    public async Task The_drivers_own_limit_beats_the_workflows()
    {
        await using var job = await JobInTest.CreateAsync("""
            max_parallel: 8
            steps:
              a: { workspace: none, run: "mkdir MARKS/live || exit 1; sleep 0.05; rmdir MARKS/live" }
              b: { workspace: none, run: "mkdir MARKS/live || exit 1; sleep 0.05; rmdir MARKS/live" }
              c: { workspace: none, run: "mkdir MARKS/live || exit 1; sleep 0.05; rmdir MARKS/live" }
            """);
        (await job.RunAsync(new RunOptions { MaxParallel = 1 })).Status.ShouldBe(JobStatus.Success);
    }

    [Fact]
    public async Task A_merge_conflict_names_step_and_files_and_a_persons_fix_goes_on()
    {
        await using var job = await JobInTest.CreateAsync(Conflict);

        var state = await job.RunAsync();

        (state.Status, state.Reason).ShouldBe((JobStatus.InterventionRequired, "merge_conflict"));
        var failure = job.Phase("join").GetProperty("failure");
        failure.GetProperty("category").GetString().ShouldBe("merge_conflict");
        failure.GetProperty("message").GetString()!.ShouldContain("file.txt");
        failure.GetProperty("message").GetString()!.ShouldContain("right");
        var shown = job.Events<JobEvent.TaskFailed>().ShouldHaveSingleItem().Result!;
        shown.Tree.ShouldBe(job.Git("rev-parse", shown.Commit + "^{tree}"));
        var marked = File.ReadAllText(job.InWorkspace("file.txt"));
        marked.ShouldContain("<<<<<<<");
        marked.ShouldContain(">>>>>>>");

        await File.WriteAllTextAsync(job.InWorkspace("file.txt"), "left and right\n", TestContext.Current.CancellationToken);
        await job.ResubmitAsync();
        (await job.RunAsync()).Status.ShouldBe(JobStatus.Success);

        job.Show(job.Branch, "joined.txt").ShouldBe("left and right");
        job.Show(job.Branch, "file.txt").ShouldBe("left and right");
        job.Events<JobEvent.JobHumanChange>().ShouldHaveSingleItem().Files.ShouldBe(["file.txt"]);
    }

    [Fact]
    public async Task Checks_and_reviews_of_parallel_steps_find_their_trees_whole()
    {
        var steps = string.Concat(Enumerable.Range(1, 12).Select(n =>
            $"\n  s{n}: {{ run: echo {n} > f{n}.txt, checks: [test -f f{n}.txt, grep {n} f{n}.txt] }}"));
        await using var job = await JobInTest.CreateAsync($"max_parallel: 4\nsteps:{steps}");
        var state = await job.RunAsync();
        state.Run!.Tasks.Where(t => t.Failure is not null).Select(t => t.Failure!.Message).ShouldBeEmpty();
        job.Files(job.Branch).Length.ShouldBe(13);
    }

    [Fact]
    public async Task A_conflict_whose_markers_a_person_left_alone_stays_one()
    {
        await using var job = await JobInTest.CreateAsync(Conflict);
        await job.RunAsync();
        await File.WriteAllTextAsync(job.InWorkspace("other.txt"), "mine\n", TestContext.Current.CancellationToken);
        await job.ResubmitAsync();
        (await job.RunAsync()).Reason.ShouldBe("merge_conflict");
        await File.WriteAllTextAsync(job.InWorkspace("file.txt"), "settled\n", TestContext.Current.CancellationToken);
        await job.ResubmitAsync();
        (await job.RunAsync()).Status.ShouldBe(JobStatus.Success);
        job.Show(job.Branch, "joined.txt").ShouldBe("settled");
    }

    [Fact]
    public async Task Conflicts_of_three_steps_are_settled_one_after_the_other()
    {
        await using var job = await JobInTest.CreateAsync("""
            max_parallel: 3
            steps:
              a: { run: "echo a > one.txt; echo a > two.txt" }
              b: { run: "echo b > one.txt" }
              c: { run: "echo c > two.txt" }
              join: { needs: [a, b, c], run: cat one.txt two.txt > joined.txt }
            """);
        (await job.RunAsync()).Reason.ShouldBe("merge_conflict");
        await File.WriteAllTextAsync(job.InWorkspace("one.txt"), "ab\n", TestContext.Current.CancellationToken);
        await job.ResubmitAsync();
        (await job.RunAsync()).Reason.ShouldBe("merge_conflict");
        job.Phase("join").GetProperty("failure").GetProperty("message").GetString()!.ShouldContain("two.txt");
        job.Git("fsck", "--connectivity-only", "--no-dangling");
        await File.WriteAllTextAsync(job.InWorkspace("two.txt"), "ac\n", TestContext.Current.CancellationToken);
        await job.ResubmitAsync();
        (await job.RunAsync()).Status.ShouldBe(JobStatus.Success);
        job.Show(job.Branch, "joined.txt").ShouldBe("ab\nac");
    }

    [Fact]
    public async Task Leaves_that_conflict_are_listed_as_heads_and_the_job_is_SUCCESS_all_the_same()
    {
        await using var job = await JobInTest.CreateAsync("""
            max_parallel: 2
            steps:
              left: { run: echo left > file.txt }
              right: { run: echo right > file.txt }
            """);
        (await job.RunAsync()).Status.ShouldBe(JobStatus.Success);
        var git = job.Manifest().GetProperty("git");
        git.GetProperty("heads").EnumerateArray().Select(h => h.GetString()).ShouldBe([job.Commit("left"), job.Commit("right")]);
        git.GetProperty("head").GetString().ShouldBe(job.Git("rev-parse", job.Branch));
    }

    [Fact]
    public async Task Parallel_leaves_that_fit_are_merged_into_the_branch_in_step_order()
    {
        await using var job = await JobInTest.CreateAsync("""
            max_parallel: 3
            steps:
              a: { run: echo a > a.txt }
              b: { run: echo b > b.txt }
              c: { workspace: none, run: "true" }
            """);
        await job.RunAsync();
        job.Files(job.Branch).ShouldBe(["README.md", "a.txt", "b.txt"]);
        job.Git("rev-list", "--parents", "-1", job.Branch).Split(' ')[1..].ShouldBe([job.Commit("a"), job.Commit("b")]);
        File.Exists(job.InWorkspace("a.txt")).ShouldBeTrue();
        File.Exists(job.InWorkspace("b.txt")).ShouldBeTrue();
    }

    [Fact]
    public async Task Several_failed_steps_leave_the_merge_in_the_workspace_and_each_failure_in_its_own_tree()
    {
        await using var job = await JobInTest.CreateAsync("""
            max_parallel: 3
            steps:
              good: { run: echo g > good.txt }
              bad: { run: "echo b > bad.txt; exit 1" }
              worse: { run: "echo w > worse.txt; exit 2" }
            """);
        (await job.RunAsync()).Status.ShouldBe(JobStatus.InterventionRequired);
        File.Exists(job.InWorkspace("good.txt")).ShouldBeTrue();
        File.Exists(job.InWorkspace("bad.txt")).ShouldBeFalse();
        foreach (var failed in job.Events<JobEvent.TaskFailed>())
        {
            job.Files(failed.Result!.Commit!).ShouldContain($"{failed.Step}.txt");
        }
    }

    [Fact]
    public async Task Ignored_files_stay_in_the_workspace_from_step_to_step_of_a_chain()
    {
        await using var job = await JobInTest.CreateAsync("""
            steps:
              install: { run: "mkdir node_modules && echo lib > node_modules/lib.js" }
              use: { needs: [install], run: cat node_modules/lib.js > used.txt }
            """, source: repo => repo[".gitignore"] = "node_modules/\n");
        (await job.RunAsync()).Status.ShouldBe(JobStatus.Success);
        job.Files(job.Branch).ShouldBe([".gitignore", "README.md", "used.txt"]);
        File.Exists(job.InWorkspace("node_modules/lib.js")).ShouldBeTrue();
    }
}
