using Logist.Core;
using Logist.Core.Jobs;
using Logist.Stores;
using Logist.Workflows;

namespace Logist.EndToEnd.Tests.Support;

/// <summary>Makes a job look as if its last owner and step host had lived before the machine was started.</summary>
internal static class Reboot
{
    private const string OtherBoot = "00000000-1111-2222-3333-444444444444";

    /// <summary>Call it when nothing of the job lives any more.</summary>
    public static async Task PretendAsync(Place place)
    {
        var log = place.Layout.HostLog;
        if (File.Exists(log))
        {
            var lines = await File.ReadAllLinesAsync(log, TestContext.Current.CancellationToken);
            await File.WriteAllLinesAsync(log, lines.Select(Older), TestContext.Current.CancellationToken);
        }

        await TakeLeaseAsync(place, OtherBoot);
    }

    /// <summary>Somebody drives the job after the restart, and is killed before doing anything.</summary>
    public static async Task OwnerComesAndGoesAsync(Place place) => await TakeLeaseAsync(place,
        (await File.ReadAllTextAsync("/proc/sys/kernel/random/boot_id", TestContext.Current.CancellationToken)).Trim());

    /// <summary>Through the store, so that the record is as valid as any other.</summary>
    private static async Task TakeLeaseAsync(Place place, string bootId)
    {
        using var store = new FileJobStore(Path.Combine(place.Home, "jobs"), TimeProvider.System, CompiledWorkflow.Load);
        var owner = new Owner("logist job run", Environment.MachineName, 1, bootId, 1);
        var lease = await store.TryLeaseAsync(JobId.Parse(place.Job), owner, TimeSpan.FromSeconds(10),
            TestContext.Current.CancellationToken);
        await lease.ShouldBeOfType<LeaseResult.Leased>().Lease.DisposeAsync();
    }

    private static string Older(string line)
    {
        var fields = line.Split(' ');
        if (fields[0] == "host")
        {
            fields[1] = OtherBoot;
        }

        return string.Join(' ', fields);
    }
}
