using Logist.EndToEnd.Tests.Support;

namespace Logist.EndToEnd.Tests;

/// <summary>One step canceled from another process.</summary>
public sealed class CanceledStepTests : IDisposable
{
    private readonly Place _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public async Task One_step_is_canceled_from_elsewhere_and_the_run_goes_on_with_the_others()
    {
        var gate = await TwoAtWorkAsync();
        var run = _place.StartRun();
        await _place.LaunchedAsync(2);
        await Soon.Async(() => _place.ManifestStatus() == "RUNNING", "the manifest says RUNNING");

        (await _place.RunAsync("job", "cancel", _place.Job, "--step", "one", "--reason", "wrong input")).ShouldExit(0)
            .Out.ShouldContain($"one of {_place.Job} is CANCELED");

        _place.ManifestStatus().ShouldBe("RUNNING");
        (await _place.RunAsync("job", "cancel", _place.Job, "--step", "three")).ShouldExit(5).Err.ShouldContain("cannot cancel three");
        (await _place.RunAsync("job", "cancel", _place.Job, "--step", "four")).ShouldExit(2).Err.ShouldContain("steps are 1..3");
        gate.Open();
        (await run.EndAsync()).ShouldExit(3).Out.ShouldContain("canceled by");
        _place.Launched().ShouldBe(["one.1", "two.1"], ignoreOrder: true);
        _place.Events().ShouldContain("task.succeeded two");
        (await _place.RunAsync("job", "cancel", _place.Job, "--step", "one")).ShouldExit(0);
    }

    [Fact]
    public async Task A_cancel_that_was_asked_for_before_the_run_was_killed_is_carried_out_by_the_next()
    {
        var gate = await TwoAtWorkAsync();
        var run = _place.StartRun();
        await _place.LaunchedAsync(2);
        await Soon.Async(() => _place.ManifestStatus() == "RUNNING", "the manifest says RUNNING");

        // The owner sleeps: it can take nothing in before it is killed.
        LiveProcesses.Signal(run.Pid, LiveProcesses.SIGSTOP);
        var cancel = _place.Start("job", "cancel", _place.Job, "--step", "one");
        await Soon.Async(() => _place.Count("task.cancel_requested") == 1, "the request is durable");
        await run.KillAsync();
        (await cancel.EndAsync()).ShouldExit(5).Err.ShouldContain("nobody drives");
        _place.Count("task.canceled").ShouldBe(0);

        gate.Open();
        (await _place.FinishAsync()).ShouldExit(3);

        _place.Events().ShouldContain("task.canceled one");
        _place.Events().ShouldContain("task.succeeded two");
        _place.Events().ShouldNotContain("task.succeeded one");
        _place.Launched().ShouldBe(["one.1", "two.1"], ignoreOrder: true);
    }

    private async Task<Gate> TwoAtWorkAsync()
    {
        _place.Repository();
        var (gate, never) = (_place.Gate(), _place.Gate("never"));
        await _place.CreateAsync($$"""
            max_parallel: 2
            steps:
              one: { run: "{{_place.Launch}}; {{never.Wait}}; echo 1 > one.txt" }
              two: { run: "{{_place.Launch}}; {{gate.Wait}}; echo 2 > two.txt" }
              three: { needs: [one], run: "{{_place.Launch}}" }
            """);
        return gate;
    }
}
