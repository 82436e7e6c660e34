using Logist.Core.Jobs;
using static Logist.Core.Tests.Jobs.Some;

namespace Logist.Core.Tests.Jobs;

public sealed class RejectTests
{
    [Fact]
    public void Reject_stops_with_the_step_failed() =>
        AJob.AtGate().Reject("go").ThenKinds("ApprovalRejected", "TaskFailed").TaskIs("go", TaskStatus.Failed)
            .StatusIs(JobStatus.InterventionRequired, "approval_rejected").PlanIs("finish failed");

    [Fact]
    public void Reject_and_rerun_sends_the_nearest_agent_back_and_asks_again_afterwards() =>
        AJob.AtGate().Reject("go", rerun: true).Then(new JobEvent.ApprovalRejected(By, 1, "go", "not good", true))
            .StatusIs(JobStatus.Pending).PlanIs("start a#2 Rejected")
            .Complete("a").PlanIs("gate go").KindsAre("a", AttemptKind.Initial, AttemptKind.Rejected);

    [Fact]
    public void The_reason_reaches_the_next_attempt() =>
        AJob.AtGate().Reject("go", rerun: true).Schedule("a").Task("a").LastAttempt!.Why.ShouldBe("ann rejected the result: not good");

    [Fact]
    public void What_lies_between_is_done_again_and_what_lies_before_is_not() =>
        Spec.Running(Workflow(AgentStep("first"), AgentStep("near", "first"),
                Step("test", "near"), Step("aside", "near"), Gate("go", "test")))
            .Complete("first", "near", "test", "aside").OpenGate("go").Reject("go", rerun: true)
            .TaskIs("first", TaskStatus.Success).TaskIs("near", TaskStatus.Created).TaskIs("test", TaskStatus.Created)
            .TaskIs("aside", TaskStatus.Success);

    [Fact]
    public void With_no_agent_before_the_gate_there_is_nothing_to_send_back() =>
        Spec.Running(Workflow(Step("a"), Gate("go", "a"))).Complete("a").OpenGate("go")
            .Reject("go", rerun: true).ThenRefused(ErrorKind.Usage).StatusIs(JobStatus.ApprovalRequired);

    [Fact]
    public void Another_gate_on_the_rejected_result_is_voided_and_asks_about_the_new_one() =>
        Spec.Running(Workflow(AgentStep("a"), Gate("one", "a"), Gate("two", "a"))).Complete("a").OpenGate("one").OpenGate("two")
            .Reject("one", rerun: true).ThenKinds("ApprovalRejected", "ApprovalVoided").TaskIs("two", TaskStatus.Created)
            .Approve("two").ThenRefused(ErrorKind.WrongState)
            .Complete("a").PlanIs("gate one", "gate two");

    [Fact]
    public void An_approval_given_for_the_rejected_result_is_voided() =>
        Spec.Running(Workflow(AgentStep("a"), Gate("one", "a"), Step("b", "a").Gated())).Complete("a").OpenGate("one").OpenGate("b")
            .Approve("b")
            .Reject("one", rerun: true).ThenKinds("ApprovalRejected", "ApprovalVoided").Complete("a").PlanIs("gate one", "gate b");

    [Fact]
    public void A_step_that_is_being_redone_already_is_left_alone() =>
        Spec.Running(Workflow(AgentStep("a"), Step("b", "a"), Gate("one", "a"), Gate("two", "b"))).Complete("a", "b").OpenGate("one")
            .OpenGate("two")
            .Reject("one", rerun: true).Start("a").OpenGate("two")
            .Reject("two", rerun: true).TaskIs("a", TaskStatus.Running).TaskIs("b", TaskStatus.Created)
            .AttemptsAre("a", AttemptStatus.Success, AttemptStatus.Running).PlanIs();

    [Fact]
    public void A_retry_that_waits_does_not_start_from_the_rejected_result() =>
        Spec.Running(Workflow(AgentStep("a"), Gate("go", "a"), Step("b", "a").Retrying(2))).Complete("a").OpenGate("go").Start("b")
            .Fail("b")
            .Reject("go", rerun: true).Later(TimeSpan.FromHours(1)).PlanIs("start a#2 Rejected")
            .Start("a").Fail("a").StatusIs(JobStatus.InterventionRequired, "step_failed");

    [Fact]
    public void Only_an_open_gate_can_be_rejected() => Spec.Running(Chain("a")).Reject("a").ThenRefused(ErrorKind.WrongState);
}
