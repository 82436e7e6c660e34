using Logist.Core.Jobs;
using Logist.Engine;

namespace Logist.Tests.Engine;

/// <summary>R1.7, R1.8 and the failure half of R7.1: every category has its state, its reason, its hint and a command that goes
/// on.</summary>
public sealed class FailureTests
{
    private const string Agents = """
        agents:
          exits: { script: "exit 7" }
          crashes: { script: "crash SEGV" }
          stuck: { script: "answer STUCK which database?" }
          again: { script: "answer RETRY the tool was busy" }
          silent: { script: "print I am done\nno-answer" }
          broken: { script: "bad-json" }
          liar: { script: "evidence nothing.md" }
          outside: { script: "evidence ../../../etc/passwd" }
          absent: { command: [no-such-agent-program], prompt: stdin }
          good: { script: "write notes.md x" }
          unhappy: { script: "answer RETRY never good enough" }
          hangs: { script: "hang" }
        steps:
          only:
        """;

    [Theory]
    [InlineData("{ run: exit 3 }", "command_failed", "step_failed", "exit code 3")]
    [InlineData("{ run: kill -9 $$ }", "command_failed", "step_failed", "ended by signal 9")]
    [InlineData("{ run: [no-such-program] }", "missing_tool", "step_failed", "it could not be started")]
    [InlineData("{ run: sleep 100, timeout: 200ms }", "timeout", "step_failed", "it ran longer than allowed (0.2s)")]
    [InlineData("{ run: sleep 100, inactivity_timeout: 200ms }", "timeout", "step_failed",
        "it printed nothing for longer than allowed (0.2s)")]
    [InlineData("{ prompt: p, agent: hangs, timeout: 300ms }", "timeout", "step_failed", "the agent ran longer than allowed (0.3s)")]
    [InlineData("{ run: \"true\", checks: [\"true\", echo no; exit 4] }", "check_failed", "step_failed",
        "check \"echo no; exit 4\": exit code 4")]
    [InlineData("{ prompt: p, agent: exits }", "agent_error", "step_failed", "the agent ended with exit code 7")]
    [InlineData("{ prompt: p, agent: crashes }", "agent_error", "step_failed", "the agent was ended by signal 11")]
    [InlineData("{ prompt: p, agent: stuck }", "agent_stuck", "agent_stuck", "the agent is stuck: which database?")]
    [InlineData("{ prompt: p, agent: again }", "agent_error", "step_failed", "the agent asks for a new try: the tool was busy")]
    [InlineData("{ prompt: p, agent: silent }", "invalid_response", "step_failed", "the agent ended without an answer")]
    [InlineData("{ prompt: p, agent: broken }", "invalid_response", "step_failed", "")]
    [InlineData("{ prompt: p, agent: liar }", "evidence_missing", "step_failed",
        "evidence file \"nothing.md\" does not exist in the workspace")]
    [InlineData("{ prompt: p, agent: outside }", "evidence_missing", "step_failed", "evidence file")]
    [InlineData("{ prompt: p, agent: absent }", "missing_tool", "step_failed", "the agent could not be started")]
    [InlineData("{ prompt: p, agent: good, review: { agent: unhappy, rounds: 1 } }", "review_rounds", "review_rounds",
        "no agreement after 1 rounds: never good enough")]
    [InlineData("{ prompt: p, agent: good, review: { agent: stuck } }", "agent_stuck", "agent_stuck",
        "the supervisor is stuck: which database?")]
    public async Task A_failure_stops_the_job_with_its_category_reason_hint_and_next_command(string step, string category, string reason,
        string message)
    {
        await using var job = await JobInTest.CreateAsync($"{Agents} {step}");

        var state = await job.RunAsync();

        (state.Status, state.Reason).ShouldBe((JobStatus.InterventionRequired, reason));
        job.Told[^1].ShouldBe("INTERVENTION_REQUIRED");
        var phase = job.Phase("only");
        phase.GetProperty("status").GetString().ShouldBe("FAILED");
        var failure = phase.GetProperty("failure");
        failure.GetProperty("category").GetString().ShouldBe(category);
        failure.GetProperty("message").GetString()!.ShouldStartWith(message);
        failure.GetProperty("hint").GetString().ShouldNotBeNullOrEmpty();
        Advice.Next(state).ShouldBe([$"logist job resubmit {job.Id} --run", $"logist job restep {job.Id} only",
            $"logist job rerun {job.Id} --failed --reason \"…\"", $"logist job rerun {job.Id} --step only",
            $"logist job resolve {job.Id} only --outcome success --reason \"…\""]);
        job.Manifest().GetProperty("current_phase").GetString().ShouldBe("only");
        job.Manifest().GetProperty("run").GetProperty("status").GetString().ShouldBe("failed");
        job.Events<JobEvent.RunFinished>().ShouldHaveSingleItem().Status.ShouldBe("failed");
    }

    [Fact]
    public async Task The_working_directory_of_a_failed_step_is_committed_and_shown_for_a_person_to_mend()
    {
        await using var job = await JobInTest.CreateAsync("steps: { only: { run: \"echo half > half.txt; exit 1\" } }");
        await job.RunAsync();
        var failed = job.Events<JobEvent.TaskFailed>().ShouldHaveSingleItem();
        job.Show(failed.Result!.Commit!, "half.txt").ShouldBe("half");
        File.ReadAllText(job.InWorkspace("half.txt")).ShouldBe("half\n");
        job.Git("rev-parse", "refs/logist/1/only/1").ShouldBe(failed.Result.Commit);
    }

    [Fact]
    public async Task A_step_that_fails_finally_does_not_stop_independent_branches()
    {
        await using var job = await JobInTest.CreateAsync("""
            steps:
              bad: { run: exit 1 }
              never: { needs: [bad], run: touch MARKS/never }
              good: { run: "true" }
              more: { needs: [good], run: echo more > more.txt }
            """);
        var state = await job.RunAsync(new RunOptions { MaxParallel = 1 });

        (state.Status, state.Run!.Satisfied).ShouldBe((JobStatus.InterventionRequired, 2));
        File.Exists(job.Mark("never")).ShouldBeFalse();
        job.Told.ShouldNotContain("SUCCESS");
        job.Told.Count(s => s == "INTERVENTION_REQUIRED").ShouldBe(1, "only when nothing else can go on");
        var manifest = job.Manifest();
        manifest.GetProperty("phase_counts").GetRawText().ShouldBe("""{"FAILED":1,"PENDING":1,"SUCCESS":2}""");
    }

    [Fact]
    public async Task A_failed_command_is_tried_again_with_growing_pauses_until_its_attempts_are_used_up()
    {
        await using var job = await JobInTest.CreateAsync("""
            steps:
              flaky:
                run: echo try >> tries.txt; wc -l < tries.txt >> MARKS/lines; exit 1
                retry: { max_attempts: 3, backoff: { initial: 60ms, factor: 3, max: 10s } }
            """);
        var state = await job.RunAsync();

        state.Status.ShouldBe(JobStatus.InterventionRequired);
        var scheduled = job.Events<JobEvent.TaskScheduled>();
        scheduled.Select(e => e.Kind).ShouldBe([AttemptKind.Initial, AttemptKind.Retry, AttemptKind.Retry]);
        scheduled[1].Why.ShouldBe("attempt 1 failed: exit code 1");
        var failed = job.Events<JobEvent.TaskFailed>();
        failed.Select(e => e.Final).ShouldBe([false, false, true]);
        (scheduled[1].By.At - failed[0].By.At).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromMilliseconds(60));
        (scheduled[2].By.At - failed[1].By.At).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromMilliseconds(180));
        File.ReadAllLines(job.Mark("lines")).ShouldBe(["1", "1", "1"], "a retry starts from the step's input");
        job.Told.Count(s => s == "INTERVENTION_REQUIRED").ShouldBe(1, "while it can go on it is not stopped");
    }

    [Fact]
    public async Task A_worker_that_asks_for_a_retry_gets_a_new_attempt_within_its_attempts()
    {
        await using var job = await JobInTest.CreateAsync("""
            agents:
              coder:
                script: |
                  when attempt=1:
                    answer RETRY the first idea was wrong
                  otherwise:
                    save-prompt prompt.txt
            steps:
              plan: { prompt: Plan., agent: coder, retry: { max_attempts: 2, backoff: { initial: 20ms } } }
            """);
        (await job.RunAsync()).Status.ShouldBe(JobStatus.Success);
        job.Events<JobEvent.TaskFailed>().ShouldHaveSingleItem().Failure.Category.ShouldBe(FailureCategory.AgentError);
        var prompt = job.Attempt("plan", 2, "worker.prompt.md");
        prompt.ShouldContain("This is attempt 2, because:");
        prompt.ShouldContain("attempt 1 failed: the agent asks for a new try: the first idea was wrong");
    }

    [Fact]
    public async Task An_interrupted_attempt_is_no_failure_and_the_job_goes_on_later()
    {
        await using var job = await JobInTest.CreateAsync("""
            steps: { wait: { run: "echo half > half.txt; touch MARKS/started; test -e MARKS/go || sleep 1000" } }
            """);
        var run = job.RunAsync();
        await job.AwaitMarkAsync("started");
        await job.InterruptAsync();

        (await run).Status.ShouldBe(JobStatus.Pending);

        job.End.ShouldBe(RunEnd.Interrupted);
        var interrupted = job.Events<JobEvent.TaskInterrupted>().ShouldHaveSingleItem();
        job.Show(interrupted.Result!.Commit!, "half.txt").ShouldBe("half");
        job.Events<JobEvent.TaskFailed>().ShouldBeEmpty();
        job.Put("go");
        var state = await job.RunAsync();
        (state.Status, state.Run!.Tasks[0].Attempts[1].Kind).ShouldBe((JobStatus.Success, AttemptKind.Recovery));
    }

    [Fact]
    public async Task A_resubmitted_job_gets_fresh_attempts_and_keeps_what_succeeded()
    {
        await using var job = await JobInTest.CreateAsync("""
            steps:
              one: { run: echo x >> MARKS/one }
              two: { needs: [one], run: test -e MARKS/fixed, retry: { max_attempts: 2, backoff: { initial: 10ms } } }
            """);
        (await job.RunAsync()).Run!.Tasks[1].Attempts.Count.ShouldBe(2);
        (await job.ResubmitAsync()).Status.ShouldBe(JobStatus.Pending);
        (await job.RunAsync()).Run!.Tasks[1].Attempts.Count.ShouldBe(4, "the attempts are counted anew");
        job.Put("fixed");
        await job.ResubmitAsync();
        var state = await job.RunAsync();
        (state.Status, state.Run!.Tasks[1].Attempts[4].Kind).ShouldBe((JobStatus.Success, AttemptKind.Resubmit));
        File.ReadAllLines(job.Mark("one")).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_step_whose_process_vanished_is_done_again_and_after_three_times_asks_a_person()
    {
        await using var job = await JobInTest.CreateAsync("""
            steps: { long: { run: "echo x >> MARKS/starts; sleep 1000" } }
            """);
        var run = job.RunAsync();
        for (var times = 1; times <= 3; times++)
        {
            await JobInTest.UntilAsync(() => File.Exists(job.Mark("starts")) && File.ReadAllLines(job.Mark("starts")).Length == times,
                "no start");
            Processes.HostedJob.Kill(Processes.HostedJob.HostPid(job.Layout));
        }

        var state = await run;

        (state.Status, state.Reason).ShouldBe((JobStatus.InterventionRequired, "lost_attempt"));
        job.Events<JobEvent.TaskLost>().Count.ShouldBe(3);
        job.Phase("long").GetProperty("failure").GetProperty("category").GetString().ShouldBe("lost");
    }

    [Fact]
    public async Task A_check_whose_process_vanished_is_done_again_and_the_workers_result_kept()
    {
        await using var job = await JobInTest.CreateAsync("""
            steps:
              work: { run: "echo w >> MARKS/works", checks: ["test -e MARKS/checking && exit 0; touch MARKS/checking; sleep 1000"] }
            """);
        var run = job.RunAsync();
        await job.AwaitMarkAsync("checking");
        Processes.HostedJob.Kill(Processes.HostedJob.HostPid(job.Layout));
        (await run).Status.ShouldBe(JobStatus.Success, await job.HistoryAsync());
        File.ReadAllLines(job.Mark("works")).ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("on_interrupt: fail")]
    [InlineData("on_interrupt: ask")]
    [InlineData("side_effects: external")]
    public async Task A_step_that_must_not_be_repeated_by_itself_asks_when_its_process_vanished(string policy)
    {
        await using var job = await JobInTest.CreateAsync($$"""steps: { long: { run: "touch MARKS/started; sleep 1000", {{policy}} } }""");
        var run = job.RunAsync();
        await job.AwaitMarkAsync("started");
        Processes.HostedJob.Kill(Processes.HostedJob.HostPid(job.Layout));
        var state = await run;
        (state.Status, state.Reason, state.Run!.Tasks[0].Attempts.Count).ShouldBe((JobStatus.InterventionRequired, "lost_attempt", 1));
    }
}
