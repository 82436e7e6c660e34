using Logist.Testing;
using System.Xml.Linq;
using Logist.Core.Jobs;

namespace Logist.Tests.Tidy;

/// <summary>Rules of the house that no analyzer checks.</summary>
public sealed class TidyTests
{
    private const int LinesMax = 300, ColumnsMax = 140;

    /// <summary>Which project may know which; a new arrow is a decision.</summary>
    private static readonly Dictionary<string, string[]> Arrows = new(StringComparer.Ordinal)
    {
        ["Logist.Core"] = [],
        ["Logist.StepHost"] = [],
        ["Logist"] = ["Logist.Core", "Logist.StepHost"],
        ["Logist.Models"] = ["Logist"],
        ["Logist.Postgres"] = ["Logist"],
        ["Logist.Server"] = ["Logist"],
        ["Logist.Cli"] = ["Logist", "Logist.Models", "Logist.Postgres", "Logist.Server"],
    };

    [Fact]
    public void Files_and_lines_stay_readable_at_one_sight()
    {
        var problems = new List<string>();
        foreach (var file in Sources("src", "tests", "bench"))
        {
            var lines = File.ReadAllLines(file);
            if (lines.Length > LinesMax)
            {
                problems.Add($"{Name(file)}: {lines.Length} lines");
            }

            // The content of a raw literal is what it is: a line of a file or of an output.
            var inRaw = false;
            for (var i = 0; i < lines.Length; i++)
            {
                if (lines[i].Length > ColumnsMax && !inRaw)
                {
                    problems.Add($"{Name(file)}:{i + 1}: {lines[i].Length} columns");
                }

                inRaw ^= lines[i].Split("\"\"\"").Length % 2 == 0;
            }
        }

        problems.ShouldBeEmpty();
    }

    [Fact]
    public void Projects_know_each_other_only_as_designed()
    {
        foreach (var (name, allowed) in Arrows)
        {
            var project = XDocument.Load(Path.Combine(Repository.Root, "src", name, $"{name}.csproj"));
            var known = project.Descendants("ProjectReference").Select(reference =>
                Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value));
            known.Except(allowed, StringComparer.Ordinal).ShouldBeEmpty(name);
        }

        Directory.GetDirectories(Path.Combine(Repository.Root, "src")).Select(Path.GetFileName).ShouldBe(Arrows.Keys, ignoreOrder: true);
    }

    [Theory]
    [InlineData("TODO")]
    [InlineData("FIXME")]
    [InlineData("HACK")]
    [InlineData("NotImplementedException")]
    [InlineData("System.Diagnostics.Process ")]
    [InlineData("Process.Start(")]
    public void Product_code_does_not_contain(string word) =>
        Sources("src").Where(file => File.ReadAllText(file).Contains(word, StringComparison.Ordinal)).Select(Name).ShouldBeEmpty();

    [Fact]
    public void Only_the_output_folder_of_the_cli_talks_to_the_terminal() =>
        Sources("src").Where(file => !Name(file).StartsWith("src/Logist.Cli/Output/", StringComparison.Ordinal)
            && File.ReadAllText(file).Contains("Console.", StringComparison.Ordinal)).Select(Name).ShouldBeEmpty();

    [Fact]
    public void Every_kind_of_event_is_described()
    {
        var documents = string.Concat(Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories)
            .Select(File.ReadAllText));
        var names = File.ReadLines(Path.Combine(Repository.Root, "src/Logist/Stores/EventJson.cs"))
            .Where(line => line.Contains("JobEvent.", StringComparison.Ordinal) && line.Contains(" => \"", StringComparison.Ordinal))
            .Select(line => line.Split('"')[1]).ToList();
        names.Count.ShouldBe(typeof(JobEvent).GetNestedTypes().Count(type => type.IsSubclassOf(typeof(JobEvent)) && !type.IsAbstract));
        names.Where(name => !documents.Contains($"`{name}`", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public void Every_project_is_built_and_tested_with_the_rest()
    {
        var solution = File.ReadAllText(Path.Combine(Repository.Root, "Logist.slnx"));
        foreach (var top in (string[])["src", "tests"])
        {
            foreach (var project in Projects(top))
            {
                solution.ShouldContain($"Path=\"{Name(project)}\"");
            }
        }

        File.ReadAllText(Path.Combine(Repository.Root, "test.sh")).ShouldContain("dotnet test --solution Logist.slnx");
    }

    private static IEnumerable<string> Sources(params string[] tops) => tops.SelectMany(top => Below(top, "*.cs"));

    private static IEnumerable<string> Projects(string top) => Below(top, "*.csproj");

    private static IEnumerable<string> Below(string top, string pattern) =>
        Path.Combine(Repository.Root, top) is var folder && Directory.Exists(folder)
        ? Directory.EnumerateFiles(folder, pattern, SearchOption.AllDirectories).Where(file =>
            !file.Contains("/obj/", StringComparison.Ordinal))
        : [];

    private static string Name(string file) => Path.GetRelativePath(Repository.Root, file);
}
