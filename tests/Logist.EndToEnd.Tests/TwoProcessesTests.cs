using Logist.EndToEnd.Tests.Support;

namespace Logist.EndToEnd.Tests;

/// <summary>One process drives a job; what others ask for is done within a second.</summary>
public sealed class TwoProcessesTests : IDisposable
{
    /// <summary>The promise is a second; a machine that also runs other tests gets some more.</summary>
    private static readonly TimeSpan Promise = TimeSpan.FromSeconds(2);

    private readonly Place _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public async Task A_second_run_is_refused_and_told_who_drives_the_job()
    {
        var gate = _place.Gate();
        await CreateAsync($"{_place.Launch}; {gate.Wait}");
        var run = _place.StartRun();
        await _place.LaunchedAsync(1);

        foreach (var verb in new[] { "run", "step" })
        {
            (await _place.RunAsync("job", verb, _place.Job)).ShouldExit(5).Err.ShouldContain($"pid {run.Pid}");
        }

        gate.Open();
        (await run.EndAsync()).ShouldExit(0);
        _place.Launched().ShouldBe(["one.1", "two.1"]);
    }

    [Fact]
    public async Task Of_many_runs_at_once_one_drives_and_the_others_are_refused()
    {
        await CreateAsync(_place.Launch);

        var runs = Enumerable.Range(0, 6).Select(_ => _place.StartRun()).ToList();
        var results = new List<CliResult>();
        foreach (var run in runs)
        {
            results.Add(await run.EndAsync());
        }

        // A late one finds the job finished.
        results.ShouldAllBe(r => r.Code == 0 || r.Code == 5);
        results.ShouldContain(r => r.Code == 0);
        results.ForEach(r => r.ShouldHaveNoStackTrace());
        _place.Launched().ShouldBe(["one.1", "two.1"]);
        _place.ManifestStatus().ShouldBe("SUCCESS");
    }

    [Fact]
    public async Task Cancel_from_another_process_acts_within_a_second()
    {
        await CreateAsync($"{_place.Launch}; sleep {_place.Token}");
        var run = _place.StartRun();
        await SleepsAsync();
        var cancel = _place.Start("job", "cancel", _place.Job, "--reason", "enough");

        await ActsAsync("job.cancel_requested", () => LiveProcesses.With(_place.Token).Count == 0);

        (await cancel.EndAsync()).ShouldExit(0);
        (await run.EndAsync()).ShouldExit(1);
        _place.ManifestStatus().ShouldBe("CANCELED");
        _place.Launched().ShouldBe(["one.1"]);
        (await _place.RunAsync("job", "cancel", _place.Job)).ShouldExit(0);
        (await _place.FinishAsync()).ShouldExit(5);
    }

    [Fact]
    public async Task Suspend_lets_the_live_step_finish_and_starts_nothing_new()
    {
        var gate = _place.Gate();
        await CreateAsync($"{_place.Launch}; {gate.Wait}");
        var run = _place.StartRun();
        await _place.LaunchedAsync(1);

        (await _place.RunAsync("job", "suspend", _place.Job)).ShouldExit(0);

        run.HasExited.ShouldBeFalse();
        gate.Open();
        (await run.EndAsync()).ShouldExit(5);
        _place.ManifestStatus().ShouldBe("SUSPENDED");
        _place.Launched().ShouldBe(["one.1"]);
        (await _place.FinishAsync()).ShouldExit(5).Err.ShouldContain("resume");
        (await _place.RunAsync("job", "resume", _place.Job)).ShouldExit(0);
        (await _place.FinishAsync()).ShouldExit(0);
        _place.Launched().ShouldBe(["one.1", "two.1"]);
    }

    [Fact]
    public async Task Suspend_now_stops_the_live_step_within_a_second()
    {
        await CreateAsync($"{_place.Launch}; [ -e {_place.PathOf("go")} ] || sleep {_place.Token}");
        var run = _place.StartRun();
        await SleepsAsync();
        var suspend = _place.Start("job", "suspend", _place.Job, "--now");

        await ActsAsync("job.suspended", () => LiveProcesses.With(_place.Token).Count == 0);

        (await suspend.EndAsync()).ShouldExit(0);
        (await run.EndAsync()).ShouldExit(5);
        _place.ManifestStatus().ShouldBe("SUSPENDED");
        _place.Count("task.interrupted").ShouldBe(1);
        (await _place.RunAsync("job", "resume", _place.Job)).ShouldExit(0);
        await File.WriteAllTextAsync(_place.PathOf("go"), "", TestContext.Current.CancellationToken);
        (await _place.FinishAsync()).ShouldExit(0);
        _place.Launched().ShouldBe(["one.1", "one.2", "two.1"]);
    }

    [Fact]
    public async Task An_approval_from_another_process_starts_the_step_within_a_second()
    {
        var gate = _place.Gate();
        await _place.CreateAsync($$"""
            max_parallel: 4
            steps:
              long: { workspace: none, run: "{{_place.Launch}}; {{gate.Wait}}" }
              asked: { workspace: none, run: "{{_place.Launch}}", approval: { message: "Go?" } }
            """);
        var run = _place.StartRun();
        await _place.LaunchedAsync(1);
        await Soon.Async(() => _place.Count("approval.requested") == 1, "the gate is open");
        var approve = _place.Start("job", "approve", _place.Job, "asked", "--by", "ann");

        await ActsAsync("approval.approved", () => _place.Launched().Contains("asked.1"));

        (await approve.EndAsync()).ShouldExit(0);
        run.HasExited.ShouldBeFalse();
        gate.Open();
        (await run.EndAsync()).ShouldExit(0);
    }

    private Task CreateAsync(string first) => _place.CreateAsync($$"""
        steps:
          one: { workspace: none, run: "{{first}}" }
          two: { workspace: none, needs: [one], run: "{{_place.Launch}}" }
        """);

    private Task<TimeSpan> SleepsAsync() => Soon.Async(() => LiveProcesses.With($"sleep\0{_place.Token}").Count > 0, "the step runs");

    private async Task ActsAsync(string durable, Func<bool> effect)
    {
        await Soon.Async(() => _place.Count(durable) == 1, $"{durable} is in the journal");
        var took = await Soon.Async(effect, $"the effect of {durable}", Promise);
        TestContext.Current.TestOutputHelper!.WriteLine($"{durable}: effect after {took.TotalMilliseconds:0} ms");
    }
}
