using Logist.Core;
using Logist.Workflows;

namespace Logist.Tests.Workflows;

public sealed class AgentDeclarationTests : IDisposable
{
    private readonly WorkflowFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_provider_can_be_declared_with_what_it_needs()
    {
        var result = _folder.Load("""
            agents:
              boss: { provider: claude, model: opus, args: [--effort, high], env: { A: b }, command: [/bin/sh, -x] }
              codex: { args: ["-c", "x=1"] }
              goose: { provider: acp, command: [goose, acp] }
              judge: { provider: openai, model: gpt-5, url: "https://models.example.com/v1", key_env: JUDGE_KEY }
              anthropic: { model: claude-sonnet-4-5 }
              mine: { command: [my-agent], prompt: file }
            steps:
              a: { prompt: x, agent: boss, fallback: [codex, goose, qwen], review: { agent: judge } }
              b: { prompt: x, agent: mine, review: { agent: anthropic } }
            """);
        result.Problems.ShouldBeEmpty();
        var agents = result.Workflow!.Agents;
        (agents["boss"].Provider, agents["boss"].Model).ShouldBe(("claude", "opus"));
        agents["boss"].Arguments.ShouldBe(["--effort", "high"]);
        agents["boss"].Command.ShouldBe(["/bin/sh", "-x"]);
        (agents["codex"].Provider, agents["goose"].Provider, agents["anthropic"].Provider).ShouldBe(("codex", "acp", "anthropic"));
        (agents["judge"].Url, agents["judge"].KeyVariable).ShouldBe(("https://models.example.com/v1", "JUDGE_KEY"));
        agents["judge"].Env.PassThrough.ShouldBe(["JUDGE_KEY"], "who names the variable of the key wants it to reach the agent");
        result.Workflow.Steps[0].Fallback.ShouldBe(["codex", "goose", "qwen"]);
    }

    [Fact]
    public void A_default_budget_is_that_of_each_agent_step_without_its_own()
    {
        var steps = _folder.Load("""
            defaults: { budget: { max_cost_usd: 1.5 } }
            steps:
              a: { prompt: x, agent: claude }
              b: { prompt: x, agent: claude, budget: { max_cost_usd: 4 } }
              c: { run: make }
            """).Workflow!.Steps;
        steps.Select(step => step.Budget?.MaxCostUsd).ShouldBe([1.5m, 4m, null]);
    }

    [Theory]
    [InlineData("boss: { provider: claude, prompt: stdin }", "agents.boss: prompt is only for provider command, this is claude")]
    [InlineData("boss: { provider: claude, url: \"https://x\" }",
        "agents.boss: url is only for provider openai, anthropic, this is claude")]
    [InlineData("boss: { command: [x], args: [y] }",
        "agents.boss: args is only for provider claude, codex, cline, gemini, opencode, qwen, acp, this is command")]
    [InlineData("boss: { provider: openai, model: m, command: [x] }", "agents.boss: command is only for provider")]
    [InlineData("boss: { provider: scripted, key_env: K }", "agents.boss: key_env is only for provider openai, anthropic")]
    [InlineData("boss: { provider: acp }", "agents.boss: \"command\" is missing")]
    [InlineData("boss: { provider: anthropic }", "agents.boss: \"model\" is missing (name the model that reviews)")]
    [InlineData("boss: { provider: openai, model: m, url: models.example.com }",
        "agents.boss.url: \"models.example.com\" is not the address of an endpoint (begin it with https://)")]
    [InlineData("boss: { provider: openai, model: m, url: \"https://me:secret@x/v1\" }",
        "agents.boss.url: an address has only host and path here: no user, no query (name the variable of the key with key_env)")]
    [InlineData("boss: { provider: openai, model: m, key_env: sk-123 }", "agents.boss.key_env: \"sk-123\" is not a variable name")]
    [InlineData("boss: { provider: cluade }", "agents.boss.provider: expected claude, codex,")]
    public void What_a_provider_cannot_use_is_refused(string agent, string problem) =>
        _folder.Problems($"agents:\n  {agent}\nsteps:\n  s: {{ run: x }}\n").ShouldHaveSingleItem()[4..].TrimStart()
            .ShouldStartWith(problem);

    [Fact]
    public void A_program_under_the_name_of_a_known_agent_is_no_accident()
    {
        var found = _folder.Problems("agents: { claude: { command: [/bin/cat] } }\nsteps:\n  s: { prompt: x, agent: claude }\n");
        found.ShouldBe(["1:21 agents.claude: this is any program that happens to be called claude "
            + "(add provider: claude to drive claude itself, or provider: command)"]);
        _folder.Problems("agents: { claude: { provider: claude, command: [/bin/cat] } }\nsteps:\n  s: { prompt: x, agent: claude }\n")
            .ShouldBeEmpty();
    }

    [Theory]
    [InlineData("steps:\n  s: { prompt: x, agent: judge }", "3:26 agent \"judge\" is a model alone: it can review, not work")]
    [InlineData("steps:\n  s: { prompt: x, agent: claude, fallback: [judge] }", "3:45 agent \"judge\" is a model alone")]
    [InlineData("defaults: { agent: judge }\nsteps:\n  s: { prompt: x }", "2:20 agent \"judge\" is a model alone")]
    [InlineData("defaults: { fallback: [judge] }\nsteps:\n  s: { prompt: x, agent: claude }", "2:24 agent \"judge\" is a model alone")]
    [InlineData("steps:\n  s: { prompt: x, agent: claude, fallback: [claude] }", "3:45 fallback: \"claude\" is the agent itself")]
    [InlineData("steps:\n  s: { prompt: x, agent: claude, fallback: [codex, codex] }", "3:52 fallback: \"codex\" stands there twice")]
    [InlineData("steps:\n  s: { prompt: x, agent: claude, fallback: [codxe] }",
        "3:45 unknown agent \"codxe\" (did you mean \"codex\"?)")]
    [InlineData("steps:\n  s: { run: x, fallback: [codex] }", "3:16 fallback is only for steps with a prompt")]
    [InlineData("steps:\n  s: { approval: true, fallback: [codex] }", "3:24 fallback has no meaning on a step that only asks")]
    [InlineData("defaults: { agent: codex, fallback: [codex] }\nsteps:\n  s: { run: x }", "2:38 fallback: \"codex\" is the agent itself")]
    [InlineData("steps:\n  s: { prompt: x, agent: anthropic }",
        "3:26 unknown agent \"anthropic\" (anthropic has to be declared: agents: { anthropic: { provider: anthropic, model: … } })")]
    public void Who_works_and_who_takes_over_must_be_able_to(string rest, string problem)
    {
        var text = $"agents: {{ judge: {{ provider: openai, model: m }} }}\n{rest}\n";
        _folder.Problems(text).ShouldHaveSingleItem().ShouldStartWith(problem);
    }

    [Fact]
    public void A_model_alone_is_no_default_agent_anywhere()
    {
        _ = _folder.Put("config.yaml", "agents: { judge: { provider: openai, model: m } }\ndefaults: { agent: judge }\n");
        ConfigFile.Load(_folder.Root).Problems.ShouldHaveSingleItem().ToString()
            .ShouldContain("config.yaml:2:20: error: agent \"judge\" is a model alone");
        _ = _folder.Put("config.yaml", "agents: { judge: { provider: openai, model: m } }\n");
        var config = ConfigFile.Load(_folder.Root).OrThrow();
        Should.Throw<LogistException>(() => PromptWorkflow.Create("x", "judge", null, null, config)).Problem.Fix
            .ShouldBe(["--agent <name> --review judge"]);
        PromptWorkflow.Create("x", "claude", null, "judge", config).Agents["judge"].Model.ShouldBe("m");
        var file = _folder.Put("w.yaml", "steps:\n  s: { prompt: x }\n");
        WorkflowFile.Load(file, config, agent: "judge").Problems.ShouldHaveSingleItem().Message.ShouldContain("is a model alone");
    }

    [Fact]
    public void The_common_fallback_holds_for_steps_that_say_nothing_without_their_own_agent()
    {
        var steps = _folder.Load("""
            defaults: { agent: claude, fallback: [codex, gemini] }
            steps:
              a: { prompt: x }
              b: { prompt: x, agent: codex }
              c: { prompt: x, fallback: [] }
              d: { prompt: x, fallback: qwen }
              e: { run: x }
            """).Workflow!.Steps;
        steps.Select(s => string.Join(' ', s.Fallback)).ShouldBe(["codex gemini", "gemini", "", "qwen", ""]);
    }

    [Fact]
    public void Agents_of_the_configuration_that_only_take_over_are_kept_with_the_workflow()
    {
        _ = _folder.Put("config.yaml", "agents: { spare: { provider: codex, model: m }, unused: { provider: codex } }\n");
        var workflow = _folder.Load("steps:\n  a: { prompt: x, agent: claude, fallback: [spare] }\n",
            ConfigFile.Load(_folder.Root).OrThrow()).Workflow!;
        workflow.Agents.Keys.ShouldBe(["spare"]);
    }

    [Fact]
    public void Who_would_take_over_says_nothing_of_a_result_and_how_an_agent_is_called_does()
    {
        IReadOnlySet<string> Changed(string before, string now) =>
            WorkflowComparison.ChangedSteps(_folder.Load(before).Workflow!, _folder.Load(now).Workflow!);
        const string Plain = "steps:\n  a: { prompt: x, agent: claude }\n  b: { run: x }\n";
        Changed(Plain, "steps:\n  a: { prompt: x, agent: claude, fallback: [codex] }\n  b: { run: x }\n").ShouldBeEmpty();
        Changed(Plain, "agents: { claude: { args: [-v] } }\n" + Plain).ShouldBe(["a"]);
        Changed(Plain, "instructions: { worker: be brief }\n" + Plain).ShouldBe(["a"]);
        Changed(Plain, "instructions: { supervisor: be brief }\n" + Plain).ShouldBeEmpty();
    }

    [Fact]
    public void Prices_of_the_configuration_are_checked_and_come_first()
    {
        _ = _folder.Put("config.yaml", "prices: { my-model: { input: 3, cached: 0.3, output: 15 }, local: { input: 0, output: 0 } }\n");
        var prices = ConfigFile.Load(_folder.Root).OrThrow().Prices;
        prices.Find("my-model-2").ShouldBe(new Logist.Agents.ModelPrice(3, 15) { Cached = 0.3m });
        prices.Find("local").ShouldBe(new Logist.Agents.ModelPrice(0, 0));
        _ = _folder.Put("config.yaml", "prices: { m: { input: -1, cached: $2 } }\n");
        ConfigFile.Load(_folder.Root).Problems.Select(p => $"{p.Line}:{p.Column} {p.Message}{p.Hint}").ShouldBe(
        [
            "1:14 prices.m: \"output\" is missing",
            "1:23 prices.m.input: expected US dollars for a million tokens from 0 to 1000000, found \"-1\"",
            "1:35 prices.m.cached: expected US dollars for a million tokens from 0 to 1000000, found \"$2\"leave out the $",
        ]);
    }
}
