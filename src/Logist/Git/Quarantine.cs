using Logist.Files;

namespace Logist.Git;

/// <summary>
/// New objects go to a directory of their own and become visible in the repository only when they are durable. So whatever is
/// visible in repo.git/objects is durable: otherwise a later snapshot would find an unsynced object there and never write it.
/// </summary>
internal sealed class Quarantine : IDisposable
{
    private readonly string _objects;
    private readonly Lock _publishing;

    private Quarantine(string directory, string objects, Lock publishing)
    {
        Directory = directory;
        _objects = objects;
        _publishing = publishing;
        OwnFiles.MakeDirectory(directory);
    }

    public string Directory { get; }

    public string[] Environment => [$"GIT_OBJECT_DIRECTORY={Directory}", $"GIT_ALTERNATE_OBJECT_DIRECTORIES={QuoteAlternate(_objects)}"];

    /// <summary>Inside the job, on the file system of the repository: publishing is a rename.</summary>
    public static Quarantine For(string job, string objects, Lock publishing) =>
        new(Path.Combine(job, "quarantine", Guid.NewGuid().ToString("n")), objects, publishing);

    /// <summary>Outside the job, for dry runs; never published.</summary>
    public static Quarantine Temporary(string objects) =>
        new(System.IO.Directory.CreateTempSubdirectory("logist-").FullName, objects, new Lock());

    /// <summary>Makes all objects durable, then visible. Returns when both are true.</summary>
    public void Publish()
    {
        var files = System.IO.Directory.GetFiles(Directory, "*", SearchOption.AllDirectories);

        // A pack's index last: git sees the pack by it.
        Array.Sort(files, (a, b) => (a.EndsWith(".idx", StringComparison.Ordinal), a).CompareTo((b.EndsWith(".idx",
            StringComparison.Ordinal), b)));
        ParallelSync.Files(files);

        // One at a time: between rename and directory sync an object is visible and not durable, and another snapshot that
        // relies on it must not be acknowledged in that moment; its own Publish waits here.
        lock (_publishing)
        {
            var touched = new SortedSet<string>(StringComparer.Ordinal);
            foreach (var file in files)
            {
                var target = Path.Combine(_objects, Path.GetRelativePath(Directory, file));
                var parent = Path.GetDirectoryName(target)!;
                if (touched.Add(parent) && !System.IO.Directory.Exists(parent))
                {
                    System.IO.Directory.CreateDirectory(parent);
                    touched.Add(_objects);
                }

                Durable.Rename(file, target);
            }

            ParallelSync.Directories([.. touched]);
        }
    }

    public void Dispose() => FileTree.Delete(Directory);

    // The list is separated by colons unless an entry is quoted.
    internal static string QuoteAlternate(string path)
    {
        if (path.AsSpan().IndexOfAny(":\"\\\n") < 0)
        {
            return path;
        }

        var escaped = path.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
        return $"\"{escaped.Replace("\n", "\\n", StringComparison.Ordinal)}\"";
    }
}
