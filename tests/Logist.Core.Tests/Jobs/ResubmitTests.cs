using Logist.Core.Jobs;
using static Logist.Core.Tests.Jobs.Some;

namespace Logist.Core.Tests.Jobs;

public sealed class ResubmitTests
{
    [Fact]
    public void Failed_tasks_become_ready_with_fresh_attempts() =>
        Spec.Running(Workflow(Step("a").Retrying(2), Step("b", "a"))).Start("a").Fail("a").Later(TimeSpan.FromMinutes(1)).Start("a")
            .Fail("a")
            .StatusIs(JobStatus.InterventionRequired, "step_failed").FinishRun(false)
            .Resubmit().Then(new JobEvent.JobResubmitted(By, null)).StatusIs(JobStatus.Pending).PlanIs("start a#3 Resubmit")
            .Start("a").Fail("a").ThenKinds("TaskFailed", "TaskRetryScheduled")
            .Later(TimeSpan.FromMinutes(1)).Complete("a").Complete("b").StatusIs(JobStatus.Success).PlanIs("finish success");

    [Fact]
    public void What_succeeded_is_not_done_again() =>
        Spec.Running(Fan("a", "b")).Complete("a").Start("b").Fail("b").Resubmit().PlanIs("start b#2 Resubmit");

    [Fact]
    public void Every_failed_task_is_taken_up_again() =>
        Spec.Running(Fan("a", "b", "c")).Start("a").Start("b").Start("c").Fail("a").Fail("b").Succeed("c")
            .Resubmit().PlanIs("start a#2 Resubmit", "start b#2 Resubmit");

    [Fact]
    public void After_a_halt_the_job_goes_on() =>
        Spec.Running(Chain("a")).Halt("storage").StatusIs(JobStatus.InterventionRequired, "storage").PlanIs()
            .Resubmit().StatusIs(JobStatus.Pending).PlanIs("start a#1 Initial");

    [Fact]
    public void A_halt_that_interrupted_a_review_asks_first_and_then_only_reviews() =>
        AJob.ToReview().ReviewStarts("a").Halt().Interrupt("a").StatusIs(JobStatus.InterventionRequired, "internal").PlanIs()
            .Resubmit().StatusIs(JobStatus.ReviewRequired).PlanIs("verify a#1");

    [Fact]
    public void A_result_whose_reviewer_failed_waits_for_another_review_and_is_not_made_again() =>
        AJob.ToReview().ReviewStarts("a").Fail("a", FailureCategory.Auth).StatusIs(JobStatus.InterventionRequired, "step_failed")
            .FinishRun(false).Resubmit().StatusIs(JobStatus.ReviewRequired).PlanIs("verify a#1").AttemptsAre("a", AttemptStatus.Running)
            .ReviewStarts("a").Review("a", "COMPLETED").TaskIs("a", TaskStatus.Success).AttemptsAre("a", AttemptStatus.Success);

    [Fact]
    public void A_result_that_a_person_changed_after_its_reviewer_failed_is_made_again() =>
        AJob.ToReview().ReviewStarts("a").Fail("a", FailureCategory.Auth).FinishRun(false).Resubmit().HumanChange("mended")
            .PlanIs("start a#2 Resubmit").AttemptsAre("a", AttemptStatus.Failed).Task("a").HumanChange!.Commit.ShouldBe("mended");

    [Fact]
    public void A_result_that_a_reviewer_judged_is_made_again() =>
        AJob.ToReview().ReviewStarts("a").Review("a", "STUCK", "no").FinishRun(false).Resubmit().PlanIs("start a#2 Resubmit");

    [Fact]
    public void A_job_halted_while_its_last_step_succeeded_is_successful_once_resubmitted() =>
        Spec.Running(Chain("a")).Start("a").Halt().Succeed("a").StatusIs(JobStatus.InterventionRequired, "internal").Resubmit()
            .StatusIs(JobStatus.Success);

    [Theory]
    [InlineData(JobStatus.Success)]
    [InlineData(JobStatus.Canceled)]
    public void A_finished_job_cannot_be_halted(JobStatus status) => AJob.In(status).Halt().ThenNothing().StatusIs(status);

    [Fact]
    public void After_a_budget_stop_only_a_new_limit_goes_on() =>
        Stopped().Resubmit().ThenRefused(ErrorKind.WrongState).Resubmit(budget: 5).ThenRefused(ErrorKind.Usage)
            .Resubmit(budget: 9).Then(new JobEvent.BudgetRaised(By, 9)).StatusIs(JobStatus.Pending).PlanIs("start b#1 Initial");

    [Fact]
    public void After_a_budget_stop_with_a_failed_task_both_are_settled_by_one_command() =>
        Spec.Running(Workflow(AgentStep("a"), AgentStep("b")), budgetUsd: 5).Start("a").Fail("a", cost: 5).BudgetReached()
            .StatusIs(JobStatus.InterventionRequired, "budget").Resubmit().ThenRefused(ErrorKind.WrongState)
            .Resubmit(budget: 9).ThenKinds("BudgetRaised", "JobResubmitted").StatusIs(JobStatus.Pending)
            .PlanIs("start a#2 Resubmit", "start b#1 Initial");

    [Fact]
    public void A_rejected_gate_asks_again_after_resubmit() =>
        AJob.AtGate().Reject("go").Resubmit().PlanIs("gate go");

    private static Spec Stopped() => Spec.Running(Workflow(AgentStep("a"), AgentStep("b")), budgetUsd: 5).Start("a").Succeed("a", 5)
        .PlanIs("budget cost").BudgetReached().StatusIs(JobStatus.InterventionRequired, "budget");
}
