using Logist.Core;
using Logist.Files;

namespace Logist.Git;

public sealed partial class JobRepository
{
    /// <summary>
    /// Makes repo.git on first use: the base commit with its full history, or an empty commit that is the same everywhere.
    /// Durable on return; later calls return at once.
    /// </summary>
    /// <param name="source">Absolute path of the source repository; null: start from nothing. It is only read.</param>
    /// <param name="baseCommit">Complete id; null for a source without commits.</param>
    /// <param name="objectFormat"><c>sha1</c> or <c>sha256</c>.</param>
    /// <returns>The baseline commit.</returns>
    /// <exception cref="LogistException">Git: the source is gone, incomplete or no longer has the commit.</exception>
    public string EnsureBaseline(string? source, string? baseCommit, string objectFormat)
    {
        var format = ObjectFormat.Parse(objectFormat);
        if (!Directory.Exists(job.Repository))
        {
            Build(source, baseCommit, format);
        }
        else if (CheckConfig() != format)
        {
            throw new LogistException(ErrorKind.Git, $"{job.Repository} is not a {objectFormat} repository", null, "logist job recover");
        }

        return source is null || baseCommit is null ? EmptyBaseline(format).Id : baseCommit;
    }

    /// <summary>A later run's own base, with its history; durable on return.</summary>
    /// <exception cref="LogistException">Git: the source is gone or does not have the commit.</exception>
    public void EnsureFetched(string source, string commit)
    {
        if (Exists(commit))
        {
            return;
        }

        var building = $"{job.Repository}.new";
        FileTree.Delete(building);
        OwnFiles.MakeDirectory(Path.Combine(building, "objects"));
        OwnFiles.MakeDirectory(Path.Combine(building, "refs/logist"));
        File.WriteAllText(Path.Combine(building, "HEAD"), "ref: refs/heads/main\n");
        File.WriteAllText(Path.Combine(building, "config"), ConfigText(Format));
        Fetch(building, source, commit, Format);
        using var quarantine = NewQuarantine();
        foreach (var file in Directory.GetFiles(Path.Combine(building, "objects"), "*", SearchOption.AllDirectories))
        {
            var place = Path.Combine(quarantine.Directory, Path.GetRelativePath(Path.Combine(building, "objects"), file));
            OwnFiles.MakeDirectory(Path.GetDirectoryName(place)!);
            Durable.Rename(file, place);
        }

        quarantine.Publish();
        FileTree.Delete(building);
        UpdateRefs([($"{BaseRef}-{commit}", commit)]);
    }

    // Complete or absent: it is built beside its place, made durable and renamed.
    private void Build(string? source, string? baseCommit, ObjectFormat format)
    {
        var building = $"{job.Repository}.new";
        FileTree.Delete(building);
        foreach (var directory in (string[])["objects/info", "objects/pack", "refs/heads", "refs/tags", "refs/logist"])
        {
            OwnFiles.MakeDirectory(Path.Combine(building, directory));
        }

        // What `git init --bare --template=` makes, without starting it (4.6 ms).
        File.WriteAllText(Path.Combine(building, "HEAD"), "ref: refs/heads/main\n");
        File.WriteAllText(Path.Combine(building, "config"), ConfigText(format));
        if (source is null || baseCommit is null)
        {
            var objects = Path.Combine(building, "objects");
            format.WriteLoose(objects, "tree", []);
            var id = format.WriteLoose(objects, "commit", EmptyBaseline(format).Text);
            File.WriteAllText(Path.Combine(building, BaseRef), id + "\n");
        }
        else
        {
            Fetch(building, source, baseCommit, format);
        }

        var files = Directory.GetFiles(building, "*", SearchOption.AllDirectories);
        ParallelSync.Files(files);
        ParallelSync.Directories([building, .. Directory.GetDirectories(building, "*", SearchOption.AllDirectories)]);
        Durable.Rename(building, job.Repository);
        Durable.SyncDirectory(job.Directory);
    }

    private static void Fetch(string building, string source, string baseCommit, ObjectFormat format)
    {
        if (!format.IsId(baseCommit) || !source.StartsWith('/'))
        {
            throw new LogistException(ErrorKind.Git, "the base of the job is not a complete commit id in an absolute path",
                $"{source} {baseCommit}", "create the job again");
        }

        // A path, not a file:// URL, which would decode %20. upload-pack does not inherit -c: its own hardening and the
        // permission to read another user's repository are part of the command, which a shell splits.
        var git = $"'{GitProgram.Path.Replace("'", "'\\''", StringComparison.Ordinal)}'";
        var fetched = GitProcess.Run(
            [.. GitProgram.Hardening, $"--git-dir={building}", "-c", "protocol.file.allow=always", "-c", "fetch.unpackLimit=1", "fetch",
                "-q", "--no-tags",
                "--no-write-fetch-head", "--no-auto-gc", "--no-recurse-submodules", "--update-shallow",
                $"--upload-pack={git} -c 'safe.directory=*' -c core.hooksPath=/dev/null -c core.fsmonitor=false "
                    + "-c 'transfer.hideRefs=!refs' upload-pack",
                source, $"+{baseCommit}:{BaseRef}"],
            GitProgram.BuildEnvironment(), default, FetchLimit);

        // Exit code 0 is no proof: a refused shallow source gives 0 and no ref.
        var resolved = GitProcess.Run(
            [.. GitProgram.Hardening, $"--git-dir={building}", "rev-parse", "--verify", "-q", $"{BaseRef}^{{commit}}"],
            GitProgram.BuildEnvironment(), default, CommandLimit);
        if (!fetched.Ok || resolved.Line != baseCommit)
        {
            FileTree.Delete(building);
            throw new LogistException(ErrorKind.Git, $"the base commit {baseCommit[..12]} cannot be fetched from {source}",
                fetched.ErrorText,
                "check that the source repository is complete and still has this commit, or create the job again");
        }
    }

    private static (string Id, byte[] Text) EmptyBaseline(ObjectFormat format)
    {
        var text = new CommitText(format.EmptyTree, [], Signature.Logist, DateTimeOffset.UnixEpoch, "Empty baseline").ToBytes();
        return (format.IdOf("commit", text), text);
    }

    // Everything that git may read from the repository is here, so that a difference means somebody else wrote it.
    private static string ConfigText(ObjectFormat format) =>
        $"[core]\n\trepositoryformatversion = {(format == ObjectFormat.Sha1 ? 0 : 1)}\n\tfilemode = true\n\tbare = true\n"
        + "\tlogallrefupdates = false\n[gc]\n\tauto = 0\n" + (format == ObjectFormat.Sha1 ? ""
            : $"[extensions]\n\tobjectformat = {format.Name}\n");

    // Checked before every command: an agent without sandbox can write here, and git would run a filter configured here.
    private ObjectFormat CheckConfig()
    {
        var text = OwnFiles.TryReadText(Path.Combine(job.Repository, "config"), RefFileMax) ?? "";
        var format = text == ConfigText(ObjectFormat.Sha1) ? ObjectFormat.Sha1 : text == ConfigText(ObjectFormat.Sha256)
            ? ObjectFormat.Sha256 : null;
        var unexpected = Unexpected();
        return format is not null && unexpected.Count == 0 ? format : throw new LogistException(ErrorKind.Tampered,
            $"{job.Repository} was changed by someone else", format is null
                ? "its config is not as Logist wrote it" : $"it should not have {string.Join(", ", unexpected)}",
            $"look at {job.Repository}, undo the change, then go on");
    }

    private List<string> Unexpected()
    {
        var found = new List<string>();
        foreach (var name in (string[])["hooks", "info", "config.worktree", "commondir", "worktrees", "modules", "objects/info/alternates"])
        {
            if (Posix.StatusOfPath(Path.Combine(job.Repository, name)).Kind != FileKind.Missing)
            {
                found.Add(name);
            }
        }

        return found;
    }
}
