using System.Diagnostics;
using Logist.Core.Jobs;

namespace Logist.Server.Tests;

/// <summary>What the server keeps is its user's alone, and it is not reached from other machines by accident.</summary>
public sealed class SecretTests
{
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    [Fact]
    public async Task Whatever_the_server_writes_is_for_nobody_else_to_read()
    {
        await using var server = await ServerInTest.StartAsync();
        var job = await server.CreateAsync("steps: { one: { run: \"true\" } }");
        using var ran = await server.SendAsync($"/jobs/{job}/run", "{}", HttpMethod.Post, ("Idempotency-Key", "k"));
        await server.AwaitStatusAsync(job, JobStatus.Success);
        await server.AwaitFeedAsync(job);

        var own = new DirectoryInfo(server.Home).EnumerateFiles().Concat(new DirectoryInfo(server.JobsDirectory).EnumerateFiles())
            .Concat(new DirectoryInfo(Path.Combine(server.JobsDirectory, ".answers")).EnumerateFiles()).ToList();
        foreach (var name in new[] { "token", "server.json", "serve.json", "serve.lock", "feed.log" })
        {
            own.ShouldContain(file => file.Name == name);
        }

        own.ShouldAllBe(file => file.UnixFileMode == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
        foreach (var directory in new[] { server.Home, server.JobsDirectory, Path.Combine(server.JobsDirectory, ".answers") })
        {
            (File.GetUnixFileMode(directory) & Others).ShouldBe(UnixFileMode.None, directory);
        }
    }

    [Fact]
    public async Task The_token_is_in_the_home_and_in_nothing_that_the_server_wrote_about_requests()
    {
        await using var server = await ServerInTest.StartAsync();
        var job = await server.CreateAsync("steps: { one: { run: \"env\" } }");
        using var ran = await server.SendAsync($"/jobs/{job}/run", "{}", HttpMethod.Post, ("Idempotency-Key", "k"));
        await server.AwaitStatusAsync(job, JobStatus.Success);

        var holders = new List<string>();

        // Locks are empty, and those that are held cannot be opened.
        foreach (var file in Directory.EnumerateFiles(server.Home, "*", SearchOption.AllDirectories)
            .Where(file => new FileInfo(file).Length > 0))
        {
            if ((await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).Contains(server.Token, StringComparison.Ordinal))
            {
                holders.Add(Path.GetRelativePath(server.Home, file));
            }
        }

        holders.Order(StringComparer.Ordinal).ShouldBe(["server.json", "token"]);
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    [InlineData("192.0.2.1")]
    public async Task Other_machines_are_let_in_by_an_own_option_only(string host)
    {
        var home = Directory.CreateTempSubdirectory("logist-home-");
        try
        {
            var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "Logist.Cli"), ["serve", "--host", host, "--port", "0"])
            {
                UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true,
            };
            (start.Environment["LOGIST_HOME"], start.Environment["HOME"]) = (home.FullName, home.FullName);
            using var process = Process.Start(start)!;
            var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);

            process.ExitCode.ShouldBe(2, error);
            error.ShouldContain("--allow-network");
            home.EnumerateFileSystemInfos().ShouldNotContain(entry => entry.Name == "token" || entry.Name == "server.json");
        }
        finally
        {
            home.Delete(recursive: true);
        }
    }
}
