using Logist.EndToEnd.Tests.Support;

namespace Logist.EndToEnd.Tests;

/// <summary>The storage goes away or fills up under a run: a clear error, nothing acknowledged lost, and it goes on afterwards.</summary>
public sealed class StorageTests : IDisposable
{
    private const int Steps = 120;

    private readonly List<string> _mounts = [];
    private Place? _place;

    public void Dispose()
    {
        _place?.Dispose();
        foreach (var mount in _mounts)
        {
            TempRepo.Shell("/", $"umount -l {mount}; rmdir {mount}");
        }
    }

    [Fact]
    public async Task On_a_full_disk_nothing_acknowledged_is_lost_and_the_job_goes_on_when_there_is_room()
    {
        var place = OnSmallDisk("4m");
        var gate = place.Gate();
        await CreateAsync(place, gate);
        var ballast = Path.Combine(place.Home, "ballast");
        var run = place.StartRun();
        await run.UntilAsync(() => place.Count("task.succeeded") >= 20, "twenty steps are done");
        Fill(ballast);
        gate.Open();

        var result = await run.EndAsync();

        result.Code.ShouldBe(10, result.ToString());
        result.ShouldHaveNoStackTrace();
        result.Err.ShouldContain("error[LOG");
        var acknowledged = place.Events().Where(e => e.StartsWith("task.succeeded", StringComparison.Ordinal)).ToList();
        acknowledged.Count.ShouldBeGreaterThanOrEqualTo(20);
        (await place.RunAsync("job", "status", place.Job)).ShouldExit(0);
        File.Delete(ballast);
        var again = await place.FinishAsync();
        if (again.Code != 0)
        {
            // Starts that the host refused because it could not record them: a person has made room and says so.
            again.ShouldExit(10).Out.ShouldContain("could not be started");
            place.Manifest().GetProperty("reason").GetString().ShouldBe("storage");
            (await place.RunAsync("job", "resubmit", place.Job)).ShouldExit(0);
            again = await place.FinishAsync();
        }

        again.ShouldExit(0);
        place.Launched().Select(l => l.Split('.')[0]).Order().ShouldBe(Enumerable.Range(1, Steps).Select(i => $"s{i}").Order());
        place.Events().Where(e => e.StartsWith("task.succeeded", StringComparison.Ordinal)).Take(acknowledged.Count)
            .ShouldBe(acknowledged);
    }

    [Theory]
    [InlineData("5 host.log cannot be written: No space left on device")]
    [InlineData("24 /bin/sh: Too many open files")]
    public async Task A_start_that_the_storage_refused_is_told_as_such_and_made_again_when_a_person_says_so(string refusal)
    {
        var place = _place = new Place();
        var gate = place.Gate();
        await place.CreateAsync($$"""
            max_parallel: 1
            steps:
              a: { workspace: none, run: "{{place.Launch}}; {{gate.Wait}}" }
              b: { workspace: none, run: "{{place.Launch}}", retry: { max_attempts: 3 } }
            """);
        var run = place.StartRun();
        await place.LaunchedAsync(1);
        await run.KillAsync();
        gate.Open();
        await Soon.Async(() => place.HostPid() == 0, "the host has left");
        await File.AppendAllTextAsync(place.Layout.HostLog, $"failed 1.b.1/worker {refusal}\n", TestContext.Current.CancellationToken);

        var result = (await place.FinishAsync()).ShouldExit(10);

        result.Out.ShouldContain("could not be started: " + refusal[(refusal.IndexOf(' ', StringComparison.Ordinal) + 1)..]);
        var manifest = place.Manifest();
        manifest.GetProperty("reason").GetString().ShouldBe("storage");
        manifest.GetProperty("phases")[1].GetProperty("failure").GetProperty("category").GetString().ShouldBe("storage");
        (await place.RunAsync("job", "resubmit", place.Job)).ShouldExit(0);
        (await place.FinishAsync()).ShouldExit(0);
        place.Launched().ShouldBe(["a.1", "b.2"]);
    }

    [Fact]
    public async Task A_job_directory_that_becomes_read_only_stops_the_run_with_a_clear_error_and_it_goes_on_afterwards()
    {
        var place = _place = new Place();

        // Root may write everywhere.
        string[] before = Environment.IsPrivilegedProcess ? ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : [];
        var gate = place.Gate();
        await CreateAsync(place, gate);
        TempRepo.Shell("/", $"chmod -R a+rwX {Path.GetDirectoryName(place.Home)}");
        if ((await place.StartWith(before, null, "--version").EndAsync()).Code != 0)
        {
            Assert.Skip("the program cannot be started as an ordinary user here");
        }

        TempRepo.Shell("/", Environment.IsPrivilegedProcess ? $"chown -R 65534:65534 {place.Home}" : "true");
        var run = place.StartWith(before, null, "job", "run", place.Job);
        await run.UntilAsync(() => place.Count("task.succeeded") >= 20, "twenty steps are done");

        TempRepo.Shell("/", $"chmod 0555 {place.Layout.Directory}");
        gate.Open();
        var result = await run.EndAsync();

        result.Code.ShouldBe(10, result.ToString());
        result.ShouldHaveNoStackTrace();
        result.Err.ShouldContain("error[LOG");
        (await place.StartWith(before, null, "job", "status", place.Job).EndAsync()).ShouldExit(0);
        TempRepo.Shell("/", $"chmod 0755 {place.Layout.Directory}");
        (await place.StartWith(before, null, "job", "run", place.Job).EndAsync()).ShouldExit(0);
        place.Launched().Order().ShouldBe(Enumerable.Range(1, Steps).Select(i => $"s{i}.1").Order());
    }

    [Fact]
    public async Task A_job_directory_that_is_deleted_under_a_run_ends_it_with_a_clear_error_and_no_process_left()
    {
        var place = _place = new Place();
        await place.CreateAsync($$"""
            max_parallel: 2
            steps:
              long: { workspace: none, run: "sleep {{place.Token}}" }
              short: { workspace: none, run: "{{place.Launch}}; while [ ! -e {{place.PathOf("gone")}} ]; do sleep 0.02; done" }
            """);
        var run = place.StartRun();
        await run.UntilAsync(() => place.Launched().Count == 1 && LiveProcesses.With($"sleep\0{place.Token}").Count == 1, "both steps run");

        // Renamed first: while it is emptied the run may still put a file into it.
        TempRepo.Shell("/", $"mv {place.Layout.Directory} {place.PathOf("deleted")} && rm -rf {place.PathOf("deleted")}");
        await File.WriteAllTextAsync(place.PathOf("gone"), "", TestContext.Current.CancellationToken);

        var result = await run.EndAsync();
        result.Code.ShouldBe(10, result.ToString());
        result.ShouldHaveNoStackTrace();
        result.Err.ShouldContain("error[LOG");
        (await place.RunAsync("job", "status", place.Job)).ShouldExit(6);
        await Soon.Async(() => LiveProcesses.With(place.Token).Count == 0, "no process of the job is left");
    }

    /// <summary>Twenty steps that run at once, the others wait for the gate.</summary>
    private static Task CreateAsync(Place place, Gate gate) => place.CreateAsync("max_parallel: 4\nsteps:\n" + string.Concat(
        Enumerable.Range(1, Steps).Select(i =>
            $"  s{i}: {{ workspace: none, run: \"{place.Launch}{(i > 20 ? "; " + gate.Wait : "")}\" }}\n")));

    private Place OnSmallDisk(string size)
    {
        var directory = Directory.CreateTempSubdirectory("logist-e2e-disk-").FullName;
        try
        {
            TempRepo.Shell("/", $"mount -t tmpfs -o size={size},mode=0700 tmpfs {directory}");
            _mounts.Add(directory);
        }
        catch (InvalidOperationException e)
        {
            Directory.Delete(directory);
            Assert.Skip($"a small file system cannot be mounted here (needs root): {e.Message}");
        }

        return _place = new Place(directory);
    }

    private static void Fill(string path)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        for (var size = 65536; size > 0; size /= 2)
        {
            try
            {
                while (true)
                {
                    file.Write(new byte[size]);
                }
            }
            catch (IOException)
            {
                // Full for pieces of this size.
            }
        }
    }
}
