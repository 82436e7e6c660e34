using Logist.Core;
using Logist.Core.Workflows;
using Logist.Workflows;

namespace Logist.Tests.Workflows;

public sealed class ParamsTests
{
    private static readonly WorkflowDefinition Workflow = new("fix", [new StepDefinition("a") { Run = new RunAction("x", null) }])
    {
        Params = new Dictionary<string, ParamDefinition> { ["issue"] = new(true, null), ["risk"] = new(false, "low") },
    };

    [Fact]
    public void Given_values_win_over_earlier_ones_and_those_over_defaults()
    {
        Params.Bind(Workflow, ["issue=a=b", "issue=c"]).OrThrow()
            .ShouldBe(new Dictionary<string, string> { ["risk"] = "low", ["issue"] = "c" }, ignoreOrder: true);
        var earlier = new Dictionary<string, string> { ["issue"] = "old", ["risk"] = "high", ["gone"] = "x" };
        Params.Bind(Workflow, ["issue="], earlier).OrThrow()
            .ShouldBe(new Dictionary<string, string> { ["issue"] = "", ["risk"] = "high" }, ignoreOrder: true);
    }

    [Fact]
    public void An_undeclared_one_is_exit_2_with_did_you_mean()
    {
        var problem = Params.Bind(Workflow, ["isue=x"]).Problem.ShouldNotBeNull();
        problem.Kind.ShouldBe(ErrorKind.UnknownParam);
        problem.Kind.Exit.ShouldBe(2);
        problem.What.ShouldBe("no parameter \"isue\"; did you mean \"issue\"?");
        problem.Fix.ShouldBe(["--param issue=…"]);
        Params.Bind(Workflow, ["zzz=x"]).Problem!.Why.ShouldBe("declared: issue, risk");
    }

    [Fact]
    public void Missing_ones_and_bad_pairs_are_usage_errors()
    {
        Params.Bind(Workflow, []).Problem!.What.ShouldBe("parameter \"issue\" is missing");
        Params.Bind(Workflow, []).Problem!.Kind.ShouldBe(ErrorKind.Usage);
        Params.Bind(Workflow, ["issue"]).Problem!.What.ShouldBe("--param \"issue\" is not key=value");
        Params.Bind(Workflow, ["=x"]).Problem!.Kind.ShouldBe(ErrorKind.Usage);
        Params.Bind(Workflow, ["issue=a\0b"]).Problem!.What.ShouldContain("NUL");
        Params.Bind(Workflow, ["issue=\ud800"]).Problem!.Kind.ShouldBe(ErrorKind.Usage);
        Params.Bind(Workflow, ["issue=" + new string('x', 100_001)]).Problem!.What
            .ShouldBe("parameter \"issue\" has a value of more than 100 kB");
        Should.Throw<LogistException>(() => Params.Bind(Workflow, []).OrThrow());
    }

    [Fact]
    public void A_prompt_makes_a_workflow_of_one_step_and_is_taken_as_it_is()
    {
        var config = ConfigFile.Empty with { Agent = "claude", Model = "opus" };
        var workflow = PromptWorkflow.Create("do ${{ github.x }}", null, null, "codex", config);
        var step = workflow.Steps.ShouldHaveSingleItem();
        (step.Id, step.Agent, step.Model).ShouldBe(("work", "claude", "opus"));
        step.Review.ShouldBe(new ReviewDefinition("codex"));
        var values = new TemplateValues("j", 1, new Dictionary<string, string>(), _ => null, _ => null);
        Templates.ForPrompt(step.Prompt!, values, text => text).ShouldBe("do ${{ github.x }}");
        PromptWorkflow.Create("x", "qwen", null, null, config).Steps[0].Model.ShouldBeNull();
        Should.Throw<LogistException>(() => PromptWorkflow.Create("x", null, null, null)).Problem.What.ShouldBe("no agent is named");
        Should.Throw<LogistException>(() => PromptWorkflow.Create("x", "cluade", null, null)).Problem.Why
            .ShouldBe("did you mean \"claude\"?");
        Should.Throw<LogistException>(() => PromptWorkflow.Create(" \n", "claude", null, null)).Problem.Kind.ShouldBe(ErrorKind.Usage);
        Should.Throw<LogistException>(() => PromptWorkflow.Create("\ud800", "claude", null, null)).Problem.Kind.ShouldBe(ErrorKind.Usage);
    }
}
