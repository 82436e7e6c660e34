using Logist.Core.Jobs;
using static Logist.Core.Tests.Jobs.Some;

namespace Logist.Core.Tests.Jobs;

/// <summary>One task canceled alone.</summary>
public sealed class CancelTaskTests
{
    [Fact]
    public void Only_that_task_is_stopped_and_the_others_go_on() =>
        Spec.Running(Workflow(Step("a"), Step("b"), Step("c", "b"))).Start("a").Start("b")
            .CancelTask("a", "wrong input").Then(new JobEvent.TaskCancelRequested(By, 1, "a", 1, "wrong input"))
            .TaskIs("a", TaskStatus.Running).StatusIs(JobStatus.Running).PlanIs("cancel a#1")
            .Canceled("a").Then(new JobEvent.TaskCanceled(By, 1, "a", 1, null) { Reason = "wrong input" })
            .TaskIs("a", TaskStatus.Canceled).TaskIs("b", TaskStatus.Running).StatusIs(JobStatus.Running).PlanIs()
            .Succeed("b").PlanIs("start c#1 Initial").Complete("c")
            .StatusIs(JobStatus.InterventionRequired, "step_failed").PlanIs("finish failed");

    [Fact]
    public void History_and_failure_name_who_asked_and_why()
    {
        var job = Spec.Running(Chain("a")).Start("a").CancelTask("a", "wrong input").Canceled("a");
        job.Journal[^1].By.Actor.ShouldBe("ann");
        job.Task("a").Failure.ShouldBe(new Failure(FailureCategory.Canceled, "canceled by ann: wrong input"));
        job.Task("a").CancelRequested.ShouldBeNull();
    }

    [Fact]
    public void A_canceled_task_goes_on_like_a_failed_one() =>
        Spec.Running(Chain("a", "b")).Start("a").CancelTask("a").Canceled("a").Resubmit().PlanIs("start a#2 Resubmit")
            .Complete("a", "b").StatusIs(JobStatus.Success);

    [Fact]
    public void What_only_waits_for_its_time_is_over_at_once_and_its_last_attempt_stays_what_it_was() =>
        Spec.Running(Workflow(Step("a").Retrying(3))).Start("a").Fail("a").TaskIs("a", TaskStatus.Waiting)
            .CancelTask("a", "no").Then(new JobEvent.TaskCancelRequested(By, 1, "a", 0, "no"),
                new JobEvent.TaskCanceled(By, 1, "a", 0, null) { Reason = "no" })
            .TaskIs("a", TaskStatus.Canceled).AttemptsAre("a", AttemptStatus.Failed)
            .Later(TimeSpan.FromHours(1)).PlanIs("finish failed").Schedule("a").ThenNothing();

    [Fact]
    public void No_result_that_comes_after_the_request_is_applied()
    {
        var job = Spec.Running(Workflow(Step("a"), Step("b"), Step("c"), AgentStep("d"))).Start("a").Start("b").Start("c").Start("d")
            .CancelTask("a").CancelTask("b").CancelTask("c").CancelTask("d")
            .Succeed("a", 0.5m).ThenKinds("TaskCanceled").Fail("b").ThenKinds("TaskCanceled").Lose("c").ThenKinds("TaskCanceled")
            .WorkerFinishes("d").ThenKinds("TaskCanceled").PlanIs("finish failed");
        job.Task("a").Accepted.ShouldBeNull();
        job.State.CostUsd.ShouldBe(0.5m);
    }

    [Fact]
    public void Being_interrupted_does_not_make_it_ready_again() =>
        Spec.Running(Chain("a")).Start("a").CancelTask("a").Interrupt("a").ThenKinds("TaskCanceled").TaskIs("a", TaskStatus.Canceled);

    [Theory]
    [InlineData("COMPLETED")]
    [InlineData("RETRY")]
    [InlineData("STUCK")]
    public void A_review_that_ends_after_the_request_is_booked_and_not_applied(string action) =>
        AJob.ToReview().ReviewStarts("a").CancelTask("a").Review("a", action, "late", 0.25m)
            .ThenKinds("TaskReviewFinished", "TaskCanceled").TaskIs("a", TaskStatus.Canceled).State.CostUsd.ShouldBe(0.25m);

    [Fact]
    public void A_review_that_is_still_to_come_does_not_begin() =>
        AJob.ToReview().CancelTask("a").PlanIs("cancel a#1").ReviewStarts("a").ThenNothing().Canceled("a").TaskIs("a", TaskStatus.Canceled);

    [Fact]
    public void A_review_that_waits_for_a_limit_does_not_begin_again() =>
        AJob.ToReview().ReviewStarts("a").Fail("a", FailureCategory.RateLimited, Noon.AddHours(1)).TaskIs("a", TaskStatus.Waiting)
            .CancelTask("a").Then(new JobEvent.TaskCancelRequested(By, 1, "a", 1, null)).Later(TimeSpan.FromHours(2))
            .PlanIs("cancel a#1").Canceled("a").AttemptsAre("a", AttemptStatus.Canceled);

    [Fact]
    public void Whoever_takes_over_still_has_to_stop_it() =>
        Spec.Running(Fan("a", "b")).Start("a").Start("b").CancelTask("a")
            .When(new JobCommand.TakeOwnership(By, 2, new Owner("logist", "here", 2, "boot", 1)))
            .When(new JobCommand.ReportAdopted(By, 1, 0, 1)).PlanIs("cancel a#1").Canceled("a").TaskIs("b", TaskStatus.Running);

    [Fact]
    public void Suspending_now_interrupts_the_others_and_cancels_that_one() =>
        Spec.Running(Fan("a", "b")).Start("a").Start("b").CancelTask("a").Suspend(now: true).PlanIs("cancel a#1", "stop b#1");

    [Fact]
    public void A_canceled_restep_leaves_its_step_as_it_was() =>
        Spec.Running(Chain("a")).Complete("a").FinishRun(success: true).Restep("a").Start("a").CancelTask("a").PlanIs("cancel a#2")
            .Canceled("a").StatusIs(JobStatus.Success).TaskIs("a", TaskStatus.Success).OutputIs("a", 1, 1)
            .AttemptsAre("a", AttemptStatus.Success, AttemptStatus.Canceled);

    [Fact]
    public void A_restep_that_was_not_started_yet_is_dropped() =>
        Spec.Running(Chain("a")).Complete("a").FinishRun(success: true).Restep("a").CancelTask("a").PlanIs("cancel a#0")
            .When(new JobCommand.ReportCanceled(By, 1, 0, Job.NotStarted, null)).ThenKinds("TaskCanceled")
            .StatusIs(JobStatus.Success).AttemptsAre("a", AttemptStatus.Success).PlanIs();

    [Fact]
    public void Asking_again_is_nothing() =>
        Spec.Running(Fan("a", "b")).Start("a").Start("b").CancelTask("a").CancelTask("a").ThenNothing().Canceled("a").CancelTask("a")
            .ThenNothing().Cancel().CancelTask("b").ThenNothing();

    [Fact]
    public void A_step_that_is_not_at_work_is_refused() =>
        Spec.Running(Chain("a", "b", "c")).Complete("a").Start("b").CancelTask("a").ThenRefused(ErrorKind.WrongState)
            .CancelTask("c").ThenRefused(ErrorKind.WrongState).CancelTask(3).ThenRefused(ErrorKind.UnknownStep)
            .CancelTask(-1).ThenRefused(ErrorKind.UnknownStep);
}
