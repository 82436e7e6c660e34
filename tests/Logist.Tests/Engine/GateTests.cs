using Logist.Core;
using Logist.Core.Jobs;

namespace Logist.Tests.Engine;

/// <summary>Gates: a person decides before a step starts.</summary>
public sealed class GateTests
{
    [Fact]
    public async Task A_gate_opens_before_its_step_and_shows_the_steps_input()
    {
        await using var job = await JobInTest.CreateAsync("""
            steps:
              build: { run: echo app > app.txt }
              deploy: { needs: [build], approval: Deploy?, run: touch MARKS/deployed }
            """);
        var state = await job.RunAsync();

        state.Status.ShouldBe(JobStatus.ApprovalRequired);
        var gate = job.Events<JobEvent.ApprovalRequested>().ShouldHaveSingleItem();
        (gate.Step, gate.Input, gate.Tree, gate.Message).ShouldBe(
            ("deploy", job.Commit("build"), job.Git("rev-parse", job.Commit("build") + "^{tree}"), "Deploy?"));
        File.Exists(job.Mark("deployed")).ShouldBeFalse();
        job.Phase("deploy").GetProperty("status").GetString().ShouldBe("APPROVAL_REQUIRED");
        job.Manifest().GetProperty("current_phase").GetString().ShouldBe("deploy");
        Advice.Next(state)[0].ShouldBe($"logist job approve {job.Id} deploy");

        (await job.ApproveAsync("deploy", gate.Tree)).Status.ShouldBe(JobStatus.Pending);
        (await job.RunAsync()).Status.ShouldBe(JobStatus.Success);
        File.Exists(job.Mark("deployed")).ShouldBeTrue();
        job.Events<JobEvent.TaskScheduled>().Count.ShouldBe(2);
    }

    [Fact]
    public async Task An_approval_of_another_tree_is_refused()
    {
        await using var job = await JobInTest.CreateAsync("""
            steps:
              build: { run: echo app > app.txt }
              deploy: { needs: [build], approval: true, run: "true" }
            """);
        await job.RunAsync();
        (await Should.ThrowAsync<LogistException>(() => job.ApproveAsync("deploy", new string('0', 40)))).Problem.Kind
            .ShouldBe(ErrorKind.PlanChanged);
        (await Should.ThrowAsync<LogistException>(() => job.ApproveAsync("build"))).Problem.Kind.ShouldBe(ErrorKind.WrongState);
    }

    [Fact]
    public async Task A_step_that_only_asks_succeeds_with_its_approval_and_ends_the_job_when_it_is_the_last()
    {
        await using var job = await JobInTest.CreateAsync("""
            steps:
              build: { run: echo app > app.txt }
              sign-off: { needs: [build], approval: Good? }
            """);
        await job.RunAsync();
        (await job.ApproveAsync("sign-off")).Status.ShouldBe(JobStatus.Success);
        job.Events<JobEvent.RunFinished>().ShouldHaveSingleItem().Status.ShouldBe("success");
    }

    [Fact]
    public async Task What_follows_a_step_that_only_asks_gets_its_input()
    {
        await using var job = await JobInTest.CreateAsync("""
            steps:
              build: { run: echo app > app.txt }
              sign-off: { needs: [build], approval: Good? }
              ship: { needs: [sign-off], run: cp app.txt shipped.txt }
            """);
        await job.RunAsync();
        await job.ApproveAsync("sign-off");
        (await job.RunAsync()).Status.ShouldBe(JobStatus.Success);
        job.Show(job.Branch, "shipped.txt").ShouldBe("app");
    }

    [Fact]
    public async Task Parallel_gates_open_together_while_other_steps_run_on()
    {
        await using var job = await JobInTest.CreateAsync("""
            max_parallel: 2
            steps:
              one: { approval: One?, run: "true" }
              two: { approval: Two?, run: "true" }
              free: { run: "true" }
              after: { needs: [free], run: "true" }
            """);
        var state = await job.RunAsync();
        (state.Status, state.Run!.Satisfied, state.Run.OpenGates.Count).ShouldBe((JobStatus.ApprovalRequired, 2, 2));
        job.Told.Count(s => s == "APPROVAL_REQUIRED").ShouldBe(1, "only when nothing else can go on");
        (await job.ApproveAsync("two")).Status.ShouldBe(JobStatus.Pending);
        state = await job.RunAsync();
        (state.Status, state.Run!.Satisfied).ShouldBe((JobStatus.ApprovalRequired, 3));
        await job.ApproveAsync("one");
        (await job.RunAsync()).Status.ShouldBe(JobStatus.Success);
    }

    [Fact]
    public async Task A_gate_that_is_approved_while_the_job_runs_is_noticed()
    {
        await using var job = await JobInTest.CreateAsync("""
            max_parallel: 2
            steps:
              gate: { approval: Go?, run: touch MARKS/gated }
              busy: { run: "until test -e MARKS/gated; do sleep 0.02; done" }
            """);
        var run = job.RunAsync();
        await JobInTest.UntilAsync(() => job.Events<JobEvent.ApprovalRequested>().Count == 1, "no gate");
        await job.ApproveAsync("gate");
        (await run).Status.ShouldBe(JobStatus.Success);
    }

    [Fact]
    public async Task A_rejected_gate_fails_its_step_with_the_reason()
    {
        await using var job = await JobInTest
            .CreateAsync("steps: { build: { run: \"true\" }, deploy: { needs: [build], approval: Deploy?, run: \"true\" } }");
        await job.RunAsync();
        var state = await job.RejectAsync("deploy", "not on a Friday", rerun: false);
        (state.Status, state.Reason).ShouldBe((JobStatus.InterventionRequired, "approval_rejected"));
        var failure = state.Run!.Tasks[1].Failure!;
        (failure.Category, failure.Message).ShouldBe((FailureCategory.ApprovalRejected, "not on a Friday"));
        await job.ResubmitAsync();
        (await job.RunAsync()).Status.ShouldBe(JobStatus.ApprovalRequired, "a person is asked anew");
    }

    [Fact]
    public async Task Rejected_with_rerun_the_nearest_agents_try_again_with_the_reason_in_their_prompt()
    {
        await using var job = await JobInTest.CreateAsync("""
            agents:
              coder: { script: "append notes.md attempt {attempt}" }
            steps:
              early: { prompt: Early., agent: coder }
              work: { needs: [early], prompt: Work., agent: coder }
              pack: { needs: [work], run: cp notes.md packed.md }
              deploy: { needs: [pack], approval: Deploy?, run: "true" }
            """);
        await job.RunAsync();

        var state = await job.RejectAsync("deploy", "mention the licence", rerun: true);

        state.Status.ShouldBe(JobStatus.Pending);
        state = await job.RunAsync();
        state.Status.ShouldBe(JobStatus.ApprovalRequired);
        state.Run!.Tasks.Select(t => t.Attempts.Count).ShouldBe([1, 2, 2, 0]);
        state.Run.Tasks[1].Attempts[1].Kind.ShouldBe(AttemptKind.Rejected);
        job.Attempt("work", 2, "worker.prompt.md").ShouldContain("mention the licence");
        await job.ApproveAsync("deploy");
        (await job.RunAsync()).Status.ShouldBe(JobStatus.Success);
        job.Events<JobEvent.ApprovalRequested>()[^1].Input.ShouldBe(job.Commit("pack"));
    }

    [Fact]
    public async Task A_rejection_with_rerun_without_an_agent_before_the_gate_is_refused()
    {
        await using var job = await JobInTest
            .CreateAsync("steps: { build: { run: \"true\" }, deploy: { needs: [build], approval: Deploy?, run: \"true\" } }");
        await job.RunAsync();
        (await Should.ThrowAsync<LogistException>(() => job.RejectAsync("deploy", "no", rerun: true))).Problem.Kind
            .ShouldBe(ErrorKind.Usage);
    }
}
