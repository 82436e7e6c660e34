using System.Globalization;
using System.Text;
using System.Text.Json;
using Logist.EndToEnd.Tests.Support;

namespace Logist.EndToEnd.Tests;

/// <summary>Large graphs of steps without files. LOGIST_TEST_FULL=1: the chain at its full length, too.</summary>
public sealed class LargeGraphTests : IDisposable
{
    private const int BytesPerStep = 1000, PhasesListed = 200;

    private readonly Place _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public Task A_fan_of_ten_thousand_steps_runs_and_is_listed() => RunAsync(10_000, chain: false);

    [Fact]
    public Task A_chain_of_thousands_of_steps_runs_and_is_listed() =>
        RunAsync(Environment.GetEnvironmentVariable("LOGIST_TEST_FULL") == "1" ? 10_000 : 2_000, chain: true);

    private async Task RunAsync(int steps, bool chain)
    {
        var workflow = new StringBuilder("max_parallel: 4\nsteps:\n");
        for (var i = 1; i <= steps; i++)
        {
            var needs = chain && i > 1 ? $"needs: [s{(i - 1).ToString(CultureInfo.InvariantCulture)}], " : "";
            workflow.Append(CultureInfo.InvariantCulture, $"  s{i}: {{ workspace: none, {needs}run: [/bin/true] }}\n");
        }

        var clock = System.Diagnostics.Stopwatch.StartNew();
        await _place.CreateAsync(workflow.ToString());
        var created = clock.Elapsed;
        var run = _place.StartRun("-q", "--progress", "none");
        if (chain)
        {
            // One kill on the way: it goes on where it was, also here.
            await run.UntilAsync(() => _place.Count("task.succeeded") > steps / 3, "a third is done");
            await run.KillAsync();
            run = _place.StartRun("-q", "--progress", "none");
        }

        (await run.EndAsync(TimeSpan.FromMinutes(5))).ShouldExit(0);
        var ran = clock.Elapsed - created;

        _place.ManifestStatus().ShouldBe("SUCCESS");
        var manifest = _place.Manifest();
        manifest.GetProperty("phase_counts").GetProperty("SUCCESS").GetInt32().ShouldBe(steps);
        manifest.GetProperty("phases").GetArrayLength().ShouldBeLessThanOrEqualTo(PhasesListed);
        new FileInfo(_place.Layout.Manifest).Length.ShouldBeLessThan(200_000);
        var journal = new FileInfo(_place.Layout.Journal).Length;
        (journal / steps).ShouldBeLessThan(BytesPerStep);
        File.ReadLines(_place.Layout.HostLog).Count(l => l.StartsWith("started ", StringComparison.Ordinal)).ShouldBe(steps);

        clock.Restart();
        (await _place.StatusAsync()).GetProperty("status").GetString().ShouldBe("SUCCESS");
        var status = clock.Elapsed;
        clock.Restart();
        var list = (await _place.RunAsync("job", "list", "--json")).ShouldExit(0);
        var listed = clock.Elapsed;
        var item = JsonDocument.Parse(list.Out).RootElement.GetProperty("items")[0];
        item.GetProperty("steps_done").GetInt32().ShouldBe(steps);
        (await _place.RunAsync("job", "status", _place.Job)).ShouldExit(0).Out.Split('\n').Length.ShouldBeLessThan(PhasesListed + 50);
        TestContext.Current.TestOutputHelper!
            .WriteLine($"{steps} steps: create {created.TotalSeconds:0.0} s, run {ran.TotalSeconds:0.0} s, "
            + $"status {status.TotalMilliseconds:0} ms, list {listed.TotalMilliseconds:0} ms, {journal / steps} bytes of journal per step");
    }
}
