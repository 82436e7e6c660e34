using Logist.EndToEnd.Tests.Support;

namespace Logist.EndToEnd.Tests;

/// <summary>Killed after the worker: its result is safe, only the checks and the review are done again.</summary>
public sealed class KilledVerificationTests : IDisposable
{
    private readonly Place _place = new();

    public KilledVerificationTests() => _place.Repository();

    public void Dispose() => _place.Dispose();

    [Theory]
    [InlineData("the run")]
    [InlineData("the run and the host")]
    public async Task Killed_while_reviewing_only_the_review_is_done_again(string killed)
    {
        var gate = _place.Gate();
        await CreateAsync(review: gate.Wait, check: "true");
        var run = _place.StartRun();
        await Soon.Async(() => _place.Launched().Contains("build.1 supervisor"), "the review runs");
        await Soon.Async(() => _place.ManifestStatus() == "REVIEWING", "the manifest says REVIEWING");

        await KillAsync(run, killed);

        (await _place.StatusAsync()).GetProperty("status").GetString().ShouldBe("REVIEWING");
        gate.Open();
        (await _place.FinishAsync()).ShouldExit(0);
        _place.Launched().Count(l => l == "build.1").ShouldBe(1);
        _place.Launched().ShouldAllBe(l => l.StartsWith("build.1", StringComparison.Ordinal));
        _place.Launched().Count(l => l == "build.1 supervisor").ShouldBe(killed == "the run" ? 1 : 2);
        Cost().ShouldBe(1.5m);
    }

    [Theory]
    [InlineData("the run")]
    [InlineData("the run and the host")]
    public async Task Killed_while_a_check_runs_the_worker_is_not_paid_twice(string killed)
    {
        var gate = _place.Gate();
        await CreateAsync(review: "true", check: gate.Wait);
        var run = _place.StartRun();
        await Soon.Async(() => _place.Launched().Contains("build.1 check"), "the check runs");

        await KillAsync(run, killed);

        gate.Open();
        (await _place.FinishAsync()).ShouldExit(0);
        _place.Launched().Count(l => l == "build.1").ShouldBe(1);
        _place.Launched().Count(l => l == "build.1 supervisor").ShouldBe(1);
        _place.Launched().ShouldAllBe(l => l.StartsWith("build.1", StringComparison.Ordinal));
        Cost().ShouldBe(1.5m);
    }

    private Task CreateAsync(string review, string check) => _place.CreateAsync($$"""
        agents:
          demo:
            provider: scripted
            script: |
              run {{_place.Launch}}
              when role=supervisor:
                run {{review}}
                spend in=1 out=1 cost=0.5
                answer COMPLETED fine
              otherwise:
                write made.txt by the worker
                spend in=1 out=1 cost=1
                answer COMPLETED done
        steps:
          build: { prompt: "build it", agent: demo, checks: ["{{_place.Launch}}; {{check}}"], review: { agent: demo } }
        """);

    private async Task KillAsync(CliProcess run, string what)
    {
        await run.KillAsync();
        if (what != "the run")
        {
            await _place.KillHostAsync();
        }
    }

    private decimal Cost() => _place.Manifest().GetProperty("metrics").GetProperty("cumulative_cost_usd").GetDecimal();
}
