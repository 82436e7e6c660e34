using Logist.Core.Jobs;
using Logist.Engine;
using TaskStatus = Logist.Core.Jobs.TaskStatus;

namespace Logist.Tests.Engine;

/// <summary>One step canceled alone while real processes run.</summary>
public sealed class CancelTaskTests
{
    private const string TwoBranches = """
        max_parallel: 3
        steps:
          stuck: { run: "echo $LOGIST_ATTEMPT_ID >> MARKS/ran; echo half > half.txt; touch MARKS/stuck; sleep 600 & echo $! > MARKS/child; wait" }
          after: { needs: [stuck], run: "true" }
          other: { run: "touch MARKS/other; until test -e MARKS/go; do sleep 0.02; done; echo ok > other.txt" }
          more: { needs: [other], run: "echo more > more.txt" }
        """;

    private const string Reviewed = """
        agents:
          coder: { script: "write a.txt {attempt}" }
          boss: { script: "run touch MARKS/judging; until test -e MARKS/go; do sleep 0.02; done\nanswer COMPLETED fine" }
        steps:
          work: { prompt: p, agent: coder, review: { agent: boss } }
        """;

    [Fact]
    public async Task Its_processes_end_the_others_go_on_and_then_a_person_is_asked()
    {
        await using var job = await JobInTest.CreateAsync(TwoBranches);
        var run = job.RunAsync();
        await job.AwaitMarkAsync("child");
        await job.AwaitMarkAsync("other");

        (await job.CancelTaskAsync("stuck")).Run!.Tasks[0].CancelRequested.ShouldNotBeNull();
        await JobInTest.UntilAsync(() => job.Events<JobEvent.TaskCanceled>().Count == 1, "not stopped");

        File.Exists($"/proc/{File.ReadAllText(job.Mark("child")).Trim()}").ShouldBeFalse("a child of the step lives on");
        job.Events<JobEvent.TaskSucceeded>().ShouldBeEmpty("the other branch is still at work");
        job.Put("go");
        var state = await run;

        (state.Status, state.Reason).ShouldBe((JobStatus.InterventionRequired, "step_failed"));
        state.Run!.Tasks.Select(task => task.Status).ShouldBe(
            [TaskStatus.Canceled, TaskStatus.Created, TaskStatus.Success, TaskStatus.Success]);
        var canceled = job.Events<JobEvent.TaskCanceled>().Single();
        (canceled.By.Actor, canceled.Reason, canceled.Attempt).ShouldBe(("bob", "wrong input", 1));
        job.Phase("stuck").GetProperty("failure").GetProperty("message").GetString().ShouldBe("canceled by bob: wrong input");
        (await File.ReadAllTextAsync(job.InWorkspace("half.txt"), TestContext.Current.CancellationToken)).ShouldBe("half\n");
    }

    [Fact]
    public async Task Whoever_takes_the_job_over_carries_the_request_out()
    {
        await using var job = await JobInTest.CreateAsync(TwoBranches);
        job.OthersAppend = true;
        var first = job.RunAsync();
        await job.AwaitMarkAsync("child");
        await job.AwaitMarkAsync("other");
        await job.DetachAsync();
        await first;
        job.End.ShouldBe(RunEnd.Detached);

        await job.CancelTaskAsync("stuck");
        job.Put("go");
        var state = await job.RunAsync();

        state.Run!.Tasks.Select(task => task.Status).ShouldBe(
            [TaskStatus.Canceled, TaskStatus.Created, TaskStatus.Success, TaskStatus.Success]);
        job.Launches().Length.ShouldBe(1);
        File.Exists($"/proc/{File.ReadAllText(job.Mark("child")).Trim()}").ShouldBeFalse("a child of the step lives on");
    }

    [Fact]
    public async Task A_review_is_stopped_and_what_the_worker_made_is_not_accepted()
    {
        await using var job = await JobInTest.CreateAsync(Reviewed);
        var run = job.RunAsync();
        await job.AwaitMarkAsync("judging");
        await JobInTest.UntilAsync(() => job.Phase("work").GetProperty("status").GetString() == "REVIEWING", "no review");

        await job.CancelTaskAsync("work");
        var state = await run;

        state.Status.ShouldBe(JobStatus.InterventionRequired);
        state.Run!.Tasks[0].Accepted.ShouldBeNull();
        state.Run.Tasks[0].Attempts.Single().Status.ShouldBe(AttemptStatus.Canceled);
    }

    [Fact]
    public async Task A_canceled_step_can_be_done_again()
    {
        await using var job = await JobInTest.CreateAsync("""
            steps:
              one: { run: "touch MARKS/one; until test -e MARKS/go; do sleep 0.02; done; echo 1 > one.txt" }
              two: { needs: [one], run: cat one.txt }
            """);
        var run = job.RunAsync();
        await job.AwaitMarkAsync("one");
        await job.CancelTaskAsync("one");
        (await run).Status.ShouldBe(JobStatus.InterventionRequired);

        job.Put("go");
        (await job.PartialRerunAsync("one")).Status.ShouldBe(JobStatus.Success);
        job.Events<JobEvent.TaskPartialRerunReset>().Single().PreviousStatus.ShouldBe("canceled");
    }
}
