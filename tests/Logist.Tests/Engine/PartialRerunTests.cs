using Logist.Core.Jobs;
using Logist.Engine;
using Logist.Tests.Stores;
using Logist.Views;

namespace Logist.Tests.Engine;

/// <summary>R5: failed branches only, in the same run; and stale steps, each once.</summary>
public sealed class PartialRerunTests
{
    [Fact]
    public async Task Only_the_failed_branch_and_the_join_that_never_ran_are_launched()
    {
        await using var job = await JobInTest.CreateAsync("""
            steps:
              left: { run: "echo left >> MARKS/ran; echo l > left.txt" }
              right: { run: "echo right >> MARKS/ran; test -e MARKS/fixed && echo r > right.txt" }
              join: { needs: [left, right], run: "echo join >> MARKS/ran; cat left.txt right.txt > join.txt" }
            """);
        var failed = await job.RunAsync();
        failed.Status.ShouldBe(JobStatus.InterventionRequired);
        var left = Described.Describe(failed.Run!.Tasks[0]);
        job.Put("fixed");

        var after = await job.PartialRerunAsync("right");

        (after.Status, after.Runs.Count).ShouldBe((JobStatus.Success, 1));
        job.Launches().Order().ShouldBe(["join", "left", "right", "right"]);
        Described.Describe(after.Run!.Tasks[0]).ShouldBe(left);
        var right = after.Run.Tasks[1];
        right.Attempts.Select(a => a.Kind).ShouldBe([AttemptKind.Initial, AttemptKind.PartialRerun]);
        (right.Attempts[1].RequestedBy, right.Attempts[1].Reason).ShouldBe(("bob", "disk fixed"));
        right.Reruns.ShouldHaveSingleItem().Attempt.ShouldBe(2);
        job.Events<JobEvent.RunPartialRerunRequested>().ShouldHaveSingleItem().Selected.ShouldBe(["right"]);
        job.Events<JobEvent.TaskPartialRerunReset>().ShouldHaveSingleItem().PreviousStatus.ShouldBe("failed");
    }

    [Fact]
    public async Task A_held_rerun_starts_nothing_and_says_who_holds_it_until_the_job_is_run()
    {
        await using var job = await JobInTest.CreateAsync("""
            steps:
              one: { run: "echo one >> MARKS/ran; test -e MARKS/fixed" }
            """);
        await job.RunAsync();
        job.Put("fixed");

        var held = await job.AgainAsync((_, by) => new JobCommand.PartialRerun(by, [0], "disk fixed") { Hold = true }, noRun: true);

        (held.Status, job.Launches().Length).ShouldBe((JobStatus.Pending, 1));
        job.Manifest().GetProperty("held_by").GetString().ShouldBe("bob");
        var row = JobRow.Of(job.Store().Heads([job.Id])[0]);
        (row.Status, row.WaitingOn).ShouldBe(("PENDING", "held by bob"));

        (await job.RunAsync(new RunOptions { Who = () => "ann" })).Status.ShouldBe(JobStatus.Success);
        job.Launches().Length.ShouldBe(2);
        job.Events<JobEvent.RunDispatchReleased>().ShouldHaveSingleItem().By.Actor.ShouldBe("ann");
        job.Manifest().GetProperty("held_by").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
    }

    [Fact]
    public async Task A_persons_fix_is_used_by_a_partial_rerun_too()
    {
        await using var job = await JobInTest.CreateAsync("""
            steps:
              one: { run: echo bad > app.txt }
              two: { needs: [one], run: "grep good app.txt > two.txt" }
            """);
        await job.RunAsync();
        await File.WriteAllTextAsync(job.InWorkspace("app.txt"), "good\n", TestContext.Current.CancellationToken);
        (await job.PartialRerunAsync("two")).Status.ShouldBe(JobStatus.Success);
        job.Show(job.Branch, "two.txt").ShouldBe("good");
        job.Events<JobEvent.JobHumanChange>().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_stale_run_does_each_step_once_and_stops_where_the_input_stays_the_same()
    {
        await using var job = await JobInTest.CreateAsync("""
            steps:
              a: { run: "echo a >> MARKS/ran; echo a > a.txt; cat MARKS/a >> a.txt 2>/dev/null; true" }
              p: { needs: [a], run: "echo p >> MARKS/ran; head -1 a.txt > p.txt; git rm -q --cached a.txt; rm a.txt" }
              q: { needs: [p], run: "echo q >> MARKS/ran; cp p.txt q.txt" }
              x: { needs: [a, q], run: "echo x >> MARKS/ran; cat q.txt > x.txt" }
            """);
        (await job.RunAsync()).Status.ShouldBe(JobStatus.Success, await job.HistoryAsync());
        await File.WriteAllTextAsync(job.Mark("a"), "more\n", TestContext.Current.CancellationToken);
        await job.RestepAsync("a");
        await File.WriteAllTextAsync(job.Mark("ran"), "", TestContext.Current.CancellationToken);

        var after = await job.RunStaleAsync();

        // p's output is what it was, so q keeps its own; x uses a itself.
        job.Launches().ShouldBe(["p", "x"], await job.HistoryAsync());
        after.Status.ShouldBe(JobStatus.Success);
        after.Run!.Tasks.ShouldAllBe(t => t.Stale == null);
        job.Events<JobEvent.TaskReused>().ShouldHaveSingleItem().Step.ShouldBe("q");
    }

    [Fact]
    public async Task A_step_done_by_hand_is_an_attempt_of_its_own_and_the_job_goes_on_with_its_files()
    {
        await using var job = await JobInTest.CreateAsync("""
            steps:
              one: { run: echo 1 > one.txt }
              two: { needs: [one], run: "exit 1" }
              three: { needs: [two], run: cat one.txt two.txt > three.txt }
            """);
        await job.RunAsync();
        await File.WriteAllTextAsync(job.InWorkspace("two.txt"), "by hand\n", TestContext.Current.CancellationToken);

        var resolved = await job.ResolveAsync("two");

        resolved.Status.ShouldBe(JobStatus.Pending);
        resolved.Run!.Tasks[1].Attempts[1].Kind.ShouldBe(AttemptKind.Human);
        job.Manifest().GetProperty("status").GetString().ShouldBe("PENDING");
        (await job.RunAsync()).Status.ShouldBe(JobStatus.Success);
        job.Show(job.Branch, "three.txt").ShouldBe("1\nby hand");
        job.Events<JobEvent.JobHumanChange>().ShouldBeEmpty("it is the attempt's output, not an input of what follows");
        job.Git("log", "-1", "--format=%(trailers:key=Logist-Attempt,valueonly,separator=)",
                resolved.Run.Tasks[1].Accepted!.Result!.Commit!)
            .ShouldBe("2");
    }
}
