using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Logist.FakeModel;

/// <summary>
/// Where the agent works, from what it tells the model: tools that write files want absolute paths, and the agents really execute
/// what they are told. Only an existing directory at least two levels deep is believed, and rather one that is a repository.
/// </summary>
internal static partial class WorkingDirectory
{
    [SuppressMessage("Security", "CA3003", Justification = "It is only looked whether the directory is there.")]
    public static string? Find(string text)
    {
        string? first = null;
        foreach (Match match in Named().Matches(text))
        {
            var path = match.Groups["path"].Value.TrimEnd('.', ':', '/');
            if (path.Count(c => c == '/') < 2 || !Directory.Exists(path))
            {
                continue;
            }

            if (Path.Exists(Path.Combine(path, ".git")))
            {
                return path;
            }

            first ??= path;
        }

        return first;
    }

    [GeneratedRegex("""
        (<cwd>\s*|^\s*-\s+|(directory|directories|folder|workspace|cwd)[^/\n]{0,30}[:=>]\s*[`"'-]*\s*)(?<path>/[^\s"'`<>\\,)]+)
        """, RegexOptions.IgnoreCase | RegexOptions.Multiline | RegexOptions.ExplicitCapture, 2000)]
    private static partial Regex Named();
}
