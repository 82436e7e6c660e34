using Logist.Core.Jobs;
using Logist.Engine;

namespace Logist.Tests.Engine;

/// <summary>R1.6: other processes suspend, resume and cancel while the job runs.</summary>
public sealed class SuspendTests
{
    private const string Two = """
        max_parallel: 1
        steps:
          first: { run: "touch MARKS/started; until test -e MARKS/go; do sleep 0.02; done; echo done > first.txt" }
          second: { needs: [first], run: touch MARKS/second }
        """;

    [Fact]
    public async Task Suspend_lets_the_live_attempt_finish_and_starts_nothing_new()
    {
        await using var job = await JobInTest.CreateAsync(Two);
        var run = job.RunAsync();
        await job.AwaitMarkAsync("started");
        (await job.SuspendAsync()).Status.ShouldBe(JobStatus.Suspended);
        await JobInTest.UntilAsync(() => job.Told.Contains("SUSPENDED"), "the run did not notice");
        job.Put("go");

        var state = await run;

        (state.Status, state.Run!.Satisfied).ShouldBe((JobStatus.Suspended, 1));
        File.Exists(job.Mark("second")).ShouldBeFalse();
        job.Manifest().GetProperty("run").GetProperty("status").GetString().ShouldBe("paused");
        (await job.ResumeAsync()).Status.ShouldBe(JobStatus.Pending);
        (await job.RunAsync()).Status.ShouldBe(JobStatus.Success);
        job.Events<JobEvent.RunPaused>().Count.ShouldBe(1);
        job.Events<JobEvent.RunResumed>().Count.ShouldBe(1);
        job.Events<JobEvent.TaskScheduled>().Count.ShouldBe(2, "the step that finished is not run again");
    }

    [Fact]
    public async Task Suspend_now_stops_the_live_attempt_as_interrupted()
    {
        await using var job = await JobInTest.CreateAsync(Two);
        var run = job.RunAsync();
        await job.AwaitMarkAsync("started");
        await job.SuspendAsync(now: true);

        var state = await run;

        (state.Status, state.Run!.Satisfied).ShouldBe((JobStatus.Suspended, 0));
        job.Events<JobEvent.TaskInterrupted>().ShouldHaveSingleItem();
        job.Put("go");
        await job.ResumeAsync();
        (await job.RunAsync()).Status.ShouldBe(JobStatus.Success);
    }

    [Fact]
    public async Task Suspend_can_become_now_while_the_live_attempt_finishes()
    {
        await using var job = await JobInTest.CreateAsync(Two);
        var run = job.RunAsync();
        await job.AwaitMarkAsync("started");
        await job.SuspendAsync();
        await job.SuspendAsync();
        await job.SuspendAsync(now: true);
        (await run).Status.ShouldBe(JobStatus.Suspended);
        job.Events<JobEvent.JobSuspended>().Select(e => e.Now).ShouldBe([false, true], "what is already asked for is no event");
        job.Events<JobEvent.TaskInterrupted>().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_resume_while_the_live_attempt_finishes_just_goes_on()
    {
        await using var job = await JobInTest.CreateAsync(Two);
        var run = job.RunAsync();
        await job.AwaitMarkAsync("started");
        await job.SuspendAsync();
        await JobInTest.UntilAsync(() => job.Told.Contains("SUSPENDED"), "the run did not notice");
        await job.ResumeAsync();
        await JobInTest.UntilAsync(() => job.Told[^1] == "RUNNING", "the run did not notice the resume");
        job.Put("go");
        (await run).Status.ShouldBe(JobStatus.Success);
        job.Told.ShouldBe(["PENDING", "RUNNING", "SUSPENDED", "RUNNING", "SUCCESS"]);
    }

    [Fact]
    public async Task A_suspended_step_finishes_its_review_but_starts_no_further_round()
    {
        await using var job = await JobInTest.CreateAsync("""
            agents:
              coder: { script: "write notes.md {round}\nrun touch MARKS/started; until test -e MARKS/go; do sleep 0.02; done" }
              boss:
                script: |
                  when round=1:
                    answer RETRY more
                  otherwise:
                    answer COMPLETED fine
            steps: { work: { prompt: p, agent: coder, review: { agent: boss } } }
            """);
        var run = job.RunAsync();
        await job.AwaitMarkAsync("started");
        await job.SuspendAsync();
        job.Put("go");
        var state = await run;
        (state.Status, state.Run!.Tasks[0].Attempts.Count).ShouldBe((JobStatus.Suspended, 1));
        job.Events<JobEvent.TaskReviewFinished>().ShouldHaveSingleItem().Action.ShouldBe("RETRY");
        await job.ResumeAsync();
        state = await job.RunAsync();
        (state.Status, state.Run!.Tasks[0].Attempts.Count).ShouldBe((JobStatus.Success, 2));
    }

    [Fact]
    public async Task Cancel_while_suspended_with_a_live_attempt_ends_CANCELED()
    {
        await using var job = await JobInTest.CreateAsync(Two);
        var run = job.RunAsync();
        await job.AwaitMarkAsync("started");
        await job.SuspendAsync();
        await job.CancelAsync();
        (await run).Status.ShouldBe(JobStatus.Canceled);
        job.Events<JobEvent.TaskCanceled>().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Cancel_of_a_job_at_rest_is_carried_out_by_the_next_driver_without_starting_anything()
    {
        await using var job = await JobInTest.CreateAsync("steps: { one: { run: touch MARKS/one } }");
        (await job.CancelAsync()).Status.ShouldBe(JobStatus.Pending);
        (await job.RunAsync()).Status.ShouldBe(JobStatus.Canceled);
        File.Exists(job.Mark("one")).ShouldBeFalse();
        (await job.CancelAsync()).Status.ShouldBe(JobStatus.Canceled);
        job.Events<JobEvent.JobCancelRequested>().Count.ShouldBe(1, "asking for what already is changes nothing");
    }

    [Theory]
    [InlineData("steps: { one: { run: exit 1 } }", JobStatus.InterventionRequired)]
    [InlineData("steps: { one: { run: \"true\", approval: { message: Go? } } }", JobStatus.ApprovalRequired)]
    public async Task A_job_that_waits_for_a_person_can_be_canceled(string workflow, JobStatus waits)
    {
        await using var job = await JobInTest.CreateAsync(workflow);
        (await job.RunAsync()).Status.ShouldBe(waits);
        await job.CancelAsync();
        (await job.RunAsync()).Status.ShouldBe(JobStatus.Canceled);
        job.Events<JobEvent.JobCanceled>().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_suspended_job_at_rest_can_be_canceled()
    {
        await using var job = await JobInTest.CreateAsync("steps: { one: { run: \"true\" } }");
        await job.SuspendAsync();
        await job.CancelAsync();
        (await job.RunAsync()).Status.ShouldBe(JobStatus.Canceled);
    }

    [Fact]
    public async Task A_cancel_during_a_retry_pause_a_check_or_a_review_ends_CANCELED()
    {
        await using var job = await JobInTest.CreateAsync("""
            max_parallel: 3
            agents:
              coder: { script: "write notes.md x" }
              boss: { script: "run touch MARKS/reviewing; sleep 1000" }
            steps:
              pause: { run: "exit 1", retry: { max_attempts: 2, backoff: { initial: 1h, max: 1h } } }
              checked: { run: "true", checks: ["touch MARKS/checking; sleep 1000"] }
              reviewed: { prompt: p, agent: coder, review: { agent: boss } }
            """);
        var run = job.RunAsync();
        await job.AwaitMarkAsync("checking");
        await job.AwaitMarkAsync("reviewing");
        await job.CancelAsync();
        var state = await run;
        state.Status.ShouldBe(JobStatus.Canceled);
        state.Run!.Tasks.Skip(1).ShouldAllBe(t => t.Status == Core.Jobs.TaskStatus.Canceled);
    }

    [Fact]
    public async Task A_detached_run_leaves_its_steps_alive_and_the_next_run_adopts_them()
    {
        await using var job = await JobInTest.CreateAsync(Two);
        var run = job.RunAsync();
        await job.AwaitMarkAsync("started");
        await job.DetachAsync();
        (await run).Status.ShouldBe(JobStatus.Running);
        job.End.ShouldBe(RunEnd.Detached);
        job.Put("go");
        (await job.RunAsync()).Status.ShouldBe(JobStatus.Success);
        job.Events<JobEvent.TaskScheduled>().Count.ShouldBe(2);
        job.Show(job.Branch, "first.txt").ShouldBe("done");
    }
}
