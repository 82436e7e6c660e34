using Logist.Testing;
using Logist.Cli;
using Logist.Cli.Output;
using Logist.Core;

namespace Logist.Tests.Cli;

public sealed class CommandLineTests : IDisposable
{
    private readonly CliRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public void The_reference_page_is_what_help_prints()
    {
        var page = Path.Combine(Repository.Root, "docs", "cli.md");
        var generated = CliReference.Markdown(CommandTree.Build());
        File.ReadAllText(page).ShouldBe(generated, "regenerate it: ./logist __docs cli > docs/cli.md");
    }

    [Fact]
    public void Every_command_has_a_description_and_an_action_or_commands_below()
    {
        foreach (var command in Leaves(CommandTree.Build()))
        {
            command.Description.ShouldNotBeNullOrEmpty(command.Name);
            command.Execute.ShouldNotBeNull(command.Name);
        }

        static IEnumerable<CliCommand> Leaves(CliCommand command) =>
            command.Subcommands.Count == 0 ? [command] : command.Subcommands.Cast<CliCommand>().SelectMany(Leaves);
    }

    [Theory]
    [InlineData("rerun")]
    [InlineData("restep")]
    [InlineData("resubmit")]
    public async Task The_help_of_rerun_restep_and_resubmit_tells_them_apart(string command)
    {
        (await _run.RunAsync("job", command, "--help")).ShouldBe(0);
        _run.Out.ShouldContain("rerun    = again, as a new run (or --failed/--steps: the failed ones, in this run)\n"
            + "restep   = one step, from the tree it saw\nresubmit = a person fixed it, go on\n");
    }

    [Theory]
    [InlineData("--json", "help", "exit-codes")]
    [InlineData("help", "--json", "exit-codes")]
    [InlineData("help", "exit-codes", "--json")]
    public async Task Global_options_work_before_and_after_the_command(params string[] args)
    {
        (await _run.RunAsync(args)).ShouldBe(0);
        _run.Json(_run.Out).GetProperty("schema").GetString().ShouldBe("logist.exit_codes/v1");
    }

    [Fact]
    public async Task No_argument_at_all_prints_help()
    {
        (await _run.RunAsync()).ShouldBe(0);
        _run.Out.ShouldContain("Usage: logist <command>");
        _run.Err.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_version_is_one_short_line()
    {
        (await _run.RunAsync("--version")).ShouldBe(0);
        _run.Out.ShouldMatch(@"^logist \d+\.\d+\.\d+(\+[0-9a-f]{7})?\r?\n$");
    }

    [Theory]
    [InlineData("doctr", "did you mean: logist doctor")]
    [InlineData("nothing-like-it", "fix: logist --help")]
    public async Task An_unknown_command_is_refused_with_a_guess(string word, string hint)
    {
        (await _run.RunAsync(word)).ShouldBe(2);
        _run.Out.ShouldBeEmpty();
        _run.Err.ShouldContain($"error[LOG1001]: \"logist\" has no command \"{word}\"");
        _run.Err.ShouldContain(hint);
        _run.Err.ShouldContain("Usage: logist");
    }

    [Theory]
    [InlineData("activate", "logist job run")]
    [InlineData("start", "logist job run")]
    [InlineData("current", "logist job status")]
    public async Task Names_of_the_older_tool_answer_with_the_new_one(string old, string now)
    {
        (await _run.RunAsync("job", old)).ShouldBe(2);
        _run.Err.ShouldContain($"\"logist job {old}\" is called \"{now}\" here");
    }

    [Fact]
    public async Task A_job_command_without_the_group_is_recognised()
    {
        (await _run.RunAsync("status")).ShouldBe(2);
        _run.Err.ShouldContain("did you mean: logist job status");
    }

    [Fact]
    public async Task A_mistyped_option_is_not_taken_for_an_argument()
    {
        (await _run.RunAsync("init", "--forse")).ShouldBe(2);
        _run.Err.ShouldContain("\"logist init\" has no option \"--forse\"");
        _run.Err.ShouldContain("did you mean: logist init --force");
        Directory.Exists(_run.JobsDirectory).ShouldBeFalse();
    }

    [Fact]
    public async Task A_missing_argument_is_named_and_the_usage_shown()
    {
        (await _run.RunAsync("completion")).ShouldBe(2);
        _run.Err.ShouldContain("<shell> is missing");
        _run.Err.ShouldContain("Usage: logist completion <shell>");
    }

    [Theory]
    [InlineData("--color", "--color needs a value auto|always|never")]
    [InlineData("--color=red", "--color takes auto, always, never, not \"red\"")]
    [InlineData("--progress=fast", "--progress takes auto, live, plain, json, none, not \"fast\"")]
    public async Task A_bad_value_of_an_option_names_what_it_takes(string option, string message)
    {
        (await _run.RunAsync("doctor", option)).ShouldBe(2);
        _run.Err.ShouldContain(message);
    }

    [Fact]
    public async Task Arguments_are_never_read_from_a_file()
    {
        var file = Path.Combine(_run.Root, "args");
        await File.WriteAllTextAsync(file, "--version", TestContext.Current.CancellationToken);
        (await _run.RunAsync($"@{file}")).ShouldBe(2);
        _run.Out.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_error_with_json_is_one_document_on_stderr()
    {
        (await _run.RunAsync("--json", "job", "status", "no-such-job")).ShouldBe(6);
        _run.Out.ShouldBeEmpty();
        var error = _run.Json(_run.Err);
        error.GetProperty("schema").GetString().ShouldBe("logist.error/v1");
        error.GetProperty("code").GetString().ShouldBe("LOG1004");
        error.GetProperty("exit_code").GetInt32().ShouldBe(6);
    }

    [Fact]
    public async Task Escape_sequences_in_arguments_never_reach_the_terminal()
    {
        (await _run.RunAsync("completion", "\u001b[2J\u202e\u009b")).ShouldBe(2);
        _run.Err.ShouldContain(@"\u001b[2J\u202e\u009b");
        _run.Err.IndexOfAny(['\u001b', '\u202e', '\u009b']).ShouldBe(-1);
        (await _run.RunAsync("completion", "\u001b[2J\u202e\u009b", "--json")).ShouldBe(2);
        _run.Err.IndexOfAny(['\u001b', '\u202e', '\u009b']).ShouldBe(-1);
        _run.Json(_run.Err).GetProperty("detail").GetString()!.ShouldContain("\u001b[2J\u202e\u009b");
    }

    [Fact]
    public void An_unexpected_failure_is_one_line_and_its_details_go_to_a_file()
    {
        var error = new StringWriter();
        using var streams = new StandardStreams(new StringWriter(), error, false, false, false, () => null);
        var code = Failures.Report(Thrown(), Terminal.Plain(streams), _run.Surroundings, interrupted: null);

        code.ShouldBe(1);
        var file = Directory.GetFiles(Path.Combine(_run.Root, "home", "logs")).ShouldHaveSingleItem();
        error.ToString().TrimEnd().ShouldBe($"error[LOG1999]: internal error: InvalidTimeZoneException (details: {file})");
        File.ReadAllText(file).ShouldContain("at Logist.Tests.Cli.CommandLineTests");
        File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public void An_unexpected_failure_is_reported_also_where_no_file_can_be_written()
    {
        var error = new StringWriter();
        using var streams = new StandardStreams(new StringWriter(), error, false, false, false, () => null);
        _run.With("LOGIST_HOME", "/proc/no-such-place");
        Failures.Report(Thrown(), Terminal.Plain(streams), _run.Surroundings, interrupted: null).ShouldBe(1);
        error.ToString().ShouldStartWith("error[LOG1999]: internal error: InvalidTimeZoneException (no details:");
    }

    [Fact]
    public void Every_kind_of_failure_has_its_exit_code()
    {
        ExitCode.Of(new LogistException(ErrorKind.Busy, "x"), null).ShouldBe(5);
        ExitCode.Of(new JobStateException(new Problem(ErrorKind.Corrupt, "x")), null).ShouldBe(10);
        ExitCode.Of(new OperationCanceledException(), 143).ShouldBe(143);
        ExitCode.Of(new OperationCanceledException(), null).ShouldBe(130);
        ExitCode.Of(new UnauthorizedAccessException(), null).ShouldBe(10);
        ExitCode.Of(new InvalidOperationException(), null).ShouldBe(1);
    }

    [Fact]
    public void Directories_come_from_option_then_variables_then_home()
    {
        var surroundings = _run.With("LOGIST_HOME", null).With("HOME", "/home/ann").Surroundings;
        surroundings.JobsDirectory(null).ShouldBe("/home/ann/.logist/jobs");
        _run.With("LOGIST_HOME", "h").Surroundings.JobsDirectory(null).ShouldBe(Path.Combine(_run.Root, "h", "jobs"));
        _run.With("LOGIST_JOBS_DIR", "/jobs").Surroundings.JobsDirectory(null).ShouldBe("/jobs");
        _run.Surroundings.JobsDirectory("mine/../other").ShouldBe(Path.Combine(_run.Root, "other"));
    }

    [Fact]
    public void A_relative_path_in_a_deleted_directory_is_a_usage_error()
    {
        var surroundings = new Surroundings(_ => null, () => null, TimeProvider.System);
        Should.Throw<LogistException>(() => surroundings.Absolute("x")).Problem.Kind.ShouldBe(ErrorKind.Usage);
        surroundings.Absolute("/x").ShouldBe("/x");
    }

    [Theory]
    [InlineData("1h30m", 5400)]
    [InlineData("20m", 1200)]
    [InlineData("500ms", 0.5)]
    public void Durations_are_numbers_with_units(string text, double seconds) =>
        Options.Duration("--timeout", text)!.Value.TotalSeconds.ShouldBe(seconds);

    [Theory]
    [InlineData("-1")]
    [InlineData("0s")]
    [InlineData("1e12")]
    [InlineData("5 minutes")]
    [InlineData("NaN")]
    [InlineData("")]
    [InlineData("9999999999h")]
    [InlineData("367d")]
    public void Anything_else_is_no_duration(string text) =>
        Should.Throw<LogistException>(() => Options.Duration("--timeout", text)).Problem.Kind.ShouldBe(ErrorKind.Usage);

    private static InvalidTimeZoneException Thrown()
    {
        try
        {
            throw new InvalidTimeZoneException("secret detail");
        }
        catch (InvalidTimeZoneException e)
        {
            return e;
        }
    }
}
