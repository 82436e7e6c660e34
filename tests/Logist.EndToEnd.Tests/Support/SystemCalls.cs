using System.Globalization;

namespace Logist.EndToEnd.Tests.Support;

/// <summary>
/// A fault at one file-changing system call of a command, found by strace. Normally at a sample of the calls, at all of them with
/// LOGIST_TEST_FULL=1.
/// </summary>
internal static class SystemCalls
{
    /// <summary>As strace counts: the how-manieth call of its name in its thread.</summary>
    private sealed record Point(string Call, int Nth);

    private const string Strace = "/usr/bin/strace";

    public const string All =
        "pwrite64,write,fsync,fdatasync,syncfs,rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat,ftruncate,symlink,link,sendto";

    /// <summary>Only the orchestrator is traced: what it executes (git, the step host) is let go.</summary>
    private static readonly string[] Tracing = [Strace, "-f", "-qq", "-b", "execve"];

    private static bool Full => Environment.GetEnvironmentVariable("LOGIST_TEST_FULL") == "1";

    /// <param name="prepare">Makes the job.</param>
    /// <param name="command">The job's id goes after its second word.</param>
    /// <param name="check">After a fault: the place, where it struck, how the command ended.</param>
    /// <returns>How many points were met: the calls of a run are not quite the same every time.</returns>
    public static async Task<int> StrikeAllAsync(string fault, string calls, int sample, Func<Place, Task> prepare, string[] command,
        Func<Place, string, CliResult, Task> check)
    {
        var seed = Environment.TickCount;
        var all = await PointsAsync(calls, prepare, command);
        var chosen = all.ToArray();
        new Random(seed).Shuffle(chosen);
        var points = Full ? chosen : chosen[..Math.Min(sample, chosen.Length)];
        var hits = 0;
        await Parallel.ForEachAsync(points, new ParallelOptions { MaxDegreeOfParallelism = 2,
            CancellationToken = TestContext.Current.CancellationToken },
            async (point, _) =>
            {
                using var place = new Place();
                await prepare(place);
                var log = place.PathOf("strace");
                string[] before = [.. Tracing, "-o", log, "-e", $"trace={point.Call}", "-e",
                    $"inject={point.Call}:{fault}:when={point.Nth.ToString(CultureInfo.InvariantCulture)}"];
                var result = await place.StartWith(before, null, CommandLine(place, command)).EndAsync();
                var trace = await File.ReadAllTextAsync(log, TestContext.Current.CancellationToken);
                if (trace.Contains("INJECTED", StringComparison.Ordinal) || trace.Contains("killed by", StringComparison.Ordinal))
                {
                    Interlocked.Increment(ref hits);
                    await check(place, $"{fault} at {point.Call} {point.Nth} (seed {seed})", result);
                }
            });
        TestContext.Current.TestOutputHelper!.WriteLine($"{fault}: {points.Length} of {all.Count} points, {hits} met, seed {seed}");
        return hits;
    }

    private static async Task<List<Point>> PointsAsync(string calls, Func<Place, Task> prepare, string[] command)
    {
        using var place = new Place();
        await prepare(place);
        var log = place.PathOf("strace");
        (await place.StartWith([.. Tracing, "-o", log, "-e", $"trace={calls}"], null, CommandLine(place, command)).EndAsync())
            .ShouldExit(0);
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

    private static string[] CommandLine(Place place, string[] command) => [.. command[..2], place.Job, .. command[2..]];
}
