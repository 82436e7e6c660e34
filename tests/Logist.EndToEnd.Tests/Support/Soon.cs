using System.Diagnostics;

namespace Logist.EndToEnd.Tests.Support;

/// <summary>Waits for a condition instead of sleeping; a test that waits too long says for what.</summary>
internal static class Soon
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    /// <returns>How long it took.</returns>
    public static async Task<TimeSpan> Async(Func<bool> condition, string what, TimeSpan? within = null)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            (clock.Elapsed < (within ?? Patience)).ShouldBeTrue($"not within {(within ?? Patience).TotalSeconds} s: {what}");
            await Task.Delay(Interval, TestContext.Current.CancellationToken);
        }

        return clock.Elapsed;
    }
}
