using Logist.Core.Jobs;
using Logist.Engine;

namespace Logist.Tests.Engine;

/// <summary>R2: again, as a new run.</summary>
public sealed class RerunTests
{
    private const string Chain = """
        params: { word: { default: hello } }
        steps:
          one: { run: "echo one >> MARKS/ran; echo ${{ params.word }} > one.txt" }
          two: { needs: [one], run: "echo two >> MARKS/ran; cat one.txt > two.txt" }
          three: { needs: [two], run: "echo three >> MARKS/ran; cat two.txt > three.txt" }
        """;

    [Fact]
    public async Task Rerun_twice_gives_three_runs_and_earlier_ones_stay_as_they_are()
    {
        await using var job = await JobInTest.CreateAsync(Chain);
        await job.RunAsync();
        var first = job.Commit("three");
        await job.RerunAsync();

        var after = await job.RerunAsync();

        after.Runs.Select(r => r.IsComplete).ShouldBe([true, true, true]);
        job.Launches().Length.ShouldBe(9);
        job.Git("rev-parse", job.Branch).ShouldBe(first);
        job.Git("rev-parse", $"{job.Branch}-run3").ShouldBe(job.Commit("three"));
        job.Manifest().GetProperty("runs").GetArrayLength().ShouldBe(3);
    }

    [Fact]
    public async Task From_a_step_the_steps_before_it_are_reused_and_not_launched()
    {
        await using var job = await JobInTest.CreateAsync(Chain);
        await job.RunAsync();

        var after = await job.RerunAsync("three");

        job.Launches().ShouldBe(["one", "two", "three", "three"]);
        after.Run!.Tasks.Select(t => t.Status).ShouldBe([Core.Jobs.TaskStatus.Reused, Core.Jobs.TaskStatus.Reused,
            Core.Jobs.TaskStatus.Success]);
        job.Phase("one").GetProperty("status").GetString().ShouldBe("REUSED");
        after.Status.ShouldBe(JobStatus.Success);
    }

    [Fact]
    public async Task A_step_without_an_output_to_reuse_is_skipped_and_passes_its_input_on()
    {
        await using var job = await JobInTest.CreateAsync("""
            steps:
              one: { run: echo 1 > one.txt }
              two: { needs: [one], run: "exit 1" }
              three: { needs: [two], run: cp one.txt three.txt }
            """);
        (await job.RunAsync()).Status.ShouldBe(JobStatus.InterventionRequired);

        var after = await job.RerunAsync("three");

        after.Status.ShouldBe(JobStatus.Success);
        job.Phase("two").GetProperty("status").GetString().ShouldBe("SKIPPED");
        job.Show($"{job.Branch}-run2", "three.txt").ShouldBe("1");
    }

    [Fact]
    public async Task A_persons_change_goes_into_a_rerun_from_a_step_and_is_only_kept_by_a_whole_one()
    {
        await using var job = await JobInTest.CreateAsync(Chain);
        await job.RunAsync();
        await File.WriteAllTextAsync(job.InWorkspace("two.txt"), "patched\n", TestContext.Current.CancellationToken);

        (await job.RerunAsync("three")).Status.ShouldBe(JobStatus.Success);
        job.Show($"{job.Branch}-run2", "three.txt").ShouldBe("patched");

        await File.WriteAllTextAsync(job.InWorkspace("two.txt"), "again\n", TestContext.Current.CancellationToken);
        (await job.RerunAsync()).Status.ShouldBe(JobStatus.Success);
        job.Show($"{job.Branch}-run3", "three.txt").ShouldBe("hello");
        var changes = job.Events<JobEvent.JobHumanChange>();
        changes.Select(c => job.Show(c.Commit, "two.txt")).ShouldBe(["patched", "again"]);
        job.Git("rev-parse", "refs/logist/human/1", "refs/logist/human/2").Split('\n').ShouldBe(changes.Select(c => c.Commit));
    }

    [Fact]
    public async Task A_parameter_changes_for_this_run_and_later_ones()
    {
        await using var job = await JobInTest.CreateAsync(Chain);
        await job.RunAsync();
        await job.AgainAsync((state, by) => new JobCommand.Rerun(by, null, state.Run!.Created.WorkflowSha, state.Run.Workflow,
            new Dictionary<string, string> { ["word"] = "bye" }));
        await job.RerunAsync("two");
        job.Show($"{job.Branch}-run3", "three.txt").ShouldBe("bye");
        job.Manifest().GetProperty("run").GetProperty("params").GetProperty("word").GetString().ShouldBe("bye");
    }

    [Fact]
    public async Task A_run_may_start_from_another_base()
    {
        await using var job = await JobInTest.CreateAsync("steps: { one: { run: cat README.md > one.txt } }");
        await job.RunAsync();
        job.Source["README.md"] = "newer\n";
        var commit = job.Source.Commit("newer");

        await job.AgainAsync((state, by) => new JobCommand.Rerun(by, null, state.Run!.Created.WorkflowSha, state.Run.Workflow,
            state.Run.Created.Params) { BaseCommit = commit, BaseRef = "main" });

        job.Show($"{job.Branch}-run2", "one.txt").ShouldBe("newer");
        job.Show(job.Branch, "one.txt").ShouldBe("hello");
    }

    [Fact]
    public async Task Works_from_canceled_and_suspended_and_can_be_left_pending()
    {
        await using var job = await JobInTest.CreateAsync(Chain);
        await job.RunAsync(new RunOptions { OneStep = true });
        await job.CancelAsync();
        (await job.RunAsync()).Status.ShouldBe(JobStatus.Canceled);

        var left = await job.RerunAsync(noRun: true);
        (left.Status, left.Runs.Count).ShouldBe((JobStatus.Pending, 2));
        job.Launches().ShouldBe(["one"]);
        (await job.RunAsync(new RunOptions { OneStep = true })).Status.ShouldBe(JobStatus.Pending);
        await job.SuspendAsync();
        (await job.RerunAsync("two")).Status.ShouldBe(JobStatus.Success);
        job.Launches().ShouldBe(["one", "one", "two", "three"]);
    }
}
