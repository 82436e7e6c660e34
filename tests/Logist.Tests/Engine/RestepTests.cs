using Logist.Core;
using Logist.Core.Jobs;
using Logist.Engine;
using Logist.Tests.Stores;

namespace Logist.Tests.Engine;

/// <summary>R3: one step once more, from the tree it saw.</summary>
public sealed class RestepTests
{
    private const string Chain = """
        steps:
          one: { run: "echo one >> MARKS/ran; mkdir -p d; echo 1 > d/one.txt; echo '#!/bin/sh' > tool; chmod +x tool; ln -s d/one.txt link" }
          two: { needs: [one], run: "echo two >> MARKS/ran; ls d > listing.txt; cat d/one.txt MARKS/extra 2>/dev/null > two.txt || true" }
          three: { needs: [two], run: "echo three >> MARKS/ran; cat two.txt > three.txt" }
        """;

    private const string NeedsFix = """
        steps:
          one: { run: "echo one >> MARKS/ran; echo bad > app.txt" }
          two: { needs: [one], run: "echo two >> MARKS/ran; echo look >&2; grep -q good app.txt && cp app.txt two.txt" }
          three: { needs: [two], run: "echo three >> MARKS/ran; cp two.txt three.txt" }
        """;

    private static Task Write(JobInTest job, string file, string text) =>
        File.WriteAllTextAsync(job.InWorkspace(file), text, TestContext.Current.CancellationToken);

    [Fact]
    public async Task A_middle_step_gets_the_very_tree_it_first_saw_and_nothing_else_changes()
    {
        await using var job = await JobInTest.CreateAsync(Chain);
        var before = await job.RunAsync();
        var others = new[] { 0, 2 }.Select(i => Described.Describe(before.Run!.Tasks[i])).ToArray();

        var after = await job.RestepAsync("two");

        job.Launches().ShouldBe(["one", "two", "three", "two"]);
        (after.Status, after.Runs.Count, after.Run!.Tasks[1].Attempts.Count).ShouldBe((JobStatus.Success, 1, 2));
        var scheduled = job.Events<JobEvent.TaskScheduled>().Where(e => e.Step == "two").ToArray();
        scheduled[1].Kind.ShouldBe(AttemptKind.Restep);
        scheduled[1].Place.ShouldStartWith("worktrees/");
        job.Git("rev-parse", $"{scheduled[1].Input}^{{tree}}").ShouldBe(job.Git("rev-parse", $"{scheduled[0].Input}^{{tree}}"));
        job.Git("ls-tree", scheduled[1].Input!, "tool", "link").ShouldMatch("120000 .*link(.|\n)*100755 .*tool");
        new[] { 0, 2 }.Select(i => Described.Describe(after.Run!.Tasks[i])).ShouldBe(others);
        job.Events<JobEvent.TaskMarkedStale>().ShouldBeEmpty("the output is the same");
    }

    [Fact]
    public async Task Another_output_leaves_what_used_it_stale_and_the_job_successful()
    {
        await using var job = await JobInTest.CreateAsync(Chain);
        await job.RunAsync();
        await File.WriteAllTextAsync(job.Mark("extra"), "more\n", TestContext.Current.CancellationToken);
        var head = job.Manifest().GetProperty("git").GetProperty("head").GetString();

        var after = await job.RestepAsync("two");

        after.Status.ShouldBe(JobStatus.Success);
        after.Run!.Tasks.Select(t => t.Stale is not null).ShouldBe([false, false, true]);
        job.Events<JobEvent.TaskMarkedStale>().ShouldHaveSingleItem().Why.ShouldContain("two");
        job.Manifest().GetProperty("git").GetProperty("head").GetString().ShouldBe(head, "the last step has its old output");

        (await job.RunStaleAsync()).Status.ShouldBe(JobStatus.Success);
        job.Launches().ShouldBe(["one", "two", "three", "two", "three"]);
        job.Show(job.Branch, "three.txt").ShouldBe("1\nmore");
        job.Events<JobEvent.TaskScheduled>()[^1].Kind.ShouldBe(AttemptKind.Stale);
    }

    [Fact]
    public async Task A_step_fixed_by_hand_in_the_workspace_succeeds_and_later_steps_use_its_new_output()
    {
        await using var job = await JobInTest.CreateAsync(NeedsFix);
        (await job.RunAsync()).Status.ShouldBe(JobStatus.InterventionRequired);
        await Write(job, "app.txt", "good\n");

        var after = await job.RestepAsync("two");

        (after.Status, after.Runs.Count).ShouldBe((JobStatus.Pending, 1));
        job.Events<JobEvent.TaskRestepRequested>().ShouldHaveSingleItem().From.ShouldBe(RestepInput.Current);
        job.Events<JobEvent.JobHumanChange>().ShouldHaveSingleItem().Files.ShouldBe(["app.txt"]);
        File.ReadAllText(job.InWorkspace("two.txt")).ShouldBe("good\n", "the step at which the job stopped leaves its new output there");
        (await job.RunAsync()).Status.ShouldBe(JobStatus.Success);
        job.Show(job.Branch, "three.txt").ShouldBe("good");
        job.Attempt("two", 1, "output.log").ShouldBe("look\n", "the failed attempt's log is still there");
    }

    [Fact]
    public async Task A_failed_restep_keeps_the_output_that_later_steps_see_and_a_person_can_take_it_back()
    {
        await using var job = await JobInTest.CreateAsync("""
            steps:
              one: { run: echo 1 > one.txt }
              two: { needs: [one], run: "test ! -e MARKS/broken && echo 2 > two.txt" }
              three: { needs: [two], run: cp two.txt three.txt }
            """);
        var before = await job.RunAsync();
        job.Put("broken");

        var failed = await job.RestepAsync("two");

        (failed.Status, failed.Reason).ShouldBe((JobStatus.InterventionRequired, "step_failed"));
        failed.Run!.Tasks[1].Accepted!.Number.ShouldBe(1);
        job.Show(job.Branch, "three.txt").ShouldBe("2");
        File.Exists(job.InWorkspace("three.txt")).ShouldBeTrue("the workspace keeps what it showed");

        var resolved = await job.ResolveAsync("two", keep: true);
        (resolved.Status, resolved.Run!.Tasks[1].Accepted!.Number).ShouldBe((JobStatus.Success, 1));
        resolved.Run.Tasks.ShouldAllBe(t => t.Stale == null);
        before.Run!.Tasks.Count.ShouldBe(3);
    }

    [Fact]
    public async Task From_the_original_tree_a_persons_unused_change_stays_in_the_workspace()
    {
        await using var job = await JobInTest.CreateAsync(NeedsFix);
        await job.RunAsync();
        await Write(job, "app.txt", "good\n");

        var after = await job.RestepAsync("two", RestepInput.Original);

        after.Status.ShouldBe(JobStatus.InterventionRequired, "it saw the bad file again");
        File.ReadAllText(job.InWorkspace("app.txt")).ShouldBe("good\n");
        job.Events<JobEvent.JobHumanChange>().ShouldBeEmpty();
        (await job.RestepAsync("two")).Status.ShouldBe(JobStatus.Pending);
    }

    [Fact]
    public async Task A_change_that_conflicts_is_refused_with_nothing_started()
    {
        await using var job = await JobInTest.CreateAsync("""
            steps:
              one: { run: echo one > file.txt }
              bad: { needs: [one], run: "echo bad > file.txt; exit 1" }
            """);
        await job.RunAsync();
        await Write(job, "file.txt", "mine\n");
        var events = job.Journal().Count;

        var refused = (await Should.ThrowAsync<LogistException>(() => job.RestepAsync("bad"))).Problem;

        refused.Kind.ShouldBe(ErrorKind.HumanConflict);
        refused.Fix.ShouldContain(fix => fix.Contains("--from original"));
        job.Journal().Skip(events).ShouldAllBe(e => e.Event is JobEvent.OwnerAcquired);
    }

    [Fact]
    public async Task A_change_that_was_refused_stays_in_the_workspace_whatever_is_asked_next()
    {
        await using var job = await JobInTest.CreateAsync("""
            steps:
              one: { run: echo one > file.txt }
              two: { needs: [one], run: echo two > file.txt }
            """);
        await job.RunAsync();
        await Write(job, "file.txt", "mine\n");
        _ = await Should.ThrowAsync<LogistException>(() => job.RestepAsync("two"));

        await Worker.SettleAsync(job.Services(), job.Id);

        File.ReadAllText(job.InWorkspace("file.txt")).ShouldBe("mine\n");
        (await job.RerunAsync()).Status.ShouldBe(JobStatus.Success);
        job.Events<JobEvent.JobHumanChange>().ShouldHaveSingleItem().Files.ShouldBe(["file.txt"]);
    }

    [Fact]
    public async Task It_can_be_asked_for_with_an_agent_that_no_step_names_and_an_unknown_one_is_refused_with_nothing_written()
    {
        await using var job = await JobInTest.CreateAsync("""
            agents:
              mine: { provider: scripted, script: "answer COMPLETED done" }
              other: { provider: scripted, script: "answer COMPLETED done otherwise" }
            steps:
              one: { prompt: Do it., agent: mine }
            """);
        (await job.RunAsync()).Status.ShouldBe(JobStatus.Success);
        var events = job.Journal().Count;

        var refused = await Should.ThrowAsync<LogistException>(() =>
            job.RestepAsync("one", difference: new AttemptDifference { Agent = "nobody" }));

        refused.Problem.What.ShouldContain("nobody");
        job.Journal().Count.ShouldBe(events);
        var after = await job.RestepAsync("one", difference: new AttemptDifference { Agent = "other" });
        after.Run!.Tasks[0].Accepted!.Result!.Summary.ShouldBe("done otherwise");
    }

    [Fact]
    public async Task What_a_person_mended_for_a_step_is_part_of_its_input_ever_after()
    {
        await using var job = await JobInTest.CreateAsync(NeedsFix);
        await job.RunAsync();
        await Write(job, "app.txt", "good\n");
        await job.ResubmitAsync();
        (await job.RunAsync()).Status.ShouldBe(JobStatus.Success);

        (await job.RestepAsync("two")).Status.ShouldBe(JobStatus.Success);
        (await job.RerunAsync("two")).Status.ShouldBe(JobStatus.Success);
        (await job.RerunAsync("two")).Status.ShouldBe(JobStatus.Success);

        job.Show($"refs/heads/logist/{job.Id}-run3", "three.txt").ShouldBe("good");
        job.Attempt("two", 1, "output.log").ShouldBe("look\n");
        job.Show(job.Events<JobEvent.TaskFailed>()[0].Result!.Commit!, "app.txt").ShouldBe("bad");
    }

    [Fact]
    public async Task An_interrupted_restep_is_dropped_and_leaves_step_and_job_as_before()
    {
        await using var job = await JobInTest.CreateAsync("""
            steps:
              one: { run: "test ! -e MARKS/slow || { echo > MARKS/started; sleep 600; }; echo 1 > one.txt" }
              two: { needs: [one], run: cp one.txt two.txt }
            """);
        await job.RunAsync();
        job.Put("slow");
        var again = job.RestepAsync("one");
        await job.AwaitMarkAsync("started");
        job.Manifest().GetProperty("status").GetString().ShouldBe("RUNNING");
        await job.InterruptAsync();

        var after = await again;

        (after.Status, after.Restep).ShouldBe((JobStatus.Success, null));
        after.Run!.Tasks[0].Attempts.Select(a => a.Status).ShouldBe([AttemptStatus.Success, AttemptStatus.Interrupted]);
        after.Run.Tasks[0].Accepted!.Number.ShouldBe(1);
    }
}
