using Logist.EndToEnd.Tests.Support;

namespace Logist.EndToEnd.Tests;

/// <summary>kill -9 of `job run`: what runs goes on under the step host, and the next run takes it over.</summary>
public sealed class KilledRunTests : IDisposable
{
    private readonly Place _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public async Task A_step_that_runs_while_the_run_is_killed_is_adopted_and_every_step_is_launched_once()
    {
        _place.Repository();
        var gate = _place.Gate();
        await _place.CreateAsync($$"""
            steps:
              one: { run: "{{_place.Launch}}; echo 1 > one.txt" }
              two: { needs: [one], run: "{{_place.Launch}}; {{gate.Wait}}; echo 2 > two.txt" }
              three: { needs: [two], run: "{{_place.Launch}}; cat one.txt two.txt > three.txt" }
              side: { needs: [one], run: "{{_place.Launch}}" }
            """);
        var run = _place.StartRun("--max-parallel", "1");
        await _place.LaunchedAsync(2);
        await Soon.Async(() => _place.ManifestStatus() == "RUNNING", "the manifest says RUNNING");
        var step = _place.StepProcesses();

        await run.KillAsync();

        _place.ManifestStatus().ShouldBe("RUNNING");
        (await _place.StatusAsync()).GetProperty("status").GetString().ShouldBe("RUNNING");
        _place.StepProcesses().ShouldBe(step, ignoreOrder: true);
        var again = _place.StartRun("--max-parallel", "2");
        await again.UntilAsync(() => _place.Count("task.adopted") == 1, "the second owner has adopted it");
        gate.Open();
        (await again.EndAsync()).ShouldExit(0);
        _place.Launched().ShouldBe(["one.1", "two.1", "side.1", "three.1"]);
        _place.ManifestStatus().ShouldBe("SUCCESS");
        _place.Count("task.adopted").ShouldBe(1);
        _place.Count("task.succeeded").ShouldBe(4);
        TempRepo.GitIn(_place.Layout.Repository, "show", $"logist/{_place.Job}:three.txt").ShouldBe("1\n2");
        await Soon.Async(() => _place.HostPid() == 0, "the host ends by itself");
    }

    [Fact]
    public async Task A_step_that_ends_while_nobody_drives_is_harvested_not_repeated()
    {
        _place.Repository();
        var gate = _place.Gate();
        await _place.CreateAsync($$"""
            steps:
              one: { run: "{{_place.Launch}}; {{gate.Wait}}; echo 1 > one.txt; exit 0" }
              two: { run: "{{_place.Launch}}; {{gate.Wait}}; exit 3", workspace: none }
              three: { needs: [one], run: "{{_place.Launch}}; cat one.txt" }
            """);
        var run = _place.StartRun();
        await _place.LaunchedAsync(2);
        await run.KillAsync();
        gate.Open();
        await Soon.Async(() => _place.StepProcesses().Count == 0 && _place.HostPid() == 0, "both steps and the host end");

        (await _place.FinishAsync()).ShouldExit(3);

        _place.Launched().ShouldBe(["one.1", "two.1", "three.1"], ignoreOrder: true);
        _place.Events().ShouldContain("task.failed two");
        _place.Count("task.lost").ShouldBe(0);
    }

    [Theory]
    [InlineData("resubmit {0} --run")]
    [InlineData("rerun {0} --step two -y")]
    [InlineData("rerun {0} --failed --reason mended -y")]
    [InlineData("restep {0} two -y")]
    [InlineData("resolve {0} two --outcome success --reason mended -y")]
    public async Task A_change_made_after_a_run_that_was_killed_on_its_way_to_rest_is_taken_in(string command)
    {
        _place.Repository();
        await _place.CreateAsync("""
            steps:
              one: { run: "echo 1 > one.txt" }
              two: { needs: [one], run: "echo 2 > two.txt; cat mended.txt" }
            """);
        await KilledBeforeRestAsync();
        await File.WriteAllTextAsync(Path.Combine(_place.Layout.Workspace, "mended.txt"), "by hand\n",
            TestContext.Current.CancellationToken);

        (await _place.RunAsync(["job", .. command.Replace("{0}", _place.Job, StringComparison.Ordinal).Split(' ')])).ShouldExit(0);

        var branch = $"logist/{_place.Job}{(command.Contains("--step", StringComparison.Ordinal) ? "-run2" : "")}";
        TempRepo.GitIn(_place.Layout.Repository, "show", $"{branch}:mended.txt").ShouldBe("by hand");
    }

    [Fact]
    public async Task The_result_of_a_run_that_was_killed_on_its_way_to_rest_is_applied_whole()
    {
        _place.Repository();
        await _place.CreateAsync("""
            steps:
              one: { run: "echo 1 > one.txt" }
              two: { needs: [one], run: "echo 2 > two.txt" }
            """);
        await KilledBeforeRestAsync();
        (await _place.RunAsync("job", "diff", _place.Job)).ShouldExit(5).Err.ShouldContain($"logist job run {_place.Job}");

        (await _place.RunAsync("job", "apply", _place.Job)).ShouldExit(0);

        TempRepo.GitIn(_place.Work, "show", $"logist/{_place.Job}:two.txt").ShouldBe("2");
        (await _place.RunAsync("job", "diff", _place.Job)).ShouldExit(0).Out.ShouldContain("two.txt");
    }

    /// <summary>Killed when all is journaled that happened, but not yet that the job rests, nor is its branch written down.</summary>
    private async Task KilledBeforeRestAsync()
    {
        string[] before = ["/usr/bin/strace", "-f", "-qq", "-b", "execve", "-o", _place.PathOf("strace"), "-e", "trace=syncfs", "-e",
            "inject=syncfs:signal=KILL:when=1"];
        (await _place.StartWith(before, null, "job", "run", _place.Job).EndAsync()).ShouldExit(137);
        _place.Count("workflow_run.finished").ShouldBe(1);
        _place.Count("job.rested").ShouldBe(0);
        await Soon.Async(() => _place.HostPid() == 0, "the host ends");
    }

    [Theory]
    [InlineData(100, "none", 4)]
    [InlineData(20, "git", 3)]
    public async Task Parallel_steps_survive_kills_at_random_moments_and_each_is_launched_once(int steps, string workspace, int kills)
    {
        if (workspace == "git")
        {
            _place.Repository();
        }

        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var definitions = string.Concat(Enumerable.Range(1, steps).Select(i =>
            $"  s{i}: {{ workspace: {workspace}, run: \"{_place.Launch}; sleep 0.0{random.Next(10)}; echo {i} > s{i}.txt\" }}\n"));
        await _place.CreateAsync($"max_parallel: 8\nsteps:\n{definitions}");
        for (var i = 0; i < kills; i++)
        {
            var run = _place.StartRun();
            if (i > 0)
            {
                // The middle of the work, at no special moment.
                await Soon.Async(() => _place.Launched().Count >= steps * i / (kills + 1) || run.HasExited, "progress");
            }

            await Task.Delay(random.Next(250), TestContext.Current.CancellationToken);
            if (!run.HasExited)
            {
                await run.KillAsync();
            }
        }

        (await _place.FinishAsync()).ShouldExit(0);

        _place.Launched().Order().ShouldBe(Enumerable.Range(1, steps).Select(i => $"s{i}.1").Order(), $"seed {seed}");
        _place.Count("task.succeeded").ShouldBe(steps, $"seed {seed}");
        _place.Count("task.lost").ShouldBe(0, $"seed {seed}");
        if (workspace == "git")
        {
            TempRepo.GitIn(_place.Layout.Repository, "ls-tree", "--name-only", $"logist/{_place.Job}").Split('\n').Length
                .ShouldBe(steps + 1);
        }
    }

    [Fact]
    public async Task A_hundred_steps_that_all_run_when_the_run_is_killed_are_all_adopted()
    {
        var gate = _place.Gate();
        var definitions = string.Concat(Enumerable.Range(1, 101).Select(i =>
            $"  s{i}: {{ workspace: none, run: \"{_place.Launch}; {gate.Wait}\" }}\n"));
        await _place.CreateAsync($"max_parallel: 100\nsteps:\n{definitions}");
        var run = _place.StartRun();
        await run.UntilAsync(() => _place.Launched().Count == 100, "a hundred steps run");
        await run.KillAsync();
        _place.ManifestStatus().ShouldBe("RUNNING");

        // One more slot: its launch tells that the second owner has taken over the others.
        var again = _place.StartRun("--max-parallel", "101");
        await again.UntilAsync(() => _place.Launched().Count > 100, "the last step runs too");
        _place.Launched().Distinct().Count().ShouldBe(101);
        await again.KillAsync();
        again = _place.StartRun();
        await again.UntilAsync(() => _place.Count("owner.acquired") == 3, "the third owner");
        gate.Open();

        (await again.EndAsync()).ShouldExit(0);
        _place.Launched().Order().ShouldBe(Enumerable.Range(1, 101).Select(i => $"s{i}.1").Order());
        _place.Count("task.succeeded").ShouldBe(101);
        _place.Count("task.lost").ShouldBe(0);
    }
}
