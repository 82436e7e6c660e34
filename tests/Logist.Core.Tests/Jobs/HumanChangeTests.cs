using Logist.Core.Jobs;
using static Logist.Core.Tests.Jobs.Some;

namespace Logist.Core.Tests.Jobs;

/// <summary>What a person changed in the workspace: whose input it becomes part of, and which approvals it voids.</summary>
public sealed class HumanChangeTests
{
    [Fact]
    public void An_open_gate_is_voided_with_the_reason_and_asks_about_the_new_tree() =>
        AJob.AtGate().HumanChange("h").ThenKinds("JobHumanChange", "ApprovalVoided").ThenLast(
            new JobEvent.ApprovalVoided(By, 1, "go", "ann changed file.txt after it was asked"))
            .StatusIs(JobStatus.Pending).PlanIs("gate go").OpenGate("go", "fedcba9876543210").StatusIs(JobStatus.ApprovalRequired);

    [Fact]
    public void An_approval_that_nothing_has_started_on_is_voided_with_the_reason()
    {
        var job = Spec.Running(Workflow(Step("a").Gated())).OpenGate("a", "t1").Approve("a").HumanChange("h").PlanIs("gate a")
            .Schedule("a").ThenNothing();
        job.Journal.OfType<JobEvent.ApprovalVoided>().Single().Why.ShouldBe("ann changed file.txt after it was approved");
    }

    [Fact]
    public void An_approval_whose_step_waits_for_its_retry_is_voided() =>
        Spec.Running(Workflow(Step("a").Gated().Retrying(2))).OpenGate("a", "t1").Approve("a").Start("a").Fail("a").HumanChange("h")
            .ThenKinds("JobHumanChange", "ApprovalVoided").PlanIs("gate a").OpenGate("a", "t2").Approve("a").PlanIs("start a#2 Retry");

    [Fact]
    public void A_gate_that_was_passed_is_not_voided() =>
        AJob.AtGate().Approve("go").HumanChange("h").ThenKinds("JobHumanChange").PlanIs("start b#1 Initial");

    [Fact]
    public void The_same_tree_as_was_approved_before_needs_no_second_approval() =>
        Spec.Running(Workflow(Step("a").Gated())).OpenGate("a", "t1").Approve("a").HumanChange("h").HumanChange("back").OpenGate("a", "t1")
            .ThenKinds("ApprovalRequested", "ApprovalApproved").PlanIs("start a#1 Initial");

    [Fact]
    public void What_passes_through_a_gate_reaches_the_step_behind_it()
    {
        var job = AJob.AtGate().HumanChange("h").OpenGate("go", "fedcba9876543210").Approve("go");
        job.Task("b").Taken.Single().Commit.ShouldBe("h");
        job.Task("go").HumanChange.ShouldBeNull();
    }

    [Fact]
    public void What_passes_through_a_step_without_files_reaches_the_step_behind_it()
    {
        var job = Spec.Running(Workflow(Step("a"), Step("n", "a").WithoutFiles(), Step("b", "n"), Step("c", "b"))).Complete("a")
            .HumanChange("h").Complete("n");
        job.Task("b").Taken.Single().Commit.ShouldBe("h");
        job.Complete("b").Task("c").Taken.ShouldBeEmpty("it is in the output of b");
    }

    [Fact]
    public void During_a_restep_it_is_for_that_step_alone()
    {
        var job = Spec.Running(Workflow(Step("a"), Step("b"), Gate("go", "b"))).Complete("b").OpenGate("go", "t1").Start("a").Fail("a")
            .Restep("a", RestepInput.Current).HumanChange("h").ThenKinds("JobHumanChange").TaskIs("go", TaskStatus.WaitingApproval);
        job.Task("a").HumanChange!.Commit.ShouldBe("h");
        job.Task("go").HumanChange.ShouldBeNull();
    }
}
