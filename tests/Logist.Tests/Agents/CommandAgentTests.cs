using Logist.Agents;
using Logist.Core;
using Logist.Core.Workflows;

namespace Logist.Tests.Agents;

public sealed class CommandAgentTests : IDisposable
{
    private static readonly AgentDefinition Argument =
        new("command") { Command = ["/bin/echo", "{prompt}"], Delivery = PromptDelivery.Argument };
    private readonly AgentPlace _place = new();
    private readonly CommandAgent _agent = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public void By_stdin_the_prompt_file_is_stdin()
    {
        var invocation = Ready(new AgentDefinition("command") { Command = ["/bin/agent", "-p"] });
        invocation.Argv.ShouldBe(["/bin/agent", "-p"]);
        invocation.StdinFile.ShouldBe(Path.Combine(_place.AttemptDirectory, "worker.prompt.md"));
    }

    [Fact]
    public void As_an_argument_the_prompt_stands_where_the_template_says_or_last()
    {
        Ready(Argument with { Command = ["/bin/agent", "--say={prompt}", "-x"] }, "hi $(rm) \"q\"")
            .Argv.ShouldBe(["/bin/agent", "--say=hi $(rm) \"q\"", "-x"]);
        var last = Ready(Argument with { Command = ["/bin/agent", "-p"] }, "hi");
        last.Argv.ShouldBe(["/bin/agent", "-p", "hi"]);
        last.StdinFile.ShouldBeNull();
    }

    [Fact]
    public void As_a_file_its_path_stands_where_the_template_says_or_last()
    {
        var file = Path.Combine(_place.AttemptDirectory, "worker.prompt.md");
        var definition = new AgentDefinition("command") { Delivery = PromptDelivery.File };
        Ready(definition with { Command = ["/bin/agent", "@{prompt_file}"] }).Argv.ShouldBe(["/bin/agent", "@" + file]);
        Ready(definition with { Command = ["/bin/agent"] }).Argv.ShouldBe(["/bin/agent", file]);
    }

    [Fact]
    public void Model_and_workspace_are_filled_in_and_other_braces_stay() =>
        Ready(new AgentDefinition("command") { Command = ["/bin/agent", "--model={model}", "{workspace}", "{\"json\":{other}}", "{"] })
            .Argv.ShouldBe(["/bin/agent", "--model=fast", _place.Workspace, "{\"json\":{other}}", "{"]);

    [Fact]
    public void Placeholders_inside_the_prompt_are_text() =>
        Ready(Argument, "use {model} in {workspace}")
            .Argv[1].ShouldBe("use {model} in {workspace}");

    [Fact]
    public void A_template_with_a_model_needs_one()
    {
        var call = _place.Call(new AgentDefinition("command") { Command = ["/bin/agent", "{model}"] });
        _agent.Prepare(call).ShouldBeOfType<Preparation.Failed>().Failure.Message.ShouldContain("needs a model");
    }

    [Theory]
    [InlineData(131_071, true)]
    [InlineData(131_072, false)]
    [InlineData(3_000_000, false)]
    public void A_prompt_too_long_for_an_argument_names_the_way_out(int length, bool fits)
    {
        var call = _place.Call(Argument, prompt: new string('p', length));
        var preparation = _agent.Prepare(call);
        if (fits)
        {
            // The kernel agrees with our limit: the longest that we let through can really be started.
            File.WriteAllText(call.PromptFile, "");
            using var process = _place.Start(preparation.ShouldBeOfType<Preparation.Ready>().Invocation, call);
            _place.End(process).Exit.ShouldBe(0);
        }
        else
        {
            preparation.ShouldBeOfType<Preparation.Failed>().Failure.Hint.ShouldNotBeNull().ShouldContain("prompt: file");
        }
    }

    [Fact]
    public void A_nul_character_cannot_be_an_argument()
    {
        var call = _place.Call(Argument, prompt: "a\0b");
        _agent.Prepare(call).ShouldBeOfType<Preparation.Failed>().Failure.Message.ShouldContain("NUL");
    }

    [Fact]
    public void A_real_program_reads_its_prompt_and_answers()
    {
        var program = Path.Combine(_place.Root, "agent.sh");
        File.WriteAllText(program, """
            #!/bin/sh
            cat > got.md
            echo thinking
            echo '{"action":"COMPLETED","evidence_files":["got.md"],"usage":{"cost_usd":0.5}}'
            """);
        SafeFileTests.Shell($"chmod +x {program}");
        var call = _place.Call(new AgentDefinition("command") { Command = [program] }, prompt: "the prompt");
        File.WriteAllText(call.PromptFile, call.Prompt);
        using var process = _place.Start(_agent.Prepare(call).ShouldBeOfType<Preparation.Ready>().Invocation, call);
        var answer = _place.End(process).Outcome.ShouldBeOfType<AgentOutcome.Answered>().Answer;
        answer.Usage!.CostUsd.ShouldBe(0.5m);
        File.ReadAllText(_place.InWorkspace("got.md")).ShouldBe("the prompt");
    }

    [Fact]
    public void The_catalogue_knows_what_is_declared_and_what_is_built_in()
    {
        var catalogue = new AgentCatalogue(["/bin/logist"]);
        catalogue.Resolve("mine", Declared(Argument)).Agent.ShouldBeOfType<CommandAgent>();
        catalogue.Resolve("mine", Declared(new AgentDefinition("scripted") { Script = "hang" })).Agent.ShouldBeOfType<ScriptedAgent>();
        catalogue.Resolve("scripted", Declared(new AgentDefinition("command"))).Agent.ShouldBeOfType<ScriptedAgent>();
    }

    [Theory]
    [InlineData("other", "command", "no agent is named \"other\"", "LOG1006")]
    [InlineData("mine", "nobody", "cannot drive \"nobody\"", "LOG1073")]
    [InlineData("mine", "command", "no program", "LOG1006")]
    [InlineData("mine", "scripted", "wrong in line 2", "LOG1006")]
    public void The_catalogue_says_what_it_cannot_do(string name, string provider, string message, string code)
    {
        var declared = Declared(new AgentDefinition(provider) { Script = "\nwrte x y" });
        var problem = Should.Throw<LogistException>(() => new AgentCatalogue(["/bin/logist"]).Resolve(name, declared)).Problem;
        problem.What.ShouldContain(message);
        problem.Kind.Code.ShouldBe(code);
    }

    private static Dictionary<string, AgentDefinition> Declared(AgentDefinition definition) =>
        new(StringComparer.Ordinal) { ["mine"] = definition };

    private Invocation Ready(AgentDefinition definition, string prompt = "Do it.") =>
        _agent.Prepare(_place.Call(definition, prompt: prompt) with { Model = "fast" }).ShouldBeOfType<Preparation.Ready>().Invocation;
}
