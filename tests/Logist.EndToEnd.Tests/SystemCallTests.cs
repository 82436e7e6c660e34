using System.Globalization;
using Logist.EndToEnd.Tests.Support;

namespace Logist.EndToEnd.Tests;

/// <summary>
/// A fault at one file-changing system call of `job run`, found by strace: nothing acknowledged is lost, and `job run` goes on.
/// Normally a sample of the points, all of them with LOGIST_TEST_FULL=1.
/// </summary>
public sealed class SystemCallTests
{
    /// <summary>As strace counts: the how-manieth call of its name in its thread.</summary>
    private sealed record Point(string Call, int Nth);

    private const string Strace = "/usr/bin/strace", Calls =
        "pwrite64,write,fsync,fdatasync,syncfs,rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat,ftruncate,symlink,link,sendto";

    /// <summary>Only the orchestrator is traced: what it executes (git, the step host) is let go.</summary>
    private static readonly string[] Tracing = [Strace, "-f", "-qq", "-b", "execve"];

    private static bool Full => Environment.GetEnvironmentVariable("LOGIST_TEST_FULL") == "1";

    [Fact]
    public async Task Killed_at_every_file_changing_call_a_run_goes_on_and_launches_each_step_once()
    {
        var hits = await StrikeAllAsync("signal=KILL", Calls, 44, async (place, what, result) =>
        {
            result.Code.ShouldBe(137, what);
            (await place.RunAsync("job", "status", place.Job)).ShouldExit(0);
            (await place.FinishAsync()).Code.ShouldBe(0, $"{what}, gone on; {string.Join(' ', place.Events())}");
            place.Launched().Where(l => !l.Contains("check", StringComparison.Ordinal)).ShouldBe(["one.1", "two.1"], what);
            place.Launched().Count(l => l == "one.1 check").ShouldBeInRange(1, 2, what);
            place.Count("task.lost").ShouldBe(0, what);
        });
        hits.ShouldBeGreaterThan(20);
    }

    /// <remarks>Not at write: the runtime wakes its own threads by it, through pipes that no disk can make fail.</remarks>
    [Theory]
    [InlineData("EIO", "pwrite64,fsync,fdatasync,syncfs,rename,ftruncate")]
    [InlineData("ENOSPC", "pwrite64,fdatasync,rename,mkdir,symlink,link")]
    public async Task An_error_at_a_call_is_reported_in_one_clear_line_and_the_job_goes_on(string error, string calls)
    {
        var hits = await StrikeAllAsync($"error={error}", calls, 14, async (place, what, result) =>
        {
            // 0: it did not matter, as for a line of progress. 1 and 3: the job rests and a person is told.
            new[] { 0, 1, 3, 10 }.ShouldContain(result.Code, $"{what}: {result}");
            result.ShouldHaveNoStackTrace();
            if (result.Code != 0)
            {
                result.Err.ShouldContain("error[LOG", Case.Sensitive, $"{what}: {result}");
            }

            await EndAsync(place, what);
            place.Launched().Where(l => l.StartsWith("two", StringComparison.Ordinal)).Distinct().Count()
                .ShouldBe(place.Launched().Count(l => l.StartsWith("two", StringComparison.Ordinal)), what);
        });
        hits.ShouldBeGreaterThan(7);
    }

    private static async Task EndAsync(Place place, string what)
    {
        var again = await place.FinishAsync();
        if (again.Code == 3 || again.Code == 1)
        {
            place.ManifestStatus().ShouldBe("INTERVENTION_REQUIRED", $"{what}: {again}");
            (await place.RunAsync("job", "resubmit", place.Job)).Code.ShouldBe(0, what);
            again = await place.FinishAsync();
        }

        again.Code.ShouldBe(0, $"{what}, gone on: {again}");
        again.ShouldHaveNoStackTrace();
    }

    /// <returns>How many points were met: the calls of a run are not quite the same every time.</returns>
    private static async Task<int> StrikeAllAsync(string fault, string calls, int sample, Func<Place, string, CliResult, Task> check)
    {
        var seed = Environment.TickCount;
        var all = await PointsAsync(calls);
        var chosen = all.ToArray();
        new Random(seed).Shuffle(chosen);
        var points = Full ? chosen : chosen[..Math.Min(sample, chosen.Length)];
        var hits = 0;
        await Parallel.ForEachAsync(points, new ParallelOptions { MaxDegreeOfParallelism = 2,
            CancellationToken = TestContext.Current.CancellationToken },
            async (point, _) =>
            {
                using var place = new Place();
                await CreateAsync(place);
                var log = place.PathOf("strace");
                string[] before = [.. Tracing, "-o", log, "-e", $"trace={point.Call}", "-e",
                    $"inject={point.Call}:{fault}:when={point.Nth.ToString(CultureInfo.InvariantCulture)}"];
                var result = await place.StartWith(before, null, "job", "run", place.Job).EndAsync();
                var trace = await File.ReadAllTextAsync(log, TestContext.Current.CancellationToken);
                if (trace.Contains("INJECTED", StringComparison.Ordinal) || trace.Contains("killed by", StringComparison.Ordinal))
                {
                    Interlocked.Increment(ref hits);
                    await check(place, $"{fault} at {point.Call} {point.Nth} (seed {seed})", result);
                    await VerifyAsync(place, point);
                }
            });
        TestContext.Current.TestOutputHelper!.WriteLine($"{fault}: {points.Length} of {all.Count} points, {hits} met, seed {seed}");
        return hits;
    }

    private static async Task VerifyAsync(Place place, Point point)
    {
        place.ManifestStatus().ShouldBe("SUCCESS", point.ToString());
        (await place.StatusAsync()).GetProperty("status").GetString().ShouldBe("SUCCESS", point.ToString());
        TempRepo.GitIn(place.Layout.Repository, "show", $"logist/{place.Job}:one.txt").ShouldBe("1", point.ToString());
        TempRepo.GitIn(place.Layout.Repository, "fsck", "--full").ShouldNotContain("missing", Case.Insensitive, point.ToString());
        File.Exists(Path.Combine(place.Layout.Workspace, "one.txt")).ShouldBeTrue(point.ToString());
    }

    private static async Task<List<Point>> PointsAsync(string calls)
    {
        using var place = new Place();
        await CreateAsync(place);
        var log = place.PathOf("strace");
        (await place.StartWith([.. Tracing, "-o", log, "-e", $"trace={calls}"], null, "job", "run", place.Job).EndAsync()).ShouldExit(0);
        var counts = new Dictionary<(string Thread, string Call), int>();
        foreach (var line in await File.ReadAllLinesAsync(log, TestContext.Current.CancellationToken))
        {
            var words = line.Split([' ', '('], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 1 && calls.Split(',').Contains(words[1]))
            {
                counts[(words[0], words[1])] = counts.GetValueOrDefault((words[0], words[1])) + 1;
            }
        }

        return [.. counts.GroupBy(c => c.Key.Call).SelectMany(g =>
            Enumerable.Range(1, g.Max(c => c.Value)).Select(n => new Point(g.Key, n)))];
    }

    private static Task CreateAsync(Place place)
    {
        place.Repository();
        return place.CreateAsync($$"""
            steps:
              one: { run: "{{place.Launch}}; echo 1 > one.txt", checks: ["{{place.Launch}}; test -s one.txt"] }
              two: { needs: [one], workspace: none, run: "{{place.Launch}}" }
            """);
    }
}
