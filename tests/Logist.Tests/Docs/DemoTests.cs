using Logist.Tests.Cli;

namespace Logist.Tests.Docs;

public sealed class DemoTests : IDisposable
{
    private readonly CliRun _run = new();

    public void Dispose() => _run.Dispose();

    [Theory]
    [InlineData("plan", "agent_stuck")]
    [InlineData("implement", "agent_stuck")]
    [InlineData("lint", "command_failed")]
    [InlineData("test", "command_failed")]
    [InlineData("5", "command_failed")]
    public async Task The_demo_keeps_what_it_promises_wherever_its_second_job_stops(string step, string category)
    {
        (await _run.RunAsync("demo", "--fail", step, "--json")).ShouldBe(0, _run.Err);
        var document = _run.Json(_run.Out);
        var checks = document.GetProperty("checks").EnumerateArray().ToList();
        checks.ShouldAllBe(check => check.GetProperty("ok").GetBoolean());
        checks.ShouldContain(check => check.GetProperty("text").GetString()!.Contains(category));
        checks.ShouldContain(check => check.GetProperty("text").GetString()!.StartsWith("restep did one step again"));
        checks[^2].GetProperty("text").GetString().ShouldBe("greeting is SUCCESS again, nothing in it is stale");
        document.GetProperty("directory").GetString().ShouldBeNull();
        Directory.Exists(_run.JobsDirectory).ShouldBeFalse("the demo has jobs of its own");
    }

    [Fact]
    public async Task The_demo_leaves_nothing_behind_unless_asked_to()
    {
        var (code, output, error) = await Shell.RunAsync(
            """
            mkdir "$ROOT/tmp"; export TMPDIR="$ROOT/tmp"; "$APP" demo; ls -A "$TMPDIR"; echo ---
            "$APP" demo --keep -q >/dev/null; ls "$TMPDIR"/*/home/jobs
            """,
            ("ROOT", _run.Root), ("APP", Path.Combine(AppContext.BaseDirectory, "Logist.Cli")), ("LOGIST_HOME", _run.Root),
            ("LOGIST_JOB_ID", "nobody"));
        code.ShouldBe(0, error);
        foreach (var shown in (string[])["rerun greeting --failed --reason \"it has to say Hello\" --dry-run",
            "Plan for greeting.1 (restep)", "restep greeting implement --agent brief",
            "diff greeting implement --attempt 4 --against 2", "run greeting --stale"])
        {
            output.ShouldContain(shown);
        }

        output.ShouldContain("✓ the checkout, its index and branch main were never touched");
        output.ShouldContain("was removed (logist demo --keep keeps it).\n---\ngreeting\ngreeting-2\n");
    }

    [Fact]
    public async Task A_step_that_the_demo_does_not_have_is_refused()
    {
        (await _run.RunAsync("demo", "--fail", "tset")).ShouldBe(2);
        _run.Err.ShouldContain("steps are 1..5: plan, implement, lint, test, release");
        _run.Err.ShouldContain("did you mean: test");
    }
}
