using Logist.Core.Jobs;
using Logist.Core.Workflows;
using static Logist.Core.Tests.Jobs.Some;

namespace Logist.Core.Tests.Jobs;

/// <summary>Agents that cannot work for reasons that are not the task's.</summary>
public sealed class LimitTests
{
    private static readonly StepDefinition WithFallback = AgentStep("a") with { Fallback = ["second", "third"] };

    [Theory]
    [InlineData(FailureCategory.Auth)]
    [InlineData(FailureCategory.MissingTool)]
    [InlineData(FailureCategory.RateLimited)]
    public void The_next_agent_takes_over_at_once_and_no_attempt_is_used_up(string category)
    {
        var job = Spec.Running(Workflow(WithFallback)).Start("a").Fail("a", category).ThenKinds("TaskFailed", "TaskRetryScheduled")
            .PlanIs("start a#2 Retry");
        (job.Task("a").NextAgent, job.Task("a").Failures).ShouldBe(("second", 0));
        job.Start("a").Task("a").LastAttempt!.Agent.ShouldBe("second");
    }

    [Fact]
    public void After_the_last_agent_a_missing_login_is_a_failure() =>
        Spec.Running(Workflow(WithFallback)).Start("a").Fail("a", FailureCategory.Auth).Start("a").Fail("a", FailureCategory.Auth)
            .Start("a").Fail("a", FailureCategory.Auth).ThenKinds("TaskFailed").StatusIs(JobStatus.InterventionRequired, "step_failed")
            .Task("a").Attempts.Select(t => t.Agent).ShouldBe(["worker", "second", "third"]);

    [Fact]
    public void After_the_last_agent_the_limit_that_ends_first_is_waited_for_and_the_first_agent_asked_again()
    {
        var job = Spec.Running(Workflow(WithFallback)).Start("a").Fail("a", FailureCategory.RateLimited, Noon.AddHours(1))
            .Start("a").Fail("a", FailureCategory.RateLimited, Noon.AddHours(5))
            .Start("a").Fail("a", FailureCategory.Auth).ThenKinds("TaskFailed", "TaskWaiting").PlanIs();
        job.Task("a").WaitUntil.ShouldBe(Noon.AddHours(1));
        job.Later(TimeSpan.FromHours(1)).PlanIs("start a#4 Retry").Start("a").Task("a").LastAttempt!.Agent.ShouldBe("worker");
    }

    [Fact]
    public void Who_took_over_goes_on_in_the_rounds_that_follow()
    {
        var job = Spec.Running(Workflow(Reviewed("a") with { Fallback = ["second"] })).Start("a").Fail("a", FailureCategory.Auth)
            .Round("a", "RETRY", "more tests").PlanIs("start a#3 ReviewRound");
        job.Task("a").NextAgent.ShouldBe("second");
    }

    [Fact]
    public void A_person_who_makes_the_step_ready_again_gets_its_own_agent()
    {
        var job = Spec.Running(Workflow(WithFallback)).Start("a").Fail("a", FailureCategory.Auth).Start("a").Fail("a").Resubmit();
        job.Task("a").NextAgent.ShouldBeNull();
    }

    [Fact]
    public void An_ordinary_failure_calls_nobody_else() =>
        Spec.Running(Workflow(WithFallback)).Start("a").Fail("a", FailureCategory.AgentError).ThenKinds("TaskFailed")
            .StatusIs(JobStatus.InterventionRequired, "step_failed");

    [Fact]
    public void A_limit_of_unknown_length_is_waited_for_longer_each_time()
    {
        var job = Spec.Running(Workflow(AgentStep("a")));
        var waits = new List<double>();
        for (var i = 0; i < 7; i++)
        {
            job.Start("a").Fail("a", FailureCategory.RateLimited).ThenKinds("TaskFailed", "TaskWaiting");
            var wait = job.Task("a").WaitUntil!.Value - job.Now;
            waits.Add(wait.TotalMinutes);
            job.Later(wait);
        }

        waits.ShouldBe([1, 2, 4, 8, 16, 30, 30]);
        job.Complete("a").StatusIs(JobStatus.Success);
    }

    [Fact]
    public void A_reviewer_that_meets_a_limit_of_unknown_length_waits_too_and_the_work_is_kept()
    {
        var job = Spec.Running(Workflow(Reviewed("a"))).Start("a").WorkerFinishes("a").ReviewStarts("a")
            .Fail("a", FailureCategory.RateLimited).ThenKinds("TaskReviewFinished", "TaskWaiting").PlanIs();
        job.Later(TimeSpan.FromMinutes(1)).PlanIs("verify a#1").Task("a").Attempts.Count.ShouldBe(1);
    }

    [Fact]
    public void A_restep_asks_nobody_else_and_waits_for_nothing() =>
        Spec.Running(Workflow(WithFallback)).Complete("a").FinishRun(success: true).Restep("a").Start("a")
            .Fail("a", FailureCategory.RateLimited).ThenKinds("TaskFailed");

    [Fact]
    public void An_interrupted_session_goes_on_with_the_same_agent_only()
    {
        var job = Spec.Running(Workflow(AgentStep("a"))).Start("a").InterruptInSession("a");
        (job.Resumable("a"), job.Resumable("a", "other")).ShouldBe(("session-1", null));
        job.Start("a").Fail("a").Resubmit().Resumable("a").ShouldBeNull("a person made it ready again");
    }

    [Fact]
    public void A_session_does_not_go_on_when_what_it_was_made_from_has_changed()
    {
        var job = Spec.Running(Workflow(Step("a"), AgentStep("b", "a"))).Complete("a").Start("b").InterruptInSession("b");
        job.Resumable("b").ShouldBe("session-1");
        job.Restepped("a").Resumable("b").ShouldBeNull();
    }

    [Fact]
    public void A_restep_that_is_dropped_leaves_the_session_that_could_go_on()
    {
        var job = Spec.Running(Workflow(Step("a"), AgentStep("b", "a"))).Complete("a").Start("b").InterruptInSession("b");
        job.Restep("b").Start("b").Interrupt("b").Resumable("b").ShouldBe("session-1");
    }
}
