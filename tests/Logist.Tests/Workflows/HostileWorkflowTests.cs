using Logist.Workflows;

namespace Logist.Tests.Workflows;

public sealed class HostileWorkflowTests : IDisposable
{
    private readonly WorkflowFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static string Step(string body) => $"name: w\nsteps:\n  s: {{ {body} }}\n";

    [Theory]
    [InlineData('[', "nesting over 64")]
    [InlineData('{', "nesting over 64")]
    public void Deep_nesting_is_one_problem_and_the_process_lives(char bracket, string problem)
    {
        var text = string.Concat(Enumerable.Repeat(bracket == '[' ? "[" : "{a: ", 1_000_000));
        _folder.Problems(text).ShouldHaveSingleItem().ShouldEndWith(problem);
        _folder.Problems("name: w\nsteps: " + text).ShouldHaveSingleItem().ShouldEndWith(problem);
    }

    [Fact]
    public void Five_million_brackets_do_not_overflow_the_stack()
    {
        // More than a file may have: straight into the reader, as nothing but the event guard stands between it and the stack.
        var problems = new Diagnostics("x");
        YamlNodes.Read(new string('[', 5_000_000), problems).ShouldBeNull();
        problems.Sorted().ShouldHaveSingleItem().Message.ShouldBe("nesting over 64");
        _folder.Problems(new string('[', 5_000_000)).ShouldBe(["0:0 the file is larger than 4096 KiB"]);
    }

    [Fact]
    public void Three_thousand_nested_block_maps_are_refused_where_the_limit_is_passed()
    {
        var text = string.Concat(Enumerable.Range(0, 1000).Select(i => new string(' ', i) + "a:\n"));
        _folder.Problems(text).ShouldBe(["65:65 nesting over 64"]);
    }

    [Theory]
    [InlineData("name: w\nx: &a [b]\n", "2:4 anchors (&name) are not supported (write the value out where it is needed)")]
    [InlineData("name: *a\n", "1:7 aliases (*name) are not supported (write the value out)")]
    [InlineData("a: &a [*a]\n", "1:4 anchors (&name) are not supported (write the value out where it is needed)")]
    [InlineData("name: !!str w\n", "1:7 tags (\"tag:yaml.org,2002:str\") are not supported (quote the value if it is text)")]
    [InlineData("name: !<x> w\n", "1:7 tags (\"x\") are not supported (quote the value if it is text)")]
    [InlineData("name: w\n---\nname: v\n", "2:1 a second document starts here (one file holds one workflow; remove the \"---\")")]
    [InlineData("name: w\nname: v\nsteps: { s: { run: x } }\n", "2:1 \"name\" appears twice, first at line 1 (remove or rename one)")]
    [InlineData("name: w\nsteps:\n  s: { run: x }\n  s: { run: y }\n", "4:3 \"s\" appears twice, first at line 3 (remove or rename one)")]
    [InlineData("name: w\nsteps:\n\ts: { run: x }\n", "3:1 a tab is used as indentation (indent with spaces)")]
    [InlineData("\tname: w\n", "1:1 a tab is used as indentation (indent with spaces)")]
    [InlineData("? [a, b]\n: x\n", "1:3 a key must be plain text")]
    [InlineData("name: \"\\0\"\n", "1:7 the text contains a NUL character (remove it)")]
    [InlineData("name: \"\\ud800x\"\n", "1:7 not valid YAML: While scanning a quoted scalar, found invalid Unicode surrogates (half a character (lone surrogate) is not text)")]
    [InlineData("name: a: b\n", "1:8 not valid YAML: While scanning a plain scalar value, found invalid mapping (put quotes around text with \": \" in it)")]
    [InlineData("name: @x\n", "1:7 not valid YAML: While scanning for the next token, found character that cannot start any token (put quotes around text that starts with a special character)")]
    [InlineData("name: [a\n", "2:1 not valid YAML: While parsing a flow sequence, did not find expected ',' or ']'")]
    [InlineData("", "1:1 the file is empty")]
    [InlineData("# nothing\n", "1:1 the file is empty")]
    public void What_several_readers_would_read_differently_is_refused(string text, string problem) =>
        _folder.Problems(text).ShouldBe([problem]);

    [Fact]
    public void Files_that_are_not_text_are_refused_with_the_reason()
    {
        _folder.Put("nul", "name: w\0");
        _folder.Put("latin", [.. "name: w\nx: "u8, 0xE9]);
        _folder.Put("utf16", System.Text.Encoding.Unicode.GetPreamble().Concat(System.Text.Encoding.Unicode.GetBytes("name: w")).ToArray());
        _folder.Put("big", new byte[(4 * 1024 * 1024) + 1]);
        string Wrong(string name) => WorkflowFile.Load(Path.Combine(_folder.Root, name)).Problems.ShouldHaveSingleItem().Message;
        Wrong("nul").ShouldBe("the file contains a NUL character: it is not text in UTF-8");
        Wrong("latin").ShouldBe("the file is not UTF-8: line 2 has an invalid byte");
        Wrong("utf16").ShouldBe("the file is not UTF-8: line 1 has an invalid byte");
        Wrong("big").ShouldBe("the file is larger than 4096 KiB");
        WorkflowFile.Load("/dev/zero").Problems.ShouldHaveSingleItem().Message.ShouldContain("not a regular file");
    }

    [Theory]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("a/b")]
    [InlineData("a\\\\b")]
    [InlineData("%2e%2e")]
    [InlineData("a\\nb")]
    [InlineData("-rf")]
    [InlineData("--help")]
    [InlineData("@/etc/passwd")]
    [InlineData("CON")]
    [InlineData("Build")]
    [InlineData("a\\u202Eb")]
    [InlineData("😀")]
    [InlineData("é")]
    [InlineData("e\\u0301")]
    [InlineData("12")]
    [InlineData("a.b")]
    [InlineData(" a")]
    public void Step_ids_follow_the_one_rule(string id)
    {
        var problem = _folder.Problems($"name: w\nsteps:\n  \"{id}\": {{ run: x }}\n").ShouldHaveSingleItem();
        problem.ShouldStartWith("3:3 steps: \"");
        problem.ShouldContain("is not a step id: lower-case letters, digits, - and _, at most 63, starting with a letter or digit, and at least one letter (^[a-z0-9][a-z0-9_-]{0,62}$)");
        problem.ShouldNotContain("\u202E");
    }

    [Fact]
    public void An_id_of_256_characters_or_none_is_refused()
    {
        _folder.Problems($"name: w\nsteps:\n  {new string('a', 256)}: {{ run: x }}\n").ShouldHaveSingleItem().ShouldContain("is not a step id");
        _folder.Problems("name: w\nsteps:\n  \"\": { run: x }\n").ShouldHaveSingleItem().ShouldContain("expected a step id, found empty text");
    }

    [Theory]
    [InlineData("name: w\n", "1:1 the workflow has no steps (add steps:)")]
    [InlineData("name: w\nsteps: {}\n", "2:8 the workflow has no steps (add at least one)")]
    [InlineData("name: w\nsteps:\n", "2:7 the workflow has no steps (add at least one)")]
    [InlineData("name: w\nphases: []\n", "2:9 the workflow has no steps (add at least one)")]
    [InlineData("name: w\nsteps: [a]\n", "2:8 steps: expected a map of step ids and steps, found a list")]
    [InlineData("name: w\nsteps: { a: { run: x } }\nphases: []\n", "3:1 steps and phases exclude each other (write all of them as steps)")]
    [InlineData("[a]", "1:1 expected a workflow: a map with name and steps, found a list")]
    [InlineData("hello", "1:1 expected a workflow: a map with name and steps, found \"hello\"")]
    [InlineData("name: w\nsteps:\n  a: { run: x, needs: [a] }\n", "3:24 step a needs itself (remove it)")]
    [InlineData("name: w\nsteps:\n  plan: { run: x }\n  b: { run: x, needs: [paln] }\n", "4:24 step b needs \"paln\", which is no step (did you mean \"plan\"?)")]
    [InlineData("name: w\nsteps:\n  a: { run: x }\n  b: { run: x, needs: [a, a] }\n", "4:27 step b needs a twice (remove one)")]
    [InlineData("name: w\nsteps:\n  a: { run: x, needs: c }\n  b: { run: x, needs: [a] }\n  c: { run: x, needs: [b] }\n",
        "3:16 steps need each other in a circle: a → c → b → a (remove one of these needs)")]
    [InlineData("name: w\nphases:\n  - { name: Build It, run: x }\n  - { name: build-it, run: x }\n",
        "4:13 phases \"Build It\" (line 3) and \"build-it\" have the same id build-it (rename one)")]
    [InlineData("name: w\nphases:\n  - { name: 日本, run: x }\n", "3:13 \"日本\" gives no step id: at least one letter a to z, at most 63 characters (choose another name)")]
    [InlineData("name: w\nphases:\n  - { description: x }\n", "3:5 phases: \"name\" is missing")]
    public void The_steps_of_a_workflow_must_make_sense_together(string text, string problem) =>
        _folder.Problems(text).ShouldBe([problem]);

    [Fact]
    public void Two_circles_are_both_reported()
    {
        var problems = _folder.Problems("name: w\nsteps:\n  a: { run: x, needs: [b] }\n  b: { run: x, needs: [a] }\n  c: { run: x, needs: [d] }\n  d: { run: x, needs: [c] }\n");
        problems.Count.ShouldBe(2);
        problems[0].ShouldContain("circle: a → b → a");
        problems[1].ShouldContain("circle: c → d → c");
    }

    [Fact]
    public void A_circle_of_ten_thousand_steps_is_one_problem_that_names_some()
    {
        var text = new System.Text.StringBuilder("name: w\nsteps:\n");
        for (var i = 0; i < 10_000; i++)
        {
            _ = text.Append($"  s{i}: {{ run: x, needs: [s{(i + 1) % 10_000}] }}\n");
        }

        _folder.Problems(text.ToString()).ShouldBe(
            ["3:17 steps need each other in a circle: s0 → s1 → s2 → s3 → s4 → s5 → s6 → s7 → … 9992 more … → s0 (remove one of these needs)"]);
    }

    [Fact]
    public void A_hundred_thousand_steps_are_one_problem()
    {
        var text = new System.Text.StringBuilder("name: w\nsteps:\n");
        for (var i = 0; i < 100_000; i++)
        {
            _ = text.Append($"  s{i}: {{ run: x, bad: y }}\n");
        }

        _folder.Problems(text.ToString()).ShouldBe(["3:3 the workflow has 100000 steps, more than 10000 (split it, or let one step do several things)"]);
    }

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
    [InlineData("retry: { max_attempts: 2147483648 }", "3:31 steps.s.retry.max_attempts: expected a whole number from 1 to 100, found \"2147483648\"")]
    [InlineData("retry: { max_attempts: 0 }", "3:31 steps.s.retry.max_attempts: expected a whole number from 1 to 100, found \"0\"")]
    [InlineData("retry: { max_attempts: -1 }", "3:31 steps.s.retry.max_attempts: expected a whole number from 1 to 100, found \"-1\"")]
    [InlineData("retry: { max_attempts: 010 }", "3:31 steps.s.retry.max_attempts: expected a whole number from 1 to 100, found \"010\"")]
    [InlineData("retry: { max_attempts: 1e1 }", "3:31 steps.s.retry.max_attempts: expected a whole number from 1 to 100, found \"1e1\"")]
    [InlineData("retry: { max_attempts: \"3\" }", "3:31 steps.s.retry.max_attempts: expected a whole number from 1 to 100, found \"3\" (remove the quotes)")]
    [InlineData("retry: 3", "3:15 steps.s.retry: expected a map with max_attempts and backoff, found \"3\"")]
    [InlineData("retry: { backoff: { factor: 0.5 } }", "3:36 steps.s.retry.backoff.factor: expected a number from 1 to 100, found \"0.5\"")]
    [InlineData("retry: { backoff: { factor: .nan } }", "3:36 steps.s.retry.backoff.factor: expected a number from 1 to 100, found \".nan\"")]
    [InlineData("retry: { backoff: { initial: 2m, max: 1m } }", "3:37 backoff: initial (2m) is longer than max (1m) (raise max)")]
    [InlineData("budget: { max_cost_usd: -5 }", "3:32 steps.s.budget.max_cost_usd: expected an amount of US dollars from 0.000001 to 1000000, found \"-5\"")]
    [InlineData("budget: { max_cost_usd: 1e3 }", "3:32 steps.s.budget.max_cost_usd: expected an amount of US dollars from 0.000001 to 1000000, found \"1e3\"")]
    [InlineData("budget: { max_cost_usd: $5 }", "3:32 steps.s.budget.max_cost_usd: expected an amount of US dollars from 0.000001 to 1000000, found \"$5\" (leave out the $)")]
    [InlineData("budget: {}", "3:16 budget has no limit (add max_cost_usd, max_tokens, max_time or max_iterations)")]
    [InlineData("budget: { max_tokens: 9223372036854775808 }", "3:30 steps.s.budget.max_tokens: expected a whole number from 1 to 1000000000000, found \"9223372036854775808\"")]
    [InlineData("workspace: giit", "3:19 steps.s.workspace: expected git or none, found \"giit\" (did you mean \"git\"?)")]
    [InlineData("side_effects: none", "3:22 steps.s.side_effects: expected external, found \"none\"")]
    [InlineData("checks: make", "3:16 steps.s.checks: expected a list of commands, found \"make\"")]
    [InlineData("keep: [../x]", "3:15 steps.s.keep: \"../x\": \"..\" is not allowed in it (name files inside the workspace)")]
    [InlineData("keep: [/etc]", "3:15 steps.s.keep: \"/etc\" is not below the workspace (write a path relative to the workspace)")]
    [InlineData("evidence: [.git/config]", "3:19 steps.s.evidence: \".git/config\": \".git\" is not allowed in it (name files inside the workspace)")]
    [InlineData("keep: [x], workspace: none", "3:8 keep needs workspace: git (remove it)")]
    [InlineData("agent: claude", "3:8 agent is only for steps with a prompt (remove it)")]
    [InlineData("review: { agent: codex }", "3:8 review is only for steps with a prompt (remove it)")]
    [InlineData("prompt: y", "3:8 step s has both run and prompt (keep one of them)")]
    [InlineData("approval: no", "3:18 approval: expected true, a message, or a map with a message, found \"no\" (write true, or leave approval out)")]
    [InlineData("approval: {}", "3:18 steps.s.approval: \"message\" is missing")]
    [InlineData("approval: \"Merge ${{ params.x }}?\"", "3:18 ${{ }} is not replaced in the message of an approval (use it in run, checks or prompt)")]
    [InlineData("reveiw: x", "3:8 steps.s: unknown key \"reveiw\" (did you mean \"review\"?)")]
    [InlineData("<<: { a: b }", "3:8 steps.s: unknown key \"<<\" (merge keys are not supported)")]
    public void Values_are_checked_where_they_stand(string body, string problem)
    {
        // The extra key stands first, so that columns do not depend on the rest.
        _folder.Problems(Step(body + ", run: x")).ShouldBe([problem]);
    }

    [Theory]
    [InlineData("[\"A=B\"]", "3:22 steps.s.env: \"A=B\" is not a variable name: it contains = (write env as a map to set values)")]
    [InlineData("[LD_PRELOAD]", "3:22 steps.s.env: the variable LD_PRELOAD is refused: it loads foreign code into every program of the step")]
    [InlineData("{ LD_PRELOAD: /x.so }", "3:23 steps.s.env: the variable LD_PRELOAD is refused: it loads foreign code into every program of the step")]
    [InlineData("{ DOTNET_STARTUP_HOOKS: x }", "3:23 steps.s.env: the variable DOTNET_STARTUP_HOOKS is refused: it loads foreign code into every .NET program of the step")]
    [InlineData("{ GIT_DIR: x }", "3:23 steps.s.env: the variable GIT_DIR is refused: variables starting with GIT_ redirect git; Logist sets those it needs")]
    [InlineData("[LOGIST_JOB_ID]", "3:22 steps.s.env: the variable LOGIST_JOB_ID is refused: variables starting with LOGIST_ are set by Logist")]
    [InlineData("{ PATH: \".:/bin\" }", "3:29 \".\" in PATH is refused: programs would be taken from the working directory (use absolute directories)")]
    [InlineData("{ PATH: \"/bin:\" }", "3:29 \"\" in PATH is refused: programs would be taken from the working directory (use absolute directories)")]
    [InlineData("{ A: }", "3:26 steps.s.env.A: expected text, found nothing (write \"\" for empty text)")]
    [InlineData("{ A: [b] }", "3:26 steps.s.env.A: expected text, found a list")]
    [InlineData("{ A: \"x\\0y\" }", "3:26 the text contains a NUL character (remove it)")]
    [InlineData("{ A: \"${{ params.x }}\" }", "3:26 ${{ }} is not replaced in env (use it in run, checks or prompt)")]
    [InlineData("A", "3:21 steps.s.env: expected a list of names to pass through, or a map of names and values, found \"A\"")]
    [InlineData("[1A]", "3:22 steps.s.env: \"1A\" is not a variable name: letters, digits and _, not starting with a digit (^[A-Za-z_][A-Za-z0-9_]*$)")]
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
    [InlineData("{ run: ~ }", "3:13 steps.s.run: expected a command: a line for the shell, or a list of a program and its arguments, found nothing (give a value or remove the key)")]
    [InlineData("{ run: { a: b } }", "3:13 steps.s.run: expected a command: a line for the shell, or a list of a program and its arguments, found a map")]
    [InlineData("run: x", "3:9 not valid YAML: While scanning a plain scalar value, found invalid mapping (put quotes around text with \": \" in it)")]
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
    [InlineData("params: { \"a b\": { default: y } }", "1:11 params: \"a b\" is not a parameter name: letters, digits, - and _, at most 63, not starting with a digit (^[A-Za-z_][A-Za-z0-9_-]{0,62}$)")]
    [InlineData("agents: { mine: {} }", "1:11 agents.mine: says neither command, script nor provider (for example { command: [./my-agent.sh], prompt: stdin })")]
    [InlineData("agents: { mine: { command: [x], prompt: pipe } }", "1:41 agents.mine.prompt: expected stdin, argument or file, found \"pipe\"")]
    [InlineData("agents: { mine: { script: x, command: [y] } }", "1:19 agents.mine: script is only for provider scripted, this is command")]
    [InlineData("agents: { mine: { script: x, script_file: y } }", "1:30 agents.mine: script and script_file exclude each other (remove one)")]
    [InlineData("defaults: { agent: nobody }", "1:20 unknown agent \"nobody\"")]
    [InlineData("defaults: { env: { GIT_DIR: x } }", "1:20 defaults.env: the variable GIT_DIR is refused: variables starting with GIT_ redirect git; Logist sets those it needs")]
    public void The_rest_of_the_file_is_checked_as_well(string line, string problem)
    {
        var found = _folder.Problems($"{line}\nname: w\nsteps:\n  s: {{ run: x }}\n").ShouldHaveSingleItem();
        found.ShouldStartWith(problem);
    }
}
