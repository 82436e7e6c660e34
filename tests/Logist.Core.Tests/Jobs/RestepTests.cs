using Logist.Core.Jobs;
using static Logist.Core.Tests.Jobs.Some;

namespace Logist.Core.Tests.Jobs;

/// <summary>R3: one step again. What happens when it is cut short: RestepCutShortTests; what becomes stale: StaleTests.</summary>
public sealed class RestepTests
{
    private static Spec Finished(params string[] steps) => Spec.Running(Chain(steps)).Complete(steps).FinishRun(true);

    [Fact]
    public void Exactly_one_step_is_executed_once_in_the_current_run()
    {
        var job = Finished("a", "b", "c");
        var others = Others(job);
        job.Restep("b").ThenKinds("TaskRestepRequested").StatusIs(JobStatus.Running).PlanIs("start b#2 Restep")
            .Start("b").PlanIs().Succeed("b").KindsAre("b", AttemptKind.Initial, AttemptKind.Restep).OutputIs("b", 1, 2).PlanIs();
        job.State.Runs.Count.ShouldBe(1);
        Others(job).ShouldBe(others);

        static (int, int, TaskStatus, TaskStatus) Others(Spec job) =>
            (job.Task("a").Attempts.Count, job.Task("c").Attempts.Count, job.Task("a").Status, job.Task("c").Status);
    }

    [Fact]
    public void Step_and_job_show_running_and_reviewing_while_it_executes() =>
        Spec.Running(Workflow(Reviewed("a"), Step("b", "a"))).Round("a", "COMPLETED").Complete("b").FinishRun(true)
            .StatusIs(JobStatus.Success).Restep("a").StatusIs(JobStatus.Running).Start("a").TaskIs("a", TaskStatus.Running)
            .WorkerFinishes("a").StatusIs(JobStatus.Running).ReviewStarts("a").StatusIs(JobStatus.Reviewing)
            .TaskIs("a", TaskStatus.Reviewing).Review("a", "COMPLETED").StatusIs(JobStatus.Success);

    [Fact]
    public void It_has_review_rounds_of_its_own() =>
        Spec.Running(Workflow(Reviewed("a").Rounds(2))).Round("a", "RETRY", "x").Round("a", "COMPLETED").FinishRun(true)
            .Restep("a").Round("a", "RETRY", "y").StatusIs(JobStatus.Running).PlanIs("start a#4 ReviewRound")
            .Round("a", "RETRY", "z").StatusIs(JobStatus.InterventionRequired, "review_rounds").PlanIs()
            .KindsAre("a", AttemptKind.Initial, AttemptKind.ReviewRound, AttemptKind.Restep, AttemptKind.ReviewRound);

    [Fact]
    public void Its_checks_run_before_it_is_accepted() =>
        Spec.Running(Workflow(Step("a").Checked())).Start("a").WorkerFinishes("a").Succeed("a").FinishRun(true)
            .Restep("a").Start("a").WorkerFinishes("a").PlanIs("verify a#2").Succeed("a").StatusIs(JobStatus.Success);

    [Theory]
    [InlineData(FailureCategory.CommandFailed)]
    [InlineData(FailureCategory.RateLimited)]
    public void Nothing_is_retried_by_itself(string category) =>
        Spec.Running(Workflow(Step("a").Retrying(3))).Complete("a").FinishRun(true).Restep("a").Start("a")
            .Fail("a", category, Noon.AddMinutes(1)).ThenKinds("TaskFailed").TaskIs("a", TaskStatus.Failed)
            .StatusIs(JobStatus.InterventionRequired, "step_failed");

    [Fact]
    public void A_reviewer_that_fails_is_not_tried_again_either() =>
        Spec.Running(Workflow(Reviewed("a").Retrying(3))).Round("a", "COMPLETED").FinishRun(true).Restep("a").Start("a")
            .WorkerFinishes("a").ReviewStarts("a").Fail("a").ThenKinds("TaskReviewFinished", "TaskFailed");

    [Fact]
    public void On_failure_the_step_is_failed_and_its_earlier_output_stays_what_later_steps_see() =>
        Finished("a", "b").Restep("a").Start("a").Fail("a").TaskIs("a", TaskStatus.Failed).OutputIs("a", 1, 1).StaleAre()
            .AttemptsAre("a", AttemptStatus.Success, AttemptStatus.Failed).StatusIs(JobStatus.InterventionRequired, "step_failed").PlanIs();

    [Fact]
    public void Keeping_the_earlier_output_after_a_failed_restep_needs_no_execution() =>
        Finished("a", "b").Restep("a").Start("a").Fail("a").Keep("a").TaskIs("a", TaskStatus.Success).OutputIs("a", 1, 1)
            .AttemptsAre("a", AttemptStatus.Success, AttemptStatus.Failed).StatusIs(JobStatus.Success).PlanIs();

    // ---- the status afterwards

    [Fact]
    public void An_intervention_ends_when_no_failed_task_is_left_and_the_job_goes_on() =>
        Spec.Running(Chain("a", "b")).Start("a").Fail("a").FinishRun(false).Restepped("a").StatusIs(JobStatus.Pending)
            .PlanIs("start b#1 Initial");

    [Fact]
    public void An_intervention_ends_in_success_when_nothing_is_left_to_do() =>
        Spec.Running(Chain("a")).Start("a").Fail("a").FinishRun(false).Restepped("a").StatusIs(JobStatus.Success).PlanIs("finish success");

    [Fact]
    public void An_intervention_goes_on_while_another_task_is_failed() =>
        Spec.Running(Fan("a", "b")).Start("a").Fail("a").Start("b").Fail("b").FinishRun(false).Restepped("a")
            .StatusIs(JobStatus.InterventionRequired, "step_failed").PlanIs();

    [Fact]
    public void A_pending_job_is_pending_again_and_uses_the_new_output() =>
        Spec.Running(Chain("a", "b")).Complete("a").Restepped("a").StatusIs(JobStatus.Pending).PlanIs("start b#1 Initial")
            .State.Run!.InputsOf(1).ShouldBe([("a", "a2")]);

    [Fact]
    public void Failure_makes_it_an_intervention_whatever_else_could_go_on() =>
        Spec.Running(Workflow(Step("a"), Step("b", "a"), Step("c", "b"), Step("d"))).Complete("a", "b").Restep("a").Start("a").Fail("a")
            .StatusIs(JobStatus.InterventionRequired, "step_failed").PlanIs().Run().ThenRefused(ErrorKind.WrongState)
            .Keep("a").StatusIs(JobStatus.Pending).PlanIs("start c#1 Initial", "start d#1 Initial");

    [Fact]
    public void Failure_makes_it_an_intervention_also_when_another_step_waits_for_its_review() =>
        Spec.Running(Workflow(Step("a"), Reviewed("b"))).Complete("a").Start("b").WorkerFinishes("b")
            .Restep("a").Start("a").Fail("a").StatusIs(JobStatus.InterventionRequired, "step_failed").PlanIs()
            .Resubmit().StatusIs(JobStatus.ReviewRequired).PlanIs("verify b#1", "start a#3 Resubmit");

    [Fact]
    public void A_step_that_is_still_at_work_in_a_suspended_job_is_not_done_again() =>
        Spec.Running(Chain("a", "b")).Start("a").Suspend(now: true).Restep("a").ThenRefused(ErrorKind.WrongState)
            .Interrupt("a").Restep("a").ThenKinds("TaskRestepRequested");

    [Fact]
    public void What_is_left_to_do_for_another_step_waits_until_it_is_over() =>
        Spec.Running(Workflow(Step("a"), Reviewed("b"))).Complete("a").Start("b").WorkerFinishes("b")
            .Restep("a").ReviewStarts("b").ThenNothing().Succeed("b").ThenNothing()
            .Complete("a").PlanIs("verify b#1").ReviewStarts("b").ThenKinds("TaskReviewStarted");

    [Theory]
    [InlineData(JobStatus.Suspended)]
    [InlineData(JobStatus.Canceled)]
    public void Suspended_and_canceled_jobs_stay_so_whatever_comes_of_it(JobStatus status)
    {
        var job = Spec.Running(Chain("a", "b")).Complete("a");
        job = status == JobStatus.Suspended ? job.Suspend() : job.Cancel().FinishCancel();
        job.Restep("a").StatusIs(JobStatus.Running).PlanIs("start a#2 Restep").Complete("a").StatusIs(status).OutputIs("a", 1, 2)
            .Restep("a").Start("a").Fail("a").StatusIs(status).TaskIs("a", TaskStatus.Failed).PlanIs();
    }

    [Fact]
    public void A_job_at_a_gate_asks_again_only_if_its_input_changed()
    {
        AJob.AtGate().Restep("a").StatusIs(JobStatus.Running).CompleteAsBefore("a").ThenKinds("TaskSucceeded")
            .StatusIs(JobStatus.ApprovalRequired);
        AJob.AtGate().Restep("a").Complete("a").Then(
            new JobEvent.TaskSucceeded(By, 1, "a", 2, Result("a2")),
            new JobEvent.ApprovalVoided(By, 1, "go", "a has a new output since it was asked")).PlanIs("gate go")
            .OpenGate("go", "new").StatusIs(JobStatus.ApprovalRequired);
    }

    [Fact]
    public void A_gate_on_what_is_being_done_again_cannot_be_decided_and_any_other_can()
    {
        var job = Spec.Running(Workflow(Step("a"), Gate("go", "a"), Gate("ok"))).Complete("a").OpenGate("go").OpenGate("ok").Restep("a");
        job.Approve("go").ThenRefused(ErrorKind.WrongState).Reject("go").ThenRefused(ErrorKind.WrongState)
            .Start("a").Approve("ok").TaskIs("ok", TaskStatus.Success).StatusIs(JobStatus.Running).PlanIs()
            .Succeed("a").PlanIs("gate go");
    }

    // ---- which steps

    [Fact]
    public void A_reused_step_is_done_again_from_the_input_of_the_attempt_that_was_reused()
    {
        var job = Finished("a", "b", "c").Rerun("c").Run().Complete("c").FinishRun(true).Restep("b");
        job.State.Restep!.Request.ShouldSatisfyAllConditions(r => r.From.ShouldBe(RestepInput.Original), r => r.Input.ShouldBe("in-b"));
        job.PlanIs("start b#1 Restep").Start("b").Succeed("b", tree: "other").OutputIs("b", 2, 1)
            .TaskIs("b", TaskStatus.Success).StaleAre("c");
    }

    [Fact]
    public void A_skipped_step_can_be_done_for_the_first_time_and_those_after_it_become_stale() =>
        Spec.Running(Chain("a", "b", "c")).Complete("a").Rerun("c").Run().Complete("c").FinishRun(true)
            .Restep("b").PlanIs("start b#1 Initial").Complete("b").StatusIs(JobStatus.Success).StaleAre("c");

    [Fact]
    public void A_step_that_never_ran_can_be_done_when_all_its_needs_have_an_output() =>
        Spec.Running(Workflow(Step("a"), Step("b", "a"), Step("c", "b"))).Complete("a").Restep("b").PlanIs("start b#1 Initial")
            .Complete("b").KindsAre("b", AttemptKind.Initial).StatusIs(JobStatus.Pending).PlanIs("start c#1 Initial");

    [Fact]
    public void A_step_whose_needs_have_no_output_is_refused_and_they_are_named() =>
        Spec.Running(Chain("a", "b", "c")).Complete("a").Restep("c").ThenRefused(ErrorKind.WrongState)
            .Refusal().What.ShouldContain("b has no output yet");

    [Fact]
    public void A_failed_step_can_be_done_again() =>
        Spec.Running(Chain("a")).Start("a").Fail("a").Restep("a").PlanIs("start a#2 Restep").Complete("a").TaskIs("a", TaskStatus.Success);

    [Fact]
    public void A_canceled_step_can_be_done_again() =>
        Spec.Running(Chain("a")).Start("a").Cancel().Canceled("a").FinishCancel().Restepped("a").TaskIs("a", TaskStatus.Success)
            .StatusIs(JobStatus.Canceled);

    [Fact]
    public void A_step_that_waits_for_its_retry_can_be_done_at_once() =>
        Spec.Running(Workflow(Step("a").Retrying(2))).Start("a").Fail("a").TaskIs("a", TaskStatus.Waiting).Restep("a")
            .PlanIs("start a#2 Restep").Complete("a").StatusIs(JobStatus.Success);

    [Fact]
    public void A_step_that_waits_for_its_review_is_finished_first() =>
        AJob.ToReview().Restep("a").ThenRefused(ErrorKind.WrongState);

    [Fact]
    public void A_gate_executes_nothing() => AJob.AtGate().Restep("go").ThenRefused(ErrorKind.WrongState);

    [Fact]
    public void A_gate_is_not_passed_by_a_restep()
    {
        var job = Spec.Running(Workflow(Step("a").Gated(), Step("b")));
        job.Restep("a").ThenRefused(ErrorKind.WrongState).OpenGate("a").Restep("a").ThenRefused(ErrorKind.WrongState)
            .Reject("a").Restep("a").ThenRefused(ErrorKind.WrongState).Refusal().What.ShouldContain("never approved");
        Spec.Running(Workflow(Step("a").Gated())).OpenGate("a").Approve("a").Start("a").Fail("a").Resubmit().OpenGate("a").Reject("a")
            .Restep("a").ThenRefused(ErrorKind.WrongState).Refusal().What.ShouldContain("rejected");
    }

    [Fact]
    public void The_same_tree_keeps_an_approval() =>
        Spec.Running(Workflow(Step("a").Gated())).OpenGate("a", "t1").Approve("a").Complete("a").FinishRun(true).Restepped("a")
            .StatusIs(JobStatus.Success);

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(3)]
    public void A_step_out_of_range_is_refused_with_the_range_and_the_ids(int number) =>
        Finished("a", "b").Restep(number).ThenRefused(ErrorKind.UnknownStep).Refusal().Why.ShouldBe("steps are 1..2: a, b");

    [Theory]
    [InlineData(JobStatus.Running)]
    [InlineData(JobStatus.Reviewing)]
    public void Nothing_is_done_again_while_the_job_runs(JobStatus status) =>
        AJob.In(status).Restep("a").ThenRefused(ErrorKind.WrongState, status, "restep");

    [Fact]
    public void Nothing_else_is_asked_for_while_a_step_is_done_again() =>
        Finished("a", "b").Restep("a").Restep("b").ThenRefused(ErrorKind.WrongState).Rerun().ThenRefused(ErrorKind.WrongState)
            .RunStale().ThenRefused(ErrorKind.WrongState).Resolve("b").ThenRefused(ErrorKind.WrongState);

    [Fact]
    public void A_job_that_never_ran_has_no_step_to_do_again() =>
        Spec.Given(Chain("a")).Restep("a").ThenRefused(ErrorKind.WrongState).Refusal().Fix.ShouldContain("logist job run fix");

    [Fact]
    public void It_is_refused_when_the_budget_is_used_up() =>
        Spec.Running(Workflow(AgentStep("a")), budgetUsd: 1).Start("a").Succeed("a", cost: 1).FinishRun(true).Restep("a")
            .ThenRefused(ErrorKind.BudgetReached);

    [Fact]
    public void Only_what_was_asked_for_is_started_although_other_steps_are_ready() =>
        Spec.Running(Fan("a", "b", "c")).Complete("a").Restep("a").PlanIs("start a#2 Restep").Schedule("b").ThenNothing()
            .OpenGate("b").ThenNothing().FinishRun(false).ThenNothing();

    // ---- from which tree

    [Fact]
    public void It_starts_from_the_tree_that_the_step_first_saw() => FromIs(Finished("a", "b").Restep("b"), RestepInput.Original, "in-b");

    [Fact]
    public void It_starts_from_the_current_state_when_a_step_before_it_has_a_new_output()
    {
        var job = Finished("a", "b").Restepped("a").Restep("b");
        FromIs(job, RestepInput.Current, null);
        job.State.Restep!.Request.Why.ShouldBe("from the current state: a has a new output since it first ran");
        job.Complete("b").StaleAre();
    }

    [Fact]
    public void It_starts_from_the_tree_it_first_saw_when_the_new_output_is_the_same_tree() =>
        FromIs(Finished("a", "b").Restep("a").CompleteAsBefore("a").Restep("b"), RestepInput.Original, "in-b");

    [Fact]
    public void It_starts_from_the_current_state_when_a_person_changed_the_workspace()
    {
        var job = Finished("a", "b");
        job.When(new JobCommand.Restep(By, 1, null) { Facts = new() { Edit = new("tree", ["x.txt"]) } });
        FromIs(job, RestepInput.Current, null);
        job.HumanChange("h").Start("b").Task("b").Taken.Single().Commit.ShouldBe("h");
    }

    [Fact]
    public void It_starts_from_the_current_state_after_an_attempt_took_in_what_a_person_changed() =>
        FromIs(Spec.Running(Chain("a")).Start("a").Fail("a").Resubmit().HumanChange("h").Start("a").Fail("a").Restep("a"),
            RestepInput.Current, null);

    [Fact]
    public void The_person_chooses_otherwise()
    {
        FromIs(Finished("a", "b").Restepped("a").Restep("b", RestepInput.Original), RestepInput.Original, "in-b");
        FromIs(Finished("a", "b").Restep("b", RestepInput.Current), RestepInput.Current, null);
        Spec.Running(Chain("a", "b")).Complete("a").Restep("b", RestepInput.Original).ThenRefused(ErrorKind.Usage);
    }

    private static void FromIs(Spec job, RestepInput from, string? input)
    {
        job.State.Restep!.Request.From.ShouldBe(from);
        job.State.Restep.Request.Input.ShouldBe(input);
    }
}
