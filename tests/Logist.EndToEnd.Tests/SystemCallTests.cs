using Logist.EndToEnd.Tests.Support;

namespace Logist.EndToEnd.Tests;

/// <summary>
/// A fault at one file-changing system call of `job run`, found by strace: nothing acknowledged is lost, and `job run` goes on.
/// Normally a sample of the points, all of them with LOGIST_TEST_FULL=1.
/// </summary>
public sealed class SystemCallTests
{
    private static readonly string[] Run = ["job", "run"];

    [Fact]
    public async Task Killed_at_every_file_changing_call_a_run_goes_on_and_launches_each_step_once()
    {
        var hits = await SystemCalls.StrikeAllAsync("signal=KILL", SystemCalls.All, 44, CreateAsync, Run, async (place, what, result) =>
        {
            result.Code.ShouldBe(137, what);
            (await place.RunAsync("job", "status", place.Job)).ShouldExit(0);
            (await place.FinishAsync()).Code.ShouldBe(0, $"{what}, gone on; {string.Join(' ', place.Events())}");
            place.Launched().Where(l => !l.Contains("check", StringComparison.Ordinal)).ShouldBe(["one.1", "two.1"], what);
            place.Launched().Count(l => l == "one.1 check").ShouldBeInRange(1, 2, what);
            place.Count("task.lost").ShouldBe(0, what);
            await VerifyAsync(place, what);
        });
        hits.ShouldBeGreaterThan(20);
    }

    /// <remarks>Not at write: the runtime wakes its own threads by it, through pipes that no disk can make fail.</remarks>
    [Theory]
    [InlineData("EIO", "pwrite64,fsync,fdatasync,syncfs,rename,ftruncate")]
    [InlineData("ENOSPC", "pwrite64,fdatasync,rename,mkdir,symlink,link")]
    public async Task An_error_at_a_call_is_reported_in_one_clear_line_and_the_job_goes_on(string error, string calls)
    {
        var hits = await SystemCalls.StrikeAllAsync($"error={error}", calls, 14, CreateAsync, Run, async (place, what, result) =>
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
            await VerifyAsync(place, what);
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

    private static async Task VerifyAsync(Place place, string point)
    {
        place.ManifestStatus().ShouldBe("SUCCESS", point);
        (await place.StatusAsync()).GetProperty("status").GetString().ShouldBe("SUCCESS", point);
        TempRepo.GitIn(place.Layout.Repository, "show", $"logist/{place.Job}:one.txt").ShouldBe("1", point);
        TempRepo.GitIn(place.Layout.Repository, "fsck", "--full").ShouldNotContain("missing", Case.Insensitive, point);
        File.Exists(Path.Combine(place.Layout.Workspace, "one.txt")).ShouldBeTrue(point);
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
