using System.Text;
using Logist.Files;

namespace Logist.Git;

/// <summary>
/// The small repository inside a working tree that the agent sees. Logist writes it and never lets git work on it, so nothing
/// an agent does there (config, hooks, gc, delete) reaches Logist or repo.git. Written without starting git: 1 ms.
/// </summary>
internal static class AgentRepository
{
    /// <summary>Replaces whatever is at <c>.git</c> by a fresh repository whose HEAD is the commit.</summary>
    /// <param name="index">Copied with its time, which git's change detection needs; may not exist.</param>
    public static void Write(JobRepository repository, string tree, string commit, string index)
    {
        var git = Path.Combine(tree, ".git");
        FileTree.Delete(git);
        WriteEmpty(git, repository.Format);
        File.WriteAllText(Path.Combine(git, "objects/info/alternates"), repository.Objects + "\n");
        File.WriteAllText(Path.Combine(git, "HEAD"), commit + "\n");
        var shallow = Path.Combine(repository.Job.Repository, "shallow");
        if (File.Exists(shallow))
        {
            File.Copy(shallow, Path.Combine(git, "shallow"));
        }

        if (repository.BaseBranch is { } branch && repository.ReadBase() is { } sha)
        {
            File.WriteAllText(Path.Combine(git, "packed-refs"),
                $"# pack-refs with: peeled fully-peeled sorted \n{sha} refs/heads/{branch}\n");
        }

        if (File.Exists(index))
        {
            File.Copy(index, Path.Combine(git, "index"));
        }
    }

    /// <summary>A valid repository without objects and refs; the directory may exist and be empty.</summary>
    public static void WriteEmpty(string git, ObjectFormat format)
    {
        foreach (var directory in (string[])["objects/info", "objects/pack", "refs/heads", "refs/tags"])
        {
            Directory.CreateDirectory(Path.Combine(git, directory));
        }

        var extension = format == ObjectFormat.Sha1 ? "" : $"[extensions]\n\tobjectformat = {format.Name}\n";
        File.WriteAllText(Path.Combine(git, "HEAD"), "ref: refs/heads/main\n");
        File.WriteAllText(
            Path.Combine(git, "config"),
            $"[core]\n\trepositoryformatversion = {(extension.Length == 0 ? 0 : 1)}\n\tfilemode = true\n\tbare = false\n"
            + $"\tlogallrefupdates = true\n{extension}",
            new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
    }
}
