using System.Text;
using Logist.Testing;

namespace Logist.Server.Tests;

/// <summary>The commands of docs/api.md, run as they are written, against a real server.</summary>
public sealed class ApiGuideTests
{
    [Fact]
    public async Task Every_command_of_the_guide_works()
    {
        await using var server = await ServerInTest.StartAsync();
        var home = Directory.CreateDirectory(server.Mark("home")).FullName;
        Directory.CreateSymbolicLink(Path.Combine(home, ".logist"), server.Home);
        var script = new StringBuilder("set -euo pipefail\n");
        var inside = false;
        foreach (var line in await File.ReadAllLinesAsync(Path.Combine(Repository.Root, "docs", "api.md"),
            TestContext.Current.CancellationToken))
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
            {
                inside = line == "```sh";
            }
            else if (inside)
            {
                _ = script.Append(line).Append('\n');
            }
        }

        script.Length.ShouldBeGreaterThan(1000, "the guide's commands are found");
        var file = server.Mark("guide.sh");
        await File.WriteAllTextAsync(file, script.ToString().Replace("http://127.0.0.1:7420", server.Server.Url, StringComparison.Ordinal)
            .Replace("/tmp/disk-is-fixed", server.Mark("fixed"), StringComparison.Ordinal), TestContext.Current.CancellationToken);

        var said = server.Mark("said");
        TempRepo.Shell("/", $"HOME='{home}' timeout 90 bash '{file}' >'{said}' 2>&1 || {{ cat '{said}' >&2; false; }}");

        var output = await File.ReadAllTextAsync(said, TestContext.Current.CancellationToken);
        output.ShouldContain("looks good");
        output.ShouldContain("runner disk fixed");
    }
}
