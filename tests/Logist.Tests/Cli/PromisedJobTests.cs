namespace Logist.Tests.Cli;

/// <summary>A job that a server accepted, and that no server is there to drive.</summary>
public sealed class PromisedJobTests : IDisposable
{
    private readonly CliRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task Status_says_that_the_server_is_stopped_and_what_starts_it()
    {
        foreach (var job in new[] { "promised", "other" })
        {
            var file = Path.Combine(_run.Root, "workflow.yaml");
            await File.WriteAllTextAsync(file, "steps: { one: { workspace: none, run: 'true' } }", TestContext.Current.CancellationToken);
            (await _run.RunAsync("job", "create", file, "--name", job)).ShouldBe(0, _run.Err);
        }

        await File.WriteAllTextAsync(Path.Combine(_run.JobsDirectory, "serve.json"), """[{"job":"promised","epoch":0}]""",
            TestContext.Current.CancellationToken);

        (await _run.RunAsync("job", "status", "promised")).ShouldBe(0, _run.Err);
        _run.Out.ShouldContain("why: the server that drives it is stopped");
        (await _run.RunAsync("job", "status", "promised", "--json")).ShouldBe(0, _run.Err);
        var why = _run.Json(_run.Out).GetProperty("live").GetProperty("why");
        (why.GetProperty("kind").GetString(), why.GetProperty("unblock").GetString()).ShouldBe(("server_stopped", "logist serve"));
        (await _run.RunAsync("job", "status", "other")).ShouldBe(0, _run.Err);
        _run.Out.ShouldNotContain("why:");
    }
}
