using Logist.Testing;
using Logist.Tests.Cli;
using System.Text.RegularExpressions;
using Logist.Cli;

namespace Logist.Tests.Docs;

/// <summary>What the pages for people say is true of this tree.</summary>
public sealed partial class DocumentationTests : IDisposable
{
    private const int Milliseconds = 5000;
    private readonly string _root = Directory.CreateTempSubdirectory("logist-docs-").FullName;

    public static TheoryData<string> Pages => [.. PagesBelow().Select(page => Path.GetRelativePath(Repository.Root, page))];

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_path_that_a_page_names_exists(string page)
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, page));
        var here = Path.GetDirectoryName(Path.Combine(Repository.Root, page))!;
        var links = Link().Matches(text).Select(m => m.Groups["it"].Value).Where(link => !link.Contains(':', StringComparison.Ordinal))
            .Select(link => Path.Combine(here, link));
        var paths = Quoted().Matches(text).Select(m => m.Groups["it"].Value).Where(IsPathOfOurs).Select(path =>
            Path.Combine(Repository.Root, path));
        links.Concat(paths).Where(path => !Path.Exists(path)).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_source_file_that_a_page_names_exists(string page)
    {
        var named = Quoted().Matches(File.ReadAllText(Path.Combine(Repository.Root, page))).Select(m => m.Groups["it"].Value)
            .Where(word => word.EndsWith(".cs", StringComparison.Ordinal) && !word.Contains('/', StringComparison.Ordinal));
        var all = Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Select(Path.GetFileName).ToHashSet();
        named.Where(name => !all.Contains(name)).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_command_that_a_page_names_exists(string page)
    {
        var commands = CommandTree.Build().Subcommands.SelectMany(c =>
            c.Subcommands.Count == 0 ? [c.Name] : c.Subcommands.Select(leaf => $"{c.Name} {leaf.Name}"))
            .ToHashSet(StringComparer.Ordinal);
        var named = CommandName().Matches(File.ReadAllText(Path.Combine(Repository.Root, page))).Select(m => m.Groups["it"].Value);
        named.Where(name => !commands.Contains(name)).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_five_minutes_of_the_readme_work_as_written()
    {
        var block = Section("## Five minutes on your own repository", "```\n");
        block.ShouldContain("logist job run");
        var (code, output, error) = await Shell.RunAsync($$"""
            set -e
            shopt -s expand_aliases
            unset LOGIST_HOME LOGIST_JOBS_DIR LOGIST_JOB_ID
            export HOME="$ROOT"
            mkdir -p ~/src/app ~/logist
            ln -s "$APP" ~/logist/logist
            git init -q -b main ~/src/app
            git -C ~/src/app -c user.name=Ann -c user.email=ann@example.com commit -q --allow-empty -m "The beginning"
            {{block}}
            git -C ~/src/app branch --list --format='%(refname:short)'
            git -C ~/src/app show logist/hello:hello.txt
            """, ("ROOT", _root), ("APP", Path.Combine(AppContext.BaseDirectory, "Logist.Cli")));
        code.ShouldBe(0, error + output);
        output.ShouldContain("hello  SUCCESS");
        output.ShouldEndWith("logist/hello\nmain\nHello from hello\n");
    }

    [Fact]
    public async Task Every_workflow_that_is_shown_is_valid()
    {
        await File.WriteAllTextAsync(Path.Combine(_root, "readme.yaml"), Section("A workflow that uses an agent:", "```yaml\n"),
            TestContext.Current.CancellationToken);
        var (code, _, error) = await Shell.RunAsync(
            "for file in $ROOT/readme.yaml $REPOSITORY/examples/*.yaml; do \"$APP\" workflow validate $file || exit; done",
            ("ROOT", _root), ("REPOSITORY", Repository.Root), ("APP", Path.Combine(AppContext.BaseDirectory, "Logist.Cli")));
        code.ShouldBe(0, error);
    }

    private static IEnumerable<string> PagesBelow() =>
        Directory.EnumerateFiles(Repository.Root, "*.md").Concat(Directory
            .EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories)).Order(StringComparer.Ordinal);

    /// <summary>The first block of the given kind after a text of the README.</summary>
    private static string Section(string after, string fence)
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));
        var start = text.IndexOf(fence, text.IndexOf(after, StringComparison.Ordinal), StringComparison.Ordinal) + fence.Length;
        return text[start..text.IndexOf("```", start, StringComparison.Ordinal)];
    }

    private static bool IsPathOfOurs(string word) => OurPath().IsMatch(word);

    [GeneratedRegex(@"\]\((?<it>[^)#]+)\)", RegexOptions.ExplicitCapture, Milliseconds)]
    private static partial Regex Link();

    [GeneratedRegex("`(?<it>[^`\n]+)`", RegexOptions.ExplicitCapture, Milliseconds)]
    private static partial Regex Quoted();

    [GeneratedRegex(@"^(src|tests|docs|scripts|examples|eng|bench)/[\w./-]*$", RegexOptions.ExplicitCapture, Milliseconds)]
    private static partial Regex OurPath();

    [GeneratedRegex(@"\blogist (?<it>(job|workflow|approvals|audit) [a-z]+|init\b|doctor\b|demo\b|completion\b|help\b)",
        RegexOptions.ExplicitCapture, Milliseconds)]
    private static partial Regex CommandName();
}
