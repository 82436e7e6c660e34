using Logist.Stores;
using Logist.Testing;
using static Logist.Testing.StoreSamples;
using static Logist.Tests.Stores.StoreFolder;

namespace Logist.Tests.Stores;

/// <summary>A kill or an error at every file-changing system call of a job's life: nothing acknowledged is lost, and it goes on.</summary>
public sealed class StorageFaultTests : IDisposable
{
    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("signal=KILL", "openat,pwrite64,write,fsync,fdatasync,rename,ftruncate,mkdir,unlink")]
    [InlineData("error=EIO", "pwrite64,write,fsync,fdatasync,rename")]
    [InlineData("error=ENOSPC", "openat,pwrite64,write,mkdir,rename")]
    public async Task A_fault_at_every_call_loses_nothing_acknowledged_and_the_job_goes_on(string fault, string names)
    {
        var recorded = Directory.CreateDirectory(Path.Combine(_folder.Path, "recorded")).FullName;
        var points = (await SystemCalls.RecordAsync(recorded, Ct))
            .Where(c => c.Name != "ack" && names.Split(',').Any(n => c.Name.StartsWith(n, StringComparison.Ordinal))).ToList();
        var hits = 0;

        await Parallel.ForEachAsync(points, new ParallelOptions { MaxDegreeOfParallelism = 2, CancellationToken = Ct }, async (point, ct) =>
        {
            if (await StrikeAsync(point, fault, ct))
            {
                Interlocked.Increment(ref hits);
            }
        });

        TestContext.Current.TestOutputHelper!.WriteLine($"{fault}: {points.Count} points, {hits} hit");
        points.Count.ShouldBeGreaterThan(7);
        hits.ShouldBeGreaterThan(points.Count * 3 / 4);
    }

    /// <returns>Whether the fault was met: the program did not end well.</returns>
    private async Task<bool> StrikeAsync(SystemCall point, string fault, CancellationToken ct)
    {
        var what = $"{fault} at {point.Name} {point.Nth} ({point.Path})";
        var jobs = Directory.CreateDirectory(Path.Combine(_folder.Path, $"{fault[^3..]}-{point.Name}-{point.Nth}")).FullName;
        var command = StoreChild.Command(SystemCalls.Strace,
            ["-f", "-qq", "-o", "/dev/null", "-e", $"trace={point.Name}", "-e", $"inject={point.Name}:{fault}:when={point.Nth}",
                Environment.ProcessPath!],
            $"life {jobs}");

        var (code, output, errors) = await StoreChild.RunAsync(command, ct);

        var acknowledged = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).ToList();
        (code is 0 or StoreChild.Refused or 137).ShouldBeTrue($"{what}: exit code {code}, {errors}");
        errors.ShouldNotContain("   at ", customMessage: what);
        var again = await CopyAsync(jobs, ct);
        (await StoreInvariants.CheckAsync(again, acknowledged)).ShouldBeEmpty(what);
        using (var store = new FileJobStore(jobs, TimeProvider.System, (_, _) => Workflow))
        {
            await StoreChild.LifeAsync(store, acknowledged.Add);
        }

        (await StoreInvariants.CheckAsync(jobs, acknowledged)).ShouldBeEmpty($"{what}, gone on");
        return code != 0;
    }

    private static async Task<string> CopyAsync(string directory, CancellationToken ct)
    {
        var copy = directory + ".copy";
        foreach (var path in Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories))
        {
            var to = copy + path[directory.Length..];
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            await File.WriteAllBytesAsync(to, await File.ReadAllBytesAsync(path, ct), ct);
        }

        Directory.CreateDirectory(copy);
        return copy;
    }
}
