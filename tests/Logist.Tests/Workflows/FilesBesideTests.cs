using Logist.Core;
using Logist.Workflows;

namespace Logist.Tests.Workflows;

public sealed class FilesBesideTests : IDisposable
{
    private readonly WorkflowFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Wrong(string file)
    {
        var problem = _folder.Load($"steps:\n  a: {{ prompt_file: \"{file}\", agent: claude }}\n", name: "flow/w.yaml").Problems
            .ShouldHaveSingleItem();
        (problem.Line, problem.Column).ShouldBe((2, 21));
        return problem.Message.Replace(_folder.Root, "", StringComparison.Ordinal);
    }

    [Fact]
    public void A_prompt_file_must_be_a_readable_text_file_below_the_workflow()
    {
        _ = _folder.Put("flow/empty.md", " \n");
        _ = _folder.Put("flow/nul.md", "a\0b");
        _ = _folder.Put("flow/latin.md", [0xE9]);
        _ = _folder.Put("flow/big.md", new byte[(1024 * 1024) + 1]);
        _ = _folder.Put("secret.md", "x");
        _ = File.CreateSymbolicLink(Path.Combine(_folder.Root, "flow/link.md"), Path.Combine(_folder.Root, "secret.md"));
        _ = Directory.CreateDirectory(Path.Combine(_folder.Root, "flow/dir"));
        Wrong("none.md").ShouldBe("/flow/none.md cannot be read: No such file or directory");
        Wrong("empty.md").ShouldBe("/flow/empty.md is empty");
        Wrong("nul.md").ShouldBe("/flow/nul.md contains a NUL character: it is not text in UTF-8");
        Wrong("latin.md").ShouldBe("/flow/latin.md is not UTF-8: line 1 has an invalid byte");
        Wrong("big.md").ShouldBe("/flow/big.md is larger than 1024 KiB");
        Wrong("dir").ShouldBe("/flow/dir is a directory");
        Wrong("../secret.md").ShouldBe("/secret.md lies outside the folder of the file that names it");
        Wrong("link.md").ShouldBe("/flow/link.md lies outside the folder of the file that names it");
        Wrong("/etc/hostname").ShouldEndWith("lies outside the folder of the file that names it");
    }

    [Fact]
    public void A_pipe_nobody_writes_to_does_not_hang()
    {
        _ = Directory.CreateDirectory(Path.Combine(_folder.Root, "flow"));
        var start = new System.Diagnostics.ProcessStartInfo("mkfifo", Path.Combine(_folder.Root, "flow/pipe")) { UseShellExecute = false };
        using (var made = System.Diagnostics.Process.Start(start)!)
        {
            made.WaitForExit();
        }

        Wrong("pipe").ShouldBe("/flow/pipe is not a regular file");
    }

    [Fact]
    public void What_was_compiled_no_longer_depends_on_the_file()
    {
        var prompt = _folder.Put("p.md", "\uFEFFfirst\r\n");
        var workflow = _folder.Load("steps:\n  a: { prompt_file: p.md, agent: claude }\n").Workflow!;
        File.WriteAllText(prompt, "second");
        workflow.Steps[0].Prompt.ShouldBe("first\r\n");
    }

    [Fact]
    public void Agents_come_from_the_workflow_then_from_the_configuration_of_which_only_used_ones_are_kept()
    {
        _ = _folder.Put("home/config.yaml", """
            agents:
              mine: { command: [./agent, "{prompt}"], prompt: argument, model: m, env: { A: b } }
              played: { script_file: play.txt }
              fast: { provider: claude, model: haiku }
              unused: { command: [x] }
            defaults: { agent: fast, model: big }
            """);
        _ = _folder.Put("home/agent", "");
        _ = _folder.Put("home/play.txt", "say hello");
        var config = ConfigFile.Load(Path.Combine(_folder.Root, "home")).OrThrow();
        (config.Agent, config.Model).ShouldBe(("fast", "big"));
        var workflow = _folder
            .Load("agents: { played: { script: other } }\nsteps:\n  a: { prompt: x }\n  b: { prompt: x, agent: mine, review: { agent: "
                + "played } }\n", config).Workflow!;
        workflow.Agents.Keys.Order().ShouldBe(["fast", "mine", "played"]);
        workflow.Steps[0].Model.ShouldBe("big");
        workflow.Agents["mine"].Command.ShouldBe([Path.Combine(_folder.Root, "home/agent"), "{prompt}"]);
        workflow.Agents["mine"].Delivery.ShouldBe(Logist.Core.Workflows.PromptDelivery.Argument);
        workflow.Agents["mine"].Env.Values["A"].ShouldBe("b");
        (workflow.Agents["played"].Provider, workflow.Agents["played"].Script).ShouldBe(("scripted", "other"));
        (workflow.Agents["fast"].Provider, workflow.Agents["fast"].Model).ShouldBe(("claude", "haiku"));
        config.Agents["played"].Script.ShouldBe("say hello");
    }

    [Fact]
    public void A_missing_or_empty_configuration_is_no_configuration_and_a_bad_one_says_where()
    {
        ConfigFile.Load(_folder.Root).Config.ShouldBe(ConfigFile.Empty);
        _ = _folder.Put("config.yaml", "# nothing yet\n\n");
        ConfigFile.Load(_folder.Root).OrThrow().ShouldBe(ConfigFile.Empty);
        var file = _folder.Put("config.yaml", "defaults: { agent: cluade }\nagnets: {}\n");
        var result = ConfigFile.Load(_folder.Root);
        result.Config.ShouldBeNull();
        result.Problems.Select(p => p.ToString()).ShouldBe(
        [
            file + ":1:20: error: unknown agent \"cluade\" (did you mean \"claude\"?)",
            file + ":2:1: error: unknown key \"agnets\" (did you mean \"agents\"?)",
        ]);
        var problem = Should.Throw<LogistException>(() => result.OrThrow()).Problem;
        problem.Kind.Exit.ShouldBe(9);
        problem.What.ShouldBe(file + " has 2 problems");
    }

    [Fact]
    public void A_program_that_is_not_there_yet_is_a_warning()
    {
        var result = _folder.Load("agents: { mine: { command: [./later.sh] } }\nsteps:\n  a: { prompt: x, agent: mine }\n");
        result.Workflow.ShouldNotBeNull();
        result.Problems.ShouldHaveSingleItem().Severity.ShouldBe(Severity.Warning);
        result.Problems[0].Message.ShouldBe($"there is no program {_folder.Root}/later.sh yet");
    }
}
