using Logist.Testing;

namespace Logist.Tests.Hostile;

/// <summary>Odd surroundings of the program itself, and steps that turn against what runs them.</summary>
public sealed class HostileSurroundingsTests : IDisposable
{
    private const string Plain = """
        version: 1
        name: plain
        agents: { writer: { script: "write g.txt hello\nanswer COMPLETED fine" } }
        steps:
          first: { run: "echo hi; echo x > f.txt" }
          second: { needs: [first], prompt: do it, agent: writer }
          third: { needs: [second], run: [cat, f.txt, g.txt], workspace: git }
        """;

    private readonly Program _program = new();

    public void Dispose() => _program.Dispose();

    [Theory]
    [InlineData("LC_ALL=tr_TR.UTF-8 LANG=tr_TR.UTF-8 exec \"$0\" \"$@\"")]
    [InlineData("LANG=C LC_ALL=C exec \"$0\" \"$@\"")]
    [InlineData("TZ=Asia/Kathmandu exec \"$0\" \"$@\"")]
    [InlineData("TZ='<+13:45>-13:45' exec \"$0\" \"$@\"")]
    [InlineData("TZ=Nowhere/Nothing TERM=dumb exec \"$0\" \"$@\"")]
    [InlineData("unset HOME USER TERM LANG; exec \"$0\" \"$@\"")]
    [InlineData("exec env -i LOGIST_HOME=\"$LOGIST_HOME\" PATH=/usr/bin:/bin \"$0\" \"$@\"")]
    [InlineData("yes | \"$0\" \"$@\"")]
    [InlineData("exec \"$0\" \"$@\" < /dev/zero")]
    public async Task Odd_surroundings_change_nothing(string line)
    {
        var file = _program.Write("plain.yaml", Plain);
        _ = (await _program.ShellAsync(line, "job", "create", file)).ShouldEndWith(0);
        (await _program.ShellAsync(line, "job", "run", "plain", "--progress", "plain")).ShouldEndWith(0).Out.ShouldContain("SUCCESS");
        (await _program.ShellAsync(line, "job", "status", "plain", "--json")).ShouldEndWith(0).Out.ShouldContain("\"status\": \"SUCCESS\"");
        (await _program.ShellAsync(line, "job", "logs", "plain", "third")).ShouldEndWith(0).Out.ShouldContain("hello");
    }

    [Theory]
    [InlineData(64)]
    [InlineData(90)]
    [InlineData(128)]
    public async Task Few_descriptors_are_a_clear_error_or_no_obstacle_and_never_damage(int descriptors)
    {
        var file = _program.Write("plain.yaml", Plain);
        var line = $"ulimit -n {descriptors}; exec \"$0\" \"$@\"";
        foreach (var arguments in (string[][])[["job", "create", file, "--name", "few"], ["job", "run", "few"], ["job", "status", "few"]])
        {
            var ended = await _program.ShellAsync(line, arguments);
            ended.Code.ShouldBeOneOf([0, 3, 6, 10], ended.Err);
            ended.ShouldBePresentable();
        }

        _ = (await _program.RunAsync("job", "create", file, "--run")).ShouldEndWith(0);
        (await _program.RunAsync("job", "list", "--json")).ShouldEndWith(0).Out.ShouldNotContain("DAMAGED");
    }

    [Theory]
    [InlineData("exec \"$0\" \"$@\" >&-")]
    [InlineData("exec \"$0\" \"$@\" 2>&-")]
    [InlineData("exec \"$0\" \"$@\" <&- >&- 2>&-")]
    [InlineData("\"$0\" \"$@\" | true; exit 0")]
    public async Task Closed_streams_do_not_stop_a_run_nor_get_into_its_files(string line)
    {
        var file = _program.Write("plain.yaml", Plain);
        _ = (await _program.RunAsync("job", "create", file)).ShouldEndWith(0);
        var ended = await _program.ShellAsync(line, "job", "run", "plain");
        ended.ShouldBePresentable();
        ended.Code.ShouldBeOneOf(0, 10);
        (await _program.RunAsync("job", "status", "plain", "--json")).ShouldEndWith(0).Out.ShouldContain("\"status\": \"SUCCESS\"");
    }

    [Theory]
    [InlineData("mkdir gone; cd gone; rmdir ../gone; exec \"$0\" \"$@\"")]
    [InlineData("cd /; exec \"$0\" \"$@\"")]
    public async Task A_current_directory_that_is_gone_is_no_obstacle(string line)
    {
        var file = _program.Write("plain.yaml", Plain);
        _ = (await _program.RunAsync("job", "create", file)).ShouldEndWith(0);
        _ = (await _program.ShellAsync(line, "job", "run", "plain")).ShouldEndWith(0);
        _ = (await _program.ShellAsync(line, "job", "status")).ShouldEndWith(0);
        (await _program.ShellAsync(line, "job", "create", "plain.yaml")).Code.ShouldBeOneOf(2, 6, 9);
        (await _program.ShellAsync(line, "job", "create", file, "--name", "other")).Code.ShouldBeOneOf(0, 2);
    }

    [Fact]
    public async Task No_home_at_all_is_one_clear_error_or_the_users_own()
    {
        var ended = await _program.With("LOGIST_HOME", "/proc/nowhere").RunAsync("job", "create", _program.Write("plain.yaml", Plain));
        _ = ended.ShouldFailWith(10, "/proc/nowhere");
        (await _program.RunAsync("job", "list")).ShouldEndWith(0);
    }

    [Fact]
    public async Task Files_are_the_users_alone_whatever_the_umask()
    {
        var file = _program.Write("plain.yaml", Plain);
        _ = (await _program.ShellAsync("umask 000; exec \"$0\" \"$@\"", "job", "create", file, "--run")).ShouldEndWith(0);
        string[] free = ["workspace/", "repo.git/", "index/", "worktrees/", "quarantine/"];
        foreach (var path in Directory.EnumerateFileSystemEntries(_program.Home, "*", SearchOption.AllDirectories))
        {
            var inJob = Path.GetRelativePath(_program.Job("plain"), path);
            if (!Array.Exists(free, folder => inJob.StartsWith(folder, StringComparison.Ordinal)))
            {
                var others = File.GetUnixFileMode(path) & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
                others.ShouldBe(UnixFileMode.None, path);
            }
        }
    }

    [Theory]
    [InlineData("run: [./missing]", "missing_tool", "No such file")]
    [InlineData("run: [no-such-program-anywhere]", "missing_tool", "no-such-program-anywhere")]
    [InlineData("run: [./readme.md]", "missing_tool", "Permission denied")]
    [InlineData("run: [/etc]", "missing_tool", "Permission denied")]
    [InlineData("run: [./no-interpreter]", "missing_tool", "#!/bin/sh")]
    [InlineData("run: [./wrong-interpreter]", "missing_tool", "interpreter is missing")]
    [InlineData("run: [git, --version]", null, "git version")]
    [InlineData("run: git --version", null, "git version")]
    [InlineData("run: [sh, -c, 'echo shell']", null, "shell")]
    [InlineData("run: [printf, '%s|', a;id, $(id), '`id`', \"'\", '\"', \"a\\nb\", --, -rf]", null, "a;id|$(id)|`id`|'|\"|a\nb|--|-rf|")]
    [InlineData("run: 'echo \"$(echo sub)\"; echo `echo tick`; echo ''$(id)'''", null, "sub\ntick\n$(id)")]
    public async Task Programs_are_found_on_the_path_only_and_arguments_stay_arguments(string step, string? category, string text)
    {
        foreach (var planted in (string[])["git", "sh", "cat", "printf"])
        {
            _program.Source[planted] = "#!/bin/sh\ntouch planted-was-run\necho planted\n";
            TempRepo.Shell(_program.Source.Directory, $"chmod +x {planted}");
        }

        _program.Source["no-interpreter"] = "echo x\n";
        _program.Source["wrong-interpreter"] = "#!/nonexistent/sh\n";
        TempRepo.Shell(_program.Source.Directory, "chmod +x no-interpreter wrong-interpreter");
        _program.Source.Commit();
        var file = _program.Write("programs.yaml", $"version: 1\nname: programs\nsteps:\n  only:\n    {step}\n");
        var line = "PATH=.:\"\":relative:$PATH; exec \"$0\" \"$@\"";
        _ = (await _program.ShellAsync(line, "job", "create", file)).ShouldEndWith(0);

        // With "." on the caller's own PATH a shell line would find the planted file: that is the caller's wish. Lists never do.
        var ended = await (step.StartsWith("run: [", StringComparison.Ordinal)
            ? _program.ShellAsync(line, "job", "run", "programs") : _program.RunAsync("job", "run", "programs"));
        if (category is null)
        {
            _ = ended.ShouldEndWith(0);
            (await _program.RunAsync("job", "logs", "programs", "only", "--raw")).Out.ShouldContain(text);
        }
        else
        {
            _ = ended.ShouldEndWith(3);
            var inspected = (await _program.RunAsync("job", "inspect", "programs", "--json")).Out;
            inspected.ShouldContain($"\"category\": \"{category}\"");
            inspected.ShouldContain(text);
        }

        Directory.EnumerateFiles(_program.Source.Directory, "planted-was-run", SearchOption.AllDirectories).ShouldBeEmpty();
        Directory.EnumerateFiles(_program.Home, "planted-was-run", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_step_sees_only_the_variables_that_its_workflow_names()
    {
        var file = _program.Write("env.yaml", """
            version: 1
            name: env
            agents: { mine: { command: [/bin/sh, -c, 'cat >/dev/null; env; echo "{\"action\":\"COMPLETED\"}"'], env: [AGENT_KEY] } }
            steps:
              none: { run: env, workspace: none }
              named: { run: env, workspace: none, env: [STEP_KEY, NOT_SET] }
              agent: { prompt: go, agent: mine, workspace: none }
            """);
        _ = _program.With("STEP_KEY", "s3cret-step").With("AGENT_KEY", "s3cret-agent").With("OTHER_KEY", "s3cret-other")
            .With("GIT_DIR", "/nowhere").With("LD_AUDIT", null).With("DOTNET_STARTUP_HOOKS", null);
        _ = (await _program.RunAsync("job", "create", file, "--run")).ShouldEndWith(0);
        var logs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var step in (string[])["none", "named", "agent"])
        {
            logs[step] = (await _program.RunAsync("job", "logs", "env", step)).ShouldEndWith(0).Out;
            logs[step].ShouldNotContain("s3cret-other");
            logs[step].ShouldNotContain("GIT_DIR");
            logs[step].ShouldNotContain("LOGIST_HOME");
        }

        logs["none"].ShouldNotContain("s3cret");
        logs["named"].ShouldContain("STEP_KEY=s3cret-step");
        logs["named"].ShouldNotContain("s3cret-agent");
        logs["agent"].ShouldContain("AGENT_KEY=s3cret-agent");
        logs["agent"].ShouldNotContain("s3cret-step");
        foreach (var stored in (string[])["history.jsonl", "job_manifest.json", "host.log"])
        {
            (await File.ReadAllTextAsync(Path.Combine(_program.Job("env"), stored), TestContext.Current.CancellationToken))
                .ShouldNotContain("s3cret");
        }
    }

    [Theory]
    [InlineData("kill -9 $PPID; sleep 30", "lost_attempt")]
    [InlineData("kill -STOP $PPID; sleep 1; kill -CONT $PPID; echo fine", null)]
    [InlineData("kill -TERM $PPID; kill -HUP $PPID; kill -INT $PPID; echo fine", null)]
    public async Task A_step_that_turns_against_its_host_ends_all_the_same(string line, string? reason)
    {
        var file = _program.Write("turn.yaml", $"version: 1\nname: turn\nsteps:\n  only: {{ workspace: none, run: '{line}' }}\n");
        _ = (await _program.RunAsync("job", "create", file)).ShouldEndWith(0);
        var ended = await _program.RunAsync("job", "run", "turn");
        _ = ended.ShouldEndWith(reason is null ? 0 : 3);
        ended.Out.ShouldContain(reason ?? "SUCCESS");
        await NothingRunsAsync();
    }

    [Fact]
    public async Task A_step_that_kills_the_owner_is_taken_up_by_the_next_one()
    {
        // The owner is found by its command line, as a step could.
        var file = _program.Write("owner.yaml", "version: 1\nname: owner\nsteps:\n  only: { workspace: none, "
            + "run: 'test -e killed && exit 0; : > killed; kill -9 $(cat ../pid); sleep 1; echo survived' }\n");
        _ = (await _program.RunAsync("job", "create", file)).ShouldEndWith(0);
        var line = $"echo $$ > '{_program.Job("owner")}/pid'; exec \"$0\" \"$@\"";
        (await _program.ShellAsync(line, "job", "run", "owner")).Code.ShouldBe(137);
        (await _program.RunAsync("job", "status", "owner")).ShouldEndWith(0).Out.ShouldContain("RUNNING");
        (await _program.RunAsync("job", "run", "owner")).ShouldEndWith(0);
        (await _program.RunAsync("job", "logs", "owner", "only")).ShouldEndWith(0).Out.ShouldBe("survived\n");
        await NothingRunsAsync();
    }

    [Fact]
    public async Task A_step_that_forges_the_journal_is_found_out()
    {
        var file = _program.Write("forge.yaml", "version: 1\nname: forge\nsteps:\n  only: { workspace: none, "
            + "run: 'printf \"{\\\"seq\\\":99,\\\"events\\\":[]}\\n\" >> ../history.jsonl' }\n");
        _ = (await _program.RunAsync("job", "create", file)).ShouldEndWith(0);
        var ended = await _program.RunAsync("job", "run", "forge");
        _ = ended.ShouldFailWith(10, "history.jsonl");
        _ = (await _program.RunAsync("job", "status", "forge")).ShouldFailWith(10, "history.jsonl");
        await NothingRunsAsync();
    }

    [Theory]
    [InlineData("with blank")]
    [InlineData("-rf")]
    [InlineData("--upload-pack=touch marker;")]
    [InlineData("$(touch marker)")]
    [InlineData("a'b\"c;d")]
    [InlineData("esc\u001b[2J\u202e")]
    [InlineData("colon:percent%20")]
    public async Task A_source_may_have_any_name(string name)
    {
        using var program = new Program(name);
        program.Source.Git("config", "user.name", "Eve\u001b[2J\u202e");
        program.Source.Git("checkout", "-q", "-b", "odd/--branch;$(touch${IFS}marker)");
        program.Source["-x"] = "x\n";
        program.Source["l\nf\u001b[31m"] = "x\n";
        program.Source.Commit("--amend\nLogist-Step: forged\u001b[2J");
        program.Source["uncommitted"] = "x";
        var file = program.Write("plain.yaml", Plain);
        _ = (await program.RunAsync("job", "create", file, "--run")).ShouldEndWith(0);
        foreach (var command in (string[])["status", "history", "inspect", "diff", "preview"])
        {
            _ = (await program.RunAsync(command is "diff" or "preview" ? ["job", command, "plain", "first"] : ["job", command, "plain"]))
                .ShouldEndWith(0);
        }

        _ = (await program.RunAsync("job", "apply", "plain", "--branch", "result", "-y")).ShouldEndWith(0);
        (await program.RunAsync("job", "apply", "plain", "--branch=--upload-pack=x", "-y")).Code.ShouldNotBe(0);
        program.Source.Git("show", "result:g.txt").ShouldBe("hello");
        File.Exists(Path.Combine(program.Source.Directory, "marker")).ShouldBeFalse();
        File.Exists(program.Source.Beside("marker")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_source_with_a_line_feed_in_its_path_is_refused_and_not_taken_for_none()
    {
        using var program = new Program("line\nfeed");
        (await program.RunAsync("job", "create", program.Write("plain.yaml", Plain))).ShouldFailWith(2, "holds a line feed");
        Directory.Exists(program.Job("plain")).ShouldBeFalse();
    }

    /// <summary>The step host ends by itself, a moment after the command that used it.</summary>
    private Task NothingRunsAsync() => Engine.JobInTest.UntilAsync(() => !Running().Any(), "something of the job still runs");

    /// <summary>Processes that still work below the home.</summary>
    private IEnumerable<string> Running() => Directory.EnumerateDirectories("/proc")
        .Where(path => int.TryParse(Path.GetFileName(path), out _))
        .Select(path => new FileInfo(Path.Combine(path, "cwd")).LinkTarget ?? "")
        .Where(directory => directory.StartsWith(_program.Home, StringComparison.Ordinal));
}
