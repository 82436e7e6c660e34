using Logist.Core.Jobs;
using Logist.Core.Workflows;
using static Logist.Core.Tests.Jobs.Some;

namespace Logist.Core.Tests.Jobs;

public sealed class BudgetTests
{
    private static readonly string[] Eight = ["a", "b", "c", "d", "e", "f", "g", "h"];

    private static WorkflowDefinition EightAgents(decimal? each = 1) =>
        Workflow([.. Eight.Select(id => each is { } limit ? AgentStep(id).Costing(limit) : AgentStep(id))]);

    [Fact]
    public void Eight_parallel_launches_under_a_budget_for_five_admit_exactly_five() =>
        Spec.Running(EightAgents(), budgetUsd: 5).PlanIs(8, [.. Eight[..5].Select(id => $"start {id}#1 Initial")]);

    [Fact]
    public void Eight_parallel_launches_under_five_iterations_admit_exactly_five() =>
        Spec.Running(EightAgents(null).Under(new Budget(MaxIterations: 5)))
            .PlanIs(8, [.. Eight[..5].Select(id => $"start {id}#1 Initial")]);

    [Fact]
    public void Tokens_and_time_are_reserved_too()
    {
        var step = AgentStep("a") with { Budget = new Budget(MaxTokens: 100, MaxTime: TimeSpan.FromMinutes(10)) };
        var workflow = Workflow(step, step with { Id = "b" }, step with { Id = "c" });
        Spec.Running(workflow.Under(new Budget(MaxTokens: 250))).PlanIs("start a#1 Initial", "start b#1 Initial");
        Spec.Running(workflow.Under(new Budget(MaxTime: TimeSpan.FromMinutes(10)))).PlanIs("start a#1 Initial");
    }

    [Fact]
    public void Live_attempts_keep_their_reservation_and_give_back_what_they_did_not_use() =>
        Spec.Running(EightAgents(), budgetUsd: 2).Start("a").PlanIs(8, "start b#1 Initial").Start("b").PlanIs(8)
            .Succeed("a", 0.2m).PlanIs(8).Succeed("b", 0.1m).PlanIs(8, "start c#1 Initial");

    [Fact]
    public void An_attempt_that_waits_for_its_review_keeps_the_rest_of_its_reservation() =>
        Spec.Running(Workflow(Reviewed("a").Costing(1), AgentStep("b").Costing(1)), budgetUsd: 1.5m).Start("a").WorkerFinishes("a", 0.4m)
            .PlanIs("verify a#1").ReviewStarts("a").PlanIs().Review("a", "COMPLETED", null, 0.1m).PlanIs("start b#1 Initial");

    [Fact]
    public void A_review_that_waits_for_its_time_keeps_its_reservation_and_is_no_end() =>
        Spec.Running(Workflow(Reviewed("a").Costing(1), AgentStep("b").Costing(1)), budgetUsd: 1.5m).Start("a").WorkerFinishes("a", 0.4m)
            .ReviewStarts("a").Fail("a", FailureCategory.RateLimited, Noon.AddHours(1)).PlanIs()
            .Later(TimeSpan.FromHours(1)).PlanIs("verify a#1");

    [Fact]
    public void Reaching_the_limit_lets_live_attempts_finish_and_then_asks_for_a_person() =>
        Spec.Running(Workflow(AgentStep("a"), AgentStep("b"), AgentStep("c")), budgetUsd: 2).Start("a").Start("b").Succeed("a", 2).PlanIs()
            .Succeed("b", 1).PlanIs("budget cost").BudgetReached().ThenKinds("BudgetReached")
            .StatusIs(JobStatus.InterventionRequired, "budget")
            .BudgetReached().ThenNothing().PlanIs().Schedule("c").ThenNothing().Run()
            .ThenRefused(ErrorKind.WrongState, JobStatus.InterventionRequired, "run");

    [Fact]
    public void Raising_the_budget_goes_on_with_no_failed_task_and_no_attempt_used() =>
        Spec.Running(Workflow(AgentStep("a"), AgentStep("b")), budgetUsd: 2).Start("a").Succeed("a", 2).BudgetReached()
            .RaiseBudget(2).ThenRefused(ErrorKind.Usage).RaiseBudget(3).Then(new JobEvent.BudgetRaised(By, 3)).StatusIs(JobStatus.Pending)
            .PlanIs("start b#1 Initial").RaiseBudget(3).ThenNothing();

    [Fact]
    public void A_limit_that_was_raised_meanwhile_stops_nothing() =>
        Spec.Running(Workflow(AgentStep("a"), AgentStep("b")), budgetUsd: 2).Start("a").Succeed("a", 2).PlanIs("budget cost")
            .RaiseBudget(3).BudgetReached().ThenNothing().PlanIs("start b#1 Initial");

    [Fact]
    public void A_job_that_was_canceled_meanwhile_reaches_no_limit() =>
        Spec.Running(Workflow(AgentStep("a"), AgentStep("b")), budgetUsd: 2).Start("a").Succeed("a", 2).Cancel()
            .BudgetReached().ThenNothing().FinishCancel().BudgetReached().ThenNothing();

    [Theory]
    [InlineData(JobStatus.Success)]
    [InlineData(JobStatus.Canceled)]
    public void The_budget_of_a_finished_job_cannot_be_raised(JobStatus status) =>
        AJob.In(status).RaiseBudget(100).ThenRefused(ErrorKind.WrongState, status, "raise the budget");

    [Fact]
    public void Commands_cost_nothing_and_go_on_when_the_money_is_gone() =>
        Spec.Running(Workflow(AgentStep("a"), AgentStep("b"), Step("c")), budgetUsd: 1).Start("a").Succeed("a", 1)
            .PlanIs("start c#1 Initial")
            .Complete("c").PlanIs("budget cost");

    [Fact]
    public void Commands_do_not_count_as_iterations() =>
        Spec.Running(Workflow(Step("a"), Step("b", "a"), AgentStep("c", "b")).Under(new Budget(MaxIterations: 1))).Complete("a", "b")
            .PlanIs("start c#1 Initial");

    [Fact]
    public void Time_limits_stop_every_step() =>
        Spec.Running(Chain("a", "b").Under(new Budget(MaxTime: TimeSpan.FromSeconds(1)))).Complete("a").PlanIs("budget time");

    [Fact]
    public void The_workflows_limit_counts_unless_the_job_has_its_own() =>
        Spec.Running(EightAgents().Under(new Budget(5)), budgetUsd: 2).State.BudgetUsd.ShouldBe(2);

    [Fact]
    public void A_step_whose_own_limit_is_used_up_is_not_tried_again() =>
        Spec.Running(Workflow(AgentStep("a").Costing(1).Retrying(9))).Start("a").Fail("a", cost: 0.6m).Later(TimeSpan.FromHours(1))
            .Start("a").Fail("a", cost: 0.6m).ThenKinds("TaskFailed");

    [Fact]
    public void A_failed_check_does_not_count_its_worker_twice() =>
        Spec.Running(Workflow(AgentStep("a").Checked().Costing(1).Retrying(9))).Start("a").WorkerFinishes("a", 0.6m)
            .Fail("a", FailureCategory.CheckFailed, cost: 0.6m).ThenKinds("TaskFailed", "TaskRetryScheduled").State.CostUsd.ShouldBe(0.6m);
}
