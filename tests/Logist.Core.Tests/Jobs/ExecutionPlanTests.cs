using Logist.Core.Jobs;
using Logist.Core.Reruns;
using static Logist.Core.Tests.Jobs.Some;

namespace Logist.Core.Tests.Jobs;

/// <summary>What a re-execution says it will do: actions, why, attempts, input, warnings, estimate, hash.</summary>
public sealed class ExecutionPlanTests
{
    private static Spec Finished(params string[] steps) => Spec.Running(Chain(steps)).Complete(steps).FinishRun(true);

    [Fact]
    public void A_rerun_from_a_step_says_what_is_reused_skipped_and_run_and_why()
    {
        var plan = Of(Spec.Running(Workflow(Step("a"), Step("b"), Step("c", "a"), Step("d", "c"))).Complete("a"), Rerun("c"));
        Lines(plan).ShouldBe([
            "a REUSE 1→1 of run 1 from in-a: succeeded in run 1",
            "b SKIP -→-: it has no accepted output; what comes before it passes through",
            "c RUN -→1 from a1: chosen (never ran)",
            "d RUN -→1: comes after c"]);
        plan.ShouldSatisfyAllConditions(p => p.Kind.ShouldBe("rerun"), p => p.Run.ShouldBe(2), p => p.JobId.ShouldBe("fix"));
    }

    [Fact]
    public void A_lower_step_that_needs_a_later_one_says_so() =>
        Of(Spec.Running(Workflow(Step("a", "b"), Step("b"))).Complete("b", "a"), Rerun("b")).Steps[0].Why
            .ShouldBe("needs what b or a later step makes");

    [Fact]
    public void A_whole_rerun_runs_everything() =>
        Of(Finished("a", "b"), Rerun(null)).Steps.ShouldAllBe(s => s.Action == PlanAction.Run && s.Why == "the whole workflow runs again");

    [Fact]
    public void A_restep_keeps_everything_else_and_says_what_would_become_stale()
    {
        var plan = Of(Finished("a", "b", "c"), new JobCommand.Restep(By, 0, null));
        Lines(plan).ShouldBe([
            "a RUN 1→2 from in-a: from the tree it first saw",
            "b STALE 1→1: uses the output of a: stale when that changes",
            "c KEEP 1→1: succeeded"]);
        plan.ShouldSatisfyAllConditions(p => p.Kind.ShouldBe("restep"), p => p.Run.ShouldBe(1));
    }

    [Fact]
    public void A_partial_rerun_says_what_was_selected_and_what_follows() =>
        Lines(Of(Spec.Running(Workflow(Step("a"), Step("b", "a"), Step("c"), Step("d", "b", "c")))
            .Start("a").Fail("a").Start("c").Fail("c"),
            new JobCommand.PartialRerun(By, [0], "x"))).ShouldBe([
            "a RUN 1→2: selected (failed: command_failed!)",
            "b RUN -→1: downstream, never ran",
            "c KEEP 1→1: failed: command_failed!",
            "d KEEP -→-: never ran"]);

    [Fact]
    public void A_stale_run_says_what_is_stale_and_what_follows() =>
        Lines(Of(Finished("a", "b", "c").Restepped("a"), new JobCommand.RunStale(By))).ShouldBe([
            "a KEEP 2→2: succeeded",
            "b RUN 1→2: a has a new output",
            "c RUN 1→2: follows from a stale step; kept if its input stays the same"]);

    [Fact]
    public void Going_on_says_what_is_ready_and_what_follows()
    {
        var job = Spec.Running(Workflow(Step("a"), Step("b", "a").Retrying(2), Step("c", "b"), Step("d")))
            .Complete("a").Start("b").Fail("b");
        Lines(Planned(ContinuePlan.Of(job.State, onlyOne: false, ReexecutionFacts.None))).ShouldBe([
            "a KEEP 1→1: succeeded", "b RUN 1→2: follows", "c RUN -→1: follows", "d RUN -→1: ready"]);
        Lines(Planned(ContinuePlan.Of(job.State, onlyOne: true, ReexecutionFacts.None))).ShouldBe([
            "a KEEP 1→1: succeeded", "b RUN 1→2: follows", "c KEEP -→-: never ran", "d KEEP -→-: never ran"]);
    }

    [Fact]
    public void Side_effects_that_repeat_are_warned_of_and_need_a_yes()
    {
        var job = Spec.Running(Workflow(Step("a").WithSideEffects(), Step("b").WithSideEffects())).Complete("a");
        var warning = Of(job, Rerun(null)).Warnings.Single();
        warning.ShouldSatisfyAllConditions(w => w.Code.ShouldBe("side_effects"), w => w.Step.ShouldBe("a"), w => w.NeedsYes.ShouldBeTrue());
    }

    [Fact]
    public void Only_a_gate_that_was_decided_before_asks_again()
    {
        var job = Spec.Running(Workflow(Step("a"), Step("b", "a").Gated())).Start("a").Fail("a");
        Of(job, new JobCommand.PartialRerun(By, [0], "x")).Warnings.Single().Text.ShouldBe("b asks for approval");
        _ = job.PartialRerun("a").Complete("a").OpenGate("b").Approve("b").Complete("b");
        Of(job, Rerun(null)).Warnings.Single().Text.ShouldBe("b asks for approval again");
    }

    [Fact]
    public void Approvals_that_are_asked_for_again_are_warned_of() =>
        Codes(Of(AJob.AtGate().Approve("go").Complete("b"), Rerun("go"))).ShouldBe(["approval go"]);

    [Fact]
    public void A_restep_of_an_approved_step_warns_only_when_its_input_may_differ()
    {
        var job = Spec.Running(Workflow(Step("a").Gated())).OpenGate("a").Approve("a").Complete("a").FinishRun(true);
        Codes(Of(job, new JobCommand.Restep(By, 0, null))).ShouldBeEmpty();
        Codes(Of(job, new JobCommand.Restep(By, 0, RestepInput.Current))).ShouldBe(["approval a"]);
    }

    [Fact]
    public void A_budget_that_will_not_do_is_warned_of_and_needs_a_yes()
    {
        var job = Spec.Running(Workflow(AgentStep("a"), AgentStep("b", "a")), budgetUsd: 5).Start("a").Succeed("a", cost: 2).Start("b")
            .Succeed("b", cost: 1);
        Codes(Of(job, Rerun(null))).ShouldBe(["budget "]);
        Of(job, Rerun(null)).Warnings.Single().NeedsYes.ShouldBeTrue();
        Codes(Of(job, Rerun("b"))).ShouldBeEmpty();
    }

    [Fact]
    public void Reused_steps_that_are_stale_or_were_defined_otherwise_or_use_a_changed_parameter_are_warned_of()
    {
        var facts = new ReexecutionFacts
        {
            ChangedDefinitions = new HashSet<string> { "a", "c" }, UsesChangedParam = new HashSet<string> { "b", "c" },
        };
        var job = Finished("a", "b", "c").Restepped("a");
        Codes(Of(job, Rerun("c")(job) with { Facts = facts })).ShouldBe(["definition a", "stale b", "param b"]);
    }

    [Fact]
    public void What_a_person_changed_is_listed()
    {
        var facts = new ReexecutionFacts { Edit = new HumanEdit("tree", ["x.txt", "y.txt"]) };
        var job = Finished("a", "b");
        Text(Rerun("b")(job) with { Facts = facts }).ShouldBe("a person changed x.txt, y.txt in the workspace: part of the input");
        Text(Rerun(null)(job) with { Facts = facts }).ShouldContain("no part of a whole rerun");
        Text(new JobCommand.Restep(By, 1, null) { Facts = facts }).ShouldContain("part of the input");
        Of(job, new JobCommand.Restep(By, 1, RestepInput.Original) { Facts = facts }).Warnings.ShouldBeEmpty();

        string Text(JobCommand.Reexecution request) => Of(job, request).Warnings.Single(w => w.Code == PlanWarning.HumanChange).Text;
    }

    [Fact]
    public void An_input_that_a_persons_change_is_merged_into_is_not_known_yet()
    {
        var job = Finished("a", "b");
        var facts = new ReexecutionFacts { Edit = new HumanEdit("tree", ["x.txt"]) };
        Of(job, Rerun("b")(job)).Steps[1].Input.ShouldBe("a1");
        Of(job, Rerun("b")(job) with { Facts = facts }).Steps[1].Input.ShouldBeNull();
    }

    [Fact]
    public void The_estimate_is_what_the_last_accepted_execution_took_review_rounds_included()
    {
        var job = Spec.Running(Workflow(Reviewed("a"), Step("b", "a"), Step("c"))).Start("a").Later(TimeSpan.FromSeconds(10))
            .WorkerFinishes("a", cost: 1).ReviewStarts("a").Review("a", "RETRY", "x", cost: 0.5m).Start("a").Later(TimeSpan.FromSeconds(5))
            .WorkerFinishes("a", cost: 0.25m).ReviewStarts("a").Review("a", "COMPLETED")
            .Start("b").Later(TimeSpan.FromSeconds(2)).Succeed("b");
        var plan = Of(job, Rerun(null));
        plan.Steps.Select(s => (s.CostUsd, s.Seconds)).ShouldBe([(1.75m, 15), (null, 2), (null, null)]);
        plan.ShouldSatisfyAllConditions(p => p.CostUsd.ShouldBe(1.75m), p => p.Seconds.ShouldBe(17));
        Of(job, Rerun("b")).ShouldSatisfyAllConditions(p => p.CostUsd.ShouldBeNull(), p => p.Seconds.ShouldBe(2));
    }

    [Fact]
    public void Making_a_plan_changes_nothing()
    {
        var job = Finished("a", "b").Restepped("a");
        var before = StateDump.Of(job.State);
        foreach (var request in (JobCommand.Reexecution[])
            [Rerun("b")(job), new JobCommand.Restep(By, 1, null), new JobCommand.RunStale(By)])
        {
            _ = Of(job, request);
        }

        StateDump.Of(job.State).ShouldBe(before);
    }

    // ---- the hash

    [Fact]
    public void The_same_state_has_the_same_hash_at_any_time_and_after_a_restart()
    {
        var job = Finished("a", "b");
        var later = Rerun("b")(job) with { By = new Stamp(Noon.AddDays(1), "bob") };
        Hash(job, Rerun("b")(job)).ShouldBe(Hash(job, later));
        Hash(job, later).ShouldBe(Hash(Spec.Given([.. job.Journal]), later));
        Hash(job, later).ShouldMatch("^sha256:[0-9a-f]{64}$");
    }

    [Fact]
    public void Another_request_or_another_state_has_another_hash()
    {
        var job = Finished("a", "b");
        var hashes = new List<string>
        {
            Hash(job, Rerun("b")(job)), Hash(job, Rerun(null)(job)), Hash(job, Rerun("b")(job) with { WorkflowSha = "other" }),
            Hash(job, Rerun("b")(job) with { BaseCommit = "other" }),
            Hash(job, Rerun("b")(job) with { Params = new Dictionary<string, string> { ["p"] = "1" } }),
            Hash(job, Rerun("b")(job) with { Facts = new() { Edit = new("tree", ["x"]) } }),
            Hash(job, new JobCommand.Restep(By, 1, null)), Hash(job, new JobCommand.Restep(By, 1, RestepInput.Current)),
            Hash(job, new JobCommand.Restep(By, 1, null) { Difference = new() { Agent = "other" } }),
        };
        hashes.Add(Hash(job.Restepped("a"), Rerun("b")(job)));
        hashes.Distinct().Count().ShouldBe(hashes.Count);
    }

    [Fact]
    public void A_plan_that_was_agreed_to_is_carried_out_also_by_the_beginning_of_its_hash()
    {
        var job = Finished("a", "b");
        var request = Rerun("b")(job);
        var hash = Hash(job, request);
        foreach (var agreed in (string[])[hash, hash[..15], hash["sha256:".Length..], hash[7..15]])
        {
            Spec.Given([.. job.Journal]).When(request with { PlanHash = agreed }).ThenKinds("RunCreated", "TaskReused");
        }
    }

    [Fact]
    public void A_job_that_moved_since_refuses_the_old_plan_and_stays_as_it_is()
    {
        var job = Finished("a", "b");
        var request = Rerun("b")(job) with { PlanHash = Hash(job, Rerun("b")(job)) };
        job.Restepped("a").When(request).ThenRefused(ErrorKind.PlanChanged);
        job.When(new JobCommand.Restep(By, 1, null) { PlanHash = "0000" }).ThenRefused(ErrorKind.PlanChanged)
            .When(new JobCommand.RunStale(By) { PlanHash = "0000" }).ThenRefused(ErrorKind.PlanChanged).StatusIs(JobStatus.Success);
    }

    [Theory]
    [InlineData("")]
    [InlineData("sha256:")]
    public void No_digit_of_a_hash_names_no_plan(string hash)
    {
        var job = Finished("a", "b");
        job.When(Rerun("b")(job) with { PlanHash = hash }).ThenRefused(ErrorKind.PlanChanged);
    }

    [Fact]
    public void What_was_recorded_with_the_run_is_the_hash_of_its_plan()
    {
        var job = Finished("a", "b");
        var hash = Hash(job, Rerun("b")(job));
        job.Rerun("b").State.Run!.Created.PlanHash.ShouldBe(hash);
    }

    private static Func<Spec, JobCommand.Rerun> Rerun(string? from) => job => new JobCommand.Rerun(By,
        from is null ? null : job.State.Run!.Workflow.IndexOf(from), "sha", job.State.Run!.Workflow, job.State.Run.Created.Params);

    private static ExecutionPlan Of(Spec job, Func<Spec, JobCommand.Reexecution> request) => Of(job, request(job));

    private static ExecutionPlan Of(Spec job, JobCommand.Reexecution request) => Planned(Planner.Of(job.State, request));

    private static ExecutionPlan Planned(PlanResult result) => result.ShouldBeOfType<PlanResult.Planned>().Plan;

    private static string Hash(Spec job, JobCommand.Reexecution request) => Of(job, request).Hash;

    private static IEnumerable<string> Codes(ExecutionPlan plan) => plan.Warnings.Select(w => $"{w.Code} {w.Step}");

    private static IEnumerable<string> Lines(ExecutionPlan plan) => plan.Steps.Select(s =>
        $"{s.Id} {s.Action.ToString().ToUpperInvariant()} {s.AttemptFrom?.ToString() ?? "-"}→{s.AttemptTo?.ToString() ?? "-"}"
        + (s.FromRun is { } run ? $" of run {run}" : "") + (s.Input is { } input ? $" from {input}" : "") + $": {s.Why}");

    [Fact]
    public void A_plan_that_was_agreed_to_and_is_no_longer_possible_says_that_the_job_moved()
    {
        var job = Spec.Running(Fan("a")).Start("a").Fail("a").FinishRun(success: false);
        var request = new JobCommand.PartialRerun(new Stamp(Noon, "ann", "one"), [0], "why");
        var plan = ((PlanResult.Planned)Planner.Of(job.State, request)).Plan;
        job.PartialRerun("a").Complete("a");
        job.When(request with { PlanHash = plan.Hash }).ThenRefused(ErrorKind.PlanChanged);
    }
}
