using Logist.Core.Jobs;
using static Logist.Core.Tests.Jobs.Some;

namespace Logist.Core.Tests.Jobs;

/// <summary>R2: again, as a new run.</summary>
public sealed class RerunTests
{
    private static Spec Finished(params string[] steps) => Spec.Running(Chain(steps)).Complete(steps).FinishRun(true);

    [Fact]
    public void A_rerun_appends_a_run_and_executes_every_step_from_the_first() =>
        Finished("a", "b").Rerun().ThenKinds("RunCreated").StatusIs(JobStatus.Pending).PlanIs("start a#1 Initial").Run()
            .Complete("a", "b").FinishRun(true).StatusIs(JobStatus.Success).State.Runs.Count.ShouldBe(2);

    [Fact]
    public void Earlier_runs_stay_as_they_are()
    {
        var job = Finished("a", "b").Restepped("a");
        var before = StateDump.Of(job.State.Runs[0]);
        job.Rerun("b").Run().Complete("b").FinishRun(true).Rerun().Run().Start("a").Fail("a");
        StateDump.Of(job.State.Runs[0]).ShouldBe(before);
    }

    [Fact]
    public void From_a_step_it_and_every_later_one_and_every_descendant_are_executed_and_the_others_reused()
    {
        // In file order: b needs c, which comes after it.
        var job = Spec.Running(Workflow(Step("a"), Step("b", "c"), Step("c"), Step("d"))).Complete("a", "c", "b", "d").FinishRun(true);
        job.Rerun("c").Then([
            new JobEvent.RunCreated(By, 2, "rerun", "sha")
            {
                Workflow = job.State.Runs[0].Workflow, FromStep = "c", Params = job.State.Runs[0].Created.Params,
                PlanHash = job.State.Runs[1].Created.PlanHash,
            },
            new JobEvent.TaskReused(By, 2, "a", 1, 1)]).TaskIs("a", TaskStatus.Reused).OutputIs("a", 1, 1)
            .PlanIs("start c#1 Initial", "start d#1 Initial").Run().Complete("c").PlanIs("start b#1 Initial", "start d#1 Initial");
    }

    [Fact]
    public void Steps_before_it_that_never_had_an_output_are_skipped_and_such_a_run_can_succeed() =>
        Spec.Running(Chain("a", "b", "c")).Complete("a").Rerun("c").ThenKinds("RunCreated", "TaskReused", "TaskSkipped")
            .TaskIs("b", TaskStatus.Skipped).PlanIs("start c#1 Initial").Run().Complete("c").FinishRun(true).StatusIs(JobStatus.Success);

    [Fact]
    public void A_skipped_step_passes_its_input_through() =>
        Spec.Running(Chain("a", "b", "c")).Complete("a").Rerun("c").State.Run!.InputsOf(2).ShouldBe([("a", "a1")]);

    [Fact]
    public void After_some_single_steps_a_rerun_from_the_next_executes_none_of_them() =>
        Spec.Running(Chain("a", "b", "c")).Complete("a", "b").Rerun("c").Run().Complete("c").FinishRun(true)
            .StatusIs(JobStatus.Success).AttemptsAre("a").AttemptsAre("b").AttemptsAre("c", AttemptStatus.Success);

    [Fact]
    public void What_was_restepped_is_what_a_later_rerun_reuses() =>
        Finished("a", "b").Restepped("a").Rerun("b").OutputIs("a", 1, 2).State.Run!.InputsOf(1).ShouldBe([("a", "a2")]);

    [Fact]
    public void An_output_survives_the_failure_of_its_restep() =>
        Finished("a", "b").Restep("a").Start("a").Fail("a").Rerun("b").OutputIs("a", 1, 1).TaskIs("a", TaskStatus.Reused);

    [Fact]
    public void A_rerun_of_a_rerun_of_a_rerun_reads_the_latest_outputs_wherever_they_were_made()
    {
        var job = Finished("a", "b", "c", "d").Rerun("b").Run().Complete("b", "c", "d").FinishRun(true)
            .Rerun("c").Run().Complete("c", "d").FinishRun(true).Rerun("d");
        job.OutputIs("a", 1, 1).OutputIs("b", 2, 1).OutputIs("c", 3, 1);
        job.Task("a").ReusedFrom.ShouldBe(1);
        job.Task("b").ReusedFrom.ShouldBe(2);
        StateDump.Of(Job.Fold(job.Journal)).ShouldBe(StateDump.Of(job.State));
    }

    [Fact]
    public void An_output_of_an_earlier_run_is_reused_when_the_last_one_never_came_so_far() =>
        Finished("a", "b", "c").Rerun().Run().Start("a").Fail("a").Rerun("c").OutputIs("a", 1, 1).OutputIs("b", 1, 1);

    [Fact]
    public void A_passed_gate_is_reused_and_one_that_is_executed_again_asks_again() =>
        AJob.AtGate().Approve("go").Complete("b").FinishRun(true).Rerun("b").TaskIs("go", TaskStatus.Reused).PlanIs("start b#1 Initial")
            .Rerun("go").TaskIs("go", TaskStatus.Created).PlanIs("gate go");

    [Fact]
    public void A_reused_step_that_is_stale_is_marked_in_the_new_run_as_well() =>
        Finished("a", "b", "c").Restepped("a").StaleAre("b").Rerun("c").StaleAre("b")
            .State.Run!.InputsOf(2).ShouldBe([("b", "b1")]);

    [Fact]
    public void A_stale_step_that_is_executed_is_no_longer_stale() =>
        Finished("a", "b").Restepped("a").Rerun("b").StaleAre().Run().Complete("b").StaleAre();

    [Theory]
    [InlineData(JobStatus.Pending)]
    [InlineData(JobStatus.ReviewRequired)]
    [InlineData(JobStatus.ApprovalRequired)]
    [InlineData(JobStatus.InterventionRequired)]
    [InlineData(JobStatus.Suspended)]
    [InlineData(JobStatus.Success)]
    [InlineData(JobStatus.Canceled)]
    public void Any_job_at_rest_can_be_run_again_and_is_pending(JobStatus status)
    {
        var job = AJob.In(status).Rerun().StatusIs(JobStatus.Pending);
        Job.Plan(job.State, Noon, 4).OfType<Work.Start>().Count().ShouldBe(1);
        job.State.Runs[0].Tasks.ShouldAllBe(t => t.Attempts.All(a => a.Status != AttemptStatus.Running), "an earlier run is left open");
    }

    [Theory]
    [InlineData(JobStatus.Running)]
    [InlineData(JobStatus.Reviewing)]
    public void A_running_job_is_not_run_again(JobStatus status) =>
        AJob.In(status).Rerun().ThenRefused(ErrorKind.WrongState, status, "rerun");

    [Fact]
    public void A_cancel_that_is_not_through_comes_first() =>
        Spec.Running(Chain("a")).Start("a").Cancel().Canceled("a").Rerun().ThenRefused(ErrorKind.WrongState).Restep("a")
            .ThenRefused(ErrorKind.WrongState).PartialRerun("a").ThenRefused(ErrorKind.WrongState).FinishCancel().Rerun()
            .StatusIs(JobStatus.Pending);

    [Fact]
    public void A_job_that_never_ran_has_nothing_to_run_again() =>
        Spec.Given(Chain("a")).Rerun().ThenRefused(ErrorKind.WrongState).Refusal().Fix.ShouldContain("logist job run fix");

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(3)]
    public void A_step_out_of_range_is_refused_with_the_range_and_the_ids(int number)
    {
        var job = Finished("a", "b");
        job.When(new JobCommand.Rerun(By, number - 1, "sha", job.State.Run!.Workflow, job.State.Run.Created.Params))
            .ThenRefused(ErrorKind.UnknownStep).Refusal().Why.ShouldBe("steps are 1..2: a, b");
    }

    [Fact]
    public void Changed_parameters_are_recorded_on_the_run()
    {
        var job = Finished("a");
        var changed = new Dictionary<string, string> { ["risk"] = "high" };
        job.When(new JobCommand.Rerun(By, null, "sha", job.State.Run!.Workflow, changed)).State.Run!.Created.Params.ShouldBe(changed);
    }

    [Fact]
    public void Nothing_of_an_earlier_run_is_started_or_ended_any_more()
    {
        var job = Spec.Running(Workflow(Step("a").Retrying(2), Gate("go"))).Start("a").Fail("a").Rerun().Run();
        job.When(new JobCommand.Schedule(By, 1, 0, 2, AttemptKind.Retry, null, "workspace")).ThenNothing()
            .When(new JobCommand.OpenGate(By, 1, 1, null, null)).ThenNothing()
            .When(new JobCommand.FinishRun(By, 1, false)).ThenNothing()
            .When(new JobCommand.KeepOutput(By, 1, 0)).ThenNothing();
    }

    [Fact]
    public void What_waited_for_its_review_ends_with_its_run_and_a_late_report_changes_nothing() =>
        AJob.ToReview().Rerun().ThenKinds("TaskCanceled", "RunCreated")
            .When(new JobCommand.ReportSucceeded(By, 1, 0, 1, null)).ThenNothing();

    [Fact]
    public void What_a_person_mended_is_part_of_the_input_of_a_step_that_is_executed_again_but_not_of_a_whole_rerun()
    {
        var job = Spec.Running(Chain("a", "b")).Complete("a").Start("b").Fail("b").Resubmit().HumanChange("h").Start("b").Fail("b");
        job.Rerun("b").Task("b").Taken.Single().Commit.ShouldBe("h");
        job.Rerun().Task("b").Taken.ShouldBeEmpty();
    }

    [Fact]
    public void Whatever_held_the_job_up_was_about_the_run_before() =>
        Spec.Running(Fan("a", "b"), budgetUsd: 5).Start("a").Fail("a").BudgetReached().Halt().Suspend().Rerun().StatusIs(JobStatus.Pending)
            .PlanIs("start a#1 Initial", "start b#1 Initial");

    [Fact]
    public void The_same_command_twice_makes_one_run()
    {
        var job = Finished("a");
        var run = job.State.Run!;
        var command = new JobCommand.Rerun(new Stamp(Noon, "ann", "c1"), null, "sha", run.Workflow, run.Created.Params);
        job.When(command).When(command).ThenNothing().State.Runs.Count.ShouldBe(2);
    }
}
