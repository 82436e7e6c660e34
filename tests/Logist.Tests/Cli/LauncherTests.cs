using Logist.Testing;

namespace Logist.Tests.Cli;

/// <summary>The launcher with a compiler made of three lines, so that a build takes no time.</summary>
public sealed class LauncherTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("logist-launcher-").FullName;

    public LauncherTests()
    {
        foreach (var directory in (string[])["tree/src", "tree/eng", "dotnet", "bin"])
        {
            Directory.CreateDirectory(Path.Combine(_root, directory));
        }

        File.Copy(Path.Combine(Repository.Root, "logist"), Tree("logist"));
        foreach (var file in (string[])["global.json", "Directory.Build.props", "src/Program.cs"])
        {
            File.WriteAllText(Tree(file), "");
        }

        Compiler("""
            echo built >>"$BUILDS"
            app="$TREE/artifacts/bin/Logist.Cli/release/Logist.Cli"
            mkdir -p "${app%/*}"
            printf '#!/bin/sh\necho "pid $$ args $*"\n' >"$app" && chmod +x "$app"
            """);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task It_builds_once_and_passes_its_arguments_on()
    {
        var (code, output, error) = await RunAsync("$TREE/logist 'a b' c; $TREE/logist d");
        code.ShouldBe(0, error);
        output.ShouldMatch("^pid \\d+ args a b c\npid \\d+ args d\n$");
        error.ShouldBeEmpty();
        Builds.ShouldBe(1);
    }

    [Fact]
    public async Task It_becomes_the_program()
    {
        var (_, output, _) = await RunAsync("$TREE/logist >/dev/null; $TREE/logist & wait $!; echo \"launched $!\"");
        var lines = output.Split('\n');
        lines[1].ShouldBe(lines[0].Replace("pid", "launched", StringComparison.Ordinal).Replace(" args ", "", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("echo changed >$TREE/src/Program.cs")]
    [InlineData("rm $TREE/src/Program.cs")]
    [InlineData("echo changed >$TREE/src/Program.cs; touch -d 2001-01-01 $TREE/src/Program.cs")]
    [InlineData("touch $TREE/global.json")]
    [InlineData("rm -r $TREE/artifacts/launch")]
    public async Task It_builds_again_after_a_change(string change)
    {
        await RunAsync($"$TREE/logist; {change}; $TREE/logist; $TREE/logist");
        Builds.ShouldBe(2);
    }

    [Fact]
    public async Task A_failing_build_shows_the_compilers_errors_and_starts_nothing()
    {
        Compiler("echo noise; echo 'Program.cs(1,1): error CS1002: ; expected'; exit 1");
        var (code, output, error) = await RunAsync("$TREE/logist --version");
        code.ShouldBe(1);
        output.ShouldBeEmpty();
        error.ShouldContain("error CS1002");
        error.ShouldNotContain("noise");
        var (again, _, _) = await RunAsync("$TREE/logist --version");
        again.ShouldBe(1);
    }

    [Fact]
    public async Task First_starts_at_the_same_time_build_once()
    {
        Compiler(await File.ReadAllTextAsync(Path.Combine(_root, "dotnet", "dotnet"), TestContext.Current.CancellationToken)
            + "\nsleep 0.3");
        var (_, output, _) = await RunAsync("for i in 1 2 3 4; do $TREE/logist $i & done; wait");
        output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(4);
        Builds.ShouldBe(1);
    }

    [Fact]
    public async Task It_works_through_links_from_anywhere_and_without_a_home()
    {
        var (code, output, error) = await RunAsync(
            "ln -s $TREE/logist bin/one; ln -s one bin/two; cd /; env -u HOME $OLDPWD/bin/two x; HOME=/proc $OLDPWD/bin/one y");
        code.ShouldBe(0, error);
        output.ShouldMatch("^pid \\d+ args x\npid \\d+ args y\n$");
    }

    [Fact]
    public async Task Without_a_home_the_build_gets_one_of_its_own()
    {
        Compiler("""
            echo "$HOME" >$TREE/home
            app="$TREE/artifacts/bin/Logist.Cli/release/Logist.Cli"
            mkdir -p "${app%/*}" && printf '#!/bin/sh\n' >"$app" && chmod +x "$app"
            """);
        var (code, output, error) = await RunAsync("cd $TREE; env -u HOME ./logist; cat home");
        code.ShouldBe(0, error);
        output.ShouldBe(Tree("artifacts/home") + "\n");
    }

    [Fact]
    public async Task Closed_standard_streams_are_replaced()
    {
        var (code, _, error) =
            await RunAsync("$TREE/logist >/dev/null; $TREE/logist <&- >&- && [ $(wc -l <$TREE/artifacts/launch/stamp) = 1 ]");
        code.ShouldBe(0, error);
    }

    [Fact]
    public async Task A_running_program_keeps_its_files_and_old_ones_go()
    {
        Compiler("""
            app="$TREE/artifacts/bin/Logist.Cli/release/Logist.Cli"
            mkdir -p "${app%/*}" && cat /bin/sleep >"$app" && chmod +x "$app"
            """);
        var (code, output, error) = await RunAsync("""
            again() { echo >>$TREE/src/Program.cs; $TREE/logist 0 || exit 1; }
            copies() { (cd $TREE/artifacts/launch && echo */); }
            $TREE/logist 0 || exit 1
            first=$(copies)
            $TREE/logist 60 & sleeper=$!
            until grep -q "/launch/$first" /proc/$sleeper/maps; do :; done
            again; again; again
            [ -x $TREE/artifacts/launch/$first/Logist.Cli ] && echo kept
            kill $sleeper; wait $sleeper
            again
            [ -e $TREE/artifacts/launch/$first ] || echo gone
            copies | wc -w
            """);
        code.ShouldBe(0, error);
        output.ShouldBe("kept\ngone\n2\n");
    }

    private int Builds => File.ReadAllLines(Path.Combine(_root, "builds")).Length;

    private string Tree(string path) => Path.Combine(_root, "tree", path);

    private void Compiler(string script)
    {
        var file = Path.Combine(_root, "dotnet", "dotnet");
        File.WriteAllText(file, $"#!/bin/bash\n{script}\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private Task<(int Code, string Out, string Err)> RunAsync(string script) => Shell.RunAsync(
        "cd $HERE\n" + script, ("HERE", _root), ("TREE", Path.Combine(_root, "tree")), ("BUILDS", Path.Combine(_root, "builds")),
            ("DOTNET_ROOT", Path.Combine(_root, "dotnet")));
}
