using System.Text.Json;

namespace Logist.Tests.Cli;

/// <summary>R7.2, R7.3 and R7.5 as typed: what is asked for, what is refused, and with which exit code.</summary>
public sealed class ReexecutionCommandTests : IDisposable
{
    private readonly CliRun _run = new();

    public void Dispose() => _run.Dispose();

    [Theory]
    [InlineData("rerun")]
    [InlineData("restep")]
    [InlineData("resolve")]
    public async Task The_command_is_in_help(string command)
    {
        await ExpectAsync(0, "job", "--help");
        _run.Out.ShouldContain(command);
        await ExpectAsync(0, "job", command, "--help");
    }

    [Fact]
    public async Task They_need_a_job_and_a_step_even_with_a_selected_job_and_write_nothing()
    {
        await CreateAsync();
        await ExpectAsync(0, "job", "run", "chain", "-q");
        var before = Journal();
        await ExpectAsync(2, "job", "rerun");
        _run.Err.ShouldContain("<job> is missing");
        await ExpectAsync(2, "job", "restep");
        await ExpectAsync(2, "job", "restep", "chain");
        _run.Err.ShouldContain("<step> is missing");
        Journal().ShouldBe(before);
    }

    [Fact]
    public async Task An_unknown_job_is_6_and_a_job_that_never_ran_5_with_the_way_on()
    {
        await ExpectAsync(6, "job", "rerun", "nobody");
        await ExpectAsync(6, "job", "restep", "nobody", "1");
        await CreateAsync();
        await ExpectAsync(5, "job", "rerun", "chain");
        _run.Err.ShouldContain("logist job run chain");
        await ExpectAsync(5, "job", "restep", "chain", "1");
        _run.Err.ShouldContain("logist job run chain");
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("4")]
    [InlineData("nope")]
    public async Task A_step_out_of_range_is_2_names_the_range_and_writes_nothing(string step)
    {
        await CreateAsync();
        await ExpectAsync(0, "job", "run", "chain", "-q");
        var before = Journal();
        foreach (var command in (string[][])[["rerun", "chain", "--step", step], ["restep", "chain", step]])
        {
            await ExpectAsync(2, ["job", .. command]);
            _run.Err.ShouldContain("1..3: one, two, three");
        }

        Journal().ShouldBe(before);
    }

    [Fact]
    public async Task A_parameter_is_used_and_recorded_and_an_undeclared_one_is_2_with_what_was_meant()
    {
        await CreateAsync();
        await ExpectAsync(0, "job", "run", "chain", "-q");
        await ExpectAsync(2, "job", "rerun", "chain", "--param", "wrod=x");
        _run.Err.ShouldContain("did you mean \"word\"");
        await ExpectAsync(0, "job", "rerun", "chain", "--step", "three", "--param", "word=bye", "-q");
        _run.Err.ShouldContain("one is reused although it uses a parameter that changes");
        await ExpectAsync(0, "job", "status", "chain", "--json");
        var run = Root().GetProperty("run");
        (run.GetProperty("trigger").GetString(), run.GetProperty("from_step").GetString()).ShouldBe(("rerun", "three"));
        run.GetProperty("params").GetProperty("word").GetString().ShouldBe("bye");
    }

    [Fact]
    public async Task The_current_text_of_the_workflow_is_used_where_asked_for()
    {
        await CreateAsync();
        await ExpectAsync(0, "job", "run", "chain", "-q");
        await WriteAsync("two: { needs: [one], workspace: none, run: echo TWO }");
        await ExpectAsync(0, "job", "restep", "chain", "two", "-q");
        (await LogAsync("two")).ShouldBe("two\n");
        await ExpectAsync(0, "job", "restep", "chain", "two", "--workflow", "current", "-q");
        (await LogAsync("two")).ShouldBe("TWO\n");
        await ExpectAsync(0, "job", "rerun", "chain", "--step", "3", "--workflow", "current", "-q");
        _run.Err.ShouldContain("two is reused although its definition changed");
        await ExpectAsync(0, "job", "rerun", "chain", "--workflow", "current", "-q");
        (await LogAsync("two")).ShouldBe("TWO\n");
    }

    [Fact]
    public async Task A_partial_rerun_needs_a_reason_a_failure_and_every_failed_step_before_it()
    {
        await CreateAsync("two: { needs: [one], workspace: none, run: 'exit 1' }");
        await ExpectAsync(3, "job", "run", "chain", "-q");
        await ExpectAsync(2, "job", "rerun", "chain", "--failed");
        _run.Err.ShouldContain("--reason is required");
        await ExpectAsync(2, "job", "rerun", "chain", "--steps", "one", "--reason", "x");
        _run.Err.ShouldContain("one cannot be selected: it did not fail");
        await ExpectAsync(2, "job", "rerun", "chain", "--steps", "nope", "--reason", "x");
        await ExpectAsync(2, "job", "rerun", "chain", "--failed", "--reason", "x", "--max-dispatch", "101");
        await ExpectAsync(2, "job", "rerun", "chain", "--failed", "--step", "1", "--reason", "x");
        await ExpectAsync(0, "job", "suspend", "chain");
        await ExpectAsync(5, "job", "rerun", "chain", "--failed", "--reason", "x");
        await ExpectAsync(0, "job", "resume", "chain");
        await ExpectAsync(3, "job", "rerun", "chain", "--failed", "--reason", "disk fixed", "--by", "operator", "-q");
        await ExpectAsync(0, "job", "inspect", "chain", "--json");
        var two = Root().GetProperty("runs")[0].GetProperty("tasks")[1];
        two.GetProperty("rerun_count").GetInt32().ShouldBe(1);
        two.GetProperty("last_rerun_by").GetString().ShouldBe("operator");
        two.GetProperty("last_rerun_reason").GetString().ShouldBe("disk fixed");
    }

    [Fact]
    public async Task A_held_rerun_waits_until_the_job_is_run_and_status_says_for_whom()
    {
        var mended = Path.Combine(_run.Root, "mended");
        await CreateAsync($"two: {{ needs: [one], workspace: none, run: 'test -e {mended}' }}");
        await ExpectAsync(3, "job", "run", "chain", "-q");
        await ExpectAsync(0, "job", "rerun", "chain", "--failed", "--reason", "disk fixed", "--by", "ann", "--no-run");
        await ExpectAsync(0, "job", "status", "chain");
        _run.Out.ShouldContain("PENDING");
        _run.Out.ShouldContain("why: held by ann: disk fixed");
        _run.Out.ShouldContain("next: logist job run chain");
        await ExpectAsync(0, "job", "status", "chain", "--json");
        var blocked = Root().GetProperty("live").GetProperty("blocked")[0];
        (blocked.GetProperty("step").GetString(), blocked.GetProperty("because").GetString(), blocked.GetProperty("unblock").GetString())
            .ShouldBe(("two", "held by ann", "logist job run chain"));
        await ExpectAsync(0, "job", "list");
        _run.Out.ShouldContain("held by ann");
        await File.WriteAllTextAsync(mended, "", TestContext.Current.CancellationToken);
        await ExpectAsync(0, "job", "run", "chain", "-q");
    }

    [Fact]
    public async Task The_plan_as_json_has_every_field_that_scripts_rely_on()
    {
        await CreateAsync();
        await ExpectAsync(0, "job", "run", "chain", "-q");
        await ExpectAsync(0, "job", "rerun", "chain", "--step", "2", "--dry-run", "--json");
        var plan = Root();
        (plan.GetProperty("schema").GetString(), plan.GetProperty("kind").GetString(), plan.GetProperty("run_id").GetString())
            .ShouldBe(("logist.plan/v1", "rerun", "chain.2"));
        plan.GetProperty("plan_hash").GetString()!.ShouldMatch("^sha256:[0-9a-f]{64}$");
        plan.GetProperty("steps").EnumerateArray().Select(s => s.GetProperty("action").GetString()).ShouldBe(["REUSE", "RUN", "RUN"]);
        foreach (var step in plan.GetProperty("steps").EnumerateArray())
        {
            step.EnumerateObject().Select(p => p.Name).ShouldBeSubsetOf(["number", "step", "action", "why", "attempt_from", "attempt_to",
                "from_run", "input_commit", "input_tree"]);
        }

        plan.GetProperty("warnings").GetArrayLength().ShouldBe(0);
        plan.GetProperty("estimate").GetProperty("seconds").GetDouble().ShouldBeGreaterThanOrEqualTo(0);
    }

    [Fact]
    public async Task A_person_at_the_terminal_is_asked_and_a_no_changes_nothing()
    {
        await CreateAsync();
        await ExpectAsync(0, "job", "run", "chain", "-q");
        var before = Journal();
        _run.Answer = "n\n";
        await ExpectAsync(2, "job", "rerun", "chain", "--progress", "none");
        _run.Err.ShouldContain("Go on? [y/N]");
        Journal().ShouldBe(before);
        _run.Answer = "y\n";
        await ExpectAsync(0, "job", "rerun", "chain", "--progress", "none");
    }

    [Fact]
    public async Task What_has_side_effects_repeats_only_after_a_yes()
    {
        await CreateAsync("two: { needs: [one], workspace: none, side_effects: external, run: echo two }");
        await ExpectAsync(0, "job", "run", "chain", "-q");
        await ExpectAsync(2, "job", "restep", "chain", "two");
        _run.Err.ShouldContain("side effects outside the job: they repeat");
        _run.Err.ShouldContain("-y");
        await ExpectAsync(0, "job", "restep", "chain", "two", "-y", "-q");
    }

    [Fact]
    public async Task An_agent_that_nobody_declared_is_refused_by_the_plan_already()
    {
        await CreateAsync("two: { needs: [one], workspace: none, prompt: go, agent: scripted }");
        await ExpectAsync(0, "job", "run", "chain", "--until", "one", "-q");
        await ExpectAsync(9, "job", "restep", "chain", "two", "--agent", "nobody", "--dry-run");
        _run.Err.ShouldContain("nobody");
        _run.Out.ShouldBeEmpty();
    }

    private string Workflow => Path.Combine(_run.Root, "chain.yaml");

    private async Task CreateAsync(string two = "two: { needs: [one], workspace: none, run: echo two }")
    {
        await WriteAsync(two);
        await ExpectAsync(0, "job", "create", Workflow);
    }

    private Task WriteAsync(string two) => File.WriteAllTextAsync(Workflow, $$$"""
        version: 1
        name: chain
        params: { word: { default: hello } }
        steps:
          one: { workspace: none, run: "echo ${{ params.word }}" }
          {{{two}}}
          three: { needs: [two], workspace: none, run: echo three }
        """, TestContext.Current.CancellationToken);

    private async Task<string> LogAsync(string step)
    {
        await ExpectAsync(0, "job", "logs", "chain", step);
        return _run.Out;
    }

    private async Task ExpectAsync(int code, params string[] args) =>
        (await _run.RunAsync(args)).ShouldBe(code, string.Join(' ', args) + "\n" + _run.Out + _run.Err);

    private string Journal() => File.ReadAllText(Path.Combine(_run.JobsDirectory, "chain", "history.jsonl"));

    private JsonElement Root() => _run.Json(_run.Out);
}
