using Logist.Core;
using Logist.Core.Jobs;
using Logist.Engine;

namespace Logist.Tests.Engine;

/// <summary>Money: what is known is added up, what is unknown stays unknown, and a limit stops the job before the next launch.</summary>
public sealed class BudgetTests
{
    private const string Spending = """
        agents: { coder: { script: "spend cost=2.5 in=1000 out=200" } }
        steps:
          one: { prompt: p, agent: coder }
          two: { needs: [one], prompt: p, agent: coder }
          three: { needs: [two], prompt: p, agent: coder }
        """;

    [Fact]
    public async Task A_reached_budget_stops_before_the_next_launch_and_a_raised_one_goes_on()
    {
        await using var job = await JobInTest.CreateAsync(Spending, budget: 5);

        var state = await job.RunAsync();

        (state.Status, state.Reason, state.Run!.Satisfied, state.Run.Failed.Count)
            .ShouldBe((JobStatus.InterventionRequired, "budget", 2, 0));
        job.Events<JobEvent.TaskScheduled>().Count.ShouldBe(2, "no attempt is used");
        Advice.Next(state).ShouldBe([$"logist job run {job.Id} --budget-usd <more>"]);
        var manifest = job.Manifest();
        (manifest.GetProperty("status").GetString(), manifest.GetProperty("reason").GetString())
            .ShouldBe(("INTERVENTION_REQUIRED", "budget"));
        (await Should.ThrowAsync<LogistException>(() => job.ResubmitAsync())).Problem.Kind.ShouldBe(ErrorKind.WrongState);
        (await Should.ThrowAsync<LogistException>(() => job.ResubmitAsync(budget: 4))).Problem.Kind.ShouldBe(ErrorKind.Usage);
        (await job.ResubmitAsync(budget: 10)).Status.ShouldBe(JobStatus.Pending);
        (await job.RunAsync()).Status.ShouldBe(JobStatus.Success);
        job.Events<JobEvent.BudgetRaised>().ShouldHaveSingleItem().LimitUsd.ShouldBe(10);
    }

    [Fact]
    public async Task Costs_tokens_time_and_attempts_add_up_in_the_metrics()
    {
        await using var job = await JobInTest.CreateAsync(Spending);
        var costs = new List<decimal?>();
        job.Happened = (stored, state) =>
        {
            if (stored.Event is JobEvent.TaskSucceeded)
            {
                costs.Add(state.CostUsd);
            }
        };
        await job.RunAsync();
        costs.ShouldBe([2.5m, 5m, 7.5m]);
        var metrics = job.Manifest().GetProperty("metrics");
        metrics.GetProperty("cumulative_cost_usd").GetDecimal().ShouldBe(7.5m);
        metrics.GetProperty("tokens_in").GetInt64().ShouldBe(3000);
        metrics.GetProperty("tokens_out").GetInt64().ShouldBe(600);
        metrics.GetProperty("attempts").GetInt32().ShouldBe(3);
        metrics.GetProperty("cumulative_time_seconds").GetDouble().ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task An_unknown_cost_stays_null_and_reaches_no_limit()
    {
        await using var job = await JobInTest.CreateAsync("""
            agents: { coder: { script: "spend in=10" } }
            steps: { one: { prompt: p, agent: coder }, two: { needs: [one], run: "true" } }
            """, budget: 1);
        (await job.RunAsync()).Status.ShouldBe(JobStatus.Success);
        job.Manifest().GetProperty("metrics").GetProperty("cumulative_cost_usd").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        job.Phase("one").GetProperty("cost_usd").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        job.Manifest().GetProperty("metrics").GetProperty("tokens_in").GetInt64().ShouldBe(10);
    }

    [Fact]
    public async Task Reviews_and_failed_attempts_cost_as_well()
    {
        await using var job = await JobInTest.CreateAsync("""
            agents:
              coder: { script: "spend cost=1\nanswer COMPLETED x" }
              boss: { script: "spend cost=0.25\nfeedback finding {round}\nanswer RETRY no" }
            steps: { one: { prompt: p, agent: coder, review: { agent: boss, rounds: 2 } } }
            """);
        (await job.RunAsync()).Reason.ShouldBe("review_rounds");
        job.Manifest().GetProperty("metrics").GetProperty("cumulative_cost_usd").GetDecimal().ShouldBe(2.5m);
    }

    [Fact]
    public async Task Live_attempts_finish_when_a_parallel_one_reaches_the_budget()
    {
        await using var job = await JobInTest.CreateAsync("""
            max_parallel: 2
            budget: { max_iterations: 2 }
            agents: { coder: { script: "write {step}.md x" } }
            steps:
              a: { prompt: p, agent: coder }
              b: { prompt: p, agent: coder }
              c: { prompt: p, agent: coder }
            """);
        var state = await job.RunAsync();
        (state.Reason, state.Run!.Satisfied).ShouldBe(("budget", 2));
    }

    [Fact]
    public async Task Eight_parallel_launches_under_a_budget_for_five_are_exactly_five()
    {
        var steps = string.Join('\n', Enumerable.Range(1, 8).Select(n =>
            $"  s{n}: {{ prompt: p, agent: coder, budget: {{ max_cost_usd: 1 }} }}"));
        await using var job = await JobInTest.CreateAsync($"""
            max_parallel: 8
            agents:
              coder:
                script: |
                  spend cost=1
                  run touch MARKS/started-$LOGIST_STEP_ID; until test -e MARKS/go; do sleep 0.02; done
            steps:
            {steps}
            """, budget: 5);
        var run = job.RunAsync();
        await JobInTest.UntilAsync(() => Started() == 5, "five did not start");
        job.Put("go");

        var state = await run;

        (state.Reason, state.Run!.Satisfied, Started(), state.CostUsd).ShouldBe(("budget", 5, 5, 5m));
        job.Events<JobEvent.TaskScheduled>().Count.ShouldBe(5, "not one was admitted too many");
        _ = await job.ResubmitAsync(budget: 8);
        (await job.RunAsync()).Status.ShouldBe(JobStatus.Success);
        Started().ShouldBe(8);

        int Started() => Directory.GetFiles(job.Marks, "started-*").Length;
    }

    [Fact]
    public async Task A_driver_can_name_another_agent_for_the_workers()
    {
        await using var job = await JobInTest.CreateAsync("""
            agents: { coder: { script: "exit 1" }, other: { script: "write by.md other" } }
            steps: { one: { prompt: p, agent: coder }, also: { needs: [one], prompt: p, agent: other } }
            """);
        (await job.RunAsync(new RunOptions { Agent = "other" })).Status.ShouldBe(JobStatus.Success);
        job.Events<JobEvent.TaskScheduled>().Select(e => e.Agent).ShouldBe(["other", "other"]);
    }
}
