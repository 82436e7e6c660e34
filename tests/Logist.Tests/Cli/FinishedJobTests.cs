using System.Text.Json;

namespace Logist.Tests.Cli;

/// <summary>A job in SUCCESS is told from its manifest: the same words as from its journal, and damage is found all the same.</summary>
public sealed class FinishedJobTests : IDisposable
{
    private readonly CliRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task Its_status_says_what_the_run_said_when_it_ended()
    {
        var ended = await FinishAsync();
        (await _run.RunAsync("job", "status", "done")).ShouldBe(0, _run.Err);
        WithoutAge(_run.Out).ShouldBe(WithoutAge(ended));
        (await _run.RunAsync("job", "run", "done")).ShouldBe(0, _run.Err);
        _run.Err.ShouldContain("done is SUCCESS: nothing to run");
    }

    [Fact]
    public async Task Its_document_is_the_manifest_without_the_hash_and_with_what_is_live()
    {
        _ = await FinishAsync();
        (await _run.RunAsync("job", "status", "done", "--json", "--exit-status")).ShouldBe(0, _run.Err);
        using var document = JsonDocument.Parse(_run.Out);
        document.RootElement.GetProperty("status").GetString().ShouldBe("SUCCESS");
        document.RootElement.GetProperty("phases").GetArrayLength().ShouldBe(2);
        document.RootElement.GetProperty("live").GetProperty("owner").ValueKind.ShouldBe(JsonValueKind.Null);
        document.RootElement.TryGetProperty("hash", out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("status")]
    [InlineData("run")]
    public async Task A_flipped_byte_in_its_journal_is_found(string command)
    {
        _ = await FinishAsync();
        var journal = Directory.GetFiles(_run.Root, "history.jsonl", SearchOption.AllDirectories).ShouldHaveSingleItem();
        var bytes = await File.ReadAllBytesAsync(journal, TestContext.Current.CancellationToken);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(journal, bytes, TestContext.Current.CancellationToken);
        (await _run.RunAsync("job", command, "done")).ShouldBe(10);
    }

    [Fact]
    public async Task Events_after_its_manifest_are_told()
    {
        var manifest = "";
        _ = await FinishAsync(beforeTheRun: () =>
        {
            manifest = Directory.GetFiles(_run.Root, "job_manifest.json", SearchOption.AllDirectories).ShouldHaveSingleItem();
            File.Copy(manifest, manifest + ".old");
        });
        File.Copy(manifest + ".old", manifest, overwrite: true);
        (await _run.RunAsync("job", "status", "done")).ShouldBe(0, _run.Err);
        _run.Out.ShouldStartWith("✓ done  SUCCESS");
    }

    private async Task<string> FinishAsync(Action? beforeTheRun = null)
    {
        var file = Path.Combine(_run.Root, "done.yaml");
        await File.WriteAllTextAsync(file, """
            version: 1
            name: done
            defaults: { workspace: none }
            steps:
              one: { run: [/bin/true] }
              two: { needs: [one], run: "true" }
            """);
        (await _run.RunAsync("job", "create", file)).ShouldBe(0, _run.Err);
        beforeTheRun?.Invoke();
        (await _run.RunAsync("job", "run", "done", "-q")).ShouldBe(0, _run.Err);
        return _run.Out;
    }

    private static string WithoutAge(string status) => System.Text.RegularExpressions.Regex.Replace(
        status, @"SUCCESS \d+s ago", "SUCCESS", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1));
}
