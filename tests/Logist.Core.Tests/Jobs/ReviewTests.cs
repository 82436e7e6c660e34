using Logist.Core.Jobs;
using Logist.Core.Workflows;
using static Logist.Core.Tests.Jobs.Some;

namespace Logist.Core.Tests.Jobs;

public sealed class ReviewTests
{
    [Fact]
    public void A_reviewed_step_goes_through_every_status_in_order() =>
        Spec.Given(Workflow(Reviewed("a"))).Run().StatusIs(JobStatus.Pending)
            .Schedule("a").StatusIs(JobStatus.Running)
            .WorkerFinishes("a").StatusIs(JobStatus.ReviewRequired).PlanIs("verify a#1")
            .ReviewStarts("a").Then(new JobEvent.TaskReviewStarted(By, 1, "a", 1, "boss")).StatusIs(JobStatus.Reviewing).PlanIs()
            .Review("a", "COMPLETED", "fine").ThenKinds("TaskReviewFinished", "TaskSucceeded").StatusIs(JobStatus.Success)
            .TrailIs(JobStatus.Pending, JobStatus.Running, JobStatus.ReviewRequired, JobStatus.Reviewing, JobStatus.Success);

    [Fact]
    public void The_accepted_output_is_the_workers() =>
        Spec.Running(Workflow(Reviewed("a"))).Round("a", "COMPLETED").Task("a").Accepted!.Result!.Commit.ShouldBe("a1");

    [Fact]
    public void Retry_asks_for_another_round_from_the_tree_of_the_last_with_the_feedback()
    {
        var job = Spec.Running(Workflow(Reviewed("a"))).Round("a", "RETRY", "more tests").ThenKinds("TaskReviewFinished")
            .AttemptsAre("a", AttemptStatus.Failed).StatusIs(JobStatus.Pending).PlanIs("start a#2 ReviewRound");
        job.Task("a").Feedback.ShouldBe("more tests");
        job.Task("a").RoundInput.ShouldBe("a1");
        job.Start("a").Task("a").Feedback.ShouldBe("more tests");
    }

    [Fact]
    public void After_the_last_round_a_person_is_asked() =>
        Spec.Running(Workflow(Reviewed("a").Rounds(2).Retrying(5))).Round("a", "RETRY", "x").Round("a", "RETRY", "y")
            .ThenKinds("TaskReviewFinished", "TaskFailed").StatusIs(JobStatus.InterventionRequired, "review_rounds")
            .AttemptsAre("a", AttemptStatus.Failed, AttemptStatus.Failed).PlanIs("finish failed");

    [Fact]
    public void The_same_finding_twice_in_a_row_stops_the_loop() =>
        Spec.Running(Workflow(Reviewed("a").Rounds(9))).Round("a", "RETRY", "more tests").Round("a", "RETRY", " More tests ")
            .StatusIs(JobStatus.InterventionRequired, "review_rounds");

    [Fact]
    public void Different_findings_do_not_stop_the_loop() =>
        Spec.Running(Workflow(Reviewed("a").Rounds(9))).Round("a", "RETRY", "x").Round("a", "RETRY", "y").Round("a", "RETRY", "x")
            .PlanIs("start a#4 ReviewRound");

    [Fact]
    public void A_stuck_supervisor_asks_for_a_person() =>
        Spec.Running(Workflow(Reviewed("a").Retrying(5))).Round("a", "STUCK", "no idea").ThenKinds("TaskReviewFinished", "TaskFailed")
            .StatusIs(JobStatus.InterventionRequired, "agent_stuck");

    [Fact]
    public void A_stuck_worker_asks_for_a_person() =>
        Spec.Running(Workflow(Reviewed("a").Retrying(5))).Start("a").Fail("a", FailureCategory.AgentStuck)
            .StatusIs(JobStatus.InterventionRequired, "agent_stuck");

    [Fact]
    public void A_failing_review_process_does_only_the_review_again() =>
        AJob.ToReview(Reviewed("a").Retrying(2)).ReviewStarts("a").Fail("a", FailureCategory.AgentError, cost: 0.25m)
            .ThenKinds("TaskReviewFinished", "TaskRetryScheduled").StatusIs(JobStatus.Pending).PlanIs()
            .ReviewStarts("a").ThenNothing()
            .Later(TimeSpan.FromMinutes(1)).PlanIs(0, "verify a#1").ReviewStarts("a").StatusIs(JobStatus.Reviewing)
            .Review("a", "COMPLETED").AttemptsAre("a", AttemptStatus.Success).State.CostUsd.ShouldBe(0.25m);

    [Fact]
    public void A_rate_limited_review_waits_and_does_only_the_review_again() =>
        AJob.ToReview().ReviewStarts("a").Fail("a", FailureCategory.RateLimited, Noon.AddHours(1))
            .ThenKinds("TaskReviewFinished", "TaskWaiting")
            .Later(TimeSpan.FromHours(1)).PlanIs("verify a#1");

    [Fact]
    public void A_review_process_that_fails_for_good_asks_for_a_person_and_its_cost_is_booked() =>
        AJob.ToReview().ReviewStarts("a").Fail("a", FailureCategory.InvalidResponse, cost: 0.15m)
            .ThenKinds("TaskReviewFinished", "TaskRetryScheduled").Later(TimeSpan.FromMinutes(1))
            .ReviewStarts("a").Fail("a", FailureCategory.InvalidResponse, cost: 0.10m)
            .ThenKinds("TaskReviewFinished", "TaskFailed")
            .StatusIs(JobStatus.InterventionRequired, "step_failed").AttemptsAre("a", AttemptStatus.Failed).State.CostUsd.ShouldBe(0.25m);

    [Fact]
    public void An_interruption_while_reviewing_does_only_the_review_again() =>
        AJob.ToReview().ReviewStarts("a").Interrupt("a").StatusIs(JobStatus.ReviewRequired).PlanIs("verify a#1")
            .ReviewStarts("a").Review("a", "COMPLETED").AttemptsAre("a", AttemptStatus.Success);

    [Fact]
    public void A_lost_review_does_only_the_review_again() =>
        AJob.ToReview(Reviewed("a").OnInterrupt(InterruptPolicy.Fail)).ReviewStarts("a").Lose("a").ThenKinds("TaskLost")
            .StatusIs(JobStatus.ReviewRequired).PlanIs("verify a#1");

    [Fact]
    public void An_interrupted_round_is_done_again_as_the_same_round() =>
        Spec.Running(Workflow(Reviewed("a").Rounds(2))).Round("a", "RETRY", "x").Start("a").Interrupt("a").PlanIs("start a#3 ReviewRound")
            .Start("a").WorkerFinishes("a").ReviewStarts("a").Review("a", "RETRY", "y")
            .StatusIs(JobStatus.InterventionRequired, "review_rounds");

    [Fact]
    public void A_failed_check_before_the_review_fails_the_attempt() =>
        AJob.ToReview(Reviewed("a").Checked().Retrying(2)).Fail("a", FailureCategory.CheckFailed)
            .ThenKinds("TaskFailed", "TaskRetryScheduled")
            .Later(TimeSpan.FromMinutes(1)).PlanIs("start a#2 Retry");

    [Fact]
    public void Interrupted_checks_of_a_waiting_review_make_it_wait_for_review() =>
        AJob.ToReview(Reviewed("a").Checked()).ReviewStarts("a").Fail("a", FailureCategory.RateLimited, Noon.AddHours(1))
            .Later(TimeSpan.FromHours(1)).StatusIs(JobStatus.Pending).PlanIs("verify a#1").Interrupt("a")
            .StatusIs(JobStatus.ReviewRequired);

    [Fact]
    public void A_retry_starts_the_rounds_anew() =>
        Spec.Running(Workflow(Reviewed("a").Rounds(2).Retrying(2))).Round("a", "RETRY", "x").Start("a").Fail("a")
            .Later(TimeSpan.FromMinutes(1))
            .PlanIs("start a#3 Retry").Round("a", "RETRY", "x").PlanIs("start a#4 ReviewRound");

    [Fact]
    public void A_review_finishes_once_and_only_when_it_was_started() =>
        AJob.ToReview().Review("a", "COMPLETED").ThenNothing().ReviewStarts("a").ReviewStarts("a").ThenNothing()
            .Review("a", "COMPLETED").Review("a", "RETRY", "late").ThenNothing().ReviewStarts("a").ThenNothing();

    [Fact]
    public void The_job_is_reviewing_only_when_nothing_but_reviews_is_active() =>
        Spec.Running(Workflow(Reviewed("a"), Step("b"))).Start("b").Start("a").WorkerFinishes("a").ReviewStarts("a")
            .StatusIs(JobStatus.Running)
            .Succeed("b").StatusIs(JobStatus.Reviewing);
}
