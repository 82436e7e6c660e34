using Logist.Core.Workflows;

namespace Logist.Core.Tests.Jobs;

/// <summary>Chains, fans, diamonds and anything between, with reviews, checks, gates, retries, policies and budgets thrown in.</summary>
internal static class RandomWorkflow
{
    public const decimal StepLimit = 1m;

    public static WorkflowDefinition Make(Random random)
    {
        var count = random.Next(1, 8);
        var shape = random.Next(4);
        var steps = new StepDefinition[count];
        for (var i = 0; i < count; i++)
        {
            steps[i] = Step(random, $"s{i}", Needs(random, shape, i, count));
        }

        var workflow = Some.Workflow(steps);
        return random.Next(4) switch
        {
            0 => workflow.Under(new Budget(random.Next(1, 6))),
            1 => workflow.Under(new Budget(MaxTokens: random.Next(100, 5000), MaxIterations: random.Next(1, 20),
                MaxTime: TimeSpan.FromSeconds(random.Next(5, 60)))),
            _ => workflow,
        };
    }

    private static string[] Needs(Random random, int shape, int i, int count) => i == 0 ? [] : shape switch
    {
        0 => [$"s{i - 1}"],
        1 => [],
        2 when i == count - 1 => [.. Enumerable.Range(1, count - 2).Select(n => $"s{n}").DefaultIfEmpty("s0")],
        2 => ["s0"],
        _ => [.. Enumerable.Range(0, i).Where(_ => random.Next(3) == 0).Select(n => $"s{n}")],
    };

    private static StepDefinition Step(Random random, string id, string[] needs)
    {
        if (random.Next(10) == 0)
        {
            return Some.Gate(id, needs);
        }

        // A step limit on every agent: only then can a limit of the job be promised, because a launch reserves the step's own.
        var step = random.Next(2) == 0 ? Some.Step(id, needs) : Some.AgentStep(id, needs).Costing(StepLimit);
        if (step.IsAgent && random.Next(2) == 0)
        {
            step = step with { Review = new ReviewDefinition("boss", random.Next(1, 4)) };
        }

        step = step.IsAgent && random.Next(3) == 0 ? step with { Fallback = ["second", "third"] } : step;
        step = random.Next(5) == 0 ? step.WithoutFiles() : step;
        step = random.Next(3) == 0 ? step.Checked() : step;
        step = random.Next(6) == 0 ? step.Gated() : step;
        step = random.Next(2) == 0 ? step.Retrying(random.Next(2, 4)) : step;
        return random.Next(6) == 0 ? step.OnInterrupt((InterruptPolicy)random.Next(3)) : step;
    }
}
