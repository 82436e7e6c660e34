using System.Diagnostics;
using System.Globalization;
using Logist.EndToEnd.Tests.Support;

namespace Logist.EndToEnd.Tests;

/// <summary>A server that stood still for so long that the kernel threw away what it should have heard of.</summary>
public sealed class DeafServerTests : IDisposable
{
    private readonly Place _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public async Task News_that_were_lost_when_the_queue_of_watches_ran_over_are_found_all_the_same()
    {
        var queue = int.Parse(await File.ReadAllTextAsync("/proc/sys/fs/inotify/max_queued_events", TestContext.Current.CancellationToken),
            CultureInfo.InvariantCulture);
        await _place.CreateAsync("steps: { one: { workspace: none, run: \"true\" } }");
        using var server = await ServerProcess.StartAsync(_place);
        await UntilAsync(server, "/events", 1, "the job is known");
        LiveProcesses.Signal(server.Process.Pid, LiveProcesses.SIGSTOP);
        for (var i = 0; i < queue; i++)
        {
            // Each is two things to hear of: it comes and it goes.
            var noise = Path.Combine(_place.Home, "jobs", $"noise-{i}");
            await File.WriteAllTextAsync(noise, "", TestContext.Current.CancellationToken);
            File.Delete(noise);
        }

        (await _place.RunAsync("job", "suspend", _place.Job, "--reason", "unheard")).ShouldExit(0);
        LiveProcesses.Signal(server.Process.Pid, LiveProcesses.SIGCONT);

        await UntilAsync(server, "/events?event_type=job.suspended", 1, "the suspension is found");
    }

    /// <summary>As the feed has heard of them.</summary>
    private static async Task UntilAsync(ServerProcess server, string events, int atLeast, string what)
    {
        var clock = Stopwatch.StartNew();
        while ((await server.GetAsync(events)).GetArrayLength() < atLeast)
        {
            clock.Elapsed.ShouldBeLessThan(Soon.Patience, what);
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }
}
