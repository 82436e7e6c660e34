using System.Security.Cryptography;
using Logist.EndToEnd.Tests.Support;

namespace Logist.EndToEnd.Tests;

/// <summary>Rerun, restep and partial re-run among processes: killed, raced, refused, and planned without a trace.</summary>
public sealed class ReexecutionTests : IDisposable
{
    private readonly Place _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public async Task A_restep_killed_at_any_call_either_never_happened_or_is_complete_after_the_next_run()
    {
        var hits = await SystemCalls.StrikeAllAsync("signal=KILL", SystemCalls.All, 30, async place =>
        {
            place.Repository();
            await place.CreateAsync($$"""
                steps:
                  one: { run: "{{place.Launch}}; echo 1 > one.txt" }
                  two: { needs: [one], run: "{{place.Launch}}; cp one.txt two.txt" }
                """);
            (await place.FinishAsync()).ShouldExit(0);
        }, ["job", "restep", "one"], async (place, what, result) =>
        {
            result.Code.ShouldBe(137, what);
            (await place.RunAsync("job", "status", place.Job)).ShouldExit(0);
            (await place.FinishAsync()).Code.ShouldBe(0, $"{what}, gone on; {string.Join(' ', place.Events())}");
            var happened = place.Count("task.restep_requested");
            place.Launched().ShouldBe(happened == 0 ? ["one.1", "two.1"] : ["one.1", "two.1", "one.2"], what);
            place.Events().Count(e => e == "task.succeeded one").ShouldBe(1 + happened, what);
            place.Count("task.marked_stale").ShouldBe(0, what);
            place.Count("workflow_run.created").ShouldBe(1, what);
            place.ManifestStatus().ShouldBe("SUCCESS", what);
            TempRepo.GitIn(place.Layout.Repository, "fsck", "--full").ShouldNotContain("missing", Case.Insensitive, what);
        });
        hits.ShouldBeGreaterThan(12);
    }

    [Fact]
    public async Task A_partial_rerun_killed_at_any_call_either_never_happened_or_is_complete_after_the_next_run()
    {
        var hits = await SystemCalls.StrikeAllAsync("signal=KILL", SystemCalls.All, 30, async place =>
        {
            place.Repository();
            await place.CreateAsync($$"""
                steps:
                  left: { run: "{{place.Launch}}; echo l > left.txt" }
                  right: { run: "{{place.Launch}}; test -e {{place.PathOf("fixed")}} && echo r > right.txt" }
                  join: { needs: [left, right], run: "{{place.Launch}}; cat left.txt right.txt > join.txt" }
                """);
            (await place.FinishAsync()).ShouldExit(3);
            await File.WriteAllTextAsync(place.PathOf("fixed"), "");
        }, ["job", "rerun", "--failed", "--reason", "fixed"], async (place, what, result) =>
        {
            result.Code.ShouldBe(137, what);
            var requested = place.Count("workflow_run.partial_rerun_requested");
            place.Count("task.partial_rerun_reset").ShouldBe(requested, $"{what}: never half");
            (await place.FinishAsync()).Code.ShouldBe(requested == 0 ? 3 : 0, $"{what}, gone on; {string.Join(' ', place.Events())}");
            place.Launched().Count(l => l.StartsWith("left", StringComparison.Ordinal)).ShouldBe(1, what);
            place.Launched().Count(l => l.StartsWith("right", StringComparison.Ordinal)).ShouldBe(1 + requested, what);
            place.Launched().Count(l => l.StartsWith("join", StringComparison.Ordinal)).ShouldBe(requested, what);
            place.ManifestStatus().ShouldBe(requested == 0 ? "INTERVENTION_REQUIRED" : "SUCCESS", what);
        });
        hits.ShouldBeGreaterThan(12);
    }

    [Fact]
    public async Task Of_a_hundred_branches_only_the_two_that_failed_run_again_also_with_a_kill_in_the_middle()
    {
        var gate = _place.Gate();
        var branches = string.Concat(Enumerable.Range(1, 100).Select(i => i is 17 or 71
            ? $"  b{i}: {{ workspace: none, run: \"{_place.Launch}; test -e {_place.PathOf("fixed")} && {gate.Wait}\" }}\n"
            : $"  b{i}: {{ workspace: none, run: \"{_place.Launch}\" }}\n"));
        await _place.CreateAsync($"steps:\n{branches}");
        (await _place.FinishAsync()).ShouldExit(3);
        _place.Launched().Count.ShouldBe(100);
        await File.WriteAllTextAsync(_place.PathOf("fixed"), "", TestContext.Current.CancellationToken);

        var again = _place.Start("job", "rerun", _place.Job, "--failed", "--reason", "disk fixed", "--by", "operator");
        await _place.LaunchedAsync(102);
        await again.KillAsync();
        gate.Open();

        (await _place.FinishAsync()).ShouldExit(0);
        _place.Launched().Count.ShouldBe(102);
        _place.Launched().Skip(100).Order().ShouldBe(["b17.2", "b71.2"]);
    }

    [Fact]
    public async Task Of_two_partial_reruns_at_the_same_time_one_wins_and_the_other_names_what_is_active()
    {
        var gate = _place.Gate();
        await _place.CreateAsync($$"""
            steps:
              bad: { workspace: none, run: "{{_place.Launch}}; test -e {{_place.PathOf("fixed")}} && {{gate.Wait}}" }
            """);
        (await _place.FinishAsync()).ShouldExit(3);
        await File.WriteAllTextAsync(_place.PathOf("fixed"), "", TestContext.Current.CancellationToken);
        string[] request = ["job", "rerun", _place.Job, "--failed", "--reason", "fixed"];
        var (first, second) = (_place.Start(request), _place.Start(request));

        await _place.LaunchedAsync(2);
        await Soon.Async(() => first.HasExited || second.HasExited, "one is refused");
        gate.Open();
        var results = new[] { await first.EndAsync(), await second.EndAsync() };

        results.Select(r => r.Code).Order().ShouldBe([0, 5]);
        var refused = results.Single(r => r.Code == 5);
        (refused.Err.Contains("bad", StringComparison.Ordinal) || refused.Err.Contains("logist job rerun (pid", StringComparison.Ordinal)
            || refused.Err.Contains("driven by another process", StringComparison.Ordinal)).ShouldBeTrue(refused.ToString());
        _place.Launched().ShouldBe(["bad.1", "bad.2"]);
        _place.Count("workflow_run.partial_rerun_requested").ShouldBe(1);
    }

    [Fact]
    public async Task A_plan_leaves_every_file_of_the_job_as_it_is()
    {
        _place.Repository();
        await _place.CreateAsync("""
            steps:
              one: { run: "echo 1 > one.txt" }
              two: { needs: [one], run: "test -e nothing" }
              three: { needs: [two], run: "echo 3 > three.txt" }
            """);
        (await _place.FinishAsync()).ShouldExit(3);
        await File.WriteAllTextAsync(Path.Combine(_place.Layout.Workspace, "one.txt"), "patched\n", TestContext.Current.CancellationToken);

        // The step host ends by itself, a moment after the run.
        await Soon.Async(() => IsFree(_place.Layout.AliveLock), "the step host is gone");
        var before = Files();
        foreach (var command in (string[][])[["rerun", _place.Job], ["rerun", _place.Job, "--step", "2"],
            ["rerun", _place.Job, "--failed", "--reason", "x"], ["restep", _place.Job, "two"],
            ["restep", _place.Job, "1", "--from", "current"],
            ["run", _place.Job, "--stale"], ["restep", _place.Job, "two", "--json"]])
        {
            var result = await _place.RunAsync(["job", .. command, "--dry-run"]);
            result.Code.ShouldBe(command.Contains("--stale") ? 5 : 0, result.ToString());
            Files().ShouldBe(before, string.Join(' ', command));
        }
    }

    [Fact]
    public async Task A_changed_plan_is_refused_by_its_hash()
    {
        _place.Repository();
        await _place.CreateAsync("steps: { one: { run: echo 1 > one.txt } }");
        (await _place.FinishAsync()).ShouldExit(0);
        var plan = (await _place.RunAsync("job", "restep", _place.Job, "one", "--dry-run", "--json")).ShouldExit(0);
        var hash = System.Text.Json.JsonDocument.Parse(plan.Out).RootElement.GetProperty("plan_hash").GetString()!;
        (await _place.RunAsync("job", "restep", _place.Job, "one", "--plan-hash", hash)).ShouldExit(0);

        var refused = (await _place.RunAsync("job", "restep", _place.Job, "one", "--plan-hash", hash)).ShouldExit(5);

        refused.Err.ShouldContain("LOG1045");
        _place.Count("task.restep_requested").ShouldBe(1);
    }

    [Fact]
    public async Task What_a_dead_owner_left_running_is_stopped_only_after_a_yes_and_its_step_is_ready_again()
    {
        var gate = _place.Gate();
        await _place.CreateAsync($$"""
            steps:
              one: { workspace: none, run: "{{_place.Launch}}" }
              two: { workspace: none, run: "{{_place.Launch}}; {{gate.Wait}}" }
            """);
        var run = _place.StartRun("--max-parallel", "2");
        await _place.LaunchedAsync(2);
        await Soon.Async(() => _place.Count("task.succeeded") == 1, "one is done");
        (await _place.RunAsync("job", "restep", _place.Job, "one")).ShouldExit(5).Err.ShouldContain("driven by another process");
        await run.KillAsync();

        (await _place.RunAsync("job", "restep", _place.Job, "one")).ShouldExit(2).Err.ShouldContain("two");
        _place.StepProcesses().ShouldNotBeEmpty();
        (await _place.RunAsync("job", "restep", _place.Job, "one", "-y")).ShouldExit(0);

        _place.StepProcesses().ShouldBeEmpty();
        _place.Count("task.interrupted").ShouldBe(1);
        _place.Launched().ShouldBe(["one.1", "two.1", "one.2"], ignoreOrder: true);
        _place.ManifestStatus().ShouldBe("PENDING");
        gate.Open();
        (await _place.FinishAsync()).ShouldExit(0);
    }

    private static bool IsFree(string lockFile)
    {
        try
        {
            using var file = File.OpenRead(lockFile);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private SortedDictionary<string, string> Files()
    {
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(_place.Layout.Directory, "*", SearchOption.AllDirectories))
        {
            files[file] = $"{File.GetLastWriteTimeUtc(file):O} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)))}";
        }

        return files;
    }
}
