using System.Text.Json;
using Logist.Agents;
using Logist.Diagnosis;

namespace Logist.Tests.Cli;

public sealed class AgentChecksTests : IDisposable
{
    private readonly CliRun _run = new();

    public AgentChecksTests() => _run.With("PATH", Path.Combine(_run.Root, "bin")).With("HOME", Path.Combine(_run.Root, "user"));

    public void Dispose() => _run.Dispose();

    private void Put(string path, string text, bool executable = false)
    {
        var full = Path.Combine(_run.Root, path);
        _ = Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
        if (executable)
        {
            File.SetUnixFileMode(full, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private Check Of(AgentProgram program, string? version, bool used = false) =>
        AgentChecks.Of(program, version is { Length: 0 } ? null : ("/bin/it", version), _run.Surroundings.Get, used);

    private async Task<Dictionary<string, JsonElement>> DoctorAsync()
    {
        _ = await _run.RunAsync("doctor", "--json");
        return _run.Json(_run.Out).GetProperty("checks").EnumerateArray().ToDictionary(c => c.GetProperty("name").GetString()!);
    }

    [Fact]
    public async Task Doctor_shows_what_is_installed_which_version_and_by_what_it_is_logged_in()
    {
        Put("bin/claude", "#!/bin/sh\necho '2.1.328 (Claude Code)'\n", executable: true);
        Put("bin/codex", "#!/bin/sh\necho codex-cli 0.169.0\n", executable: true);
        Put("user/.claude/.credentials.json", "{\"secret\":\"sk-file\"}");
        var checks = await DoctorAsync();
        checks["claude"].GetProperty("level").GetString().ShouldBe("ok");
        var agent = checks["claude"].GetProperty("agent");
        agent.GetProperty("version").GetString().ShouldBe("2.1.328");
        agent.GetProperty("path").GetString().ShouldBe(Path.Combine(_run.Root, "bin/claude"));
        agent.GetProperty("login").GetString().ShouldBe(Path.Combine(_run.Root, "user/.claude/.credentials.json"));
        checks["codex"].GetProperty("level").GetString().ShouldBe("warn");
        checks["codex"].GetProperty("text").GetString()!.ShouldContain("no login was found");
        checks["codex"].GetProperty("fix").GetString()!.ShouldContain("codex login");
        checks["gemini"].GetProperty("level").GetString().ShouldBe("info");
        checks["gemini"].GetProperty("agent").GetProperty("installed").GetBoolean().ShouldBeFalse();
        checks["gemini"].GetProperty("agent").GetProperty("install").GetString().ShouldBe("npm install -g @google/gemini-cli");

        _run.With("CODEX_API_KEY", "sk-variable");
        (await _run.RunAsync("doctor")).ShouldBe(0, _run.Out);
        _run.Out.ShouldContain($"ok    codex           0.169.0 ({_run.Root}/bin/codex), login by CODEX_API_KEY\n");
        _run.Out.ShouldContain("-     gemini          not installed (npm install -g @google/gemini-cli)\n");
        _run.Out.ShouldNotContain("sk-");
    }

    [Fact]
    public void A_version_is_judged_by_what_was_tested()
    {
        _run.With("ANTHROPIC_API_KEY", "x").With("CODEX_API_KEY", "x");
        Of(AgentPrograms.Claude, "2.1.328").ShouldSatisfyAllConditions(c => c.Level.ShouldBe(Level.Ok),
            c => c.Text.ShouldNotContain("tested"));
        Of(AgentPrograms.Claude, "2.1.400").ShouldSatisfyAllConditions(c => c.Level.ShouldBe(Level.Ok),
            c => c.Text.ShouldEndWith("; tested with 2.1.328"));
        Of(AgentPrograms.Claude, "2.1.197").ShouldSatisfyAllConditions(c => c.Level.ShouldBe(Level.Warn),
            c => c.Text.ShouldContain("older"));
        Of(AgentPrograms.Claude, "3.0.0").ShouldSatisfyAllConditions(c => c.Level.ShouldBe(Level.Warn),
            c => c.Fix!.ShouldContain("@anthropic-ai/claude-code@2.1.328"));
        Of(AgentPrograms.Claude, null).Text.ShouldContain("does not say its version");
        Of(AgentPrograms.Claude, "2.1.328-beta.1").Level.ShouldBe(Level.Ok);
        Of(AgentPrograms.Codex, "").Level.ShouldBe(Level.Info);
        Of(AgentPrograms.Codex, "", used: true).Level.ShouldBe(Level.Warn);
    }

    [Fact]
    public void Places_of_logins_follow_their_variables()
    {
        Put("elsewhere/auth.json", "{}");
        Of(AgentPrograms.Codex, "0.169.0").Agent!.Login.ShouldBeNull();
        _run.With("CODEX_HOME", Path.Combine(_run.Root, "elsewhere"));
        Of(AgentPrograms.Codex, "0.169.0").Agent!.Login.ShouldBe(Path.Combine(_run.Root, "elsewhere/auth.json"));
        Put("user/.local/share/opencode/auth.json", "{}");
        Of(AgentPrograms.OpenCode, "1.18.33").Agent!.Login.ShouldBe(Path.Combine(_run.Root, "user/.local/share/opencode/auth.json"));
    }

    [Fact]
    public async Task Agents_of_the_configuration_are_looked_at_too()
    {
        Put("bin/goose", "#!/bin/sh\n", executable: true);
        Put("home/config.yaml", """
            agents:
              boss: { provider: claude }
              goose: { provider: acp, command: [goose, acp] }
              gone: { command: [no-such-program] }
              judge: { provider: openai, model: m, key_env: JUDGE_KEY }
            """);
        var checks = await DoctorAsync();
        string Level(string name) => checks[name].GetProperty("level").GetString()!;
        (Level("claude"), Level("agent goose"), Level("agent gone"), Level("agent judge")).ShouldBe(("warn", "ok", "warn", "warn"));
        checks["agent judge"].GetProperty("text").GetString().ShouldBe("JUDGE_KEY is not set");
        checks.ShouldNotContainKey("agent boss");
        Put("home/config.yaml", "agnets: {}\n");
        (await _run.RunAsync("doctor")).ShouldBe(1);
        _run.Out.ShouldContain("fail  config.yaml");
        _run.Out.ShouldContain("did you mean \"agents\"");
    }
}
