using Logist.Core.Jobs;
using static Logist.Core.Tests.Jobs.Some;

namespace Logist.Core.Tests.Jobs;

public sealed class SuspendTests
{
    [Fact]
    public void Suspend_pauses_the_run_and_plans_nothing_new() =>
        Spec.Running(Fan("a", "b")).Start("a")
            .Suspend().Then(new JobEvent.JobSuspended(By, false, null), new JobEvent.RunPaused(By, 1))
            .StatusIs(JobStatus.Suspended).PlanIs();

    [Fact]
    public void A_suspended_job_that_is_being_canceled_is_not_resumed() =>
        Spec.Running(Chain("a")).Suspend().Restepped("a").Cancel().Resume().ThenRefused(ErrorKind.WrongState)
            .FinishCancel().StatusIs(JobStatus.Canceled);

    [Fact]
    public void A_live_attempt_finishes_with_its_checks_and_its_review() =>
        Spec.Running(Workflow(Reviewed("a").Checked(), Step("b", "a"))).Start("a").Suspend()
            .WorkerFinishes("a").PlanIs("verify a#1").ReviewStarts("a").Review("a", "COMPLETED")
            .TaskIs("a", TaskStatus.Success).StatusIs(JobStatus.Suspended).PlanIs();

    [Fact]
    public void No_further_round_starts_while_suspended() =>
        Spec.Running(Workflow(Reviewed("a"))).Start("a").Suspend()
            .WorkerFinishes("a").ReviewStarts("a").Review("a", "RETRY", "more tests").PlanIs()
            .Schedule("a").ThenNothing()
            .Resume().PlanIs("start a#2 ReviewRound");

    [Fact]
    public void No_retry_wakes_while_suspended() =>
        Spec.Running(Workflow(Step("a").Retrying(2))).Start("a").Fail("a").Suspend().Later(TimeSpan.FromHours(1)).PlanIs()
            .Resume().PlanIs("start a#2 Retry");

    [Fact]
    public void Suspend_now_stops_live_attempts_and_they_are_no_failures() =>
        Spec.Running(Chain("a")).Start("a").Suspend(now: true).PlanIs("stop a#1")
            .Interrupt("a").AttemptsAre("a", AttemptStatus.Interrupted).StatusIs(JobStatus.Suspended).PlanIs()
            .Resume().PlanIs("start a#2 Recovery");

    [Fact]
    public void Suspend_now_during_a_review_keeps_the_workers_result() =>
        AJob.ToReview().ReviewStarts("a").Suspend(now: true).PlanIs("stop a#1").Interrupt("a").PlanIs()
            .Resume().StatusIs(JobStatus.ReviewRequired).PlanIs("verify a#1");

    [Fact]
    public void After_suspend_now_no_review_starts() =>
        AJob.ToReview().Suspend(now: true).ReviewStarts("a").ThenNothing();

    [Fact]
    public void Suspending_twice_is_nothing_but_the_wish_can_get_stronger() =>
        Spec.Running(Chain("a")).Start("a").Suspend().Suspend().ThenNothing()
            .Suspend(now: true).Then(new JobEvent.JobSuspended(By, true, null)).PlanIs("stop a#1")
            .Suspend(now: true).ThenNothing().Suspend().ThenNothing();

    [Fact]
    public void Resume_goes_on_where_the_job_was() =>
        Spec.Running(Chain("a")).Suspend().Resume().Then(new JobEvent.JobResumed(By, null), new JobEvent.RunResumed(By, 1))
            .StatusIs(JobStatus.Pending).PlanIs("start a#1 Initial");

    [Fact]
    public void A_job_suspended_before_it_started_has_no_run_to_pause() =>
        Spec.Given(Chain("a")).Suspend().ThenKinds("JobSuspended").Resume().ThenKinds("JobResumed");

    [Fact]
    public void A_job_suspended_and_then_canceled_cannot_be_suspended() =>
        Spec.Running(Chain("a")).Suspend().Cancel().FinishCancel()
            .Suspend(now: true).ThenRefused(ErrorKind.WrongState, JobStatus.Canceled, "suspend");
}
