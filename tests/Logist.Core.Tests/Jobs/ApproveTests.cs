using Logist.Core.Jobs;
using static Logist.Core.Tests.Jobs.Some;

namespace Logist.Core.Tests.Jobs;

public sealed class ApproveTests
{
    [Fact]
    public void A_gate_opens_before_its_step_and_the_job_asks_when_nothing_else_can_go_on() =>
        Spec.Running(Workflow(Step("a"), Step("b", "a").Gated(), Step("c"))).Complete("a").PlanIs("gate b", "start c#1 Initial")
            .OpenGate("b", "tree").Then(new JobEvent.ApprovalRequested(By, 1, "b", "in-b", "tree", "go on?"))
            .StatusIs(JobStatus.Pending).TaskIs("b", TaskStatus.WaitingApproval)
            .Start("c").StatusIs(JobStatus.Running).Succeed("c").StatusIs(JobStatus.ApprovalRequired).PlanIs();

    [Fact]
    public void A_gate_is_opened_once() => AJob.AtGate().OpenGate("go").ThenNothing();

    [Fact]
    public void A_step_without_a_gate_is_never_asked_about() => Spec.Running(Chain("a")).OpenGate("a").ThenNothing();

    [Fact]
    public void A_gated_step_does_not_start_before_it_is_approved() =>
        Spec.Running(Workflow(Step("a").Gated())).Schedule("a").ThenNothing().OpenGate("a").Schedule("a").ThenNothing()
            .Approve("a").Then(new JobEvent.ApprovalApproved(By, 1, "a", null, null)).StatusIs(JobStatus.Pending)
            .PlanIs("start a#1 Initial");

    [Fact]
    public void A_gate_only_step_succeeds_by_its_approval_and_passes_its_input_through()
    {
        var job = AJob.AtGate().Approve("go").ThenKinds("ApprovalApproved", "TaskSucceeded").TaskIs("go", TaskStatus.Success)
            .PlanIs("start b#1 Initial");
        job.State.Run!.InputsOf(2).ShouldBe([("a", "a1")]);
        job.Task("go").Gate!.DecidedBy.ShouldBe("ann");
    }

    [Fact]
    public void Approving_the_last_gate_finishes_the_run() =>
        Spec.Running(Workflow(Step("a"), Gate("go", "a"))).Complete("a").OpenGate("go").Approve("go")
            .ThenKinds("ApprovalApproved", "TaskSucceeded", "RunFinished").StatusIs(JobStatus.Success).PlanIs();

    [Fact]
    public void An_approval_holds_for_the_retries_of_its_step() =>
        Spec.Running(Workflow(Step("a").Gated().Retrying(2))).OpenGate("a").Approve("a").Start("a").Fail("a")
            .Later(TimeSpan.FromMinutes(1)).PlanIs("start a#2 Retry");

    [Fact]
    public void An_approval_of_another_tree_is_refused() =>
        AJob.AtGate().Approve("go", "fedcba9876543210").ThenRefused(ErrorKind.PlanChanged).Approve("go", "short")
            .ThenRefused(ErrorKind.PlanChanged)
            .Approve("go", "0123456789abcdef").ThenKinds("ApprovalApproved", "TaskSucceeded");

    [Fact]
    public void Only_an_open_gate_can_be_approved() =>
        Spec.Running(Chain("a")).Approve("a").ThenRefused(ErrorKind.WrongState)
            .When(new JobCommand.Approve(By, -1, null, null)).ThenRefused(ErrorKind.WrongState)
            .When(new JobCommand.Approve(By, 9, null, null)).ThenRefused(ErrorKind.WrongState);

    [Fact]
    public void A_gate_can_be_decided_while_other_steps_run() =>
        Spec.Running(Workflow(Gate("go"), Step("a"), Step("b", "go"))).OpenGate("go").Start("a").Approve("go").StatusIs(JobStatus.Running)
            .PlanIs("start b#1 Initial");

    [Fact]
    public void A_gate_can_be_decided_while_the_job_is_suspended() =>
        AJob.AtGate().Suspend().Approve("go").StatusIs(JobStatus.Suspended).PlanIs().Resume().PlanIs("start b#1 Initial");

    [Fact]
    public void A_failed_branch_comes_before_an_open_gate() =>
        Spec.Running(Workflow(Gate("go"), Step("a"), Step("b", "go"))).OpenGate("go").Start("a").Fail("a")
            .StatusIs(JobStatus.InterventionRequired, "step_failed")
            .Approve("go").StatusIs(JobStatus.Pending).PlanIs("start b#1 Initial").Complete("b")
            .StatusIs(JobStatus.InterventionRequired, "step_failed");

    [Fact]
    public void A_voided_approval_is_asked_again() =>
        Spec.Given([.. Created(Workflow(Step("a").Gated())), new JobEvent.ApprovalRequested(By, 1, "a", "in", "t1", null),
            new JobEvent.ApprovalApproved(By, 1, "a", null, "t1"), new JobEvent.ApprovalVoided(By, 1, "a", "changed")])
            .PlanIs("gate a").Schedule("a").ThenNothing();
}
