using Logist.Testing;
using Logist.Tests.Cli;
using System.Text;
using System.Text.RegularExpressions;

namespace Logist.Tests.Docs;

/// <summary>Types every block of a guide, in order, and compares what is shown with what comes.</summary>
public sealed partial class GuideTests : IDisposable
{
    private const int Milliseconds = 5000;
    private readonly string _root = Directory.CreateTempSubdirectory("logist-guide-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task Every_command_of_the_guide_to_going_back_prints_what_the_guide_shows()
    {
        var ct = TestContext.Current.CancellationToken;
        var page = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "going-back.md"), ct);
        var typed = Typed(page);
        typed.Count.ShouldBeGreaterThan(20);
        await File.WriteAllTextAsync(Path.Combine(_root, "prices.yaml"), Blocks(page, "yaml").Single(), ct);
        var script = new StringBuilder($$"""
            unset LOGIST_HOME LOGIST_JOBS_DIR LOGIST_JOB_ID "${!GIT_@}"
            export HOME="$ROOT" NO_COLOR=1
            git config --global user.name Ann; git config --global user.email ann@example.com
            git init -q -b main ~/shop; mv ~/prices.yaml ~/shop; cd ~/shop; git add -A; git commit -q -m "The beginning"
            logist() { "$APP" "$@"; }
            exec 2>&1

            """);
        foreach (var (command, _, _) in typed)
        {
            _ = script.Append("echo '\u0001'; ").AppendLine(command).AppendLine("echo \"(exit $?)\"");
        }

        var (_, output, _) = await Shell.RunAsync(script.ToString(), ("ROOT", _root),
            ("APP", Path.Combine(AppContext.BaseDirectory, "Logist.Cli")));
        var came = output.Split("\u0001\n")[1..];
        came.Length.ShouldBe(typed.Count, output);
        for (var i = 0; i < came.Length; i++)
        {
            var (command, exit, shown) = typed[i];
            var lines = came[i].Replace(_root, "/home/ann", StringComparison.Ordinal).TrimEnd('\n').Split('\n');
            lines[^1].ShouldBe($"(exit {exit})", $"{command}\n{came[i]}");
            Same(shown, lines[..^1]).ShouldBeTrue($"{command}\nis shown as\n{string.Join('\n', shown)}\nand prints\n{came[i]}");
        }
    }

    /// <summary>A line of nothing but an ellipsis stands for any lines, an ellipsis in a line for the rest or beginning of it.</summary>
    private static bool Same(IReadOnlyList<string> shown, string[] came)
    {
        var pattern = string.Concat(shown.Select(line => line == "…" ? "(.*\n)*?"
            : string.Join(".*", Masked(line).Split('…').Select(Regex.Escape)) + "\n"));
        // An ellipsis in quotation marks is printed by Logist itself, and matches too.
        return Regex.IsMatch(string.Concat(came.Select(line => Masked(line) + "\n")), $"^{pattern}$", RegexOptions.None,
            TimeSpan.FromMilliseconds(Milliseconds));
    }

    /// <summary>Without what differs from run to run: ids, times, and the widths of columns that come from them.</summary>
    private static string Masked(string line) => Blanks().Replace(Changing().Replace(line, "#"), " ");

    private static List<(string Command, int Exit, List<string> Shown)> Typed(string page)
    {
        var typed = new List<(string Command, int Exit, List<string> Shown)>();
        foreach (var line in Blocks(page, "console").SelectMany(block => block.TrimEnd('\n').Split('\n')))
        {
            if (line.StartsWith("$ ", StringComparison.Ordinal))
            {
                typed.Add((line[2..], 0, []));
            }
            else if (Exit().Match(line) is { Success: true } exit)
            {
                typed[^1] = typed[^1] with { Exit = int.Parse(exit.Groups["it"].Value, System.Globalization.CultureInfo.InvariantCulture) };
            }
            else
            {
                typed[^1].Shown.Add(line);
            }
        }

        return typed;
    }

    private static IEnumerable<string> Blocks(string page, string kind) =>
        page.Split($"```{kind}\n").Skip(1).Select(rest => rest[..rest.IndexOf("```", StringComparison.Ordinal)]);

    [GeneratedRegex(@"^\(exit (?<it>\d+)\)$", RegexOptions.ExplicitCapture, Milliseconds)]
    private static partial Regex Exit();

    [GeneratedRegex(@"\b[0-9a-f]{7,64}\b|\b\d+(\.\d+)?s\b|\d{4}-\d\d-\d\d|\d\d:\d\d:\d\dZ?", RegexOptions.ExplicitCapture, Milliseconds)]
    private static partial Regex Changing();

    [GeneratedRegex(" {2,}", RegexOptions.None, Milliseconds)]
    private static partial Regex Blanks();
}
