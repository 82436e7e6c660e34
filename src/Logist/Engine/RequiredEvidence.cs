using System.Text;
using Logist.Core.Jobs;
using Logist.Files;
using Microsoft.Extensions.FileSystemGlobbing;

namespace Logist.Engine;

/// <summary>Files that a step's <c>evidence:</c> says must exist when it is done; they are committed even if git ignores them.</summary>
internal static class RequiredEvidence
{
    /// <param name="globs">Relative to the workspace: plain names, or with <c>*</c>, <c>**</c>, <c>?</c>.</param>
    /// <param name="missing">The failure when one of them matches no regular file.</param>
    /// <returns>The files found, relative.</returns>
    public static IReadOnlyList<string> Find(string workspace, IReadOnlyList<string> globs, out Failure? missing)
    {
        missing = null;
        if (globs.Count == 0)
        {
            return [];
        }

        var found = new List<string>();
        List<string>? all = null;
        foreach (var glob in globs)
        {
            var count = found.Count;
            if (glob.AsSpan().IndexOfAny('*', '?') < 0)
            {
                found.AddRange(SafeFile.Check(workspace, glob) is null ? [glob] : []);
            }
            else
            {
                all ??= Files(workspace);
                found.AddRange(new Matcher(StringComparison.Ordinal).AddInclude(glob).Match(all).Files.Select(file => file.Path));
            }

            if (found.Count == count)
            {
                missing ??= new Failure(FailureCategory.EvidenceMissing, $"evidence \"{glob}\" matches no file of the workspace",
                    "let the step write it, or correct evidence: in the workflow");
            }
        }

        return found;
    }

    private static List<string> Files(string workspace)
    {
        var files = new List<string>();
        using var root = Posix.OpenDirectory(workspace);
        if (root is not null)
        {
            FileTree.Walk(root, [], (path, status) =>
            {
                if (status.Kind == FileKind.Regular)
                {
                    files.Add(Encoding.UTF8.GetString(path));
                }

                return !path.AsSpan().SequenceEqual(".git"u8);
            });
        }

        return files;
    }
}
