using Logist.Core.Jobs;
using static Logist.Core.Tests.Jobs.Some;

namespace Logist.Core.Tests.Jobs;

public sealed class StatusTests
{
    /// <summary>The table of the design, written down a second time: the code is compared with it.</summary>
    private static readonly Dictionary<JobStatus, string> Expected = new()
    {
        [JobStatus.Pending] = "RUNNING REVIEW_REQUIRED REVIEWING APPROVAL_REQUIRED INTERVENTION_REQUIRED SUSPENDED SUCCESS CANCELED",
        [JobStatus.Running] = "PENDING REVIEW_REQUIRED REVIEWING APPROVAL_REQUIRED INTERVENTION_REQUIRED SUSPENDED SUCCESS CANCELED",
        [JobStatus.ReviewRequired] = "PENDING RUNNING REVIEWING APPROVAL_REQUIRED INTERVENTION_REQUIRED SUSPENDED CANCELED",
        [JobStatus.Reviewing] = "PENDING RUNNING REVIEW_REQUIRED APPROVAL_REQUIRED INTERVENTION_REQUIRED SUSPENDED SUCCESS CANCELED",
        [JobStatus.ApprovalRequired] = "PENDING RUNNING INTERVENTION_REQUIRED SUSPENDED SUCCESS CANCELED",
        [JobStatus.InterventionRequired] = "PENDING RUNNING REVIEW_REQUIRED APPROVAL_REQUIRED SUSPENDED SUCCESS CANCELED",
        [JobStatus.Suspended] = "PENDING RUNNING REVIEW_REQUIRED REVIEWING APPROVAL_REQUIRED INTERVENTION_REQUIRED SUCCESS CANCELED",
        [JobStatus.Success] = "PENDING RUNNING INTERVENTION_REQUIRED",
        [JobStatus.Canceled] = "PENDING RUNNING",
    };

    public static TheoryData<JobStatus, JobStatus> Pairs => [.. from a in JobStatuses.All from b in JobStatuses.All select (a, b)];

    public static TheoryData<JobStatus> Statuses => [.. JobStatuses.All];

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Every_pair_of_statuses_is_accepted_or_refused_as_the_table_says(JobStatus from, JobStatus to)
    {
        var allowed = Expected[from].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (from == to || allowed.Contains(to.Text()))
        {
            JobStatuses.MayFollow(from, to).ShouldBeTrue();
            JobStatuses.Transition(from, to).ShouldBe(to);
            return;
        }

        JobStatuses.MayFollow(from, to).ShouldBeFalse();
        var problem = Should.Throw<JobStateException>(() => JobStatuses.Transition(from, to)).Problem;
        (problem.Kind, problem.From, problem.Wanted).ShouldBe((ErrorKind.WrongState, from.Text(), to.Text()));
        problem.Allowed.Order().ShouldBe(allowed.Order());
    }

    [Theory]
    [MemberData(nameof(Statuses))]
    public void Every_status_is_reached_and_its_word_reads_back(JobStatus status)
    {
        AJob.In(status).State.Status.ShouldBe(status);
        JobStatuses.Parse(status.Text()).ShouldBe(status);
    }

    [Fact]
    public void An_unknown_word_is_no_status() => JobStatuses.Parse("DONE").ShouldBeNull();

    [Fact]
    public void A_job_without_a_run_is_pending() => new JobState().Status.ShouldBe(JobStatus.Pending);

    [Fact]
    public void Precedence_follows_the_design()
    {
        // One job that is everything at once: what is taken away uncovers the next.
        var job = Spec.Running(Workflow(Step("fails"), Reviewed("r"), Gate("go"), Step("x"), Step("later"))).Start("fails").Fail("fails")
            .OpenGate("go")
            .Start("r").WorkerFinishes("r").Start("x").StatusIs(JobStatus.Running)
            .Suspend().StatusIs(JobStatus.Suspended).Resume().StatusIs(JobStatus.Running)
            .ReviewStarts("r").StatusIs(JobStatus.Running).Succeed("x").StatusIs(JobStatus.Reviewing).Interrupt("r")
            .StatusIs(JobStatus.ReviewRequired)
            .ReviewStarts("r").Review("r", "COMPLETED").StatusIs(JobStatus.Pending).Complete("later")
            .StatusIs(JobStatus.InterventionRequired, "step_failed");
        job.Resubmit().Complete("fails").StatusIs(JobStatus.ApprovalRequired).Approve("go").StatusIs(JobStatus.Success);
    }

    [Fact]
    public void The_reason_is_the_first_failed_steps() =>
        Spec.Running(Workflow(AgentStep("a"), AgentStep("b"))).Start("a").Start("b").Fail("b", FailureCategory.Tampered)
            .Fail("a", FailureCategory.AgentStuck)
            .StatusIs(JobStatus.InterventionRequired, "agent_stuck");

    [Fact]
    public void The_phase_of_a_task_follows_its_status()
    {
        var job = Spec.Running(Workflow(Reviewed("a"), Step("b", "a").Retrying(2), Gate("go", "b")));
        Phase("a").ShouldBe("PENDING");
        job.Start("a");
        Phase("a").ShouldBe("RUNNING");
        job.WorkerFinishes("a");
        Phase("a").ShouldBe("REVIEW_REQUIRED");
        job.ReviewStarts("a");
        Phase("a").ShouldBe("REVIEWING");
        job.Review("a", "COMPLETED");
        Phase("a").ShouldBe("SUCCESS");
        job.Start("b").Fail("b");
        Phase("b").ShouldBe("PENDING");
        job.Later(TimeSpan.FromMinutes(1)).Complete("b").OpenGate("go");
        Phase("go").ShouldBe("APPROVAL_REQUIRED");
        job.Reject("go");
        Phase("go").ShouldBe("FAILED");

        string Phase(string step) => job.Task(step).Status.Phase();
    }
}
