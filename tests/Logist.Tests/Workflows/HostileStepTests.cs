namespace Logist.Tests.Workflows;

public sealed class HostileStepTests : IDisposable
{
    private readonly WorkflowFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static string Step(string body) => $"name: w\nsteps:\n  s: {{ {body} }}\n";

    [Theory]
    [InlineData("timeout: -1", "found \"-1\"")]
    [InlineData("timeout: 0", "found \"0\"")]
    [InlineData("timeout: 0s", "found \"0s\"")]
    [InlineData("timeout: 1e12", "found \"1e12\"")]
    [InlineData("timeout: 1e12s", "found \"1e12s\"")]
    [InlineData("timeout: NaN", "found \"NaN\"")]
    [InlineData("timeout: .inf", "found \".inf\"")]
    [InlineData("timeout: 5 minutes", "found \"5 minutes\" (write 5m)")]
    [InlineData("timeout: 90", "found \"90\" (write 90s for seconds or 90m for minutes)")]
    [InlineData("timeout: 10S", "found \"10S\" (write 10s)")]
    [InlineData("timeout: 1.5h", "found \"1.5h\"")]
    [InlineData("timeout: 9999999999d", "found \"9999999999d\"")]
    [InlineData("timeout: 31d", "found \"31d\"")]
    [InlineData("timeout: 010s", "found \"010s\" (write 10s)")]
    [InlineData("timeout: [1s]", "found a list")]
    [InlineData("timeout: ~", "found nothing (give a value or remove the key)")]
    [InlineData("timeout: ١s", "found \"١s\"")]
    public void Times_have_one_spelling_and_sensible_limits(string body, string end) =>
        _folder.Problems(Step("run: x, " + body)).ShouldBe(
            ["3:25 steps.s.timeout: expected a time such as 500ms, 10s, 20m, 2h or 1d, at most 30d, " + end]);

    [Theory]
    [InlineData("retry: { max_attempts: 2147483648 }",
        "3:31 steps.s.retry.max_attempts: expected a whole number from 1 to 100, found \"2147483648\"")]
    [InlineData("retry: { max_attempts: 0 }", "3:31 steps.s.retry.max_attempts: expected a whole number from 1 to 100, found \"0\"")]
    [InlineData("retry: { max_attempts: -1 }", "3:31 steps.s.retry.max_attempts: expected a whole number from 1 to 100, found \"-1\"")]
    [InlineData("retry: { max_attempts: 010 }", "3:31 steps.s.retry.max_attempts: expected a whole number from 1 to 100, found \"010\"")]
    [InlineData("retry: { max_attempts: 1e1 }", "3:31 steps.s.retry.max_attempts: expected a whole number from 1 to 100, found \"1e1\"")]
    [InlineData("retry: { max_attempts: \"3\" }",
        "3:31 steps.s.retry.max_attempts: expected a whole number from 1 to 100, found \"3\" (remove the quotes)")]
    [InlineData("retry: 3", "3:15 steps.s.retry: expected a map with max_attempts and backoff, found \"3\"")]
    [InlineData("retry: { backoff: { factor: 0.5 } }", "3:36 steps.s.retry.backoff.factor: expected a number from 1 to 100, found \"0.5\"")]
    [InlineData("retry: { backoff: { factor: .nan } }",
        "3:36 steps.s.retry.backoff.factor: expected a number from 1 to 100, found \".nan\"")]
    [InlineData("retry: { backoff: { initial: 2m, max: 1m } }", "3:37 backoff: initial (2m) is longer than max (1m) (raise max)")]
    [InlineData("budget: { max_cost_usd: -5 }",
        "3:32 steps.s.budget.max_cost_usd: expected an amount of US dollars from 0.000001 to 1000000, found \"-5\"")]
    [InlineData("budget: { max_cost_usd: 1e3 }",
        "3:32 steps.s.budget.max_cost_usd: expected an amount of US dollars from 0.000001 to 1000000, found \"1e3\"")]
    [InlineData("budget: { max_cost_usd: $5 }",
        "3:32 steps.s.budget.max_cost_usd: expected an amount of US dollars from 0.000001 to 1000000, found \"$5\" (leave out the $)")]
    [InlineData("budget: {}", "3:16 budget has no limit (add max_cost_usd, max_tokens, max_time or max_iterations)")]
    [InlineData("budget: { max_tokens: 9223372036854775808 }",
        "3:30 steps.s.budget.max_tokens: expected a whole number from 1 to 1000000000000, found \"9223372036854775808\"")]
    [InlineData("workspace: giit", "3:19 steps.s.workspace: expected git or none, found \"giit\" (did you mean \"git\"?)")]
    [InlineData("side_effects: none", "3:22 steps.s.side_effects: expected external, found \"none\"")]
    [InlineData("checks: make", "3:16 steps.s.checks: expected a list of commands, found \"make\"")]
    [InlineData("keep: [../x]", "3:15 steps.s.keep: \"../x\": \"..\" is not allowed in it (name files inside the workspace)")]
    [InlineData("keep: [/etc]", "3:15 steps.s.keep: \"/etc\" is not below the workspace (write a path relative to the workspace)")]
    [InlineData("evidence: [.git/config]",
        "3:19 steps.s.evidence: \".git/config\": \".git\" is not allowed in it (name files inside the workspace)")]
    [InlineData("keep: [x], workspace: none", "3:8 keep needs workspace: git (remove it)")]
    [InlineData("agent: claude", "3:8 agent is only for steps with a prompt (remove it)")]
    [InlineData("review: { agent: codex }", "3:8 review is only for steps with a prompt (remove it)")]
    [InlineData("prompt: y", "3:8 step s has both run and prompt (keep one of them)")]
    [InlineData("approval: no",
        "3:18 approval: expected true, a message, or a map with a message, found \"no\" (write true, or leave approval out)")]
    [InlineData("approval: {}", "3:18 steps.s.approval: \"message\" is missing")]
    [InlineData("approval: \"Merge ${{ params.x }}?\"",
        "3:18 ${{ }} is not replaced in the message of an approval (use it in run, checks or prompt)")]
    [InlineData("reveiw: x", "3:8 steps.s: unknown key \"reveiw\" (did you mean \"review\"?)")]
    [InlineData("<<: { a: b }", "3:8 steps.s: unknown key \"<<\" (merge keys are not supported)")]
    public void Values_are_checked_where_they_stand(string body, string problem)
    {
        // The extra key stands first, so that columns do not depend on the rest.
        _folder.Problems(Step(body + ", run: x")).ShouldBe([problem]);
    }

    [Theory]
    [InlineData("[\"A=B\"]", "3:22 steps.s.env: \"A=B\" is not a variable name: it contains = (write env as a map to set values)")]
    [InlineData("[LD_PRELOAD]",
        "3:22 steps.s.env: the variable LD_PRELOAD is refused: it loads foreign code into every program of the step")]
    [InlineData("{ LD_PRELOAD: /x.so }",
        "3:23 steps.s.env: the variable LD_PRELOAD is refused: it loads foreign code into every program of the step")]
    [InlineData("{ DOTNET_STARTUP_HOOKS: x }",
        "3:23 steps.s.env: the variable DOTNET_STARTUP_HOOKS is refused: it loads foreign code into every .NET program of the step")]
    [InlineData("{ GIT_DIR: x }",
        "3:23 steps.s.env: the variable GIT_DIR is refused: variables starting with GIT_ redirect git; Logist sets those it needs")]
    [InlineData("[LOGIST_JOB_ID]",
        "3:22 steps.s.env: the variable LOGIST_JOB_ID is refused: variables starting with LOGIST_ are set by Logist")]
    [InlineData("{ PATH: \".:/bin\" }",
        "3:29 \".\" in PATH is refused: programs would be taken from the working directory (use absolute directories)")]
    [InlineData("{ PATH: \"/bin:\" }",
        "3:29 \"\" in PATH is refused: programs would be taken from the working directory (use absolute directories)")]
    [InlineData("{ A: }", "3:26 steps.s.env.A: expected text, found nothing (write \"\" for empty text)")]
    [InlineData("{ A: [b] }", "3:26 steps.s.env.A: expected text, found a list")]
    [InlineData("{ A: \"x\\0y\" }", "3:26 the text contains a NUL character (remove it)")]
    [InlineData("{ A: \"${{ params.x }}\" }", "3:26 ${{ }} is not replaced in env (use it in run, checks or prompt)")]
    [InlineData("A", "3:21 steps.s.env: expected a list of names to pass through, or a map of names and values, found \"A\"")]
    [InlineData("[1A]",
        "3:22 steps.s.env: \"1A\" is not a variable name: letters, digits and _, not starting with a digit (^[A-Za-z_][A-Za-z0-9_]*$)")]
    public void Variables_that_are_no_names_or_do_harm_are_refused_with_the_reason(string env, string problem) =>
        _folder.Problems(Step($"run: x, env: {env}")).ShouldBe([problem]);

    [Theory]
    [InlineData("{}", "3:3 step s does nothing (add run, prompt or prompt_file; or approval for a step that only asks)")]
    [InlineData("{ prompt: x }", "3:3 step s names no agent (add agent: to the step, or defaults: { agent: … })")]
    [InlineData("{ prompt: x, agent: cluade }", "3:26 unknown agent \"cluade\" (did you mean \"claude\"?)")]
    [InlineData("{ prompt: x, agent: claude, review: { rounds: 2 } }", "3:42 review: \"agent\" is missing (name the agent that reviews)")]
    [InlineData("{ prompt: x, agent: claude, review: { agent: codec } }", "3:51 unknown agent \"codec\" (did you mean \"codex\"?)")]
    [InlineData("{ approval: true, timeout: 5s }", "3:24 timeout has no meaning on a step that only asks for approval (remove it)")]
    [InlineData("{ run: \"\" }", "3:13 steps.s.run: expected a command, found empty text")]
    [InlineData("{ run: [] }", "3:13 steps.s.run: expected a program and its arguments, found an empty list")]
    [InlineData("{ run: [\"\"] }", "3:14 expected a program, found empty text")]
    [InlineData("{ run: ~ }",
        "3:13 steps.s.run: expected a command: a line for the shell, or a list of a program and its arguments, found nothing (give a "
            + "value or remove the key)")]
    [InlineData("{ run: { a: b } }",
        "3:13 steps.s.run: expected a command: a line for the shell, or a list of a program and its arguments, found a map")]
    [InlineData("run: x",
        "3:9 not valid YAML: While scanning a plain scalar value, found invalid mapping (put quotes around text with \": \" in it)")]
    [InlineData("just text", "3:6 steps.s: expected a step: a map with run, prompt, prompt_file or approval, found \"just text\"")]
    public void A_step_does_exactly_one_thing(string step, string problem)
    {
        _folder.Problems($"name: w\nsteps:\n  s: {step}\n").ShouldBe([problem]);
    }

    [Fact]
    public void Commands_reach_the_step_as_they_are_and_arguments_beyond_the_systems_limit_are_refused()
    {
        var result = _folder.Load("name: w\nsteps:\n  s: { run: [echo, \"; rm -rf / $(x) `y` ' \\\" \\n\"] }\n");
        result.Workflow!.Steps[0].Run!.Argv.ShouldBe(["echo", "; rm -rf / $(x) `y` ' \" \n"]);
        var huge = new string('x', 3_000_000);
        _folder.Problems($"name: w\nsteps:\n  s: {{ run: [echo, {huge}] }}\n").ShouldBe(
            ["3:20 longer than 128 KiB, the limit of the system for one argument (put it into a file)"]);
        _folder.Problems($"name: w\nsteps:\n  s: {{ run: {huge} }}\n").Single().ShouldContain("longer than 128 KiB");
    }

    [Theory]
    [InlineData("version: 2", "1:10 version: expected the number 1, found \"2\"")]
    [InlineData("max_parallel: 0", "1:15 max_parallel: expected a whole number from 1 to 256, found \"0\"")]
    [InlineData("max_paralel: 4", "1:1 unknown key \"max_paralel\" (did you mean \"max_parallel\"?)")]
    [InlineData("params: { x: { required: yes } }", "1:26 params.x.required: expected true or false, found \"yes\" (write true)")]
    [InlineData("params: { x: { required: true, default: y } }", "1:32 parameter x is required and has a default (keep one of them)")]
    [InlineData("params: { x: {} }", "1:11 parameter x is neither required nor has a default (add required: true or default: \"\")")]
    [InlineData("params: { x: { default: ~ } }", "1:25 params.x.default: expected text, found nothing (write \"\" for empty text)")]
    [InlineData("params: { \"a b\": { default: y } }",
        "1:11 params: \"a b\" is not a parameter name: letters, digits, - and _, at most 63, not starting with a digit "
            + "(^[A-Za-z_][A-Za-z0-9_-]{0,62}$)")]
    [InlineData("agents: { mine: {} }",
        "1:11 agents.mine: says neither command, script nor provider (for example { command: [./my-agent.sh], prompt: stdin })")]
    [InlineData("agents: { mine: { command: [x], prompt: pipe } }",
        "1:41 agents.mine.prompt: expected stdin, argument or file, found \"pipe\"")]
    [InlineData("agents: { mine: { script: x, command: [y] } }", "1:19 agents.mine: script is only for provider scripted, this is command")]
    [InlineData("agents: { mine: { script: x, script_file: y } }",
        "1:30 agents.mine: script and script_file exclude each other (remove one)")]
    [InlineData("defaults: { agent: nobody }", "1:20 unknown agent \"nobody\"")]
    [InlineData("defaults: { env: { GIT_DIR: x } }",
        "1:20 defaults.env: the variable GIT_DIR is refused: variables starting with GIT_ redirect git; Logist sets those it needs")]
    public void The_rest_of_the_file_is_checked_as_well(string line, string problem)
    {
        var found = _folder.Problems($"{line}\nname: w\nsteps:\n  s: {{ run: x }}\n").ShouldHaveSingleItem();
        found.ShouldStartWith(problem);
    }
}
