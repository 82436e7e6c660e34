using Logist.EndToEnd.Tests.Support;

namespace Logist.EndToEnd.Tests;

/// <summary>Ctrl-C and SIGTERM stop the run and never cancel the job.</summary>
public sealed class InterruptTests : IDisposable
{
    private readonly Place _place = new();

    public InterruptTests() => _place.Repository();

    public void Dispose() => _place.Dispose();

    [Theory]
    [InlineData(LiveProcesses.SIGINT, 130)]
    [InlineData(LiveProcesses.SIGTERM, 143)]
    public async Task A_signal_stops_the_agents_and_leaves_the_job_pending_and_the_next_run_goes_on(int signal, int code)
    {
        await _place.CreateAsync($$"""
            steps:
              one: { run: "{{_place.Launch}}; echo 1 > one.txt" }
              two: { needs: [one], run: "{{_place.Launch}}; echo half > half.txt; [ -e {{_place.PathOf("go")}} ] || sleep {{_place.Token}}" }
            """);
        var run = _place.StartRun();
        await Soon.Async(() => LiveProcesses.With($"sleep\0{_place.Token}").Count > 0, "step two runs");

        run.Signal(signal);

        (await run.EndAsync()).ShouldExit(code).Err.ShouldContain($"logist job run {_place.Job}");
        LiveProcesses.With(_place.Token).ShouldBeEmpty();
        _place.ManifestStatus().ShouldBe("PENDING");
        _place.Events().ShouldContain("task.interrupted two");
        await File.WriteAllTextAsync(_place.PathOf("go"), "", TestContext.Current.CancellationToken);
        (await _place.FinishAsync()).ShouldExit(0);
        _place.Launched().ShouldBe(["one.1", "two.1", "two.2"]);
        _place.Count("task.failed").ShouldBe(0);
    }

    [Fact]
    public async Task Interrupted_while_reviewing_the_job_needs_a_review_and_the_worker_is_not_paid_twice()
    {
        await _place.CreateAsync($$"""
            agents:
              demo:
                provider: scripted
                script: |
                  run {{_place.Launch}}
                  when role=supervisor:
                    run [ -e {{_place.PathOf("go")}} ] || sleep {{_place.Token}}
                    answer COMPLETED fine
            steps:
              build: { prompt: "build it", agent: demo, review: { agent: demo } }
            """);
        var run = _place.StartRun();
        await Soon.Async(() => LiveProcesses.With($"sleep\0{_place.Token}").Count > 0, "the review runs");

        run.Signal(LiveProcesses.SIGINT);

        (await run.EndAsync()).ShouldExit(130);
        _place.ManifestStatus().ShouldBe("REVIEW_REQUIRED");
        LiveProcesses.With(_place.Token).ShouldBeEmpty();
        await File.WriteAllTextAsync(_place.PathOf("go"), "", TestContext.Current.CancellationToken);
        (await _place.FinishAsync()).ShouldExit(0);
        _place.Launched().ShouldBe(["build.1", "build.1 supervisor", "build.1 supervisor"]);
    }

    [Fact]
    public async Task A_second_signal_detaches_and_the_agents_live_on_and_are_adopted()
    {
        var gate = _place.Gate();
        await _place.CreateAsync($$"""
            max_parallel: 2
            steps:
              deaf: { run: "trap '' TERM INT; {{_place.Launch}}; {{gate.Wait}}; echo 1 > one.txt" }
              meek: { workspace: none, run: "{{_place.Launch}}; [ -e {{_place.PathOf("go")}} ] || sleep {{_place.Token}}" }
            """);
        var run = _place.StartRun();
        await run.UntilAsync(() => _place.Launched().Contains("deaf.1") && LiveProcesses.With($"sleep\0{_place.Token}").Count == 1,
            "both run");
        var deaf = LiveProcesses.With($"LOGIST_ATTEMPT_ID={_place.Job}.1.deaf.");

        // Two signals at once would be one to the kernel: the first has been heard when the other step is gone.
        run.Signal(LiveProcesses.SIGINT);
        await run.UntilAsync(() => LiveProcesses.With(_place.Token).Count == 0, "the first signal has stopped the other step");
        run.Signal(LiveProcesses.SIGINT);

        (await run.EndAsync()).Code.ShouldBe(130);
        LiveProcesses.With($"LOGIST_ATTEMPT_ID={_place.Job}.1.deaf.").ShouldBe(deaf, ignoreOrder: true);
        _place.ManifestStatus().ShouldBe("RUNNING");
        await File.WriteAllTextAsync(_place.PathOf("go"), "", TestContext.Current.CancellationToken);
        var again = _place.StartRun();
        await again.UntilAsync(() => _place.Count("owner.acquired") == 2, "the second owner");

        // Longer than the grace of the stop that the first signal asked for.
        await Task.Delay(TimeSpan.FromSeconds(6), TestContext.Current.CancellationToken);
        LiveProcesses.With($"LOGIST_ATTEMPT_ID={_place.Job}.1.deaf.").ShouldBe(deaf, ignoreOrder: true);
        gate.Open();
        (await again.EndAsync()).ShouldExit(0);
        _place.Launched().Order().ShouldBe(["deaf.1", "meek.1", "meek.2"]);
    }

    [Fact]
    public async Task A_run_that_is_out_of_time_leaves_the_agents_alive_and_the_next_run_adopts_them()
    {
        var gate = _place.Gate();
        await _place.CreateAsync($$"""
            steps:
              one: { run: "{{_place.Launch}}; {{gate.Wait}}; echo 1 > one.txt" }
            """);

        var run = _place.StartRun("--timeout", "4s");
        await _place.LaunchedAsync(1);
        (await run.EndAsync()).ShouldExit(8).Err.ShouldContain("still running");

        _place.StepProcesses().ShouldNotBeEmpty();
        _place.ManifestStatus().ShouldBe("RUNNING");
        gate.Open();
        (await _place.FinishAsync()).ShouldExit(0);
        _place.Launched().ShouldBe(["one.1"]);
    }
}
