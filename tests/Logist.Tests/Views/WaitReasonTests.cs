using Logist.Core.Jobs;
using Logist.Core.Workflows;
using Logist.Tests.Cli;
using Logist.Views;

namespace Logist.Tests.Views;

/// <summary>Nothing is ever just "waiting": what it is about has a name, and a command that helps where there is one.</summary>
public sealed class WaitReasonTests
{
    [Fact]
    public void What_runs_or_is_done_waits_for_nothing()
    {
        Of(Started().Running("plan"), alive: true).ShouldBeNull();
        var one = new Story(new WorkflowDefinition("one", [new StepDefinition("a") { Run = new RunAction("true", null) }])).Start();
        Of(one.Done("a").RunFinished("success")).ShouldBeNull();
    }

    [Fact]
    public void A_job_that_nobody_drives_says_so_and_how_to_go_on()
    {
        Of(new Story(Story.FixLogin)).ShouldBe(new WaitReason(WaitKind.Nobody, "not started", Unblock: "logist job run fix-login"));
        Of(Started().Done("plan")).ShouldBe(new WaitReason(WaitKind.Nobody, "nobody drives it", Unblock: "logist job run fix-login"));
    }

    [Fact]
    public void A_slot_names_its_holders_and_the_limit()
    {
        var facts = Facts() with { Slot = new SlotFacts(4, ["a", "b", "c", "d"]) };
        WaitReason.Of(new Story(Story.FixLogin).State, facts)!.ShouldBe(
            new WaitReason(WaitKind.Slot, "waits for a slot: 4 of 4 used by a, b, c and 1 more"));

        var job = Planned().Running("lint").State;
        WaitReason.Of(job, job.Run!, job.Run!.Tasks[3], Facts(alive: true) with { Parallel = 1 })!.ShouldBe(
            new WaitReason(WaitKind.Slot, "waits for a slot: 1 of 1 used by lint", "test-linux"));
        WaitReason.Of(job, job.Run, job.Run.Tasks[3], Facts(alive: true) with { Parallel = 2 }).ShouldBeNull("it is about to start");
        WaitReason.Of(job, job.Run, job.Run.Tasks[4], Facts(alive: true))!.Kind.ShouldBe(WaitKind.Dependency);
    }

    [Fact]
    public void An_approval_names_gate_question_and_how_long()
    {
        var story = Planned().Done("lint").Done("test-linux").Done("review");
        var asked = story.By().At;
        Of(story.Tell(new JobEvent.ApprovalRequested(story.By(), 1, "merge", null, null, "Merge?"))).ShouldBe(new WaitReason(
            WaitKind.Approval, "merge waits for approval: \"Merge?\"", "merge", asked, Unblock: "logist job approve fix-login merge"));
    }

    [Fact]
    public void A_budget_names_the_limit()
    {
        var story = Planned();
        var wait = Of(story.Tell(new JobEvent.BudgetReached(story.By(), "cost", "$5.00", "$5.02")))!;
        (wait.Kind, wait.Text, wait.Unblock).ShouldBe((WaitKind.Budget, "cost limit $5.00 reached, spent $5.02",
            "logist job run fix-login --budget-usd <more>"));
    }

    [Fact]
    public void What_failed_is_named_with_how_many_more_and_a_missing_agent_is_one_of_its_own()
    {
        var wait = Of(Planned().Failed("lint").Failed("test-linux"))!;
        (wait.Kind, wait.Text, wait.Step).ShouldBe((WaitKind.Failed, "lint: exit code 1 (+1)", "lint"));
        wait.Unblock.ShouldNotBeNull();
        var missing = Of(Started().Failed("plan", category: FailureCategory.MissingTool, message: "there is no program claude"))!;
        (missing.Kind, missing.Text).ShouldBe((WaitKind.Agent, "plan: there is no program claude"));
    }

    [Fact]
    public void A_retry_says_when_and_which_attempt_of_how_many()
    {
        var steps = Story.FixLogin.Steps.Select(step => step with { Retry = RetryPolicy.None with { MaxAttempts = 3 } });
        var story = new Story(new WorkflowDefinition("fix-login", [.. steps])).Start().Failed("plan", final: false);
        var until = story.Now.AddSeconds(42);
        Of(story.Tell(new JobEvent.TaskRetryScheduled(story.By(), 1, "plan", until, 1)), alive: true).ShouldBe(
            new WaitReason(WaitKind.BackOff, "plan: tries again, attempt 2 of 3", "plan", Until: until));
    }

    [Fact]
    public void Who_paused_or_holds_it_is_named_with_the_reason()
    {
        var story = Planned();
        var paused = Of(story.Tell(new JobEvent.JobSuspended(story.By("ben"), false, "lunch")))!;
        (paused.Kind, paused.Text, paused.Unblock).ShouldBe((WaitKind.Paused, "suspended by ben: lunch", "logist job resume fix-login"));
        paused.Since.ShouldNotBeNull();
    }

    [Fact]
    public void A_process_that_drives_it_or_that_is_gone_is_named()
    {
        var owned = Started();
        owned.Tell(new JobEvent.OwnerAcquired(owned.By(), 2, new Owner("logist job run", "here", 4711, "boot", 1)));
        Of(owned, alive: true)!.Text.ShouldBe("driven by logist job run (pid 4711 on here)");
        Of(owned.Running("plan"), alive: false)!.ShouldBe(new WaitReason(WaitKind.OwnerGone,
            "its owner is gone: logist job run (pid 4711 on here)", Unblock: "logist job run fix-login"));

        var served = Started();
        served.Tell(new JobEvent.OwnerAcquired(served.By(), 2, new Owner("logist serve", "here", 4711, "boot", 1)));
        Of(served.Running("plan"), alive: false)!.ShouldBe(new WaitReason(WaitKind.ServerStopped,
            "its owner is gone: logist serve (pid 4711 on here)", Unblock: "logist serve"));
        WaitReason.Of(new Story(Story.FixLogin).State, Facts() with { ServerStopped = true })!.ShouldBe(
            new WaitReason(WaitKind.ServerStopped, "the server that drives it is stopped", Unblock: "logist serve"));
    }

    private static StatusFacts Facts(bool? alive = false) => new(Story.Begin.AddHours(1), "/w", alive);

    private static WaitReason? Of(Story story, bool? alive = false) => WaitReason.Of(story.State, Facts(alive));

    private static Story Started() => new Story(Story.FixLogin).Start();

    private static Story Planned() => Started().Done("plan").Done("implement");
}
