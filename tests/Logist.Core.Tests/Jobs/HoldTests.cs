using Logist.Core.Jobs;
using static Logist.Core.Tests.Jobs.Some;

namespace Logist.Core.Tests.Jobs;

/// <summary>A partial re-run that is recorded and starts only when somebody runs the job.</summary>
public sealed class HoldTests
{
    private static Spec Failed() =>
        Spec.Running(Chain("a", "b")).Start("a").Fail("a").FinishRun(false).StatusIs(JobStatus.InterventionRequired, "step_failed");

    private static Spec Held() => Failed().HeldRerun("a");

    [Fact]
    public void A_held_rerun_resets_its_tasks_and_starts_nothing()
    {
        var job = Held().ThenKinds("RunPartialRerunRequested", "TaskPartialRerunReset", "RunDispatchHeld")
            .ThenLast(new JobEvent.RunDispatchHeld(By, 1, "disk fixed")).StatusIs(JobStatus.Pending).TaskIs("a", TaskStatus.Created)
            .PlanIs().Schedule("a").ThenNothing();
        job.State.Run!.Held!.By.Actor.ShouldBe("ann");
        Advice.Of(job.State)[0].ShouldBe(new AdvisedCommand("logist job run fix", "ends the hold"));
    }

    [Fact]
    public void Running_the_job_ends_the_hold() =>
        Held().Run().Then(new JobEvent.RunDispatchReleased(By, 1)).PlanIs("start a#2 PartialRerun").Run().ThenNothing()
            .Complete("a", "b").StatusIs(JobStatus.Success);

    [Fact]
    public void Running_a_job_whose_run_was_held_before_it_began_starts_it_at_once() =>
        Spec.Running(Chain("a", "b")).Start("a").Fail("a").FinishRun(false).Rerun().Restep("a").Start("a").Fail("a").HeldRerun("a")
            .Run().ThenKinds("RunStarted", "RunDispatchReleased").PlanIs("start a#2 PartialRerun");

    [Fact]
    public void A_rerun_without_hold_after_one_with_goes_on_when_it_is_run() =>
        Spec.Running(Fan("a", "b")).Start("a").Fail("a").Start("b").Fail("b").HeldRerun("a").PartialRerun("b").PlanIs()
            .Run().PlanIs("start a#2 PartialRerun", "start b#2 PartialRerun");

    [Fact]
    public void A_gate_does_not_open_while_the_run_is_held() =>
        Spec.Running(Workflow(Step("a"), Gate("go"))).Start("a").Fail("a").HeldRerun("a").PlanIs().OpenGate("go").ThenNothing()
            .Run().PlanIs("gate go", "start a#2 PartialRerun");

    [Fact]
    public void Resuming_a_suspended_job_does_not_end_the_hold() => Held().Suspend().Resume().StatusIs(JobStatus.Pending).PlanIs();

    [Fact]
    public void A_restep_goes_on_apart_and_leaves_the_hold() =>
        Held().Restep("a").Run().ThenNothing().PlanIs("start a#2 Restep").Complete("a").PlanIs().Run().PlanIs("start b#1 Initial");

    [Fact]
    public void A_new_run_is_not_held() => Held().Rerun().PlanIs("start a#1 Initial");

    [Fact]
    public void A_held_job_can_be_canceled() => Held().Cancel().FinishCancel().StatusIs(JobStatus.Canceled);
}
