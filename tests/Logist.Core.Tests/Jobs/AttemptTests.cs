using Logist.Core.Jobs;
using static Logist.Core.Tests.Jobs.Some;

namespace Logist.Core.Tests.Jobs;

public sealed class AttemptTests
{
    [Fact]
    public void The_intent_is_recorded_before_the_start() =>
        Spec.Running(Chain("a")).Schedule("a")
            .Then(new JobEvent.TaskScheduled(By, 1, "a", 1, AttemptKind.Initial) { Input = "in-a", Place = "workspace" })
            .StatusIs(JobStatus.Running).TaskIs("a", TaskStatus.Scheduled);

    [Fact]
    public void An_attempt_is_scheduled_once() =>
        Spec.Running(Chain("a")).Schedule("a").When(new JobCommand.Schedule(By, 1, 0, 1, AttemptKind.Initial, "in", "workspace"))
            .ThenNothing()
            .Schedule("a").ThenNothing();

    [Theory]
    [InlineData(-1)]
    [InlineData(7)]
    public void A_start_of_an_unknown_step_is_nothing(int step) =>
        Spec.Running(Chain("a")).When(new JobCommand.Schedule(By, 1, step, 1, AttemptKind.Initial, null, "scratch")).ThenNothing()
            .When(new JobCommand.Schedule(By, 2, 0, 1, AttemptKind.Initial, null, "scratch")).ThenNothing();

    [Fact]
    public void A_step_with_an_open_need_is_not_scheduled() => Spec.Running(Chain("a", "b")).Schedule("b").ThenNothing();

    [Fact]
    public void A_gate_only_step_is_not_scheduled() => Spec.Running(Workflow(Gate("go"))).OpenGate("go").Schedule("go").ThenNothing();

    [Fact]
    public void Nothing_is_scheduled_while_a_review_waits_for_its_time() =>
        AJob.ToReview(Reviewed("a").Retrying(2)).ReviewStarts("a").Fail("a", FailureCategory.AgentError)
            .TaskIs("a", TaskStatus.Waiting).Schedule("a").ThenNothing();

    [Fact]
    public void Started_and_adopted_are_recorded_for_a_live_attempt_only() =>
        Spec.Running(Chain("a")).Start("a").Then(new JobEvent.TaskStarted(By, 1, "a", 1, 4711, 1)).TaskIs("a", TaskStatus.Running)
            .When(new JobCommand.ReportAdopted(By, 1, 0, 1)).Then(new JobEvent.TaskAdopted(By, 1, "a", 1))
            .Succeed("a").When(new JobCommand.ReportStarted(By, 1, 0, 1, 4711, 1)).ThenNothing()
            .When(new JobCommand.ReportAdopted(By, 1, 0, 1)).ThenNothing();

    [Fact]
    public void Success_is_accepted_without_the_start_having_been_reported() =>
        Spec.Running(Chain("a")).Schedule("a").Succeed("a").TaskIs("a", TaskStatus.Success).AttemptsAre("a", AttemptStatus.Success);

    [Fact]
    public void A_result_is_accepted_exactly_once()
    {
        var job = Spec.Running(Chain("a", "b")).Start("a").Succeed("a", 1).Succeed("a", 1).ThenNothing().Fail("a").ThenNothing()
            .Lose("a").ThenNothing().Interrupt("a").ThenNothing().Canceled("a").ThenNothing().WorkerFinishes("a").ThenNothing();
        job.State.CostUsd.ShouldBe(1);
        job.Task("a").Accepted!.Result!.Commit.ShouldBe("a1");
    }

    [Fact]
    public void A_late_report_about_an_earlier_attempt_is_nothing() =>
        Spec.Running(Chain("a")).Start("a").Lose("a").Start("a")
            .When(new JobCommand.ReportSucceeded(By, 1, 0, 1, Result("late"))).ThenNothing()
            .When(new JobCommand.ReportFailed(By, 1, 0, 1, new Failure("timeout", "late"), null)).ThenNothing()
            .When(new JobCommand.ReportSucceeded(By, 1, 0, 9, Result("never"))).ThenNothing()
            .When(new JobCommand.ReportSucceeded(By, 1, -1, 1, Result("never"))).ThenNothing()
            .When(new JobCommand.ReportSucceeded(By, 3, 0, 1, Result("never"))).ThenNothing();

    [Fact]
    public void A_worker_that_is_done_waits_for_its_checks() =>
        Spec.Running(Workflow(Step("a").Checked())).Start("a").WorkerFinishes("a").TaskIs("a", TaskStatus.Running).PlanIs("verify a#1")
            .WorkerFinishes("a").ThenNothing().Succeed("a").StatusIs(JobStatus.Success);

    [Fact]
    public void Interrupted_checks_are_done_again_without_the_worker() =>
        Spec.Running(Workflow(Step("a").Checked())).Start("a").WorkerFinishes("a").Interrupt("a").TaskIs("a", TaskStatus.ChecksRequired)
            .StatusIs(JobStatus.Pending).PlanIs("verify a#1").Succeed("a").AttemptsAre("a", AttemptStatus.Success);

    [Fact]
    public void An_interrupted_attempt_is_no_failure() =>
        Spec.Running(Chain("a")).Start("a").Interrupt("a").StatusIs(JobStatus.Pending).PlanIs("start a#2 Recovery")
            .Start("a").Interrupt("a").Start("a").Interrupt("a").Start("a").Interrupt("a").PlanIs("start a#5 Recovery")
            .Task("a").Failures.ShouldBe(0);

    [Fact]
    public void A_missing_program_is_a_start_that_failed() =>
        Spec.Running(Chain("a")).Schedule("a").Fail("a", FailureCategory.MissingTool).TaskIs("a", TaskStatus.SubmitFailed)
            .StatusIs(JobStatus.InterventionRequired, "step_failed").Resubmit().PlanIs("start a#2 Resubmit");

    [Fact]
    public void Cost_tokens_and_time_add_up()
    {
        var job = Spec.Running(Workflow(Reviewed("a"), AgentStep("b", "a"))).Start("a").WorkerFinishes("a", 1).ReviewStarts("a")
            .Review("a", "COMPLETED", null, 0.5m).Start("b").Succeed("b", 2).State;
        (job.CostUsd, job.TokensIn, job.TokensOut, job.TimeMs, job.Attempts).ShouldBe((3.5m, 200, 20, 2000, 2));
        job.Run!.Tasks[0].CostUsd.ShouldBe(1.5m);
    }

    [Fact]
    public void An_unknown_cost_stays_unknown() => Spec.Running(Chain("a")).Complete("a").State.CostUsd.ShouldBeNull();

    [Fact]
    public void A_command_id_counts_once_whatever_it_asks_for() =>
        Spec.Running(Chain("a")).Cancel("c1").Cancel("c1").ThenNothing().Resubmit(id: "c1").ThenNothing().Run("c1").ThenNothing();
}
