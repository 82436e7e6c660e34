using System.Text.Json;
using Logist.EndToEnd.Tests.Support;

namespace Logist.EndToEnd.Tests;

/// <summary>The client of an ACP agent is the attempt's process: it goes on without the run, and leaves nothing behind.</summary>
public sealed class AcpAgentTests : IDisposable
{
    private readonly Place _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public async Task An_agent_at_work_survives_kill_9_of_the_run_and_its_answer_is_taken()
    {
        var gate = _place.Gate();
        await CreateAsync("shell", $"{_place.Launch}; {gate.Wait}; echo made > made.txt");
        var run = _place.StartRun();
        await _place.LaunchedAsync(1);
        var before = _place.StepProcesses();
        before.Count.ShouldBeGreaterThanOrEqualTo(3, "client, agent and its tool");

        await run.KillAsync();
        _place.StepProcesses().ShouldBe(before, ignoreOrder: true);
        var again = _place.StartRun();
        await again.UntilAsync(() => _place.Count("task.adopted") == 1, "the second owner has adopted it");
        gate.Open();

        (await again.EndAsync()).ShouldExit(0);
        _place.Launched().ShouldBe(["work.1"]);
        TempRepo.GitIn(_place.Layout.Repository, "show", $"logist/{_place.Job}:made.txt").ShouldBe("made");
        _place.StepProcesses().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("sleep")]
    [InlineData("deaf")]
    public async Task A_cancel_leaves_nothing_behind(string oddity)
    {
        await CreateAsync(oddity);
        var run = _place.StartRun();
        await Soon.Async(() => _place.StepProcesses().Count >= 3, "the agent's tool runs");

        (await _place.RunAsync("job", "cancel", _place.Job)).ShouldExit(0);

        await run.EndAsync();
        _place.ManifestStatus().ShouldBe("CANCELED");
        _place.StepProcesses().ShouldBeEmpty();
    }

    private async Task CreateAsync(params string[] fake)
    {
        _place.Repository();
        var command = JsonSerializer.Serialize<string[]>([.. FakeAcpAgent.Command, .. fake]);
        await _place.CreateAsync($$"""
            agents:
              fake: { provider: acp, command: {{command}} }
            steps:
              work: { prompt: Make it., agent: fake }
            """);
    }
}
