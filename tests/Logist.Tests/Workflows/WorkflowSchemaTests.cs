using System.Text.Json;
using Logist.Core;
using Logist.Workflows;

namespace Logist.Tests.Workflows;

public sealed class WorkflowSchemaTests : IDisposable
{
    private static readonly JsonElement Schema = JsonDocument.Parse(WorkflowSchema.Json).RootElement;

    private readonly WorkflowFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>For every key a value the loader accepts; a key of the schema without one fails the test.</summary>
    private static readonly Dictionary<string, string> Root = new()
    {
        ["version"] = "1", ["name"] = "w", ["description"] = "x", ["params"] = "{ p: { required: true, description: y } }",
            ["agents"] = "{ claude: { provider: claude, model: m, args: [x], command: [y] }, "
                + "judge: { provider: openai, model: m, url: \"https://x/v1\", key_env: K } }",
            ["instructions"] = "{ worker: x, supervisor_file: p.md }",
        ["defaults"] = "{ timeout: 1m }", ["budget"] = "{ max_tokens: 5 }", ["max_parallel"] = "2", ["steps"] = "{ a: { run: x } }",
        ["phases"] = "[{ name: a, run: x }]",
    };

    private static readonly Dictionary<string, string> Step = new()
    {
        ["title"] = "x", ["description"] = "x", ["needs"] = "[z]", ["run"] = "x", ["prompt"] = "x", ["prompt_file"] = "p.md",
            ["agent"] = "claude", ["model"] = "m", ["fallback"] = "[codex, gemini]",
        ["review"] = "{ agent: codex, rounds: 2, model: m, prompt: p }", ["checks"] = "[x, [y, z]]",
        ["retry"] = "{ max_attempts: 2, backoff: { initial: 1s, factor: 1.5, max: 2s } }", ["timeout"] = "1s",
        ["inactivity_timeout"] = "1s", ["workspace"] = "git",
        ["keep"] = "[bin]", ["evidence"] = "[out.txt]", ["env"] = "[A]", ["approval"] = "{ message: x }", ["on_interrupt"] = "ask",
        ["side_effects"] = "external",
        ["budget"] = "{ max_cost_usd: 1.5, max_tokens: 1, max_time: 1s, max_iterations: 1 }",
    };

    [Fact]
    public void It_is_draft_07_and_every_reference_in_it_exists()
    {
        Schema.GetProperty("$schema").GetString().ShouldBe("http://json-schema.org/draft-07/schema#");
        foreach (var reference in WorkflowSchema.Json.Split("\"$ref\": \"#/definitions/").Skip(1))
        {
            _ = Schema.GetProperty("definitions").GetProperty(reference[..reference.IndexOf('"', StringComparison.Ordinal)]);
        }
    }

    [Fact]
    public void The_loader_accepts_exactly_the_keys_of_the_schema_at_the_top()
    {
        _ = _folder.Put("p.md", "x");
        Schema.GetProperty("additionalProperties").GetBoolean().ShouldBeFalse();
        var keys = Schema.GetProperty("properties").EnumerateObject().Select(p => p.Name).ToList();
        keys.ShouldBe(Root.Keys, ignoreOrder: true);
        foreach (var key in keys)
        {
            var steps = key is "steps" or "phases" ? "" : "steps: { z: { run: x } }\n";
            _folder.Problems($"{key}: {Root[key]}\n{steps}").ShouldBeEmpty(key);
        }
    }

    [Fact]
    public void The_loader_accepts_exactly_the_keys_of_the_schema_in_a_step()
    {
        _ = _folder.Put("p.md", "x");
        var step = Schema.GetProperty("definitions").GetProperty("step");
        step.GetProperty("additionalProperties").GetBoolean().ShouldBeFalse();
        var keys = step.GetProperty("properties").EnumerateObject().Select(p => p.Name).ToList();
        keys.ShouldBe(Step.Keys, ignoreOrder: true);
        foreach (var key in keys)
        {
            var rest = key switch
            {
                "run" or "prompt" or "prompt_file" => "",
                "agent" or "model" or "fallback" or "review" => ", prompt: x",
                _ => ", run: x",
            };
            _folder.Problems($"defaults: {{ agent: claude }}\nsteps:\n  z: {{ run: x }}\n  s: {{ {key}: {Step[key]}{rest} }}\n")
                .ShouldBeEmpty(key);
        }
    }

    [Fact]
    public void Nested_keys_of_the_schema_are_those_of_the_examples_above()
    {
        string[] Keys(JsonElement shape) => [.. shape.GetProperty("properties").EnumerateObject().Select(p => p.Name)];
        var definitions = Schema.GetProperty("definitions");
        Keys(definitions.GetProperty("review")).ShouldBe(["agent", "rounds", "model", "prompt"]);
        Keys(definitions.GetProperty("retry")).ShouldBe(["max_attempts", "backoff"]);
        Keys(definitions.GetProperty("budget")).ShouldBe(["max_cost_usd", "max_tokens", "max_time", "max_iterations"]);
        Keys(definitions.GetProperty("phase")).ShouldBe(["name", "active_agent", .. Step.Keys], ignoreOrder: true);
        Keys(Schema.GetProperty("properties").GetProperty("defaults"))
            .ShouldBe(["agent", "model", "fallback", "workspace", "timeout", "inactivity_timeout", "env", "retry", "review",
                "budget"]);
    }

    [Fact]
    public void A_graph_shows_layers_and_what_runs_in_them()
    {
        var workflow = _folder.Load("""
            name: fix
            defaults: { agent: claude }
            steps:
              plan: { prompt: x }
              lint: { needs: [plan], run: x }
              test: { needs: [plan], run: x }
              docs: { needs: [plan], prompt: x, review: { agent: codex } }
              merge: { needs: [lint, test], run: x, approval: Sure? }
            """).Workflow!;
        WorkflowGraph.Render(workflow, "text").ShouldBe("""
            fix: 5 steps in 3 layers
              ─ 1 plan   claude
              ┬ 2 lint   run   needs plan
              ├ 3 test   run   needs plan
              └ 4 docs   claude, reviewed by codex   needs plan
              ─ 5 merge  run, after approval   needs lint, test

            """);
        WorkflowGraph.Render(workflow, "mermaid").ShouldStartWith("flowchart TD\n  s1[\"1 plan\"]\n");
        WorkflowGraph.Render(workflow, "mermaid").ShouldEndWith(
            "  s5{{\"5 merge\"}}\n  s1 --> s2\n  s1 --> s3\n  s1 --> s4\n  s2 --> s5\n  s3 --> s5\n");
        WorkflowGraph.Render(workflow, "dot").ShouldEndWith(
            "  s5 [label=\"5 merge\", shape=hexagon];\n  s1 -> s2;\n  s1 -> s3;\n  s1 -> s4;\n  s2 -> s5;\n  s3 -> s5;\n}\n");
        Should.Throw<LogistException>(() => WorkflowGraph.Render(workflow, "mermade")).Problem.Why.ShouldBe("did you mean \"mermaid\"?");
    }
}
