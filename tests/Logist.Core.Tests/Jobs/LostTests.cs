using Logist.Core.Jobs;
using Logist.Core.Workflows;
using static Logist.Core.Tests.Jobs.Some;

namespace Logist.Core.Tests.Jobs;

public sealed class LostTests
{
    [Fact]
    public void A_lost_attempt_is_no_failure_and_is_recovered() =>
        Spec.Running(Chain("a")).Start("a").Lose("a").Then(new JobEvent.TaskLost(By, 1, "a", 1, null, "host gone"))
            .AttemptsAre("a", AttemptStatus.Lost).StatusIs(JobStatus.Pending).PlanIs("start a#2 Recovery").Task("a").Failures.ShouldBe(0);

    [Fact]
    public void Three_lost_attempts_in_a_row_ask_for_a_person() =>
        Spec.Running(Chain("a")).Start("a").Lose("a").Start("a").Lose("a").Start("a").Lose("a").ThenKinds("TaskLost", "TaskFailed")
            .StatusIs(JobStatus.InterventionRequired, "lost_attempt")
            .AttemptsAre("a", AttemptStatus.Lost, AttemptStatus.Lost, AttemptStatus.Lost)
            .Resubmit().Start("a").Lose("a").PlanIs("start a#5 Recovery");

    [Fact]
    public void Any_other_end_in_between_starts_the_row_anew() =>
        Spec.Running(Workflow(Step("a").Retrying(3))).Start("a").Lose("a").Start("a").Lose("a").Start("a").Fail("a")
            .Later(TimeSpan.FromMinutes(1))
            .Start("a").Lose("a").ThenKinds("TaskLost").Start("a").Lose("a").Start("a").Interrupt("a").Start("a").Lose("a")
            .ThenKinds("TaskLost");

    [Fact]
    public void A_worker_that_finished_in_between_starts_the_row_anew() =>
        Spec.Running(Workflow(Reviewed("a"))).Start("a").Lose("a").Start("a").Lose("a").Start("a").WorkerFinishes("a").ReviewStarts("a")
            .Lose("a")
            .ThenKinds("TaskLost").StatusIs(JobStatus.ReviewRequired);

    [Fact]
    public void Three_lost_reviews_in_a_row_ask_for_a_person()
    {
        var job = AJob.ToReview(Reviewed("a").OnInterrupt(InterruptPolicy.Ask)).ReviewStarts("a").Lose("a").ReviewStarts("a").Lose("a")
            .ReviewStarts("a").Lose("a").ThenKinds("TaskLost", "TaskFailed").StatusIs(JobStatus.InterventionRequired, "lost_attempt");
        job.Task("a").Failure!.Message.ShouldContain("3 times in a row");
    }

    [Theory]
    [InlineData(InterruptPolicy.Fail)]
    [InlineData(InterruptPolicy.Ask)]
    public void A_policy_other_than_retry_asks_at_once(InterruptPolicy policy) =>
        Spec.Running(Workflow(Step("a").OnInterrupt(policy).Retrying(5))).Start("a").Lose("a").ThenKinds("TaskLost", "TaskFailed")
            .StatusIs(JobStatus.InterventionRequired, "lost_attempt");

    [Theory]
    [InlineData(InterruptPolicy.Fail)]
    [InlineData(InterruptPolicy.Ask)]
    public void A_step_that_must_not_be_repeated_unasked_is_a_persons_after_an_interruption(InterruptPolicy policy)
    {
        Spec.Running(Workflow(Step("a").OnInterrupt(policy))).Start("a").Interrupt("a").ThenKinds("TaskInterrupted", "TaskFailed")
            .StatusIs(JobStatus.InterventionRequired, "lost_attempt");

        // A start that was withdrawn had no effect.
        Spec.Running(Workflow(Step("a").OnInterrupt(policy))).Schedule("a").Interrupt("a").ThenKinds("TaskInterrupted")
            .StatusIs(JobStatus.Pending);
    }

    [Fact]
    public void A_step_with_external_side_effects_asks_unless_it_says_otherwise()
    {
        var external = Step("a") with { ExternalSideEffects = true };
        Spec.Running(Workflow(external)).Start("a").Lose("a").StatusIs(JobStatus.InterventionRequired, "lost_attempt");
        Spec.Running(Workflow(external.OnInterrupt(InterruptPolicy.Retry))).Start("a").Lose("a").PlanIs("start a#2 Recovery");
    }

    [Fact]
    public void Lost_checks_are_done_again_whatever_the_policy() =>
        Spec.Running(Workflow(Step("a").Checked().OnInterrupt(InterruptPolicy.Fail))).Start("a").WorkerFinishes("a").Lose("a")
            .ThenKinds("TaskLost")
            .TaskIs("a", TaskStatus.ChecksRequired).PlanIs("verify a#1");

    [Fact]
    public void Taking_over_is_recorded_and_raises_the_epoch()
    {
        var job = Spec.Running(Chain("a")).When(new JobCommand.TakeOwnership(By, 3, new Owner("logist", "here", 7, "boot", 1)))
            .ThenKinds("OwnerAcquired");
        job.State.Epoch.ShouldBe(3);
        job.State.LastOwner!.Pid.ShouldBe(7);
    }
}
