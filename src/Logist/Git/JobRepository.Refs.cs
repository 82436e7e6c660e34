using System.Text;
using Logist.Core;
using Logist.Files;

namespace Logist.Git;

public sealed partial class JobRepository
{
    // Above this many, listing loose refs costs hundreds of milliseconds.
    private const int LooseRefsMax = 1000;

    /// <summary>
    /// Points refs at commits: all or none, one process, nothing to do where they already point there. Refs are derived from the
    /// journal, so they are not made durable. A lock that a killed git left is removed: the caller holds run.lock.
    /// </summary>
    public void UpdateRefs(IEnumerable<(string Ref, string Sha)> updates)
    {
        var script = new StringBuilder("start\n");
        var count = 0;
        foreach (var (name, sha) in updates)
        {
            RequireIds(sha);
            script.Append("update ").Append(RequireRef(name)).Append(' ').Append(sha).Append('\n');
            count++;
        }

        if (count == 0)
        {
            return;
        }

        var input = Encoding.ASCII.GetBytes(script.Append("prepare\ncommit\n").ToString());
        var result = Run(["update-ref", "--no-deref", "--stdin"], input);
        if (!result.Ok && result.ErrorText.Contains(".lock': File exists", StringComparison.Ordinal))
        {
            _ = RemoveRefLocks();
            result = Run(["update-ref", "--no-deref", "--stdin"], input);
        }

        Require(result, "update refs");
    }

    /// <summary>The commit a ref points at; null when there is none.</summary>
    public string? ReadRef(string name)
    {
        var result = Run(["rev-parse", "--verify", "-q", $"{RequireRef(name)}^{{commit}}"]);
        return result.Ok ? result.Line : null;
    }

    // Read as a file: it is written once, before repo.git gets its name, and asked for at every move of a tree.
    internal string? ReadBase()
    {
        var text = OwnFiles.TryReadText(Path.Combine(job.Repository, BaseRef), RefFileMax);
        return text is null ? ReadRef(BaseRef) : text.Trim();
    }

    /// <summary>Packs refs when there are many; for a job at rest. Costs 0.5 s per thousand.</summary>
    public void PackRefsWhenMany()
    {
        var loose = Directory.EnumerateFiles(Path.Combine(job.Repository, "refs"), "*",
            SearchOption.AllDirectories).Take(LooseRefsMax + 1).Count();
        if (loose > LooseRefsMax)
        {
            Require(Run(["pack-refs", "--all"]), "pack refs");
        }
    }

    /// <summary>
    /// Removes what killed git processes left, then makes everything durable that is visible. For the owner that took the job
    /// over, when no attempt lives.
    /// </summary>
    /// <returns>The files and directories that were removed, relative to the job, for the log.</returns>
    public IReadOnlyList<string> CleanAfterCrash()
    {
        var removed = RemoveRefLocks();
        foreach (var path in Leftovers())
        {
            FileTree.Delete(path);
            removed.Add(path);
        }

        SyncFileSystem();
        return removed.ConvertAll(path => Path.GetRelativePath(job.Directory, path));
    }

    /// <summary>Flushes the file system of the job: also what git checked out, so that a power cut does not look like an edit.</summary>
    public void SyncFileSystem()
    {
        using var directory = Durable.Open(job.Directory, Libc.ReadOnly | Posix.DirectoryFlag);
        Durable.Check(Posix.SyncFileSystem(directory), "syncfs", job.Directory);
    }

    private List<string> RemoveRefLocks()
    {
        var locks = new List<string>();
        if (Directory.Exists(job.Repository))
        {
            locks.AddRange(Directory.GetFiles(job.Repository, "*.lock"));
            locks.AddRange(Directory.GetFiles(job.Repository, "packed-refs.new"));
            locks.AddRange(Directory.GetFiles(Path.Combine(job.Repository, "refs"), "*.lock", SearchOption.AllDirectories));
        }

        locks.ForEach(FileTree.Delete);
        return locks;
    }

    private List<string> Leftovers()
    {
        var found = new List<string>();
        if (Directory.Exists($"{job.Repository}.new"))
        {
            found.Add($"{job.Repository}.new");
        }

        if (Directory.Exists(Objects))
        {
            found.AddRange(Directory.GetFiles(Objects, "tmp_*", SearchOption.AllDirectories));
            found.AddRange(Directory.GetFiles(Objects, "*.keep", SearchOption.AllDirectories));
        }

        var quarantine = Path.Combine(job.Directory, "quarantine");
        found.AddRange(Directory.Exists(quarantine) ? Directory.GetFileSystemEntries(quarantine) : []);
        var index = Path.Combine(job.Directory, "index");
        found.AddRange(Directory.Exists(index) ? Directory.GetFiles(index, "*.lock") : []);
        return found;
    }

    // Names are made of ids, which are safe; anything else would reach git's line protocol.
    private static string RequireRef(string name)
    {
        var ok = name.StartsWith("refs/", StringComparison.Ordinal) && !name.EndsWith('/') && !name.EndsWith('.');
        foreach (var part in name.Split('/'))
        {
            ok &= part.Length > 0 && part[0] is not ('.' or '-') && !part.EndsWith(".lock", StringComparison.Ordinal)
                && !part.Contains("..", StringComparison.Ordinal);
            foreach (var c in part)
            {
                ok &= char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' or '+';
            }
        }

        return ok ? name : throw new LogistException(ErrorKind.Usage,
            $"\"{PathText.Show(Encoding.UTF8.GetBytes(name))}\" is not a usable ref name", null, "use letters, digits, - and _");
    }
}
