using Logist.Core.Jobs;
using static Logist.Core.Tests.Jobs.Some;

namespace Logist.Core.Tests.Jobs;

/// <summary>R5: failed branches once more, in the same run.</summary>
public sealed class PartialRerunTests
{
    /// <summary>a → b → c and d → e, all free; b and d failed, a succeeded.</summary>
    private static Spec TwoFailed() =>
        Spec.Running(Workflow(Step("a"), Step("b", "a"), Step("c", "b"), Step("d"), Step("e", "d"))).Complete("a").Start("b").Fail("b")
            .Start("d").Fail("d").FinishRun(false).StatusIs(JobStatus.InterventionRequired, "step_failed");

    [Fact]
    public void Selected_tasks_are_reset_and_every_other_branch_is_untouched()
    {
        var job = TwoFailed();
        job.PartialRerun("b").ThenKinds("RunPartialRerunRequested", "TaskPartialRerunReset").StatusIs(JobStatus.Pending)
            .TaskIs("b", TaskStatus.Created).TaskIs("d", TaskStatus.Failed).TaskIs("a", TaskStatus.Success)
            .AttemptsAre("a", AttemptStatus.Success).PlanIs("start b#2 PartialRerun");
        job.State.Runs.Count.ShouldBe(1);
        job.State.Run!.FinishedAt.ShouldBeNull();
    }

    [Fact]
    public void Both_events_say_who_why_and_what_it_was_before()
    {
        var job = TwoFailed();
        job.When(new JobCommand.PartialRerun(new Stamp(Noon, "operator"), [3, 1, 3], "disk fixed") { Named = ["d"] });
        var (requested, resets) = (job.Journal.OfType<JobEvent.RunPartialRerunRequested>().Single(),
            job.Journal.OfType<JobEvent.TaskPartialRerunReset>().ToArray());
        requested.ShouldSatisfyAllConditions(e => e.Selected.ShouldBe(["b", "d"]), e => e.Named.ShouldBe(["d"]),
            e => e.Reason.ShouldBe("disk fixed"), e => e.By.Actor.ShouldBe("operator"), e => e.PlanHash.ShouldStartWith("sha256:"));
        resets.Select(e => (e.Step, e.PreviousStatus, e.Reason, e.By.Actor))
            .ShouldBe([("b", "failed", "disk fixed", "operator"), ("d", "failed", "disk fixed", "operator")]);
    }

    [Fact]
    public void Each_task_knows_its_partial_reruns()
    {
        var job = TwoFailed().PartialRerun("b").Start("b").Fail("b").PartialRerun("b");
        job.Task("b").Reruns.ShouldBe([new PartialRerunRecord("ann", "disk fixed", Noon, 2), new("ann", "disk fixed", Noon, 3)]);
        job.Task("d").Reruns.ShouldBeEmpty();
        job.AttemptsAre("b", AttemptStatus.Failed, AttemptStatus.Failed).Start("b").Task("b").LastAttempt!
            .ShouldSatisfyAllConditions(a => a.RequestedBy.ShouldBe("ann"), a => a.Reason.ShouldBe("disk fixed"));
    }

    [Fact]
    public void Never_run_steps_behind_it_follow_by_themselves_and_the_roll_up_is_that_of_a_first_run() =>
        TwoFailed().PartialRerun("b").Complete("b").PlanIs("start c#1 Initial").Complete("c").PlanIs("finish failed").FinishRun(false)
            .StatusIs(JobStatus.InterventionRequired, "step_failed").PartialRerun("d").Complete("d", "e").FinishRun(true)
            .StatusIs(JobStatus.Success);

    [Fact]
    public void Retries_start_anew() =>
        Spec.Running(Workflow(Step("a").Retrying(2))).Start("a").Fail("a").Later(TimeSpan.FromMinutes(1)).Start("a").Fail("a")
            .PartialRerun("a").Start("a").Fail("a").TaskIs("a", TaskStatus.Waiting);

    [Fact]
    public void A_rejected_gate_asks_again() =>
        AJob.AtGate().Reject("go").PartialRerun("go").PlanIs("gate go").OpenGate("go").StatusIs(JobStatus.ApprovalRequired);

    [Fact]
    public void An_open_gate_behind_what_is_done_again_is_voided() =>
        AJob.AtGate().Restep("a").Start("a").Fail("a").TaskIs("go", TaskStatus.WaitingApproval)
            .PartialRerun("a").ThenKinds("ApprovalVoided", "RunPartialRerunRequested", "TaskPartialRerunReset")
            .PlanIs("start a#3 PartialRerun").Complete("a").PlanIs("gate go");

    [Fact]
    public void A_failed_restep_no_longer_holds_up_what_is_asked_for_explicitly() =>
        Spec.Running(Fan("a", "b", "c")).Complete("a").Start("b").Fail("b").Restep("a").Start("a").Fail("a").PlanIs()
            .PartialRerun("b").StatusIs(JobStatus.Pending).PlanIs("start b#2 PartialRerun", "start c#1 Initial");

    [Fact]
    public void Submit_failed_tasks_can_be_selected()
    {
        var job = Spec.Running(Fan("a")).Schedule("a").Fail("a", FailureCategory.MissingTool).TaskIs("a", TaskStatus.SubmitFailed)
            .PartialRerun("a");
        job.Journal.OfType<JobEvent.TaskPartialRerunReset>().Single().PreviousStatus.ShouldBe("submit-failed");
    }

    [Fact]
    public void A_task_that_did_not_fail_cannot_be_selected()
    {
        TwoFailed().PartialRerun("b", "a").ThenRefused(ErrorKind.Usage).Refusal().What.ShouldContain("a cannot be selected");
        TwoFailed().PartialRerun("c").ThenRefused(ErrorKind.Usage);
        AJob.In(JobStatus.Success).PartialRerun("a").ThenRefused(ErrorKind.Usage).Refusal().Why.ShouldBe("nothing of fix failed");
    }

    [Fact]
    public void A_task_that_does_not_exist_cannot_be_selected() =>
        TwoFailed().When(new JobCommand.PartialRerun(By, [9], "x")).ThenRefused(ErrorKind.Usage)
            .When(new JobCommand.PartialRerun(By, [-1], "x")).ThenRefused(ErrorKind.Usage);

    [Fact]
    public void Nothing_selected_is_refused() => TwoFailed().PartialRerun().ThenRefused(ErrorKind.Usage);

    [Theory]
    [InlineData("", "operator")]
    [InlineData("  ", "operator")]
    [InlineData("disk fixed", " ")]
    public void Reason_and_who_asks_are_required(string reason, string by) =>
        TwoFailed().When(new JobCommand.PartialRerun(new Stamp(Noon, by), [1], reason)).ThenRefused(ErrorKind.Usage);

    [Fact]
    public void A_failed_need_that_is_not_selected_is_named()
    {
        var job = Spec.Running(Chain("a", "b", "c")).Complete("a").Start("b").Fail("b").Restep("a").Start("a").Fail("a");
        job.PartialRerun("b").ThenRefused(ErrorKind.Usage).Refusal().What.ShouldStartWith("a failed too");
        job.PartialRerun("a", "b").StatusIs(JobStatus.Pending).PlanIs("start a#3 PartialRerun").Complete("a")
            .PlanIs("start b#2 PartialRerun");
    }

    [Theory]
    [InlineData(JobStatus.Running)]
    [InlineData(JobStatus.Reviewing)]
    [InlineData(JobStatus.Suspended)]
    [InlineData(JobStatus.Canceled)]
    public void A_run_that_is_active_paused_or_aborted_is_refused(JobStatus status) =>
        AJob.In(status).PartialRerun("a").ThenRefused(ErrorKind.WrongState, status, "rerun parts of");

    [Fact]
    public void Of_two_requests_the_second_learns_what_is_active() =>
        TwoFailed().PartialRerun("b").Start("b").PartialRerun("d").ThenRefused(ErrorKind.WrongState).Refusal().Why.ShouldBe("active: b");

    [Fact]
    public void A_job_without_budget_is_refused() =>
        Spec.Running(Workflow(AgentStep("a"), AgentStep("b")), budgetUsd: 1).Start("a").Fail("a", cost: 1).BudgetReached()
            .PartialRerun("a").ThenRefused(ErrorKind.WrongState).Refusal().What.ShouldContain("budget");
}
