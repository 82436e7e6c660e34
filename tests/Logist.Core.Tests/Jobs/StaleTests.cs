using Logist.Core.Jobs;
using Logist.Core.Workflows;
using static Logist.Core.Tests.Jobs.Some;

namespace Logist.Core.Tests.Jobs;

/// <summary>R3.4: who becomes stale, who no longer is, and a run of exactly what is stale.</summary>
public sealed class StaleTests
{
    private static Spec Finished(WorkflowDefinition workflow) =>
        Spec.Running(workflow).Complete([.. workflow.Steps.Select(s => s.Id)]).FinishRun(true);

    // ---- marks

    [Fact]
    public void Steps_that_used_the_old_output_are_stale_and_the_job_stays_in_success() =>
        Finished(Workflow(Step("a"), Step("b", "a"), Step("c", "b"), Step("d"))).Restepped("a").StaleAre("b").StatusIs(JobStatus.Success)
            .PlanIs().Task("b").Stale.ShouldBe("a has a new output");

    [Fact]
    public void The_same_tree_again_makes_nothing_stale() =>
        Finished(Chain("a", "b")).Restep("a").CompleteAsBefore("a").ThenKinds("TaskSucceeded").StaleAre().OutputIs("a", 1, 2);

    [Fact]
    public void An_output_without_files_cannot_be_compared_and_makes_what_used_it_stale() =>
        Finished(Workflow(Step("a").WithoutFiles(), Step("b", "a"))).Restepped("a").StaleAre("b");

    [Fact]
    public void What_passes_through_a_step_without_files_makes_both_sides_stale() =>
        Finished(Workflow(Step("a"), Step("n", "a").WithoutFiles(), Step("b", "n"))).Restepped("a").StaleAre("n", "b");

    [Fact]
    public void What_passes_through_a_gate_makes_the_gate_and_what_is_behind_it_stale() =>
        AJob.AtGate().Approve("go").Complete("b").FinishRun(true).Restepped("a").StaleAre("go", "b");

    [Fact]
    public void What_passes_through_a_skipped_step_makes_what_is_behind_it_stale() =>
        Spec.Running(Chain("a", "b", "c")).Complete("a").Rerun("c").Run().Complete("c").FinishRun(true).Restep("a").Start("a")
            .Succeed("a", tree: "other").StaleAre("c");

    [Fact]
    public void A_failed_restep_makes_nothing_stale() => Finished(Chain("a", "b")).Restep("a").Start("a").Fail("a").StaleAre();

    [Fact]
    public void A_step_that_was_not_finished_uses_the_new_output_and_is_not_stale() =>
        Spec.Running(Chain("a", "b")).Complete("a").Restepped("a").Complete("b").StaleAre().FinishRun(true).StatusIs(JobStatus.Success);

    [Fact]
    public void A_mark_goes_when_the_output_is_the_earlier_tree_again() =>
        Finished(Workflow(Step("a"), Step("n", "a").WithoutFiles(), Step("b", "n"))).Restepped("a").StaleAre("n", "b")
            .Restep("a").CompleteAsBefore("a").ThenKinds("TaskSucceeded", "TaskStaleCleared", "TaskStaleCleared").StaleAre();

    [Fact]
    public void A_step_that_was_done_again_from_its_old_input_stays_stale() =>
        Finished(Chain("a", "b")).Restepped("a").Restep("b", RestepInput.Original).Complete("b").StaleAre("b");

    [Fact]
    public void A_step_that_was_done_again_from_the_current_state_is_not_stale_and_what_used_it_is() =>
        Finished(Chain("a", "b", "c")).Restepped("a").Restepped("b").StaleAre("c").Restepped("c").StaleAre();

    [Fact]
    public void Of_two_needs_one_that_is_back_does_not_clear_the_mark_of_the_other() =>
        Finished(Workflow(Step("a"), Step("b"), Step("c", "a", "b"))).Restepped("a").Restepped("b").Restep("a").CompleteAsBefore("a")
            .StaleAre("c");

    [Fact]
    public void What_was_rejected_and_redone_makes_what_had_used_it_stale()
    {
        var job = Spec.Running(Workflow(AgentStep("a"), Step("b", "a"), Gate("go", "a"))).Complete("a", "b").OpenGate("go")
            .Reject("go", rerun: true).Complete("a").StaleAre("b");
        job.OpenGate("go").Approve("go").StatusIs(JobStatus.Success);
    }

    [Fact]
    public void What_ran_while_its_input_was_redone_is_stale_when_it_ends() =>
        Spec.Running(Workflow(AgentStep("a"), Step("b", "a"), Gate("go", "a"))).Complete("a").Start("b").OpenGate("go")
            .Reject("go", rerun: true).Complete("a").StaleAre().Succeed("b").StaleAre("b");

    [Fact]
    public void A_step_vouched_for_is_not_stale_and_what_passed_through_it_still_is()
    {
        var job = Finished(Workflow(Step("a"), Step("n", "a").WithoutFiles(), Step("b", "n"))).Restepped("a").Keep("n").StaleAre("b");
        job.RunStale().PlanIs("start b#2 Stale").Complete("b").StaleAre();
        job.Restep("a").CompleteAsBefore("a").StaleAre("n", "b");
    }

    [Fact]
    public void What_runs_behind_a_stale_step_without_files_gets_what_passes_through_it_now_and_is_not_stale()
    {
        var job = Spec.Running(Workflow(Step("a"), Step("n", "a").WithoutFiles(), Step("b", "n"))).Complete("a", "n").Restepped("a")
            .StaleAre("n").Complete("b").StaleAre("n");
        job.State.Run!.InputsOf(2).ShouldBe([("a", "a2")]);
        job.Keep("n").StaleAre().Restep("a").CompleteAsBefore("a").StaleAre("n", "b");
    }

    // ---- a stale run

    [Fact]
    public void Exactly_the_stale_steps_and_their_descendants_run_in_the_current_run()
    {
        var job = Finished(Workflow(Step("a"), Step("b", "a"), Step("c", "b"), Step("d"))).Restepped("a");
        job.RunStale().ThenKinds("RunStaleRequested").StatusIs(JobStatus.Pending).StaleAre().PlanIs("start b#2 Stale")
            .Complete("b").PlanIs("start c#2 Stale").Complete("c").FinishRun(true).StatusIs(JobStatus.Success)
            .AttemptsAre("d", AttemptStatus.Success).OutputIs("c", 1, 2);
        job.State.Runs.Count.ShouldBe(1);
    }

    [Fact]
    public void A_step_whose_input_turns_out_the_same_keeps_its_output() =>
        Finished(Chain("a", "b", "c")).Restepped("a").RunStale().CompleteAsBefore("b").PlanIs("keep c").KeepOutput("c")
            .Then(new JobEvent.TaskReused(By, 1, "c", 1, 1)).TaskIs("c", TaskStatus.Success).AttemptsAre("c", AttemptStatus.Success)
            .FinishRun(true).StatusIs(JobStatus.Success).StaleAre();

    [Fact]
    public void A_step_with_a_short_and_a_long_way_to_the_change_runs_once()
    {
        var job = Finished(Workflow(Step("a"), Step("p", "a"), Step("q", "p"), Step("x", "a", "q"))).Restepped("a").StaleAre("p", "x")
            .RunStale().PlanIs("start p#2 Stale").Schedule("x").ThenNothing();
        job.Complete("p").PlanIs("start q#2 Stale").Complete("q").PlanIs("start x#2 Stale").Complete("x").FinishRun(true)
            .StatusIs(JobStatus.Success).StaleAre();
    }

    [Fact]
    public void A_reused_step_that_is_stale_is_done_for_the_first_time_in_this_run() =>
        Finished(Chain("a", "b", "c")).Restepped("a").Rerun("c").Run().Complete("c").FinishRun(true).RunStale()
            .PlanIs("start b#1 Stale").Start("b").Succeed("b", tree: "other").PlanIs("start c#2 Stale");

    [Fact]
    public void A_reused_step_can_be_kept_and_is_still_reused() =>
        Finished(Workflow(Step("a"), Step("b", "a"), Step("c", "b"), Step("d"))).Restepped("a").Rerun("d").Run().Complete("d")
            .RunStale().CompleteAsBefore("b").PlanIs("keep c").KeepOutput("c").TaskIs("c", TaskStatus.Reused).OutputIs("c", 1, 1);

    [Fact]
    public void A_gate_on_a_changed_input_asks_again_and_one_on_the_same_does_not()
    {
        var changed = AJob.AtGate().Approve("go").Complete("b").FinishRun(true).Restepped("a").RunStale().PlanIs("gate go");
        changed.OpenGate("go", "fedcba9876543210").StatusIs(JobStatus.ApprovalRequired).Approve("go").PlanIs("start b#2 Stale");
        AJob.AtGate().Approve("go").Complete("b").FinishRun(true).Restepped("a").RunStale().OpenGate("go", "0123456789abcdef")
            .ThenKinds("ApprovalRequested", "ApprovalApproved", "TaskSucceeded");
        var same = Spec.Running(Workflow(Step("z"), AgentStep("a", "z"), Gate("go", "a"))).Complete("z", "a").OpenGate("go").Approve("go");
        same.Restepped("z").RunStale().CompleteAsBefore("a").PlanIs("keep go").KeepOutput("go").TaskIs("go", TaskStatus.Success)
            .StatusIs(JobStatus.Success).StaleAre();
    }

    [Fact]
    public void An_open_gate_on_what_is_done_again_is_voided() =>
        Spec.Running(Workflow(Step("z"), Step("a", "z"), Gate("go", "a"))).Complete("z", "a").OpenGate("go").Restepped("z").StaleAre("a")
            .StatusIs(JobStatus.ApprovalRequired).RunStale().ThenKinds("ApprovalVoided", "RunStaleRequested").PlanIs("start a#2 Stale");

    [Fact]
    public void What_a_person_changed_is_not_left_out_by_keeping() =>
        Finished(Chain("a", "b")).Restepped("a").RunStale().HumanChange("h").PlanIs("start b#2 Stale").Start("b")
            .Task("b").Taken.Single().Commit.ShouldBe("h");

    [Fact]
    public void A_step_that_fails_in_a_stale_run_makes_an_intervention() =>
        Finished(Chain("a", "b")).Restepped("a").RunStale().Start("b").Fail("b").StatusIs(JobStatus.InterventionRequired, "step_failed")
            .OutputIs("b", 1, 1);

    [Fact]
    public void With_nothing_stale_there_is_nothing_to_run() => Finished(Chain("a")).RunStale().ThenNothing();

    [Fact]
    public void A_restep_that_is_cut_short_in_a_stale_run_leaves_what_may_be_kept() =>
        Finished(Chain("a", "b", "c")).Restepped("a").RunStale().CompleteAsBefore("b")
            .Restep("c").Start("c").Interrupt("c").PlanIs("keep c");

    [Theory]
    [InlineData(JobStatus.Running)]
    [InlineData(JobStatus.Suspended)]
    [InlineData(JobStatus.Canceled)]
    [InlineData(JobStatus.InterventionRequired)]
    public void A_job_that_runs_or_was_stopped_has_no_stale_run(JobStatus status) =>
        AJob.In(status).RunStale().ThenRefused(ErrorKind.WrongState, status, "run what is stale in");
}
