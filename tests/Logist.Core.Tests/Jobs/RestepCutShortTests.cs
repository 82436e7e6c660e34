using Logist.Core.Jobs;
using static Logist.Core.Tests.Jobs.Some;

namespace Logist.Core.Tests.Jobs;

/// <summary>A re-step that is interrupted, lost, suspended or canceled: its attempts are recorded, step and job are as before.</summary>
public sealed class RestepCutShortTests
{
    public static TheoryData<JobStatus> AtRest =>
        [JobStatus.Pending, JobStatus.ApprovalRequired, JobStatus.InterventionRequired, JobStatus.Suspended, JobStatus.Success,
            JobStatus.Canceled];

    [Theory]
    [MemberData(nameof(AtRest))]
    public void Interrupted_or_lost_it_leaves_job_and_step_as_before(JobStatus status)
    {
        Same(Of(status), job => job.Start("a").Interrupt("a"), AttemptStatus.Interrupted);
        Same(Of(status), job => job.Start("a").Lose("a"), AttemptStatus.Lost);
        Same(Of(status), job => job.Schedule("a").Interrupt("a"), AttemptStatus.Interrupted);
        Same(Of(status), job => job.When(new JobCommand.ReportInterrupted(By, 1, 0, Job.NotStarted, null)), null);
    }

    [Theory]
    [InlineData(JobStatus.Success)]
    [InlineData(JobStatus.Canceled)]
    public void Canceled_it_leaves_a_finished_job_as_before(JobStatus status)
    {
        Same(Of(status), job => job.Start("a").Cancel().PlanIs("cancel a#2").Canceled("a"), AttemptStatus.Canceled);
        Same(Of(status), job => job.Cancel().PlanIs("finish cancel").FinishCancel(), null);
    }

    [Fact]
    public void Canceled_it_takes_an_unfinished_job_along() =>
        Of(JobStatus.Pending).Restep("a").Start("a").Cancel().StatusIs(JobStatus.Running).PlanIs("cancel a#2").Canceled("a")
            .TaskIs("a", TaskStatus.Success).PlanIs("finish cancel").FinishCancel().StatusIs(JobStatus.Canceled).PlanIs();

    [Fact]
    public void Canceled_before_its_start_nothing_of_it_remains() =>
        Of(JobStatus.Pending).Restep("a").Cancel().PlanIs("finish cancel").FinishCancel().StatusIs(JobStatus.Canceled)
            .TaskIs("a", TaskStatus.Success).AttemptsAre("a", AttemptStatus.Success);

    [Fact]
    public void Canceling_it_cancels_what_else_waited_for_its_review_and_nothing_more() =>
        Spec.Running(Workflow(Step("a"), Reviewed("b"))).Complete("a").Start("b").WorkerFinishes("b").Restep("a").Cancel().FinishCancel()
            .StatusIs(JobStatus.Canceled).TaskIs("a", TaskStatus.Success).TaskIs("b", TaskStatus.Canceled)
            .AttemptsAre("b", AttemptStatus.Canceled);

    [Theory]
    [InlineData(JobStatus.Success)]
    [InlineData(JobStatus.Pending)]
    public void Suspended_at_once_it_is_stopped(JobStatus status)
    {
        var job = Of(status).Restep("a").Start("a").Suspend(now: true).PlanIs("stop a#2").Interrupt("a").TaskIs("a", TaskStatus.Success);
        job.StatusIs(status == JobStatus.Success ? JobStatus.Success : JobStatus.Suspended).AttemptsAre("a", AttemptStatus.Success,
            AttemptStatus.Interrupted);
    }

    [Fact]
    public void Suspended_it_ends_its_live_attempt_with_its_review_and_starts_no_further_round()
    {
        var job = Spec.Running(Workflow(Reviewed("a"), Step("b"))).Round("a", "COMPLETED").Restep("a").Start("a").Suspend().PlanIs()
            .WorkerFinishes("a").PlanIs("verify a#2").ReviewStarts("a").Review("a", "RETRY", "x")
            .PlanIs("stop a#0").Schedule("a").ThenNothing();
        job.When(new JobCommand.ReportInterrupted(By, 1, 0, Job.NotStarted, null)).StatusIs(JobStatus.Suspended)
            .TaskIs("a", TaskStatus.Success).OutputIs("a", 1, 1).Resume().PlanIs("start b#1 Initial");
    }

    [Fact]
    public void Suspended_before_its_start_it_is_not_started() =>
        Of(JobStatus.Pending).Restep("a").Suspend().PlanIs("stop a#0").Schedule("a").ThenNothing();

    [Fact]
    public void In_a_job_that_was_suspended_at_once_before_it_is_carried_out() =>
        Spec.Running(Chain("a", "b")).Complete("a").Suspend(now: true).Restep("a").PlanIs("start a#2 Restep").Start("a").PlanIs()
            .Suspend(now: true).PlanIs("stop a#2");

    [Fact]
    public void Stopped_between_work_and_review_it_leaves_no_open_attempt()
    {
        var finished = Spec.Running(Workflow(Reviewed("a"))).Round("a", "COMPLETED").FinishRun(true);
        finished.Restep("a").Start("a").WorkerFinishes("a").Suspend(now: true).PlanIs("stop a#2").Interrupt("a")
            .AttemptsAre("a", AttemptStatus.Success, AttemptStatus.Interrupted).StatusIs(JobStatus.Success)
            .Restep("a").Start("a").WorkerFinishes("a").Cancel().PlanIs("finish cancel").FinishCancel()
            .AttemptsAre("a", AttemptStatus.Success, AttemptStatus.Interrupted, AttemptStatus.Canceled).StatusIs(JobStatus.Success)
            .Restep("a").Start("a").WorkerFinishes("a").When(new JobCommand.ReportInterrupted(By, 1, 0, Job.NotStarted, null))
            .Then(new JobEvent.TaskInterrupted(By, 1, "a", 4, null)).StatusIs(JobStatus.Success);
    }

    [Fact]
    public void A_result_that_comes_after_the_cancel_is_kept_and_not_applied() =>
        Of(JobStatus.Success).Restep("a").Start("a").Cancel().Succeed("a").AttemptsAre("a", AttemptStatus.Success, AttemptStatus.Canceled)
            .OutputIs("a", 1, 1).StatusIs(JobStatus.Success);

    [Fact]
    public void A_budget_that_is_reached_between_rounds_ends_it()
    {
        var job = Spec.Running(Workflow(Reviewed("a")), budgetUsd: 5).Round("a", "COMPLETED").FinishRun(true).Restep("a").Start("a")
            .WorkerFinishes("a", cost: 5).ReviewStarts("a").Review("a", "RETRY", "x")
            .PlanIs("budget cost").BudgetReached().PlanIs("stop a#0");
        job.When(new JobCommand.ReportInterrupted(By, 1, 0, Job.NotStarted, null)).TaskIs("a", TaskStatus.Success)
            .StatusIs(JobStatus.InterventionRequired, "budget");
    }

    [Fact]
    public void A_retry_that_waited_waits_on_with_its_counters()
    {
        var job = Spec.Running(Workflow(Step("a").Retrying(2))).Start("a").Fail("a");
        var until = job.Task("a").WaitUntil;
        job.Restep("a").Start("a").Interrupt("a").TaskIs("a", TaskStatus.Waiting).Task("a").WaitUntil.ShouldBe(until);
        job.Later(TimeSpan.FromMinutes(1)).PlanIs("start a#3 Retry").Start("a").Fail("a").TaskIs("a", TaskStatus.Failed);
    }

    [Fact]
    public void A_round_that_was_to_come_comes_with_its_tree_and_its_feedback()
    {
        var job = Spec.Running(Workflow(Reviewed("a"))).Round("a", "RETRY", "no tests").Restep("a").Start("a").Lose("a")
            .PlanIs("start a#3 ReviewRound");
        job.Task("a").ShouldSatisfyAllConditions(t => t.RoundInput.ShouldBe("a1"), t => t.Feedback.ShouldBe("no tests"),
            t => t.Rounds.ShouldBe(1));
    }

    [Fact]
    public void What_a_person_changed_waits_for_the_next_attempt()
    {
        var job = Spec.Running(Chain("a")).Start("a").Fail("a").Restep("a", RestepInput.Current).HumanChange("h").Start("a").Interrupt("a");
        job.Task("a").HumanChange!.Commit.ShouldBe("h");
        job.Resubmit().Start("a").Task("a").Taken.Single().Commit.ShouldBe("h");
    }

    [Fact]
    public void A_stale_mark_stays() =>
        Spec.Running(Chain("a", "b")).Complete("a", "b").FinishRun(true).Restepped("a").StaleAre("b").Restep("b").Start("b").Interrupt("b")
            .StaleAre("b").Restep("b").Start("b").Fail("b").StaleAre("b");

    [Fact]
    public void After_the_owner_died_it_is_still_running_and_goes_on()
    {
        var job = Of(JobStatus.Success).Restep("a").Start("a");
        var folded = Spec.Given([.. job.Journal]);
        folded.StatusIs(JobStatus.Running).Run().ThenNothing().PlanIs().Succeed("a").OutputIs("a", 1, 2).StatusIs(JobStatus.Success);
    }

    /// <summary>a is done, the job stands in the status given.</summary>
    private static Spec Of(JobStatus status) => (status switch
    {
        JobStatus.Pending => Spec.Running(Chain("a", "b")).Complete("a"),
        JobStatus.ApprovalRequired => AJob.AtGate(),
        JobStatus.InterventionRequired => Spec.Running(Chain("a", "b")).Complete("a").Start("b").Fail("b").FinishRun(false),
        JobStatus.Suspended => Spec.Running(Chain("a", "b")).Complete("a").Suspend(),
        JobStatus.Success => Spec.Running(Chain("a")).Complete("a").FinishRun(true),
        _ => Spec.Running(Chain("a", "b")).Complete("a").Cancel().FinishCancel(),
    }).StatusIs(status, status == JobStatus.InterventionRequired ? "step_failed" : null);

    private static void Same(Spec job, Func<Spec, Spec> cut, AttemptStatus? last)
    {
        var (status, run) = (job.State.Status, job.State.Run!);
        var before = TaskBefore.Of(run, run.Tasks[0]);
        var others = run.Tasks.Skip(1).Select(t => t.Status).ToArray();
        cut(job.Restep("a").StatusIs(JobStatus.Running)).State.Status.ShouldBe(status);
        TaskBefore.Of(run, run.Tasks[0]).ShouldBe(before);
        run.Tasks.Skip(1).Select(t => t.Status).ShouldBe(others);
        job.State.Restep.ShouldBeNull();
        job.AttemptsAre("a", last is { } ended ? [AttemptStatus.Success, ended] : [AttemptStatus.Success]).OutputIs("a", 1, 1);
    }
}
