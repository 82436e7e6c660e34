using System.Runtime.InteropServices;

namespace Logist.Tests.Workflows;

/// <summary>Processor time of this thread: limits on it hold on a busy machine too.</summary>
internal static partial class ThreadTime
{
    private const int ThreadClock = 3;

    internal static TimeSpan Now =>
        clock_gettime(ThreadClock, out var now) == 0 ? TimeSpan.FromSeconds(now.Seconds)
            + TimeSpan.FromMicroseconds(now.Nanoseconds / 1000.0)
            : throw new InvalidOperationException("no thread clock");

    private struct Time
    {
        public long Seconds;
        public long Nanoseconds;
    }

    [DllImport("libc")]
    private static extern int clock_gettime(int clock, out Time now);
}
