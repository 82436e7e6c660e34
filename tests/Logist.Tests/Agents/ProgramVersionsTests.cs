using Logist.Agents;

namespace Logist.Tests.Agents;

public sealed class ProgramVersionsTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("logist-versions-").FullName;
    private readonly StoppedClock _clock = new();
    private readonly ProgramVersions _versions;

    public ProgramVersionsTests() =>
        _versions = new ProgramVersions(Directory.CreateDirectory(Path.Combine(_root, "home")).FullName, _clock);

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private Dictionary<string, string> Environment => new() { ["PATH"] = $"{_root}/bin:/usr/bin:/bin", ["HOME"] = _root };

    private Task<string?> Of(string program) => _versions.OfAsync(program, Environment, TestContext.Current.CancellationToken);

    /// <summary>A program that counts how often it was asked.</summary>
    private string Program(string script)
    {
        var path = Path.Combine(Directory.CreateDirectory(Path.Combine(_root, "bin")).FullName, "agent");
        var temporary = path + ".new";
        File.WriteAllText(temporary, $"#!/bin/sh\necho x >> {_root}/asked\n{script}\n");
        File.SetUnixFileMode(temporary, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.Delete(path);
        _ = new FileInfo(temporary).CopyTo(path);
        File.Delete(temporary);
        return path;
    }

    private int Asked => File.Exists($"{_root}/asked") ? File.ReadAllLines($"{_root}/asked").Length : 0;

    [Theory]
    [InlineData("2.1.328 (Claude Code)", "2.1.328")]
    [InlineData("codex-cli 0.169.0\n", "0.169.0")]
    [InlineData("0.61.0", "0.61.0")]
    [InlineData("warning: node 20\nagent v1.2.3-beta.4+5, built 2026.", "1.2.3-beta.4+5")]
    [InlineData("node20 agent 3.0.", "3.0")]
    [InlineData("agent2.5 is 7", null)]
    [InlineData("usage: agent [options]", null)]
    [InlineData("", null)]
    public void A_version_is_found_in_what_a_program_prints(string text, string? version) => ProgramVersions.In(text).ShouldBe(version);

    [Fact]
    public async Task A_program_is_asked_once_until_its_file_is_another_one()
    {
        var path = Program("echo 1.0.0");
        (await Of("agent")).ShouldBe("1.0.0");
        (await Of(path)).ShouldBe("1.0.0");
        var another = new ProgramVersions(Path.Combine(_root, "home"), _clock);
        (await another.OfAsync("agent", Environment, TestContext.Current.CancellationToken)).ShouldBe("1.0.0");
        Asked.ShouldBe(1);

        // As package managers install: the same time, and here the same size.
        var time = File.GetLastWriteTimeUtc(path);
        _ = Program("echo 2.0.0");
        File.SetLastWriteTimeUtc(path, time);
        (await Of("agent")).ShouldBe("2.0.0");
        Asked.ShouldBe(2);
    }

    [Fact]
    public async Task What_is_remembered_grows_old()
    {
        _ = Program("echo 1.0.0");
        (await Of("agent")).ShouldBe("1.0.0");
        _clock.Now += TimeSpan.FromHours(25);
        (await Of("agent")).ShouldBe("1.0.0");
        Asked.ShouldBe(2, "a shim stays the same when what it starts changes");
        _versions.Ask("agent", Environment)!.Value.Version.ShouldBe("1.0.0");
        Asked.ShouldBe(3, "who wants to know now is not told what was");
    }

    [Theory]
    [InlineData("echo what; exit 1")]
    [InlineData("exit 0")]
    [InlineData("kill -9 $$")]
    public async Task A_program_that_does_not_say_has_no_version_and_is_asked_again(string script)
    {
        _ = Program(script);
        (await Of("agent")).ShouldBeNull();
        (await Of("agent")).ShouldBeNull();
        Asked.ShouldBe(2);
    }

    [Theory]
    [InlineData("sleep 300", null)]
    [InlineData("echo 1.2.3; sleep 300", "1.2.3")]
    [InlineData("echo 1.2.3; exec >/dev/null 2>&1; sleep 300", "1.2.3")]
    [InlineData("echo 1.2.3; sleep 300 & exit 0", "1.2.3")]
    public async Task A_program_that_does_not_end_is_ended(string script, string? version)
    {
        _ = Program(script.Replace("sleep", $"echo $$ > {_root}/pid; sleep", StringComparison.Ordinal));
        var versions = new ProgramVersions(_root, _clock) { Limit = TimeSpan.FromMilliseconds(700) };
        (await versions.OfAsync("agent", Environment, TestContext.Current.CancellationToken)).ShouldBe(version);
        var pid = (await File.ReadAllTextAsync($"{_root}/pid", TestContext.Current.CancellationToken)).Trim();
        Directory.Exists($"/proc/{pid}").ShouldBeFalse();
    }

    [Fact]
    public async Task What_is_not_there_or_cannot_be_started_has_no_version()
    {
        (await Of("no-such-agent")).ShouldBeNull();
        (await Of("/no/such/agent")).ShouldBeNull();
        var path = Program("echo 1.0.0");
        File.WriteAllText(path, "not a program");
        (await Of("agent")).ShouldBeNull();
        _versions.Ask("no-such-agent", Environment).ShouldBeNull();
    }

    [Fact]
    public async Task A_damaged_memory_is_made_anew_and_without_a_home_nothing_is_kept()
    {
        var file = Path.Combine(_root, "home", "cache", "agent-versions.json");
        foreach (var damage in (string[])["", "{", "[]", "{\"programs\":{\"a\":{}}}", "{\"programs\":{\"a\":1}}"])
        {
            _ = Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllTextAsync(file, damage, TestContext.Current.CancellationToken);
            _ = Program($"echo 1.0.{damage.Length}");
            (await Of("agent")).ShouldBe($"1.0.{damage.Length}");
        }

        var nowhere = Path.Combine(_root, "nowhere");
        (await new ProgramVersions(nowhere, _clock).OfAsync("agent", Environment, TestContext.Current.CancellationToken)).ShouldNotBeNull();
        Directory.Exists(nowhere).ShouldBeFalse();
    }

    private sealed class StoppedClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
