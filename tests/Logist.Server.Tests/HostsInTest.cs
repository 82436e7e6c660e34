using System.Diagnostics;
using System.Globalization;
using Logist.Processes;
using Logist.StepHost;
using Logist.Stores;

namespace Logist.Server.Tests;

/// <summary>Step hosts outlive servers; a test leaves none behind.</summary>
internal static class HostsInTest
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static void End(JobLayout layout)
    {
        if (StepHostClient.IsAlive(layout) && File.Exists(layout.HostLog))
        {
            Kill(int.Parse(File.ReadLines(layout.HostLog).Last(line => line.StartsWith("host ", StringComparison.Ordinal)).Split(' ')[2],
                CultureInfo.InvariantCulture));
            var start = Stopwatch.GetTimestamp();
            while (StepHostClient.IsAlive(layout))
            {
                Stopwatch.GetElapsedTime(start).ShouldBeLessThan(Patience, "the host survives kill -9");
                Thread.Yield();
            }
        }

        _ = Orphans.Sweep($"{Path.GetFileName(layout.Directory)}.", HostLog.Read(layout).Values);
    }

    private static void Kill(int pid)
    {
        if (ProcessTable.TryRead(pid, out var entry))
        {
            Native.Signal(pid, entry.StartTime, Native.SIGKILL);
        }
    }
}
