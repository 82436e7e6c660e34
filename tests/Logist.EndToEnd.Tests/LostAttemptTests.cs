using Logist.EndToEnd.Tests.Support;

namespace Logist.EndToEnd.Tests;

/// <summary>The step host, the steps, everything is killed: what vanished follows its policy, what had finished stays finished.</summary>
public sealed class LostAttemptTests : IDisposable
{
    private readonly Place _place = new();

    public LostAttemptTests() => _place.Repository();

    public void Dispose() => _place.Dispose();

    [Theory]
    [InlineData("the host")]
    [InlineData("the host and the step")]
    [InlineData("the run, the host and the step")]
    [InlineData("the run and the host")]
    [InlineData("the run and the host, and the machine is restarted")]
    public async Task A_lost_step_is_tried_again_when_its_old_processes_are_gone_and_no_finished_one_is(string killed)
    {
        await CreateAsync("retry");
        var run = _place.StartRun();
        await AttemptStandsAsync(run, 1);
        await KillAsync(run, killed);

        if (run.HasExited)
        {
            run = _place.StartRun();
        }

        await AttemptStandsAsync(run, 2);
        File.Exists(_place.PathOf("still-alive")).ShouldBeFalse("the second attempt met processes of the first");
        await Soon.Async(() => LiveProcesses.With($"sleep\0{_place.Token}").Count == 1, "only the second attempt's child lives");
        await File.WriteAllTextAsync(_place.PathOf("go"), "", TestContext.Current.CancellationToken);
        (await run.EndAsync()).ShouldExit(0);
        _place.Launched().ShouldBe(["done.1", "long.1", "long.2", "after.1"]);
        _place.Count("task.lost").ShouldBe(1);
        LiveProcesses.With(_place.Token).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task The_host_killed_while_a_new_owner_asks_what_it_runs_costs_the_attempt_not_the_job(int answer)
    {
        await CreateAsync("retry");
        var run = _place.StartRun();
        await AttemptStandsAsync(run, 1);
        await run.KillAsync();
        using var killer = _place.KillHostAtAnswer(answer);
        await Soon.Async(() => _place.HostIsTraced(), "the host is traced");

        run = _place.StartRun();

        await AttemptStandsAsync(run, 2);
        File.Exists(_place.PathOf("still-alive")).ShouldBeFalse("the second attempt met processes of the first");
        await File.WriteAllTextAsync(_place.PathOf("go"), "", TestContext.Current.CancellationToken);
        (await run.EndAsync()).ShouldExit(0);
        _place.Launched().ShouldBe(["done.1", "long.1", "long.2", "after.1"]);
        _place.Count("task.lost").ShouldBe(1);
    }

    [Theory]
    [InlineData("fail", true)]
    [InlineData("ask", true)]
    [InlineData("fail", false)]
    [InlineData("ask", false)]
    public async Task A_lost_step_that_must_not_be_repeated_is_handed_to_a_person(string policy, bool reboot)
    {
        await CreateAsync(policy);
        var run = _place.StartRun();
        await AttemptStandsAsync(run, 1);
        await KillAsync(run, reboot ? "the run and the host, and the machine is restarted" : "the run and the host");

        var result = (await _place.FinishAsync()).ShouldExit(3);

        _place.Launched().ShouldBe(["done.1", "long.1"]);
        _place.ManifestStatus().ShouldBe("INTERVENTION_REQUIRED");
        _place.Manifest().GetProperty("reason").GetString().ShouldBe("lost_attempt");
        result.Out.ShouldContain("vanished");
        LiveProcesses.With(_place.Token).ShouldBeEmpty();
        (await _place.RunAsync("job", "resubmit", _place.Job)).ShouldExit(0);
        await File.WriteAllTextAsync(_place.PathOf("go"), "", TestContext.Current.CancellationToken);
        (await _place.FinishAsync()).ShouldExit(0);
        _place.Launched().ShouldBe(["done.1", "long.1", "long.2", "after.1"]);
    }

    [Fact]
    public async Task After_three_lost_attempts_in_a_row_a_person_is_asked()
    {
        await CreateAsync("retry");
        var run = _place.StartRun();
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            await AttemptStandsAsync(run, attempt);
            await _place.KillHostAsync();
        }

        (await run.EndAsync()).ShouldExit(3);

        _place.Launched().ShouldBe(["done.1", "long.1", "long.2", "long.3"]);
        _place.Manifest().GetProperty("reason").GetString().ShouldBe("lost_attempt");
        LiveProcesses.With(_place.Token).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_killed_step_is_a_failed_attempt_and_leaves_nothing_behind()
    {
        await CreateAsync("retry");
        var run = _place.StartRun();
        await AttemptStandsAsync(run, 1);

        LiveProcesses.Signal(int.Parse(await File.ReadAllTextAsync(_place.PathOf("leader"), TestContext.Current.CancellationToken),
            System.Globalization.CultureInfo.InvariantCulture), LiveProcesses.SIGKILL);

        (await run.EndAsync()).ShouldExit(3).Out.ShouldContain("signal 9");
        _place.Launched().ShouldBe(["done.1", "long.1"]);
        _place.Count("task.failed").ShouldBe(1);
        LiveProcesses.With(_place.Token).ShouldBeEmpty();
    }

    [Fact]
    public async Task After_a_restart_of_the_machine_what_was_planned_but_never_launched_is_launched_once()
    {
        var gate = _place.Gate();
        await _place.CreateAsync($$"""
            max_parallel: 1
            steps:
              a: { workspace: none, run: "{{_place.Launch}}; {{gate.Wait}}", on_interrupt: fail }
              b: { workspace: none, run: "{{_place.Launch}}" }
              c: { workspace: none, run: "{{_place.Launch}}" }
            """);
        var run = _place.StartRun();
        await _place.LaunchedAsync(1);
        await KillAsync(run, "the run and the host, and the machine is restarted");

        (await _place.FinishAsync()).ShouldExit(3);

        _place.Events().ShouldContain("task.failed a");
        _place.Launched().Select(l => l.Split('.')[0]).ShouldBe(["a", "b", "c"], ignoreOrder: true);
    }

    [Theory]
    [InlineData("git", "retry")]
    [InlineData("none", "retry")]
    [InlineData("git", "ask")]
    [InlineData("none", "ask")]
    public async Task After_a_restart_of_the_machine_an_exit_that_nobody_took_in_counts_as_lost(string workspace, string policy)
    {
        var (gate, effect) = (_place.Gate(), workspace == "git" ? "effect.txt" : _place.PathOf("effect.txt"));
        await _place.CreateAsync($$"""
            steps:
              a: { workspace: {{workspace}}, run: "{{_place.Launch}}; {{gate.Wait}}; echo whole > {{effect}}", on_interrupt: {{policy}} }
            """);
        var run = _place.StartRun();
        await _place.LaunchedAsync(1);
        await run.KillAsync();
        gate.Open();
        await Soon.Async(() => _place.HostPid() == 0, "the host recorded the end and left");
        (await File.ReadAllTextAsync(_place.Layout.HostLog, TestContext.Current.CancellationToken))
            .ShouldContain("exit 1.a.1/worker 0 0 exit");

        // The record reached the disk, the file's content did not.
        var file = Path.Combine(_place.Layout.Workspace, effect);
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);
        await Reboot.PretendAsync(_place);
        await Reboot.OwnerComesAndGoesAsync(_place);

        (await _place.FinishAsync()).ShouldExit(policy == "ask" ? 3 : 0);
        _place.Launched().ShouldBe(policy == "ask" ? ["a.1"] : ["a.1", "a.2"]);
        _place.Count("task.lost").ShouldBe(1);
        (await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).ShouldBe(policy == "ask" ? "" : "whole\n");
    }

    /// <summary>A first step that is done, one that stands with a child in a session of its own, one that never started.</summary>
    private async Task CreateAsync(string policy)
    {
        await File.WriteAllTextAsync(_place.PathOf("long.sh"), $"""
            for p in $(cat {_place.PathOf("pids")} 2>/dev/null); do
              grep -qs 'State:.[^ZX]' /proc/$p/status && echo $p >> {_place.PathOf("still-alive")}
            done
            echo $$ > {_place.PathOf("leader")}
            setsid sleep {_place.Token} &
            echo $$ $! >> {_place.PathOf("pids")}
            echo half > half-done.txt
            {_place.Launch}
            while [ ! -e {_place.PathOf("go")} ]; do sleep 0.05; done
            exit 0
            """, TestContext.Current.CancellationToken);
        await _place.CreateAsync($$"""
            steps:
              done: { run: "{{_place.Launch}}; echo 1 > done.txt" }
              long: { needs: [done], run: [/bin/sh, {{_place.PathOf("long.sh")}}], on_interrupt: {{policy}} }
              after: { needs: [long], run: "{{_place.Launch}}; cat done.txt" }
            """);
    }

    private Task AttemptStandsAsync(CliProcess run, int attempt) =>
        run.UntilAsync(() => _place.Launched().Contains($"long.{attempt}"), $"attempt {attempt} runs");

    private async Task KillAsync(CliProcess run, string what)
    {
        var steps = _place.StepProcesses();
        steps.ShouldNotBeEmpty();
        if (what.Contains("the run", StringComparison.Ordinal))
        {
            await run.KillAsync();
        }

        await _place.KillHostAsync();
        if (what.Contains("the step", StringComparison.Ordinal) || what.Contains("restarted", StringComparison.Ordinal))
        {
            steps.ForEach(pid => LiveProcesses.Signal(pid, LiveProcesses.SIGKILL));
            await Soon.Async(() => !steps.Exists(LiveProcesses.IsAlive), "the steps are gone");
        }

        if (what.Contains("restarted", StringComparison.Ordinal))
        {
            await Reboot.PretendAsync(_place);
        }
    }
}
