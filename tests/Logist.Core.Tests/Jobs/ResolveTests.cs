using Logist.Core.Jobs;
using static Logist.Core.Tests.Jobs.Some;

namespace Logist.Core.Tests.Jobs;

/// <summary>A person did the step by hand, takes its last output back, or gives it up.</summary>
public sealed class ResolveTests
{
    [Fact]
    public void A_step_done_by_hand_succeeds_with_an_attempt_of_its_own_and_the_job_goes_on()
    {
        var job = Spec.Running(Chain("a", "b")).Start("a").Fail("a").FinishRun(false).Resolve("a", "h1").ThenKinds("TaskResolved")
            .TaskIs("a", TaskStatus.Success).KindsAre("a", AttemptKind.Initial, AttemptKind.Human)
            .AttemptsAre("a", AttemptStatus.Failed, AttemptStatus.Success).StatusIs(JobStatus.Pending).PlanIs("start b#1 Initial");
        job.State.Run!.InputsOf(1).ShouldBe([("a", "h1")]);
        job.Task("a").LastAttempt!.ShouldSatisfyAllConditions(a => a.RequestedBy.ShouldBe("ann"), a => a.Reason.ShouldBe("by hand"));
    }

    [Fact]
    public void Resolving_the_last_failure_ends_in_success() =>
        Spec.Running(Chain("a")).Start("a").Fail("a").FinishRun(false).Resolve("a", "h1").StatusIs(JobStatus.Success)
            .PlanIs("finish success");

    [Fact]
    public void With_another_failure_left_the_job_stays() =>
        Spec.Running(Fan("a", "b")).Start("a").Fail("a").Start("b").Fail("b").Resolve("a", "h1")
            .StatusIs(JobStatus.InterventionRequired, "step_failed");

    [Fact]
    public void What_used_the_output_before_becomes_stale_unless_the_tree_is_the_same()
    {
        static Spec Failed() => Spec.Running(Chain("a", "b")).Complete("a", "b").FinishRun(true).Restep("a").Start("a").Fail("a");
        Failed().Resolve("a", "h1").ThenKinds("TaskResolved", "TaskMarkedStale").StaleAre("b").StatusIs(JobStatus.Success);
        Failed().When(new JobCommand.Resolve(By, 0, true, "x") { Result = Result("h") with { Tree = "tree-of-a1" } }).StaleAre();
    }

    [Fact]
    public void A_stale_step_of_a_finished_job_is_kept_or_done_by_hand()
    {
        static Spec Stale() => Spec.Running(Chain("a", "b", "c")).Complete("a", "b", "c").FinishRun(true).Restepped("a").StaleAre("b");
        Stale().Keep("b").StaleAre().OutputIs("b", 1, 1).AttemptsAre("b", AttemptStatus.Success).StatusIs(JobStatus.Success)
            .Rerun("c").StaleAre();
        Stale().Resolve("b", "h1").StaleAre("c").OutputIs("b", 1, 2);
    }

    [Fact]
    public void What_was_kept_becomes_stale_again_with_the_next_new_output() =>
        Spec.Running(Chain("a", "b")).Complete("a", "b").FinishRun(true).Restepped("a").Keep("b").StaleAre().Restepped("a").StaleAre("b");

    [Fact]
    public void No_attempt_is_changed_by_keeping_its_output()
    {
        var job = Spec.Running(Chain("a", "b")).Complete("a", "b").FinishRun(true).Restepped("a");
        var used = job.Task("b").Accepted!.Used;
        job.Keep("b").Task("b").Accepted!.Used.ShouldBeSameAs(used);
        job.Restep("b").State.Restep!.Request.From.ShouldBe(RestepInput.Current);
    }

    [Fact]
    public void A_reused_step_that_is_kept_is_still_reused() =>
        Spec.Running(Chain("a", "b", "c")).Complete("a", "b", "c").FinishRun(true).Restepped("a").Rerun("c").Keep("b").StaleAre()
            .TaskIs("b", TaskStatus.Reused);

    [Fact]
    public void What_is_vouched_for_in_a_new_run_changes_nothing_in_an_earlier_one_and_holds_in_later_ones()
    {
        var job = Spec.Running(Chain("a", "b", "c")).Complete("a", "b", "c").FinishRun(true).Restepped("a").Rerun("c");
        var before = StateDump.Of(job.State.Runs[0]);
        job.Keep("b").StaleAre();
        StateDump.Of(job.State.Runs[0]).ShouldBe(before);
        job.Complete("c").FinishRun(true).Rerun("c").StaleAre().TaskIs("b", TaskStatus.Reused);
    }

    [Fact]
    public void A_gate_done_by_hand_and_then_passed_again_gives_what_comes_before_it()
    {
        var job = Spec.Running(Workflow(AgentStep("a"), Gate("go", "a"), Step("b", "go"))).Complete("a").OpenGate("go").Approve("go")
            .Complete("b").FinishRun(true).Restepped("a").StaleAre("go", "b").Resolve("go", "h1").StaleAre("b");
        job.State.Run!.InputsOf(2).ShouldBe([("go", "h1")]);
        job.Restepped("a").RunStale().OpenGate("go").Approve("go").ThenKinds("ApprovalApproved", "TaskSucceeded");
        job.State.Run!.InputsOf(2).Single().Step.ShouldBe("a");
    }

    [Fact]
    public void A_step_given_up_is_failed()
    {
        var job = Spec.Running(Chain("a", "b")).Complete("a", "b").FinishRun(true).Restepped("a").Resolve("b", success: false)
            .TaskIs("b", TaskStatus.Failed).AttemptsAre("b", AttemptStatus.Success, AttemptStatus.Failed).OutputIs("b", 1, 1)
            .StatusIs(JobStatus.InterventionRequired, "step_failed");
        job.Task("b").Failure!.Message.ShouldBe("ann marked it failed: by hand");
    }

    [Fact]
    public void Keeping_needs_an_output_and_success()
    {
        var job = Spec.Running(Chain("a")).Start("a").Fail("a");
        job.Keep("a").ThenRefused(ErrorKind.Usage)
            .When(new JobCommand.Resolve(By, 0, false, "x") { Keep = true }).ThenRefused(ErrorKind.Usage);
    }

    [Fact]
    public void A_step_that_neither_failed_nor_is_stale_is_refused() =>
        Spec.Running(Chain("a", "b")).Complete("a").Resolve("a").ThenRefused(ErrorKind.WrongState)
            .Resolve("b").ThenRefused(ErrorKind.WrongState);

    [Fact]
    public void A_stale_step_that_waits_for_another_review_is_not_resolved_beside_it() =>
        Spec.Running(Workflow(Step("a"), Reviewed("b", "a"))).Complete("a").Round("b", "COMPLETED").FinishRun(true).Restepped("a")
            .StaleAre("b").Restep("b").Start("b").WorkerFinishes("b").ReviewStarts("b").Fail("b", FailureCategory.RateLimited).Resubmit()
            .Resolve("b", success: false).ThenRefused(ErrorKind.WrongState).TaskIs("b", TaskStatus.ReviewRequired);

    [Fact]
    public void A_step_at_which_a_halted_job_stands_can_be_resolved() =>
        Spec.Running(Chain("a", "b")).Halt().Resolve("a", "h1").TaskIs("a", TaskStatus.Success).StatusIs(JobStatus.Pending);

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void A_step_out_of_range_is_refused_with_the_range_and_the_ids(int number) =>
        Spec.Running(Chain("a", "b")).Start("a").Fail("a").Resolve(number).ThenRefused(ErrorKind.UnknownStep)
            .Refusal().Why.ShouldBe("steps are 1..2: a, b");

    [Theory]
    [InlineData(JobStatus.Running)]
    [InlineData(JobStatus.Reviewing)]
    public void A_running_job_is_refused(JobStatus status) =>
        AJob.In(status).Resolve("a").ThenRefused(ErrorKind.WrongState, status, "resolve");

    [Fact]
    public void A_job_that_never_ran_is_refused() => Spec.Given(Chain("a")).Resolve("a").ThenRefused(ErrorKind.WrongState);
}
