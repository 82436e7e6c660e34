using Logist.Core.Jobs;
using static Logist.Core.Tests.Jobs.Some;

namespace Logist.Core.Tests.Jobs;

public sealed class RunTests
{
    [Fact]
    public void A_created_job_is_pending_and_plans_its_first_step() =>
        Spec.Given(Chain("a", "b")).StatusIs(JobStatus.Pending).PlanIs("start a#1 Initial");

    [Fact]
    public void Creating_a_job_again_is_refused() =>
        Spec.Given(Chain("a"))
            .When(new JobCommand.Create(By, new JobEvent.JobCreated(By, "fix"), (JobEvent.RunCreated)Created(Chain("a"))[1]))
            .ThenRefused(ErrorKind.Exists);

    [Fact]
    public void The_first_run_command_starts_the_run_and_the_next_changes_nothing() =>
        Spec.Given(Chain("a")).Run().Then(new JobEvent.RunStarted(By, 1, "foreground")).Run().ThenNothing();

    [Fact]
    public void A_chain_runs_to_success_one_step_after_the_other() =>
        Spec.Running(Chain("a", "b")).PlanIs("start a#1 Initial").Complete("a").PlanIs("start b#1 Initial").Complete("b")
            .StatusIs(JobStatus.Success).PlanIs("finish success")
            .FinishRun(true).Then(new JobEvent.RunFinished(By, 1, "success")).PlanIs()
            .TrailIs(JobStatus.Pending, JobStatus.Running, JobStatus.Pending, JobStatus.Running, JobStatus.Success);

    [Fact]
    public void A_finished_run_is_finished_once() =>
        Spec.Running(Chain("a")).Complete("a").FinishRun(true).FinishRun(true).ThenNothing();

    [Fact]
    public void A_run_does_not_finish_while_something_can_go_on() =>
        Spec.Running(Fan("a", "b")).Start("a").Fail("a").FinishRun(false).ThenNothing().FinishRun(true).ThenNothing();

    [Fact]
    public void A_run_planned_as_failed_does_not_finish_after_a_person_made_its_task_ready() =>
        Spec.Running(Chain("a")).Start("a").Fail("a").PlanIs("finish failed").Resubmit().FinishRun(false).ThenNothing();

    [Theory]
    [InlineData(JobStatus.Success)]
    [InlineData(JobStatus.Canceled)]
    [InlineData(JobStatus.InterventionRequired)]
    [InlineData(JobStatus.ApprovalRequired)]
    [InlineData(JobStatus.Suspended)]
    public void Run_is_refused_at_rest_and_names_the_next_command(JobStatus status)
    {
        var job = AJob.In(status).Run().ThenRefused(ErrorKind.WrongState, status, "run");
        job.Refusal().Fix.ShouldNotBeEmpty();
        job.Refusal().Fix.ShouldAllBe(line => line.StartsWith("logist job "));
    }

    [Fact]
    public void A_failure_does_not_stop_independent_branches_and_intervention_comes_at_the_end() =>
        Spec.Running(Workflow(Step("a"), Step("b"), Step("c", "b"), Step("d", "a"))).Start("a").Start("b")
            .Fail("a").StatusIs(JobStatus.Running)
            .Succeed("b").StatusIs(JobStatus.Pending).PlanIs("start c#1 Initial")
            .Complete("c").StatusIs(JobStatus.InterventionRequired, "step_failed").PlanIs("finish failed")
            .TaskIs("d", TaskStatus.Created)
            .FinishRun(false).Then(new JobEvent.RunFinished(By, 1, "failed")).PlanIs();

    [Fact]
    public void A_job_killed_while_running_may_be_run_again() =>
        Spec.Running(Chain("a")).Start("a").StatusIs(JobStatus.Running).Run().ThenNothing();
}
