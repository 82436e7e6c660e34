using Logist.Core;
using Logist.Core.Jobs;
using Logist.StepHost;

namespace Logist.Tests.Engine;

/// <summary>R1.7 and R4.5: errors of our own, commands that race with the run, and steps that must not be repeated.</summary>
public sealed class RobustnessTests
{
    [Fact]
    public async Task An_unexpected_error_of_our_own_stops_the_agents_and_leaves_the_job_to_a_person()
    {
        await using var job = await JobInTest.CreateAsync("""
            max_parallel: 2
            steps:
              long: { workspace: none, run: "echo $$ > MARKS/pid; touch MARKS/started; sleep 1000" }
              short: { workspace: none, run: "until test -e MARKS/started; do sleep 0.02; done" }
            """);
        job.Happened = (stored, _) =>
        {
            if (stored.Event is JobEvent.TaskSucceeded)
            {
                throw new InvalidOperationException("something nobody thought of");
            }
        };

        (await Should.ThrowAsync<InvalidOperationException>(() => job.RunAsync())).Message.ShouldBe("something nobody thought of");

        var pid = int.Parse(await File.ReadAllTextAsync(job.Mark("pid"), TestContext.Current.CancellationToken));
        (ProcessTable.TryRead(pid, out var entry) && entry.IsAlive).ShouldBeFalse();
        var manifest = job.Manifest();
        (manifest.GetProperty("status").GetString(), manifest.GetProperty("reason").GetString())
            .ShouldBe(("INTERVENTION_REQUIRED", "internal"));
        var halted = job.Events<JobEvent.JobHalted>().ShouldHaveSingleItem();
        (await File.ReadAllTextAsync(halted.LogFile!, TestContext.Current.CancellationToken)).ShouldContain("something nobody thought of");

        job.Happened = null;
        (await job.ResubmitAsync()).Status.ShouldBe(JobStatus.Pending);
        var run = job.RunAsync();
        await JobInTest.UntilAsync(() => job.Events<JobEvent.TaskScheduled>().Count == 3, "it does not go on");
        await job.CancelAsync();
        (await run).Status.ShouldBe(JobStatus.Canceled);
    }

    [Fact]
    public async Task Commands_that_race_with_the_run_lose_nothing_and_start_nothing_twice()
    {
        var steps = string.Concat(Enumerable.Range(1, 24).Select(n => $"\n  s{n}: {{ workspace: none, run: echo {n} >> MARKS/ran }}"));
        await using var job = await JobInTest.CreateAsync($"max_parallel: 3\nsteps:{steps}");
        job.OthersAppend = true;
        using var over = new CancellationTokenSource();
        var token = over.Token;
        var storm = Task.Run(async () =>
        {
            while (!token.IsCancellationRequested)
            {
                await IfAllowedAsync(() => job.SuspendAsync());
                await IfAllowedAsync(job.ResumeAsync);
            }
        }, TestContext.Current.CancellationToken);

        for (var runs = 0; runs < 200 && job.Manifest().GetProperty("status").GetString() != "SUCCESS"; runs++)
        {
            await IfAllowedAsync(() => job.RunAsync());
            if (runs == 20)
            {
                await over.CancelAsync();
                await storm;
                job.OthersAppend = false;
                await IfAllowedAsync(job.ResumeAsync);
            }
        }

        await over.CancelAsync();
        await storm;
        job.Manifest().GetProperty("status").GetString().ShouldBe("SUCCESS");
        File.ReadAllLines(job.Mark("ran")).Select(int.Parse).Order().ShouldBe(Enumerable.Range(1, 24));
    }

    [Fact]
    public async Task A_resume_that_nobody_drives_leaves_the_job_to_the_next_run()
    {
        await using var job = await JobInTest.CreateAsync("steps: { one: { run: \"true\" } }");
        await job.SuspendAsync();
        (await job.ResumeAsync()).Status.ShouldBe(JobStatus.Pending);
        job.Events<JobEvent.RunPaused>().ShouldBeEmpty("a run that was never started is not paused");
        (await job.RunAsync()).Status.ShouldBe(JobStatus.Success);
    }

    [Theory]
    [InlineData("on_interrupt: ask")]
    [InlineData("side_effects: external")]
    public async Task An_interrupted_step_that_must_not_be_repeated_unasked_waits_for_a_person(string policy)
    {
        await using var job = await JobInTest.CreateAsync($$"""steps: { pay: { run: "touch MARKS/started; sleep 1000", {{policy}} } }""");
        var run = job.RunAsync();
        await job.AwaitMarkAsync("started");
        await job.InterruptAsync();
        var state = await run;
        (state.Status, state.Reason, state.Run!.Tasks[0].Failure!.Category)
            .ShouldBe((JobStatus.InterventionRequired, "lost_attempt", FailureCategory.Interrupted));
    }

    [Fact]
    public async Task Required_evidence_is_committed_and_its_absence_fails_the_step()
    {
        await using var job = await JobInTest.CreateAsync("""
            max_parallel: 1
            steps:
              good: { run: "mkdir -p out && echo x > out/a.log && echo y > b.log", evidence: ["out/*.log", b.log] }
              bad: { needs: [good], run: "true", evidence: [missing.txt] }
            """, source: repo => repo[".gitignore"] = "*.log\n");
        var state = await job.RunAsync();
        state.Run!.Tasks[0].Accepted!.Result!.Evidence.ShouldBe(["out/a.log", "b.log"]);
        job.Files(job.Commit("good")).ShouldBe([".gitignore", "README.md", "b.log", "out/a.log"]);
        var failure = state.Run.Tasks[1].Failure!;
        (failure.Category, failure.Message)
            .ShouldBe((FailureCategory.EvidenceMissing, "evidence \"missing.txt\" matches no file of the workspace"));
    }

    private static async Task IfAllowedAsync(Func<Task> command)
    {
        try
        {
            await command();
        }
        catch (LogistException e) when (e.Problem.Kind == ErrorKind.WrongState || e.Problem.Kind == ErrorKind.Busy)
        {
            // Refused: the moment has passed.
        }
    }
}
