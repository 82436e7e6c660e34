using Logist.Core.Jobs;
using static Logist.Core.Tests.Jobs.Some;

namespace Logist.Core.Tests.Jobs;

public sealed class RetryTests
{
    [Fact]
    public void A_failure_is_tried_again_after_its_backoff() =>
        Spec.Running(Workflow(Step("a").Retrying(3))).Start("a").Fail("a").ThenKinds("TaskFailed", "TaskRetryScheduled")
            .TaskIs("a", TaskStatus.Waiting).StatusIs(JobStatus.Pending).PlanIs()
            .Later(TimeSpan.FromSeconds(9)).PlanIs().Later(TimeSpan.FromSeconds(1)).PlanIs("start a#2 Retry");

    [Fact]
    public void The_backoff_grows_and_the_next_wake_says_when()
    {
        var job = Spec.Running(Workflow(Step("a").Retrying(4))).Start("a").Fail("a");
        Job.NextWake(job.State, job.Now).ShouldBe(job.Now.AddSeconds(10));
        job.Later(TimeSpan.FromSeconds(10)).Start("a").Fail("a");
        Job.NextWake(job.State, job.Now).ShouldBe(job.Now.AddSeconds(20));
        job.Later(TimeSpan.FromSeconds(20)).Start("a").Fail("a");
        Job.NextWake(job.State, job.Now).ShouldBe(job.Now.AddSeconds(30));
    }

    [Fact]
    public void What_is_due_or_may_not_start_wakes_nobody()
    {
        var job = Spec.Running(Workflow(Step("a").Retrying(4))).Start("a").Fail("a");
        Job.NextWake(job.State, job.Now.AddSeconds(10)).ShouldBeNull();
        Job.NextWake(job.Suspend().State, job.Now).ShouldBeNull();
    }

    [Fact]
    public void After_max_attempts_failures_a_person_is_asked() =>
        Spec.Running(Workflow(Step("a").Retrying(2))).Start("a").Fail("a").Later(TimeSpan.FromMinutes(1)).Start("a").Fail("a")
            .ThenKinds("TaskFailed")
            .StatusIs(JobStatus.InterventionRequired, "step_failed").AttemptsAre("a", AttemptStatus.Failed, AttemptStatus.Failed);

    [Fact]
    public void Max_attempts_counts_failures_only() =>
        Spec.Running(Workflow(Step("a").Retrying(2))).Start("a").Interrupt("a").Start("a").Lose("a").Start("a").Fail("a")
            .ThenKinds("TaskFailed", "TaskRetryScheduled").Later(TimeSpan.FromMinutes(1)).Start("a").Interrupt("a").Start("a").Fail("a")
            .ThenKinds("TaskFailed").StatusIs(JobStatus.InterventionRequired, "step_failed");

    [Theory]
    [InlineData(FailureCategory.CommandFailed)]
    [InlineData(FailureCategory.AgentError)]
    [InlineData(FailureCategory.InvalidResponse)]
    [InlineData(FailureCategory.Timeout)]
    [InlineData(FailureCategory.EvidenceMissing)]
    [InlineData(FailureCategory.CheckFailed)]
    public void Failures_that_a_second_try_may_cure_are_tried_again(string category) =>
        Spec.Running(Workflow(AgentStep("a").Retrying(2))).Start("a").Fail("a", category).TaskIs("a", TaskStatus.Waiting);

    [Theory]
    [InlineData(FailureCategory.AgentStuck, "agent_stuck")]
    [InlineData(FailureCategory.Auth, "step_failed")]
    [InlineData(FailureCategory.MergeConflict, "merge_conflict")]
    [InlineData(FailureCategory.Tampered, "tampered")]
    [InlineData(FailureCategory.Storage, "storage")]
    public void Other_failures_ask_at_once(string category, string reason) =>
        Spec.Running(Workflow(AgentStep("a").Retrying(3))).Start("a").Fail("a", category).StatusIs(JobStatus.InterventionRequired, reason);

    [Fact]
    public void A_worker_that_answers_RETRY_is_tried_again_within_max_attempts() =>
        Spec.Running(Workflow(AgentStep("a").Retrying(2))).Start("a").Fail("a", FailureCategory.AgentError).Later(TimeSpan.FromMinutes(1))
            .PlanIs("start a#2 Retry").Start("a").Fail("a", FailureCategory.AgentError)
            .StatusIs(JobStatus.InterventionRequired, "step_failed");

    [Fact]
    public void A_rate_limit_waits_until_its_time_and_counts_as_nothing() =>
        Spec.Running(Workflow(AgentStep("a"))).Start("a").Fail("a", FailureCategory.RateLimited, Noon.AddHours(1))
            .ThenKinds("TaskFailed", "TaskWaiting")
            .TaskIs("a", TaskStatus.Waiting).StatusIs(JobStatus.Pending).PlanIs()
            .Later(TimeSpan.FromHours(1)).PlanIs("start a#2 Retry").Task("a").Failures.ShouldBe(0);

    [Fact]
    public void A_rate_limit_in_a_review_round_repeats_that_round() =>
        Spec.Running(Workflow(Reviewed("a"))).Round("a", "RETRY", "more tests").Start("a")
            .Fail("a", FailureCategory.RateLimited, Noon.AddHours(1))
            .Later(TimeSpan.FromHours(1)).PlanIs("start a#3 ReviewRound").Start("a").Task("a").Rounds.ShouldBe(2);

    [Fact]
    public void A_retry_waits_for_a_free_slot() =>
        Spec.Running(Workflow(Step("a").Retrying(2), Step("b"))).Start("a").Fail("a").Later(TimeSpan.FromMinutes(1))
            .PlanIs(0).PlanIs(1, "start a#2 Retry").PlanIs(2, "start a#2 Retry", "start b#1 Initial");
}
