using Logist.Cli;
using Logist.Cli.Completion;

namespace Logist.Tests.Cli;

public sealed class CompletionTests : IDisposable
{
    private readonly CliRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public void Commands_are_offered_by_their_first_letters()
    {
        Complete("d").ShouldBe(["demo", "doctor"], ignoreOrder: true);
        Complete("job", "sel").ShouldBe(["select"]);
        Complete("job", "list", "x").ShouldBeEmpty();
    }

    [Fact]
    public void Job_ids_and_then_step_ids_are_offered()
    {
        _run.Job("fix-login", "plan", "test");
        _run.Job("fix-logout");
        Directory.CreateDirectory(Path.Combine(_run.JobsDirectory, ".new-half"));
        Complete("job", "status", "").ShouldBe(["fix-login", "fix-logout"]);
        Complete("job", "logs", "fix-login", "").ShouldBe(["plan", "test"]);
        Complete("--jobs-dir", "/nowhere", "job", "status", "").ShouldBeEmpty();
    }

    [Fact]
    public void A_damaged_manifest_completes_to_nothing()
    {
        _run.Job("broken");
        File.WriteAllText(Path.Combine(_run.JobsDirectory, "broken", "job_manifest.json"), "{\"phases\":[{");
        Complete("job", "logs", "broken", "").ShouldBeEmpty();
    }

    [Fact]
    public void Options_and_their_words_are_offered()
    {
        Complete("init", "--f").ShouldBe(["--force"]);
        Complete("init", "--js").ShouldBe(["--json"]);
        Complete("--color", "a").ShouldBe(["auto", "always"]);
        Complete("completion", "").ShouldBe(["bash", "zsh", "fish", "pwsh"]);
    }

    [Fact]
    public async Task The_bash_script_completes_in_a_real_shell()
    {
        _run.Job("fix-login", "plan", "test");
        (await InBashAsync("logist job status fix")).ShouldBe("fix-login");
        (await InBashAsync("logist job logs fix-login ")).ShouldBe("plan test");
        (await InBashAsync("logist --color=always doc")).ShouldBe("doctor");
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    [InlineData("pwsh")]
    public async Task There_is_a_script_for_every_shell(string shell)
    {
        (await _run.RunAsync("completion", shell)).ShouldBe(0);
        _run.Out.ShouldContain("__complete");
    }

    private async Task<string> InBashAsync(string line)
    {
        await _run.RunAsync("completion", "bash");
        var script = _run.Out
            + $"\nlogist() {{ '{Program}' \"$@\"; }}\nCOMP_LINE='{line}' COMP_POINT={line.Length}\n_logist\necho \"${{COMPREPLY[*]}}\"";
        var (code, output, error) = await Shell.RunAsync(script, ("LOGIST_HOME", Path.Combine(_run.Root, "home")));
        code.ShouldBe(0, error);
        return output.Trim();
    }

    private static string Program => Path.Combine(AppContext.BaseDirectory, "Logist.Cli");

    private List<string> Complete(params string[] words) =>
        [.. Completer.Complete(CommandTree.Build(), words, new JobNames(_run.Surroundings))];
}
