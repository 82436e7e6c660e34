using Logist.Core.Jobs;
using Logist.Core.Workflows;

namespace Logist.Core.Tests.Jobs;

/// <summary>Small workflows and values with nothing in them but what a test is about.</summary>
internal static class Some
{
    public static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    public static readonly Stamp By = new(Noon);

    public static readonly RunAction Command = new("true", null);

    public static readonly RunAction Check = new("make check", null);

    public static WorkflowDefinition Workflow(params StepDefinition[] steps) => new("some", steps);

    /// <summary>Each needs the one before.</summary>
    public static WorkflowDefinition Chain(params string[] ids) =>
        Workflow([.. ids.Select((id, i) => Step(id, i == 0 ? [] : [ids[i - 1]]))]);

    /// <summary>Steps that need nothing.</summary>
    public static WorkflowDefinition Fan(params string[] ids) => Workflow([.. ids.Select(id => Step(id))]);

    public static StepDefinition Step(string id, params string[] needs) => new(id) { Run = Command, Needs = needs };

    public static StepDefinition AgentStep(string id, params string[] needs) =>
        new(id) { Prompt = "do it", Agent = "worker", Needs = needs };

    public static StepDefinition Reviewed(string id, params string[] needs) =>
        AgentStep(id, needs) with { Review = new ReviewDefinition("boss") };

    public static StepDefinition Gate(string id, params string[] needs) =>
        new(id) { Approval = new ApprovalDefinition("go on?"), Needs = needs };

    public static StepDefinition Gated(this StepDefinition step) => step with { Approval = new ApprovalDefinition("go on?") };

    /// <summary>Its output cannot be compared, and what comes before it passes through.</summary>
    public static StepDefinition WithoutFiles(this StepDefinition step) => step with { Workspace = WorkspaceMode.None };

    public static StepDefinition WithSideEffects(this StepDefinition step) => step with { ExternalSideEffects = true };

    public static StepDefinition Retrying(this StepDefinition step, int maxAttempts) =>
        step with { Retry = new RetryPolicy(maxAttempts, TimeSpan.FromSeconds(10), 2, TimeSpan.FromSeconds(30)) };

    public static StepDefinition Rounds(this StepDefinition step, int rounds) =>
        step with { Review = step.Review! with { Rounds = rounds } };

    public static StepDefinition Checked(this StepDefinition step) => step with { Checks = [Check] };

    public static StepDefinition OnInterrupt(this StepDefinition step, InterruptPolicy policy) => step with { OnInterrupt = policy };

    public static StepDefinition Costing(this StepDefinition step, decimal atMost) => step with { Budget = new Budget(atMost) };

    public static WorkflowDefinition Under(this WorkflowDefinition workflow, Budget budget) =>
        new(workflow.Name, workflow.Steps) { Budget = budget };

    /// <summary>A job as <c>job create</c> leaves it.</summary>
    public static JobEvent[] Created(WorkflowDefinition workflow, decimal? budgetUsd = null) =>
    [
        new JobEvent.JobCreated(By, "fix") { BudgetUsd = budgetUsd },
        new JobEvent.RunCreated(By, 1, "create", "sha") { Workflow = workflow },
    ];

    public static WorkResult Result(string commit, decimal? cost = null) => new()
    {
        Commit = commit, Tree = $"tree-of-{commit}", DurationMs = 1000, Usage = cost is null ? null : new Usage(100, null, 10, cost),
    };
}
