using Logist.Core;
using Logist.Core.Workflows;
using Logist.Workflows;

namespace Logist.Tests.Workflows;

public sealed class WorkflowFileTests : IDisposable
{
    private readonly WorkflowFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private WorkflowDefinition Load(string text)
    {
        var result = _folder.Load(text);
        result.Problems.ShouldBeEmpty();
        return result.Workflow.ShouldNotBeNull();
    }

    [Fact]
    public void The_example_of_the_design_loads_with_everything_it_says()
    {
        _ = _folder.Put("prompts/implement.md", "Do it: ${{ steps.plan.summary }}");
        _ = _folder.Put("my-agent.sh", "#!/bin/sh\n");
        var workflow = Load("""
            # yaml-language-server: $schema=x
            version: 1
            name: fix-issue
            params: { issue: { required: true }, risk: { default: low } }
            agents: { mine: { command: [./my-agent.sh], prompt: stdin }, unused: { command: [x] } }
            defaults: { agent: claude, workspace: git, timeout: 20m, env: [MY_TOKEN], retry: { max_attempts: 2, backoff: { initial: 10s, factor: 2, max: 5m } } }
            budget: { max_cost_usd: 5, max_time: 2h }
            max_parallel: 4
            steps:
              plan:      { prompt: "Plan: ${{ params.issue }}" }
              implement: { needs: [plan], agent: mine, prompt_file: prompts/implement.md, review: { agent: codex, rounds: 3 }, checks: [dotnet build -warnaserror] }
              test:      { needs: [implement], run: dotnet test, on_interrupt: retry }
              merge:     { needs: [test], approval: { message: "Merge?" }, run: [./merge.sh], side_effects: external }
            """);
        workflow.Name.ShouldBe("fix-issue");
        workflow.Params["issue"].ShouldBe(new ParamDefinition(true, null));
        workflow.Params["risk"].ShouldBe(new ParamDefinition(false, "low"));
        workflow.Budget.ShouldBe(new Budget(5m, null, TimeSpan.FromHours(2)));
        workflow.MaxParallel.ShouldBe(4);
        workflow.Agents.Keys.ShouldBe(["mine", "unused"], ignoreOrder: true, "a re-step may be asked for with it");
        workflow.Agents["mine"].Provider.ShouldBe("command");
        workflow.Agents["mine"].Command.ShouldBe([Path.Combine(_folder.Root, "my-agent.sh")]);
        var (plan, implement, test, merge) = (workflow.Steps[0], workflow.Steps[1], workflow.Steps[2], workflow.Steps[3]);
        plan.Agent.ShouldBe("claude");
        plan.Timeout.ShouldBe(TimeSpan.FromMinutes(20));
        plan.Env.PassThrough.ShouldBe(["MY_TOKEN"]);
        plan.Retry.ShouldBe(new RetryPolicy(2, TimeSpan.FromSeconds(10), 2, TimeSpan.FromMinutes(5)));
        implement.Prompt.ShouldBe("Do it: ${{ steps.plan.summary }}");
        implement.Review.ShouldBe(new ReviewDefinition("codex"));
        implement.Checks.ShouldHaveSingleItem().Shell.ShouldBe("dotnet build -warnaserror");
        test.Agent.ShouldBeNull();
        test.Run!.Shell.ShouldBe("dotnet test");
        test.OnInterrupt.ShouldBe(InterruptPolicy.Retry);
        merge.Run!.Argv.ShouldBe(["./merge.sh"]);
        merge.Approval.ShouldBe(new ApprovalDefinition("Merge?"));
        merge.InterruptPolicy.ShouldBe(InterruptPolicy.Ask);
    }

    [Fact]
    public void Json_is_the_same_shape()
    {
        var result = _folder.Load("""
            {
            	"version":1,"name":"j",
            	"params":{"text":{"default":"a\/b \ud83d\ude00 \u00e9"}},
            	"steps":{"one":{"run":["echo","${{ params.text }}"]},"two":{"needs":["one"],"run":"true"}}
            }
            """, name: "w.json");
        result.Problems.ShouldBeEmpty();
        result.Workflow!.Params["text"].Default.ShouldBe("a/b 😀 é");
        result.Workflow.Steps[1].Needs.ShouldBe(["one"]);
    }

    [Fact]
    public void Windows_line_ends_and_a_byte_order_mark_change_nothing()
    {
        var workflow = Load("\uFEFFname: w\r\nsteps:\r\n  a:\r\n    run: |\r\n      one\r\n      two\r\n  b: { run: x }\r\n");
        workflow.Steps[0].Run!.Shell.ShouldBe("one\ntwo\n");
        _folder.Problems("\uFEFFname: w\r\nsteps:\r\n  a:\r\n    rum: x\r\n").ShouldContain(p =>
            p.StartsWith("4:5 steps.a: unknown key \"rum\"", StringComparison.Ordinal));
    }

    [Fact]
    public void Text_stays_text_where_text_is_expected()
    {
        var workflow = Load("""
            name: "no"
            params:
              a: { default: no }
              b: { default: 010 }
              c: { default: 1e3 }
              d: { default: "~" }
              e: { default: 0x1F }
              f: { default: 2026-11-20 }
              g: { default: "" }
            steps:
              s: { run: [echo, 1.0, true, "", .inf], env: { YES: yes, N: 007 } }
            """);
        workflow.Params.Values.Select(p => p.Default).ShouldBe(["no", "010", "1e3", "~", "0x1F", "2026-11-20", ""]);
        workflow.Steps[0].Run!.Argv.ShouldBe(["echo", "1.0", "true", "", ".inf"]);
        workflow.Steps[0].Env.Values["YES"].ShouldBe("yes");
        workflow.Steps[0].Env.Values["N"].ShouldBe("007");
    }

    [Fact]
    public void Phases_follow_one_another_unless_they_say_what_they_need()
    {
        var workflow = Load("""
            {"name":"old","phases":[
              {"name":"Write Plan","description":"Plan it","active_agent":"claude"},
              {"name":"build","description":"Build it","active_agent":"codex"},
              {"name":"Docs","description":"Document it","active_agent":"claude","needs":[]},
              {"name":"last","run":"true","description":"checks","needs":["Write Plan","docs"]}]}
            """);
        workflow.Steps.Select(s => s.Id).ShouldBe(["write-plan", "build", "docs", "last"]);
        workflow.Steps[0].Title.ShouldBe("Write Plan");
        workflow.Steps[0].Prompt.ShouldBe("Plan it");
        workflow.Steps[0].Description.ShouldBeNull();
        workflow.Steps.Select(s => s.Agent).ShouldBe(["claude", "codex", "claude", null]);
        workflow.Steps[1].Needs.ShouldBe(["write-plan"]);
        workflow.Steps[2].Needs.ShouldBeEmpty();
        workflow.Steps[3].Needs.ShouldBe(["write-plan", "docs"]);
        workflow.Steps[3].Description.ShouldBe("checks");
    }

    [Fact]
    public void Steps_of_a_map_are_independent_and_keep_their_order()
    {
        var workflow = Load("name: w\nsteps:\n  z: { run: x }\n  a: { run: x }\n");
        workflow.Steps.Select(s => s.Id).ShouldBe(["z", "a"]);
        workflow.Steps[1].Needs.ShouldBeEmpty();
    }

    [Fact]
    public void Defaults_reach_the_steps_and_the_steps_own_words_win()
    {
        var workflow = Load("""
            name: w
            defaults:
              agent: claude
              model: opus
              workspace: none
              timeout: 1h
              inactivity_timeout: 5m
              env: { A: one, B: two }
              retry: { max_attempts: 3, backoff: { initial: 1s } }
              review: { agent: codex, rounds: 2 }
            steps:
              p: { prompt: x }
              q: { prompt: x, agent: codex, review: { rounds: 5 }, retry: { backoff: { max: 1m } }, env: [A, C] }
              r: { run: x, workspace: git, timeout: 500ms }
              g: { approval: Sure? }
            """);
        var (p, q, r, g) = (workflow.Steps[0], workflow.Steps[1], workflow.Steps[2], workflow.Steps[3]);
        p.Review.ShouldBe(new ReviewDefinition("codex", 2));
        p.Model.ShouldBe("opus");
        p.InactivityTimeout.ShouldBe(TimeSpan.FromMinutes(5));
        q.Model.ShouldBeNull("the default model belongs to the default agent");
        q.Review.ShouldBe(new ReviewDefinition("codex", 5));
        q.Retry.ShouldBe(new RetryPolicy(3, TimeSpan.FromSeconds(1), 2, TimeSpan.FromMinutes(1)));
        q.Env.PassThrough.ShouldBe(["A", "C"]);
        q.Env.Values.ShouldBe(new Dictionary<string, string> { ["B"] = "two" });
        r.Review.ShouldBeNull();
        r.Workspace.ShouldBe(WorkspaceMode.Git);
        r.Timeout.ShouldBe(TimeSpan.FromMilliseconds(500));
        g.IsGateOnly.ShouldBeTrue();
        g.Approval!.Message.ShouldBe("Sure?");
        g.Timeout.ShouldBeNull();
    }

    [Fact]
    public void The_callers_agent_goes_before_the_files_default_and_after_the_steps_own()
    {
        var path = _folder.Put("w.yaml",
            "name: w\ndefaults: { agent: claude, model: opus }\nsteps:\n  a: { prompt: x }\n  b: { prompt: x, agent: qwen }\n");
        var steps = WorkflowFile.Load(path, null, agent: "codex", model: "m").OrThrow().Steps;
        steps.Select(s => s.Agent).ShouldBe(["codex", "qwen"]);
        steps.Select(s => s.Model).ShouldBe(["m", null]);
        WorkflowFile.Load(path, null, agent: "codex").OrThrow().Steps[0].Model.ShouldBeNull();
        WorkflowFile.Load(path, null, agent: "codx").Problems.ShouldHaveSingleItem().Hint.ShouldBe("did you mean \"codex\"?");
    }

    [Fact]
    public void A_directory_means_the_one_workflow_in_it()
    {
        _ = _folder.Put("d/workflow.yml", "name: w\nsteps: { a: { run: x } }");
        WorkflowFile.Load(Path.Combine(_folder.Root, "d")).OrThrow().Name.ShouldBe("w");
        _ = _folder.Put("d/workflow.json", "{}");
        Should.Throw<LogistException>(() => WorkflowFile.Load(Path.Combine(_folder.Root, "d"))).Problem.Kind.ShouldBe(ErrorKind.Usage);
        Should.Throw<LogistException>(() => WorkflowFile.Load(Path.Combine(_folder.Root, "none"))).Problem.Kind
            .ShouldBe(ErrorKind.NotFound);
    }

    [Fact]
    public void Ten_thousand_steps_load_within_a_second()
    {
        var text = new System.Text
            .StringBuilder("name: big\ndefaults: { timeout: 1m, retry: { max_attempts: 2 } }\nsteps:\n  s0: { run: x }\n");
        for (var i = 1; i < 10_000; i++)
        {
            _ = text.Append(
                $"  s{i}: {{ needs: [s{i - 1}, s0], run: \"echo ${{{{ steps.s0.commit }}}} ${{{{ steps.s{i / 2}.commit }}}}\" }}\n"
                    .Replace("[s0, s0]", "[s0]", StringComparison.Ordinal));
        }

        var path = _folder.Put("big.yaml", text.ToString());
        var best = TimeSpan.MaxValue;
        for (var n = 0; n < 3; n++)
        {
            // The thread's own time: other tests and processes share the cores.
            var before = ThreadTime.Now;
            var result = WorkflowFile.Load(path);
            var took = ThreadTime.Now - before;
            best = took < best ? took : best;
            result.Problems.ShouldBeEmpty();
            result.Workflow!.Steps.Count.ShouldBe(10_000);
        }

        best.ShouldBeLessThan(TimeSpan.FromSeconds(1));
    }

    [Theory]
    [InlineData("hello.yaml")]
    [InlineData("fix-issue.yaml")]
    [InlineData("fan-out.yaml")]
    public void The_examples_load(string name)
    {
        var directory = AppContext.BaseDirectory;
        while (!Directory.Exists(Path.Combine(directory, "examples")))
        {
            directory = Path.GetDirectoryName(directory)!;
        }

        WorkflowFile.Load(Path.Combine(directory, "examples", name)).Problems.ShouldBeEmpty();
    }
}
