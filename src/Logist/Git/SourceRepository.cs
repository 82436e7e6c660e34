using System.Text;
using Logist.Core;
using Logist.Files;

namespace Logist.Git;

/// <summary>The user's repository, as seen when a job is created.</summary>
/// <param name="Root">Top of the working tree, or the bare repository; absolute.</param>
/// <param name="ObjectFormat"><c>sha1</c> or <c>sha256</c>.</param>
/// <param name="BaseCommit">Null: no commit yet.</param>
/// <param name="Branch">Short name of the branch that the base ref is, if it is one.</param>
/// <param name="Uncommitted">Files with changes that are not in any commit; null when that cannot be told.</param>
public sealed record SourceInfo(string Root, string ObjectFormat, string? BaseCommit, string? Branch, int? Uncommitted);

/// <summary>
/// The user's own repository: read without running anything that it configures, written only by <see cref="Apply"/>.
/// </summary>
public static class SourceRepository
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    /// <summary>Finds the repository around a directory; null when there is none.</summary>
    /// <param name="baseRef">Branch, tag or commit; null: what is checked out.</param>
    /// <exception cref="LogistException">Usage: the ref does not exist.</exception>
    public static SourceInfo? Inspect(string directory, string? baseRef)
    {
        var found = Git(directory, ["rev-parse", "--path-format=absolute", "--git-dir", "--git-common-dir", "--show-object-format",
            "--is-bare-repository"]);
        if (!found.Ok)
        {
            return null;
        }

        if (Encoding.UTF8.GetString(found.Output).TrimEnd('\n').Split('\n') is not [var gitDirectory, var common, var format, var bare])
        {
            throw new LogistException(ErrorKind.Usage, "the source repository's path holds a line feed", PathText.Show(found.Output),
                "rename the directory");
        }

        var root = bare == "true" ? gitDirectory : Git(directory, ["rev-parse", "--show-toplevel"]).Line;
        if (root.Length == 0)
        {
            // Inside .git itself.
            return null;
        }

        var commit = Resolve(directory, baseRef);
        var branch = baseRef is null ? Git(directory, ["symbolic-ref", "-q", "--short", "HEAD"]) : Git(directory, ["rev-parse",
            "--verify", "-q", $"refs/heads/{baseRef}"]);
        var name = !branch.Ok ? null : baseRef ?? branch.Line;
        return new SourceInfo(root, format, commit, name, bare == "true" ? 0 : CountUncommitted(root, gitDirectory, common,
            ObjectFormat.Parse(format)));
    }

    /// <summary><c>user.name</c> and <c>user.email</c> as the user's own git knows them; null where not set.</summary>
    public static (string? Name, string? Email) Identity(string directory)
    {
        // The user's own configuration is wanted here. `git config --get` runs nothing.
        string[] environment = [.. GitProgram.BuildEnvironment().Where(variable => !variable.StartsWith("HOME=", StringComparison.Ordinal)
            && !variable.StartsWith("GIT_CONFIG", StringComparison.Ordinal)), $"HOME={Environment.GetEnvironmentVariable("HOME")}"];
        string? Get(string key)
        {
            var result = GitProcess.Run(["-C", directory, "config", "--get", key], environment, default, Limit);
            return result.Ok && result.Line.Length > 0 ? result.Line : null;
        }

        return (Get("user.name"), Get("user.email"));
    }

    /// <summary>
    /// Creates a branch in the user's repository at a commit of the job, or moves it forward. HEAD, index, files and branches
    /// that are checked out anywhere are never touched, no hook runs.
    /// </summary>
    /// <exception cref="LogistException">WrongState: the branch is checked out, or has commits that would be lost.</exception>
    public static void Apply(JobRepository repository, string source, string branch, string commit)
    {
        repository.RequireIds(commit);
        if (!Git(source, ["check-ref-format", "--branch", branch]).Ok || branch.StartsWith('-') || branch.StartsWith('@'))
        {
            throw new LogistException(ErrorKind.Usage, $"\"{branch}\" is not a branch name", null, "choose another --branch");
        }

        if (Git(source, ["config", "--get-regexp", @"^(extensions\.partialclone|remote\..*\.promisor)$"]).Ok)
        {
            // Its missing objects are fetched by a command that the repository configures.
            throw new LogistException(ErrorKind.Git, $"{source} is a partial clone",
                "Logist does not run what it configures to get missing objects",
                $"git -C {source} fetch {repository.Job.Repository} {commit}:refs/heads/{branch}");
        }

        var git = $"'{GitProgram.Path.Replace("'", "'\\''", StringComparison.Ordinal)}'";
        var result = GitProcess.Run(
            [.. GitProgram.Hardening, "-C", source, "-c", "protocol.file.allow=always", "-c", "fetch.writeCommitGraph=false", "fetch",
                "-q", "--no-tags", "--no-prune",
                "--no-write-fetch-head", "--no-auto-gc", "--no-recurse-submodules",
                    $"--upload-pack={git} -c 'safe.directory=*' -c core.hooksPath=/dev/null upload-pack",
                repository.Job.Repository, $"{commit}:refs/heads/{branch}"],
            GitProgram.BuildEnvironment(), default, Limit);
        var now = Git(source, ["rev-parse", "--verify", "-q", $"refs/heads/{branch}"]);
        if (!result.Ok || now.Line != commit)
        {
            var occupied = result.ErrorText.Contains("checked out", StringComparison.Ordinal);
            var diverged = now.Ok;
            throw occupied || diverged
                ? new LogistException(ErrorKind.WrongState, occupied
                    ? $"branch {branch} is checked out in {source}" : $"branch {branch} has commits that the job's result does not have",
                    null, "choose another name with --branch")
                : JobRepository.Failed($"write branch {branch} in {source}", result);
        }
    }

    private static string? Resolve(string directory, string? baseRef)
    {
        var commit = baseRef?.StartsWith('-') == true ? null : Git(directory, ["rev-parse", "--verify", "-q",
            $"{baseRef ?? "HEAD"}^{{commit}}"]);
        if (commit is { Ok: true })
        {
            return commit.Line;
        }

        return baseRef is null ? null : throw new LogistException(ErrorKind.Usage,
            $"\"{baseRef}\" is not a commit of the source repository", null,
            "name a branch, tag or commit that exists");
    }

    // The source's own configuration would make git run its filters on changed files. So git works with an empty repository's
    // configuration and only borrows the source's index and objects.
    private static int? CountUncommitted(string root, string gitDirectory, string common, ObjectFormat format)
    {
        var scratch = Directory.CreateTempSubdirectory("logist-").FullName;
        try
        {
            AgentRepository.WriteEmpty(scratch, format);
            var environment = GitProgram.BuildEnvironment($"GIT_DIR={scratch}", $"GIT_WORK_TREE={root}",
                $"GIT_INDEX_FILE={gitDirectory}/index",
                $"GIT_OBJECT_DIRECTORY={common}/objects");
            var head = Git(root, ["rev-parse", "--verify", "-q", "HEAD^{tree}"]);
            string[] exclude = File.Exists($"{common}/info/exclude") ? [$"--exclude-from={common}/info/exclude"] : [];
            var changed = GitProcess.Run([.. GitProgram.Hardening, "-C", root, "ls-files", "-z", "-m", "-d", "-o", "--exclude-standard",
                .. exclude], environment, default, Limit);
            var staged = GitProcess.Run([.. GitProgram.Hardening, "-C", root, "diff-index", "--cached", "-z", "--name-only",
                "--ignore-submodules=all",
                head.Ok ? head.Line : format.EmptyTree, "--"], environment, default, Limit);
            if (!changed.Ok || !staged.Ok)
            {
                return null;
            }

            var names = new HashSet<byte[]>(PathText.SplitNul(changed.Output), PathComparer.Instance);
            names.UnionWith(PathText.SplitNul(staged.Output));
            return names.Count;
        }
        finally
        {
            FileTree.Delete(scratch);
        }
    }

    // safe.directory: reading another user's repository is harmless, because nothing of it is run.
    private static GitResult Git(string directory, string[] arguments) =>
        GitProcess.Run([.. GitProgram.Hardening, "-c", "safe.directory=*", "-C", directory, .. arguments], GitProgram.BuildEnvironment(),
            default, Limit);
}
