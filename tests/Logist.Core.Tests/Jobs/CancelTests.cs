using Logist.Core.Jobs;
using static Logist.Core.Tests.Jobs.Some;

namespace Logist.Core.Tests.Jobs;

public sealed class CancelTests
{
    [Fact]
    public void Cancel_is_acknowledged_first_then_stops_what_lives_then_ends_the_job() =>
        Spec.Running(Fan("a", "b")).Start("a")
            .Cancel().Then(new JobEvent.JobCancelRequested(By, null, null)).StatusIs(JobStatus.Running).PlanIs("cancel a#1")
            .FinishCancel().ThenNothing()
            .Canceled("a").TaskIs("a", TaskStatus.Canceled).PlanIs("finish cancel")
            .FinishCancel().Then(new JobEvent.RunAborted(By, 1), new JobEvent.JobCanceled(By))
            .StatusIs(JobStatus.Canceled).PlanIs();

    [Fact]
    public void A_canceled_run_stays_aborted_also_when_resteps_complete_it() =>
        Spec.Running(Chain("a", "b")).Complete("a").Cancel().FinishCancel().Restepped("b").FinishRun(true).ThenNothing()
            .State.Run!.Outcome.ShouldBe("aborted");

    [Fact]
    public void A_cancel_under_way_never_asks_for_a_person() =>
        Spec.Running(Chain("a", "b")).Start("a").Cancel().Canceled("a").StatusIs(JobStatus.Pending).FinishCancel()
            .TrailIs(JobStatus.Pending, JobStatus.Running, JobStatus.Pending, JobStatus.Canceled);

    [Fact]
    public void A_late_success_is_kept_and_not_applied()
    {
        var job = Spec.Running(Chain("a", "b")).Start("a").Cancel().Succeed("a", 0.5m).ThenKinds("TaskCanceled");
        job.Task("a").Accepted.ShouldBeNull();
        job.Task("a").LastAttempt!.Result!.Commit.ShouldBe("a1");
        job.State.CostUsd.ShouldBe(0.5m);
    }

    [Fact]
    public void A_late_failure_loss_or_worker_result_ends_canceled() =>
        Spec.Running(Workflow(Step("a"), Step("b"), AgentStep("c"))).Start("a").Start("b").Start("c").Cancel()
            .Fail("a").ThenKinds("TaskCanceled").Lose("b").ThenKinds("TaskCanceled").WorkerFinishes("c").ThenKinds("TaskCanceled")
            .PlanIs("finish cancel");

    [Theory]
    [InlineData("COMPLETED")]
    [InlineData("RETRY")]
    [InlineData("STUCK")]
    public void A_late_review_is_not_applied_but_what_it_cost_is_booked(string action)
    {
        var job = AJob.ToReview().ReviewStarts("a").Cancel().Review("a", action, "late", 0.25m)
            .ThenKinds("TaskReviewFinished", "TaskCanceled").TaskIs("a", TaskStatus.Canceled);
        job.Task("a").Accepted.ShouldBeNull();
        job.State.CostUsd.ShouldBe(0.25m);
    }

    [Fact]
    public void A_late_failed_review_ends_canceled_and_is_booked() =>
        AJob.ToReview().ReviewStarts("a").Cancel().Fail("a", FailureCategory.AgentError, cost: 0.25m)
            .ThenKinds("TaskReviewFinished", "TaskCanceled").State.CostUsd.ShouldBe(0.25m);

    [Fact]
    public void No_attempt_of_a_canceled_job_is_called_running() =>
        AJob.ToReview().Cancel().PlanIs("finish cancel").FinishCancel().ThenKinds("TaskCanceled", "RunAborted", "JobCanceled")
            .AttemptsAre("a", AttemptStatus.Canceled);

    [Fact]
    public void After_a_cancel_nothing_starts_and_no_gate_opens() =>
        Spec.Running(Workflow(Step("a"), Step("b").Gated())).Cancel().Schedule("a").ThenNothing().OpenGate("b").ThenNothing();

    [Fact]
    public void A_gate_cannot_be_decided_once_a_cancel_is_acknowledged() =>
        AJob.AtGate().Cancel().Approve("go").ThenRefused(ErrorKind.WrongState).Reject("go").ThenRefused(ErrorKind.WrongState);

    [Fact]
    public void Checks_stopped_by_a_cancel_leave_a_gate_as_the_only_thing_open() =>
        Spec.Running(Workflow(Reviewed("a").Checked(), Gate("go"))).OpenGate("go").Start("a").WorkerFinishes("a")
            .StatusIs(JobStatus.ReviewRequired).Cancel().Canceled("a").StatusIs(JobStatus.ApprovalRequired).FinishCancel()
            .StatusIs(JobStatus.Canceled);

    [Fact]
    public void Canceling_again_is_nothing() =>
        Spec.Running(Chain("a")).Start("a").Cancel().Cancel().ThenNothing().Canceled("a").FinishCancel().Cancel().ThenNothing()
            .FinishCancel().ThenNothing();

    [Fact]
    public void A_successful_job_cannot_be_canceled() =>
        AJob.In(JobStatus.Success).Cancel().ThenRefused(ErrorKind.WrongState, JobStatus.Success, "cancel");

    [Fact]
    public void Cancel_wins_over_suspended_and_over_failed() =>
        AJob.In(JobStatus.Suspended).Cancel().StatusIs(JobStatus.Suspended).PlanIs("finish cancel").FinishCancel()
            .StatusIs(JobStatus.Canceled);

    [Fact]
    public void A_task_that_was_canceled_alone_counts_as_failed() =>
        Spec.Running(Chain("a", "b")).Start("a").Canceled("a").StatusIs(JobStatus.InterventionRequired, "step_failed")
            .Resubmit().PlanIs("start a#2 Resubmit");
}
