using Logist.Core.Jobs;
using Logist.Files;

namespace Logist.Agents;

/// <summary>Evidence is what a step shows for its claim: files of its workspace, each a regular file with one name.</summary>
internal static class Evidence
{
    /// <param name="workspace">Absolute path.</param>
    /// <param name="claimed">As the agent wrote them; an absolute path inside the workspace counts as its relative one.</param>
    /// <param name="problem">The first path that does not hold, as a sentence; else null.</param>
    /// <returns>The paths that hold: relative, each once, in the order given.</returns>
    public static IReadOnlyList<string> Check(string workspace, IReadOnlyList<string> claimed, out string? problem)
    {
        problem = null;
        if (claimed.Count == 0)
        {
            return [];
        }

        var held = new List<string>(claimed.Count);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var path in claimed)
        {
            var relative = Relative(workspace, path);
            if (!seen.Add(relative))
            {
                continue;
            }

            var why = InGit(relative) ? "is inside .git" : Why(SafeFile.Check(workspace, relative));
            if (why is null)
            {
                held.Add(relative);
            }
            else
            {
                problem ??= $"evidence file \"{Shown(path)}\" {why}";
            }
        }

        return held;
    }

    public static Failure Missing(string problem) =>
        new(FailureCategory.EvidenceMissing, problem, "evidence_files must name regular files inside the workspace, relative to it");

    private static string? Why(SafeRead? refusal) => refusal switch
    {
        null => null,
        SafeRead.Refused refused => refused.Why,
        _ => "does not exist in the workspace",
    };

    private static string Relative(string workspace, string path)
    {
        var root = workspace.AsSpan().TrimEnd('/');
        var rest = path.Length > root.Length && path[root.Length] == '/' && path.AsSpan().StartsWith(root, StringComparison.Ordinal)
            ? path[root.Length..].TrimStart('/')
            : path;
        while (rest.StartsWith("./", StringComparison.Ordinal))
        {
            rest = rest[2..].TrimStart('/');
        }

        return rest;
    }

    // Git stores nothing from there, whatever the case of its letters.
    private static bool InGit(string relative)
    {
        foreach (var part in relative.AsSpan().Split('/'))
        {
            if (relative.AsSpan(part).Equals(".git", StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private static string Shown(string path) =>
        OutputText.Sanitise(path.Length <= 200 ? path : path[..200] + "…").Replace("\n", "\\n", StringComparison.Ordinal);
}
