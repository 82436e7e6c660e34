using Logist.Core.Jobs;
using Logist.Core.Workflows;
using static Logist.Core.Tests.Jobs.Some;

namespace Logist.Core.Tests.Jobs;

public sealed class PlanTests
{
    private static readonly WorkflowDefinition Diamond = Workflow(Step("a"), Step("b", "a"), Step("c", "a"), Step("d", "b", "c"));

    [Fact]
    public void Ready_steps_start_lowest_number_first_within_the_free_slots() =>
        Spec.Running(Fan("a", "b", "c")).PlanIs(2, "start a#1 Initial", "start b#1 Initial").PlanIs(0);

    [Fact]
    public void A_step_starts_only_when_all_its_needs_are_satisfied() =>
        Spec.Running(Diamond).PlanIs("start a#1 Initial").Complete("a").PlanIs("start b#1 Initial", "start c#1 Initial")
            .Complete("b").PlanIs("start c#1 Initial").Complete("c").PlanIs("start d#1 Initial");

    [Fact]
    public void Verifying_and_gates_need_no_slot() =>
        Spec.Running(Workflow(Step("a").Checked(), Gate("go"), Step("b").Gated())).Start("a").WorkerFinishes("a")
            .PlanIs(0, "verify a#1", "gate go", "gate b");

    [Fact]
    public void The_inputs_of_a_step_are_the_accepted_outputs_of_its_needs_in_step_order() =>
        Spec.Running(Diamond).Complete("a", "c", "b").State.Run!.InputsOf(3).ShouldBe([("b", "b1"), ("c", "c1")]);

    [Fact]
    public void One_step_alone_is_taken_to_its_rest_and_nothing_else_starts()
    {
        var job = Spec.Running(Workflow(Reviewed("a").Retrying(2), Step("b"))).Start("b");
        var scope = PlanScope.Only(0);
        job.PlanIs(4, scope, "start a#1 Initial").Start("a").Fail("a").Later(TimeSpan.FromMinutes(1)).PlanIs(4, scope, "start a#2 Retry")
            .Start("a").WorkerFinishes("a").PlanIs(4, scope, "verify a#2").ReviewStarts("a").Review("a", "RETRY", "x")
            .PlanIs(4, scope, "start a#3 ReviewRound").Round("a", "COMPLETED").Succeed("b").PlanIs(4, scope, "finish success");
    }

    [Fact]
    public void One_step_alone_leaves_other_waiting_work_alone() =>
        Spec.Running(Workflow(Reviewed("a"), Step("b").Retrying(2), Gate("go"), Step("c"))).Start("a").WorkerFinishes("a").Start("b")
            .Fail("b")
            .Later(TimeSpan.FromMinutes(1)).PlanIs(4, PlanScope.Only(3), "start c#1 Initial")
            .PlanIs(4, "verify a#1", "start b#2 Retry", "gate go", "start c#1 Initial");

    [Fact]
    public void Until_takes_the_step_and_what_it_needs() =>
        Spec.Running(Diamond).Complete("a").PlanIs(4, PlanScope.Until(Diamond, 1), "start b#1 Initial")
            .Complete("b").PlanIs(4, PlanScope.Until(Diamond, 1)).PlanIs("start c#1 Initial");

    [Fact]
    public void What_is_scheduled_is_not_planned_again() => Spec.Running(Chain("a")).Schedule("a").PlanIs();

    [Fact]
    public void Nothing_is_planned_for_a_job_that_does_not_exist() => Job.Plan(new JobState(), Noon, 4).ShouldBeEmpty();

    [Fact]
    public void A_halted_job_starts_nothing_but_lets_checks_of_a_live_attempt_end() =>
        Spec.Running(Workflow(Step("a").Checked(), Step("b"))).Start("a").WorkerFinishes("a").Halt().PlanIs("verify a#1")
            .Succeed("a").StatusIs(JobStatus.InterventionRequired, "internal").PlanIs();
}
