using Logist.Core;
using Logist.Diagnosis;
using Logist.Git;

namespace Logist.Cli.Diagnosis;

/// <summary>merge-tree --write-tree came with 2.38; 2.39 is the oldest that is tested.</summary>
internal static class GitCheck
{
    private static readonly Version Needed = new(2, 39);

    public static Check Run()
    {
        try
        {
            var result = GitProcess.Run(["version"], GitProgram.BuildEnvironment(), default, TimeSpan.FromSeconds(10));
            return result.Ok ? Judge(result.Line, GitProgram.Path) : Fail($"{GitProgram.Path} does not work: {result.ErrorText}");
        }
        catch (LogistException e)
        {
            return Fail(e.Problem.What);
        }
    }

    /// <param name="answer"><c>git version 2.39.5 (Apple Git-154)</c></param>
    public static Check Judge(string answer, string path)
    {
        var number = answer.Split(' ') is [_, _, var third, ..] ? third : "";
        var parts = number.Split('.');
        var version = parts.Length >= 2 && int.TryParse(parts[0], out var major) && int.TryParse(parts[1], out var minor)
            ? new Version(major, minor) : null;
        return version is null ? Fail($"{path} gives no version: \"{answer}\"")
            : version < Needed ? Fail($"{number} is older than {Needed} ({path})")
            : Check.Ok("git", $"{number} ({path})");
    }

    private static Check Fail(string text) => Check.Fail("git", text, $"install git {Needed} or newer");
}
