namespace Logist.Tests.Cli;

public sealed class StreamTests : IDisposable
{
    private readonly CliRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task A_reader_that_goes_away_ends_the_output_quietly()
    {
        var (_, output, error) = await RunAsync("{ sleep 0.1; app --help; echo \"rc=$?\" >&2; } | true");
        output.ShouldBeEmpty();
        error.ShouldBe("rc=0\n");
    }

    [Fact]
    public async Task A_full_disk_behind_stdout_is_an_error()
    {
        var (code, _, error) = await RunAsync("app --help >/dev/full");
        code.ShouldBe(10);
        error.ShouldStartWith("error[LOG1070]: cannot write to standard output: No space left on device");
    }

    [Fact]
    public async Task A_closed_stderr_hurts_nobody()
    {
        var (code, output, _) = await RunAsync("app help exit-codes 2>&-");
        code.ShouldBe(0);
        output.ShouldStartWith("  0  ok");
    }

    [Fact]
    public async Task Output_into_a_shared_file_is_appended_where_the_file_stands()
    {
        var file = Path.Combine(_run.Root, "both");
        await RunAsync($"{{ echo first; app --version; echo last; }} >{file}");
        (await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken)).ShouldSatisfyAllConditions(
            lines => lines.Length.ShouldBe(3), lines => lines[0].ShouldBe("first"), lines => lines[1].ShouldStartWith("logist "), lines =>
                lines[2].ShouldBe("last"));
    }

    [Fact]
    public async Task Advice_comes_after_what_the_command_has_said()
    {
        var (code, output, _) = await RunAsync(
            $"cd {_run.Root} && printf 'version: 1\\nsteps: {{ a: {{ run: exit 1 }} }}\\n' >a.yaml && app job create a.yaml --run -q "
            + "|| app job resubmit a 2>&1");
        code.ShouldBe(0);
        output.ShouldEndWith("a is PENDING\ngo on with: logist job run a\n");
    }

    [Theory]
    [InlineData("LC_ALL=tr_TR.UTF-8")]
    [InlineData("LANG=C LC_ALL=C")]
    [InlineData("TZ=Nowhere/Odd")]
    [InlineData("TERM=dumb")]
    [InlineData("-u HOME -u LOGIST_HOME")]
    public async Task Odd_surroundings_do_not_matter(string surroundings)
    {
        var (code, output, error) = await RunAsync($"env {surroundings} \"$APP\" help INIT; env {surroundings} \"$APP\" help init");
        code.ShouldBe(0, error);
        output.ShouldContain("Usage: logist init");
        error.ShouldContain("no help about \"INIT\"");
    }

    [Fact]
    public async Task A_deleted_current_directory_does_not_matter()
    {
        var (code, output, error) =
            await RunAsync($"mkdir {_run.Root}/gone && cd {_run.Root}/gone && rmdir {_run.Root}/gone && app help exit-codes && app init");
        code.ShouldBe(2, error);
        output.ShouldStartWith("  0  ok");
        error.ShouldContain("the current directory does not exist any more");
    }

    private Task<(int Code, string Out, string Err)> RunAsync(string script) => Shell.RunAsync(
        "app() { \"$APP\" \"$@\"; }\n" + script, ("APP", Path.Combine(AppContext.BaseDirectory, "Logist.Cli")),
            ("LOGIST_HOME", Path.Combine(_run.Root, "home")));
}
