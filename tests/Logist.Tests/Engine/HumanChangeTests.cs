using Logist.Core;
using Logist.Core.Jobs;
using Logist.Engine;

namespace Logist.Tests.Engine;

/// <summary>R2.7 as far as run, step, resubmit and approve go: what a person changed in workspace/ becomes input of what goes on.</summary>
public sealed class HumanChangeTests
{
    private const string NeedsFix = """
        steps:
          one: { run: echo 1 > one.txt }
          two: { needs: [one], run: "grep fixed fix.txt; cat one.txt fix.txt > two.txt" }
          three: { needs: [two], run: cp fix.txt three.txt }
        """;

    private static Task Write(JobInTest job, string file, string text) =>
        File.WriteAllTextAsync(job.InWorkspace(file), text, TestContext.Current.CancellationToken);

    [Fact]
    public async Task A_persons_fix_is_recorded_with_its_files_and_used_after_resubmit()
    {
        await using var job = await JobInTest.CreateAsync(NeedsFix);
        (await job.RunAsync()).Status.ShouldBe(JobStatus.InterventionRequired);
        await Write(job, "fix.txt", "fixed\n");
        await job.ResubmitAsync();

        (await job.RunAsync()).Status.ShouldBe(JobStatus.Success);

        var change = job.Events<JobEvent.JobHumanChange>().ShouldHaveSingleItem();
        change.Files.ShouldBe(["fix.txt"]);
        job.Show(change.Commit, "fix.txt").ShouldBe("fixed");
        job.Show(job.Branch, "two.txt").ShouldBe("1\nfixed");
        job.Show(job.Branch, "three.txt").ShouldBe("fixed");
    }

    [Fact]
    public async Task A_change_made_while_suspended_is_used_by_a_plain_run()
    {
        await using var job = await JobInTest.CreateAsync(NeedsFix);
        await job.RunAsync(new RunOptions { OneStep = true });
        await job.SuspendAsync();
        await Write(job, "fix.txt", "fixed\n");
        await Write(job, "one.txt", "changed\n");
        await job.ResumeAsync();
        (await job.RunAsync()).Status.ShouldBe(JobStatus.Success);
        job.Events<JobEvent.JobHumanChange>().ShouldHaveSingleItem().Files.ShouldBe(["fix.txt", "one.txt"]);
        job.Show(job.Branch, "two.txt").ShouldBe("changed\nfixed");
    }

    [Fact]
    public async Task Deleted_and_renamed_files_count_as_changes()
    {
        await using var job = await JobInTest.CreateAsync("""
            steps:
              one: { run: "echo 1 > one.txt; echo 2 > two.txt" }
              two: { needs: [one], run: "ls > listing.txt" }
            """);
        await job.RunAsync(new RunOptions { OneStep = true });
        File.Delete(job.InWorkspace("one.txt"));
        File.Move(job.InWorkspace("two.txt"), job.InWorkspace("renamed.txt"));
        (await job.RunAsync()).Status.ShouldBe(JobStatus.Success);
        job.Files(job.Branch).ShouldBe(["README.md", "listing.txt", "renamed.txt"]);
    }

    [Fact]
    public async Task Without_a_change_nothing_is_recorded_and_the_next_run_starts_where_it_was()
    {
        await using var job = await JobInTest.CreateAsync(NeedsFix);
        await job.RunAsync(new RunOptions { OneStep = true });
        await job.RunAsync();
        await job.ResubmitAsync();
        await job.RunAsync();
        job.Events<JobEvent.JobHumanChange>().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_change_is_consumed_once()
    {
        await using var job = await JobInTest.CreateAsync(NeedsFix);
        await job.RunAsync(new RunOptions { OneStep = true });
        await Write(job, "fix.txt", "fixed\n");
        await job.RunAsync(new RunOptions { OneStep = true });
        (await job.RunAsync()).Status.ShouldBe(JobStatus.Success);
        job.Events<JobEvent.JobHumanChange>().ShouldHaveSingleItem();
        job.Git("log", "-1", "--format=%(trailers:key=Logist-Job,valueonly,separator=)", job.Events<JobEvent.JobHumanChange>()[0].Commit)
            .ShouldBe(job.Id.Value);
    }

    [Fact]
    public async Task A_change_that_conflicts_with_the_steps_input_is_refused_with_nothing_started_and_can_be_mended()
    {
        await using var job = await JobInTest.CreateAsync("""
            max_parallel: 2
            steps:
              left: { run: echo left > left.txt }
              right: { run: "test -e MARKS/fixed || { echo no > half.txt; exit 1; }; echo right > right.txt" }
              join: { needs: [left, right], run: "cat left.txt right.txt > joined.txt" }
            """);
        // The workspace shows the tree of the failed step, which knows nothing of left.txt.
        (await job.RunAsync()).Status.ShouldBe(JobStatus.InterventionRequired);
        job.Put("fixed");
        await Write(job, "README.md", "mine\n");
        await job.ResubmitAsync();
        (await job.RunAsync()).Status.ShouldBe(JobStatus.Success);
        job.Show(job.Branch, "README.md").ShouldBe("mine");
    }

    [Fact]
    public async Task A_conflicting_change_starts_nothing_and_after_it_is_mended_the_job_goes_on()
    {
        await using var job = await JobInTest.CreateAsync("""
            steps:
              one: { run: echo one > file.txt }
              bad: { needs: [one], run: "echo bad > file.txt; test -e MARKS/fixed" }
            """);
        (await job.RunAsync()).Status.ShouldBe(JobStatus.InterventionRequired);
        // The workspace shows the failed attempt's tree (file.txt = bad); the step starts again from file.txt = one.
        File.ReadAllText(job.InWorkspace("file.txt")).ShouldBe("bad\n");
        await Write(job, "file.txt", "mine\n");
        await job.ResubmitAsync();

        var refused = await Should.ThrowAsync<LogistException>(() => job.RunAsync());

        refused.Problem.Kind.ShouldBe(ErrorKind.HumanConflict);
        refused.Problem.What.ShouldContain("file.txt");
        job.Events<JobEvent.TaskScheduled>().Count.ShouldBe(2, "nothing was started");
        job.Manifest().GetProperty("status").GetString().ShouldBe("PENDING");
        File.ReadAllText(job.InWorkspace("file.txt")).ShouldBe("mine\n", "the person's work is still there");

        await Write(job, "file.txt", "bad\n");
        job.Put("fixed");
        (await job.RunAsync()).Status.ShouldBe(JobStatus.Success);
    }

    private const string Gated = """
        steps:
          build: { run: echo app > app.txt }
          ship: { needs: [build], approval: Ship?, run: cp app.txt shipped.txt }
        """;

    [Fact]
    public async Task A_change_at_an_open_gate_is_what_the_gate_asks_about_and_what_the_step_gets()
    {
        await using var job = await JobInTest.CreateAsync(Gated);
        await job.RunAsync();
        await Write(job, "app.txt", "patched\n");
        (await job.RunAsync(new RunOptions { GatesOnly = true })).Status.ShouldBe(JobStatus.ApprovalRequired);
        job.Events<JobEvent.ApprovalVoided>().ShouldHaveSingleItem().Why.ShouldContain("app.txt");
        var asked = job.Events<JobEvent.ApprovalRequested>();
        asked.Count.ShouldBe(2);
        asked[1].Tree.ShouldNotBe(asked[0].Tree);
        job.Show(asked[1].Input!, "app.txt").ShouldBe("patched");

        await job.ApproveAsync("ship", asked[1].Tree);
        (await job.RunAsync()).Status.ShouldBe(JobStatus.Success);
        job.Show(job.Branch, "shipped.txt").ShouldBe("patched");
    }

    [Fact]
    public async Task A_change_made_after_the_approval_voids_it_with_the_reason()
    {
        await using var job = await JobInTest.CreateAsync(Gated);
        await job.RunAsync();
        await job.ApproveAsync("ship");
        await Write(job, "app.txt", "patched\n");

        (await job.RunAsync()).Status.ShouldBe(JobStatus.ApprovalRequired);

        job.Events<JobEvent.ApprovalVoided>().ShouldHaveSingleItem().Why.ShouldContain("app.txt after it was approved");
        job.Events<JobEvent.TaskScheduled>().ShouldNotContain(e => e.Step == "ship");
        await job.ApproveAsync("ship");
        (await job.RunAsync()).Status.ShouldBe(JobStatus.Success);
    }

    private const string TwoFail = """
        steps:
          base: { run: echo base > base.txt }
          left: { needs: [base], run: "echo l > left.txt; test -e left.ok" }
          right: { needs: [base], run: "echo r > right.txt; test -e right.ok" }
          join: { needs: [left, right], run: ls > listing.txt }
        """;

    [Fact]
    public async Task Where_several_steps_failed_each_tree_is_kept_and_edits_there_are_that_steps()
    {
        await using var job = await JobInTest.CreateAsync(TwoFail);
        var failed = await job.RunAsync();
        KeptTrees.Of(failed).Select(tree => tree.Place).ShouldBe(["worktrees/1.left.1", "worktrees/1.right.1"]);
        File.Exists(job.InWorkspace("left.txt")).ShouldBeFalse("the workspace shows what was accepted");
        var (left, right) = (Path.Combine(job.Layout.Directory, "worktrees/1.left.1"),
            Path.Combine(job.Layout.Directory, "worktrees/1.right.1"));
        File.ReadAllText(Path.Combine(left, "left.txt")).ShouldBe("l\n");
        await File.WriteAllTextAsync(Path.Combine(left, "left.ok"), "", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(right, "right.ok"), "", TestContext.Current.CancellationToken);
        await job.ResubmitAsync();

        (await job.RunAsync()).Status.ShouldBe(JobStatus.Success);

        job.Events<JobEvent.JobHumanChange>().Select(change => (change.Step, change.Files.Single()))
            .ShouldBe([("left", "left.ok"), ("right", "right.ok")]);
        job.Show(job.Branch, "listing.txt").Split('\n').ShouldBe(["base.txt", "left.ok", "left.txt", "listing.txt", "README.md", "right.ok",
            "right.txt"], ignoreOrder: true);
        Directory.Exists(left).ShouldBeFalse("they go back to the pool");
    }

    [Fact]
    public async Task A_restep_takes_up_its_own_kept_tree_and_leaves_the_others_to_the_person()
    {
        await using var job = await JobInTest.CreateAsync(TwoFail);
        await job.RunAsync();
        var (left, right) = (Path.Combine(job.Layout.Directory, "worktrees/1.left.1"),
            Path.Combine(job.Layout.Directory, "worktrees/1.right.1"));
        await File.WriteAllTextAsync(Path.Combine(left, "left.ok"), "", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(right, "right.ok"), "", TestContext.Current.CancellationToken);

        (await job.RestepAsync("left")).Run!.Failed.Count.ShouldBe(1);
        File.Exists(Path.Combine(right, "right.ok")).ShouldBeTrue();
        job.Events<JobEvent.JobHumanChange>().ShouldHaveSingleItem().Step.ShouldBe("left");

        (await job.PartialRerunAsync("right")).Status.ShouldBe(JobStatus.Success);
        job.Events<JobEvent.JobHumanChange>()[^1].Step.ShouldBe("right");
    }
}
