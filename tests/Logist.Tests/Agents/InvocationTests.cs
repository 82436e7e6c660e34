using Logist.Agents;
using Logist.Agents.Cli;
using Logist.Core.Workflows;

namespace Logist.Tests.Agents;

public sealed class InvocationTests : IDisposable
{
    private readonly AgentPlace _place = new();

    public void Dispose() => _place.Dispose();

    [Theory]
    [InlineData("claude", "claude -p --output-format stream-json --verbose --permission-mode bypassPermissions")]
    [InlineData("codex", "codex exec --json --skip-git-repo-check --dangerously-bypass-approvals-and-sandbox "
        + "-c check_for_update_on_startup=false -c analytics.enabled=false -")]
    [InlineData("gemini", "gemini --output-format stream-json --skip-trust --approval-mode yolo -p ")]
    [InlineData("qwen", "qwen --output-format stream-json --approval-mode yolo -p ")]
    [InlineData("opencode", "opencode run --format json --auto")]
    [InlineData("cline", "cline --json --auto-approve true -c WORKSPACE Do it.")]
    public void A_call_without_wishes(string name, string line)
    {
        var invocation = Ready(name, new AgentDefinition(name));
        string.Join(' ', invocation.Argv).ShouldBe(line.Replace("WORKSPACE", _place.Workspace));
        invocation.StdinFile.ShouldBe(name == "cline" ? null : Path.Combine(_place.AttemptDirectory, "worker.prompt.md"));
    }

    [Theory]
    [InlineData("claude", "x/claude one -p --output-format stream-json --verbose --model fast --resume s1 --permission-mode plan --more")]
    [InlineData("codex", "x/claude one exec --json --skip-git-repo-check --dangerously-bypass-approvals-and-sandbox -m fast "
        + "-c check_for_update_on_startup=false -c analytics.enabled=false --permission-mode plan --more resume s1 -")]
    [InlineData("gemini", "x/claude one --output-format stream-json --skip-trust --approval-mode yolo -m fast --resume s1 "
        + "--permission-mode plan --more -p ")]
    [InlineData("qwen", "x/claude one --output-format stream-json --approval-mode yolo -m fast --resume s1 "
        + "--permission-mode plan --more -p ")]
    [InlineData("opencode", "x/claude one run --format json --auto --model fast --session s1 --permission-mode plan --more")]
    [InlineData("cline", "x/claude one --json --auto-approve true -c WORKSPACE -m fast --permission-mode plan --more Do it.")]
    public void Program_model_session_and_arguments_have_their_places(string name, string line)
    {
        var definition = new AgentDefinition(name)
        {
            Command = ["/x/claude", "one"], Arguments = ["--permission-mode", "plan", "--more"],
        };
        var invocation = Ready(name, definition, call => call with { Model = "fast", Session = "s1" });
        string.Join(' ', invocation.Argv)[1..].ShouldBe(line.Replace("WORKSPACE", _place.Workspace));
    }

    [Theory]
    [InlineData("claude", "--dangerously-skip-permissions", "--permission-mode")]
    [InlineData("codex", "--sandbox=workspace-write", "--dangerously-bypass-approvals-and-sandbox")]
    [InlineData("codex", "-s", "--dangerously-bypass-approvals-and-sandbox")]
    [InlineData("gemini", "--approval-mode=auto_edit", "yolo")]
    [InlineData("qwen", "--approval-mode=plan", "yolo")]
    [InlineData("cline", "--auto-approve=false", "true")]
    public void What_the_arguments_say_of_permissions_replaces_full_access(string name, string argument, string ours)
    {
        var argv = Ready(name, new AgentDefinition(name) { Arguments = [argument] }).Argv;
        argv.ShouldContain(argument);
        argv.ShouldNotContain(ours);
    }

    [Fact]
    public void Every_turn_has_files_of_its_own()
    {
        AgentCall Second(AgentCall call) => call with { Turn = 2 };
        Ready("claude", new AgentDefinition("claude"), Second).StdinFile.ShouldEndWith("/worker2.prompt.md");
        AgentFiles.Log(AgentRole.Worker, "/a", 1).ShouldBe("/a/output.log");
        AgentFiles.Log(AgentRole.Worker, "/a", 2).ShouldBe("/a/output2.log");
        AgentFiles.Log(AgentRole.Supervisor, "/a").ShouldBe("/a/review.log");
        AgentFiles.Answer(AgentRole.Worker, "/a", 3).ShouldBe("/a/worker3.response.json");
    }

    [Fact]
    public void The_answer_of_an_earlier_call_is_gone_before_the_start()
    {
        var stale = _place.InWorkspace(".logist/response.json");
        foreach (var name in AgentCatalogue.BuiltIn.Except(["scripted"]))
        {
            File.WriteAllText(_place.InWorkspace(".logist/response.json"), "{}");
            _ = Ready(name, new AgentDefinition(name));
            File.Exists(stale).ShouldBeFalse(name);
        }
    }

    [Theory]
    [InlineData(128 * 1024)]
    [InlineData(10 << 20)]
    public void A_prompt_that_is_no_argument_is_refused_by_the_agent_that_needs_one(int length)
    {
        var call = _place.Call(new AgentDefinition("cline"), prompt: new string('x', length));
        var failure = new ClineAgent().Prepare(call).ShouldBeOfType<Preparation.Failed>().Failure;
        failure.Message.ShouldContain($"too long for an argument ({length} bytes");
        failure.Hint.ShouldNotBeNull().ShouldContain("another agent");
        foreach (var name in (string[])["claude", "codex", "gemini", "qwen", "opencode"])
        {
            RecordedStreamTests.Agent(name).Prepare(call).ShouldBeOfType<Preparation.Ready>();
        }
    }

    [Fact]
    public void As_root_claude_is_told_that_this_is_a_sandbox()
    {
        var environment = Ready("claude", new AgentDefinition("claude")).ExtraEnvironment;
        environment.ContainsKey("IS_SANDBOX").ShouldBe(Environment.IsPrivilegedProcess);
        environment["CLAUDE_CODE_MAX_RETRIES"].ShouldBe("2");
    }

    [Fact]
    public void No_adapter_sets_a_login_or_an_endpoint()
    {
        foreach (var name in AgentCatalogue.BuiltIn.Except(["scripted"]))
        {
            var agent = RecordedStreamTests.Agent(name);
            agent.PassThrough.ShouldContain("HTTPS_PROXY");
            agent.PassThrough.ShouldBeUnique();
            agent.Program.ShouldBe(name);
            agent.Silence.ShouldBe(TimeSpan.FromMinutes(30));
            foreach (var variable in Ready(name, new AgentDefinition(name)).ExtraEnvironment.Keys)
            {
                (variable.Contains("KEY") || variable.Contains("TOKEN") || variable.Contains("URL")).ShouldBeFalse(variable);
            }
        }
    }

    [Fact]
    public void Gemini_as_root_gets_settings_that_cap_its_retries()
    {
        if (Environment.IsPrivilegedProcess && !File.Exists("/etc/gemini-cli/settings.json"))
        {
            var path = Ready("gemini", new AgentDefinition("gemini")).ExtraEnvironment["GEMINI_CLI_SYSTEM_SETTINGS_PATH"];
            path.ShouldStartWith(_place.AttemptDirectory);
            File.ReadAllText(path).ShouldContain("\"maxAttempts\":2");
        }
        else
        {
            Ready("gemini", new AgentDefinition("gemini")).ExtraEnvironment.ContainsKey("GEMINI_CLI_SYSTEM_SETTINGS_PATH").ShouldBeFalse();
        }
    }

    [Fact]
    public void Built_in_agents_need_no_declaration_and_a_declaration_of_their_name_counts()
    {
        var catalogue = new AgentCatalogue(["/bin/logist"]);
        var none = new Dictionary<string, AgentDefinition>(StringComparer.Ordinal);
        foreach (var name in (string[])["claude", "codex", "gemini", "qwen", "opencode", "cline"])
        {
            catalogue.Resolve(name, none).Agent.ShouldBeOfType(RecordedStreamTests.Agent(name).GetType());
        }

        none["boss"] = new AgentDefinition("claude") { Model = "opus" };
        var boss = catalogue.Resolve("boss", none);
        (boss.Agent, boss.Definition.Model).ShouldBe((boss.Agent.ShouldBeOfType<ClaudeAgent>(), "opus"));
    }

    private Invocation Ready(string name, AgentDefinition definition, Func<AgentCall, AgentCall>? change = null)
    {
        var call = _place.Call(definition);
        return RecordedStreamTests.Agent(name).Prepare(change?.Invoke(call) ?? call).ShouldBeOfType<Preparation.Ready>().Invocation;
    }
}
