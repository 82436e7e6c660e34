using System.Text;
using Logist.EndToEnd.Tests.Support;

namespace Logist.EndToEnd.Tests;

/// <summary>Damaged files: every command names the file and the way out and changes nothing, `job recover` repairs.</summary>
public sealed class DamageTests : IDisposable
{
    private readonly Place _place = new();

    public DamageTests() => _place.Repository();

    public void Dispose() => _place.Dispose();

    [Theory]
    [InlineData("missing")]
    [InlineData("empty")]
    [InlineData("torn")]
    [InlineData("zeros")]
    [InlineData("hand-edited")]
    [InlineData("from the future")]
    [InlineData("of a newer version")]
    [InlineData("without phases")]
    [InlineData("a flipped byte in a phase")]
    public async Task A_damaged_manifest_is_named_by_every_command_and_recovered(string damage)
    {
        await HalfDoneAsync();
        var path = _place.Layout.Manifest;
        var good = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        if (Damaged(good, damage) is { } bad)
        {
            await File.WriteAllBytesAsync(path, bad, TestContext.Current.CancellationToken);
        }
        else
        {
            File.Delete(path);
        }

        await RefusedAsync("job_manifest.json", damage);
        if (damage == "of a newer version")
        {
            // What a later version knows is not thrown away by an older one.
            (await _place.RunAsync("job", "recover", _place.Job)).ShouldExit(10).Err.ShouldContain("update logist");
            return;
        }

        (await _place.RunAsync("job", "list")).ShouldExit(0).Out.ShouldContain("DAMAGED");
        (await _place.RunAsync("job", "recover", _place.Job)).ShouldExit(0);
        (await _place.StatusAsync()).GetProperty("status").GetString().ShouldBe("PENDING");
        await GoesOnAsync();
    }

    [Fact]
    public async Task A_torn_last_line_of_the_journal_is_ignored_by_readers_and_cut_by_the_next_run()
    {
        await HalfDoneAsync();
        await File.AppendAllTextAsync(_place.Layout.Journal, """{"seq":99,"n":1,"epoch":1,"prev":"0000""",
            TestContext.Current.CancellationToken);

        (await _place.StatusAsync()).GetProperty("status").GetString().ShouldBe("PENDING");

        await GoesOnAsync();
    }

    [Theory]
    [InlineData("a flipped byte")]
    [InlineData("a deleted line")]
    [InlineData("cut short")]
    public async Task A_corrupt_journal_is_named_by_every_command_and_recovered_when_a_person_accepts_the_loss(string damage)
    {
        await HalfDoneAsync();
        var path = _place.Layout.Journal;
        var lines = (await File.ReadAllLinesAsync(path, TestContext.Current.CancellationToken)).ToList();
        lines = damage switch
        {
            "a flipped byte" =>
                [.. lines.Select((l, i) => i == lines.Count - 2 ? l.Replace("\"at\"", "\"bt\"", StringComparison.Ordinal) : l)],
            "a deleted line" => [.. lines.Where((_, i) => i != lines.Count - 3)],
            _ => lines[..^2],
        };
        await File.WriteAllTextAsync(path, string.Join('\n', lines) + "\n", TestContext.Current.CancellationToken);

        await RefusedAsync("history.jsonl", damage);

        (await _place.RunAsync("job", "recover", _place.Job, "--accept", "-y")).ShouldExit(0);
        (await _place.StatusAsync()).GetProperty("job_id").GetString().ShouldBe(_place.Job);
        var result = await _place.FinishAsync();
        result.ShouldExit(0);
        _place.Count("job.recovered").ShouldBe(1);
    }

    /// <summary>One step is done, the other one not yet: there is something to lose and something to go on with.</summary>
    private async Task HalfDoneAsync()
    {
        await _place.CreateAsync($$"""
            steps:
              one: { run: "{{_place.Launch}}; echo 1 > one.txt" }
              two: { needs: [one], run: "{{_place.Launch}}; cat one.txt" }
            """);
        (await _place.RunAsync("job", "step", _place.Job)).ShouldExit(0);
        await Soon.Async(() => _place.HostPid() == 0, "the host ends");
    }

    private async Task RefusedAsync(string file, string damage)
    {
        var before = TempRepo.Fingerprint(_place.Layout.Directory, withTimes: true);
        foreach (var command in new[] { "status", "history", "run", "step", "cancel", "inspect", "resubmit" })
        {
            var result = (await _place.RunAsync("job", command, _place.Job)).ShouldExit(10);
            result.Err.ShouldContain(file, Case.Sensitive, $"{command}, {damage}");
            result.Err.ShouldContain(damage == "of a newer version" ? "newer" : "logist job recover", Case.Sensitive,
                $"{command}, {damage}");
        }

        TempRepo.Fingerprint(_place.Layout.Directory, withTimes: true).ShouldBe(before, damage);
    }

    private async Task GoesOnAsync()
    {
        (await _place.FinishAsync()).ShouldExit(0);
        _place.Launched().ShouldBe(["one.1", "two.1"]);
        _place.ManifestStatus().ShouldBe("SUCCESS");
    }

    private static byte[]? Damaged(byte[] good, string damage)
    {
        var text = Encoding.UTF8.GetString(good);
        return damage switch
        {
            "missing" => null,
            "empty" => [],
            "torn" => good[..(good.Length / 2)],
            "zeros" => new byte[good.Length],
            "hand-edited" => Encoding.UTF8.GetBytes(text.Replace("\"PENDING\"", "\"SUCCESS\"", StringComparison.Ordinal)),
            "from the future" => Encoding.UTF8.GetBytes(text.Replace("\"offset\":", "\"offset\":9", StringComparison.Ordinal)),
            "a flipped byte in a phase" => Encoding.UTF8.GetBytes(text.Replace("\"attempts\":", "\"attemptz\":", StringComparison.Ordinal)),
            "of a newer version" => Encoding.UTF8.GetBytes(text.Replace("manifest/v1", "manifest/v9", StringComparison.Ordinal)),
            _ => Encoding.UTF8.GetBytes(text.Replace("\"phases\"", "\"phasen\"", StringComparison.Ordinal)),
        };
    }
}
