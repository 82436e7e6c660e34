using Logist.Cli.Diagnosis;
using Logist.Diagnosis;

namespace Logist.Tests.Cli;

public sealed class InitAndDoctorTests : IDisposable
{
    private readonly CliRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task Init_makes_the_jobs_directory_only_for_its_owner()
    {
        (await _run.RunAsync("init")).ShouldBe(0);
        File.GetUnixFileMode(_run.JobsDirectory).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.Exists(Path.Combine(_run.JobsDirectory, "jobs_index.json")).ShouldBeTrue();
        Directory.Exists(Path.Combine(_run.Root, ".logist")).ShouldBeFalse();
    }

    [Fact]
    public async Task Init_in_a_repository_writes_an_example_at_its_top()
    {
        var below = Directory.CreateDirectory(Path.Combine(_run.Root, "src", "deep")).FullName;
        Directory.CreateDirectory(Path.Combine(_run.Root, ".git"));
        (await _run.RunAsync("init", below)).ShouldBe(0);
        (await File.ReadAllTextAsync(Path.Combine(_run.Root, ".logist", "workflows", "hello.yaml"), TestContext.Current.CancellationToken))
            .ShouldContain("name: hello");
    }

    [Fact]
    public async Task Init_again_changes_nothing()
    {
        Directory.CreateDirectory(Path.Combine(_run.Root, ".git"));
        await _run.RunAsync("init");
        var hello = Path.Combine(_run.Root, ".logist", "workflows", "hello.yaml");
        await File.WriteAllTextAsync(hello, "mine", TestContext.Current.CancellationToken);
        (await _run.RunAsync("init", "--force", "--json")).ShouldBe(0);
        _run.Json(_run.Out).GetProperty("made").GetArrayLength().ShouldBe(0);
        (await File.ReadAllTextAsync(hello, TestContext.Current.CancellationToken)).ShouldBe("mine");
    }

    [Fact]
    public async Task Init_where_nothing_can_be_written_is_a_storage_error()
    {
        (await _run.RunAsync("init", "--jobs-dir", "/proc/no-such-place")).ShouldBe(10);
        _run.Err.ShouldStartWith("error[LOG1070]");
    }

    [Fact]
    public async Task Doctor_reports_every_check_and_makes_nothing()
    {
        await _run.RunAsync("doctor", "--json");
        var names = _run.Json(_run.Out).GetProperty("checks").EnumerateArray().Select(c => c.GetProperty("name").GetString());
        names.ShouldBe(["dotnet", "git", "step host", "/proc", "boot id", "inotify", "jobs directory", "file system", "free space",
            "claude", "codex", "cline", "gemini", "opencode", "qwen"]);
        Directory.Exists(Path.Combine(_run.Root, "home")).ShouldBeFalse();
    }

    [Fact]
    public async Task Doctor_fails_with_a_fix_when_something_is_missing()
    {
        (await _run.RunAsync("doctor", "--jobs-dir", "/proc/no-such-place")).ShouldBe(1);
        _run.Out.ShouldContain("fail  jobs directory");
        _run.Out.ShouldContain("fix: use --jobs-dir");
    }

    [Fact]
    public void Doctor_knows_what_is_too_old_too_small_and_too_far_away()
    {
        MachineChecks.Runtime(new Version(9, 0, 1)).Level.ShouldBe(Level.Fail);
        GitCheck.Judge("git version 2.38.1", "/git").Level.ShouldBe(Level.Fail);
        GitCheck.Judge("git version 2.39.5 (Apple Git-154)", "/git").Level.ShouldBe(Level.Ok);
        GitCheck.Judge("what?", "/git").Level.ShouldBe(Level.Fail);
        MachineChecks.StepHost(_run.Root).Level.ShouldBe(Level.Fail);
        MachineChecks.Proc(_run.Root).Level.ShouldBe(Level.Fail);
        MachineChecks.BootId(_run.Root).Level.ShouldBe(Level.Fail);
        DirectoryChecks.Local("/jobs", "nfs").Level.ShouldBe(Level.Fail);
        DirectoryChecks.Local("/jobs", "fuseblk").Level.ShouldBe(Level.Warn);
        DirectoryChecks.Local("/jobs", "ext4").Level.ShouldBe(Level.Ok);
        DirectoryChecks.Space(1 << 20).Level.ShouldBe(Level.Fail);
        DirectoryChecks.Space(500 << 20).Level.ShouldBe(Level.Warn);
        DirectoryChecks.Space(5L << 30).Level.ShouldBe(Level.Ok);
    }
}
