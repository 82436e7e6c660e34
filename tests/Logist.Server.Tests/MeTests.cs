using System.Text.Json;

namespace Logist.Server.Tests;

/// <summary><c>GET /me</c>: only who asks for agents has their programs started.</summary>
public sealed class MeTests
{
    [Fact]
    public async Task Agents_are_looked_for_when_asked_with_version_login_and_what_helps()
    {
        var bin = Directory.CreateTempSubdirectory("logist-bin-");
        try
        {
            Put(bin, "claude", "echo '2.1.328 (Claude Code)'");
            Put(bin, "codex", "echo codex-cli 0.169.0");
            await using var server = await ServerInTest.StartAsync(options => options with
            {
                Services = options.Services with
                {
                    Environment = new Dictionary<string, string>
                    {
                        ["PATH"] = $"{bin.FullName}:/usr/bin:/bin", ["HOME"] = bin.FullName, ["CODEX_API_KEY"] = "sk-secret",
                    },
                },
            });

            (await server.GetAsync("/me")).GetProperty("agents").ValueKind.ShouldBe(JsonValueKind.Null);
            var me = await server.GetAsync("/me?agents=true");

            var agents = me.GetProperty("agents").EnumerateArray().ToDictionary(agent => agent.Text("name"));
            var (claude, codex, gemini) = (agents["claude"], agents["codex"], agents["gemini"]);
            (claude.GetProperty("found").GetBoolean(), claude.Text("version"), claude.Text("login")).ShouldBe((true, "2.1.328", "missing"));
            claude.Text("problem").ShouldContain("no login was found");
            claude.Text("fix").ShouldNotBeEmpty();
            (codex.Text("version"), codex.Text("login")).ShouldBe(("0.169.0", "ok"));
            codex.GetProperty("problem").ValueKind.ShouldBe(JsonValueKind.Null);
            (gemini.GetProperty("found").GetBoolean(), gemini.Text("problem")).ShouldBe((false, "not installed"));
            me.GetRawText().ShouldNotContain("sk-secret");
        }
        finally
        {
            bin.Delete(recursive: true);
        }
    }

    private static void Put(DirectoryInfo directory, string name, string script)
    {
        var file = Path.Combine(directory.FullName, name);
        File.WriteAllText(file, $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }
}
