using System.Text;
using Logist.Core;
using Logist.Stores;

namespace Logist.Git;

/// <summary>
/// A job's own bare repository, <c>repo.git</c>: it keeps every tree that a step saw or made and borrows nothing from the source.
/// Object ids are lower-case hexadecimal. Safe for several threads at once, one per working tree; only the process that drives
/// the job uses it. Failures are <see cref="LogistException"/> of kind Git, Storage, Tampered or MissingTool.
/// </summary>
public sealed partial class JobRepository(JobLayout job)
{
    internal const string BaseRef = "refs/logist/base";
    private static readonly TimeSpan CommandLimit = TimeSpan.FromMinutes(10), FetchLimit = TimeSpan.FromHours(1);

    private readonly Lock _publishing = new(), _known = new();
    private readonly Dictionary<string, string> _trees = new(StringComparer.Ordinal);
    private ObjectFormat? _format;

    internal JobLayout Job => job;

    /// <summary>Branch name that the base commit gets in the small repository that agents see; null: no branch.</summary>
    public string? BaseBranch { get; init; }

    internal string Objects => Path.Combine(job.Repository, "objects");

    /// <exception cref="LogistException">Tampered: repo.git is not as Logist wrote it.</exception>
    internal ObjectFormat Format => _format ??= CheckConfig();

    /// <summary>Whether the commit, and with it everything it needs, is in the repository: objects arrive complete or not at all.</summary>
    public bool Exists(string sha) => Format.IsId(sha) && Run(["cat-file", "-e", $"{sha}^{{commit}}"]).Ok;

    /// <summary>Those of the commits that are not in the repository; one process for any number.</summary>
    public IReadOnlyList<string> Missing(IReadOnlyCollection<string> commits)
    {
        var missing = new List<string>();
        var asked = commits.Where(Format.IsId).ToList();
        missing.AddRange(commits.Where(sha => !Format.IsId(sha)));
        if (asked.Count > 0)
        {
            var answer = Require(Run(["cat-file", "--batch-check=%(objecttype)"], Lines(asked)), "look objects up");
            var types = Encoding.ASCII.GetString(answer.Output).Split('\n');
            missing.AddRange(asked.Where((_, i) => types[i] != "commit"));
        }

        return missing;
    }

    /// <summary>The tree of a commit. Two commits hold the same files exactly when their trees are equal.</summary>
    public string TreeOf(string commit)
    {
        lock (_known)
        {
            if (_trees.TryGetValue(commit, out var known))
            {
                return known;
            }
        }

        return ReadCommits([commit])[0].Tree;
    }

    /// <summary>The difference between two commits or trees, as git prints it, written to a stream.</summary>
    public void Diff(string from, string to, DiffOptions options, Stream output)
    {
        RequireIds(from, to);
        string[] what = options switch
        {
            { NameOnly: true } => ["--name-only"],
            { Stat: true } => ["--stat=100"],
            _ => ["-p"],
        };
        var result = GitProcess.Run(
            [.. Arguments, "diff-tree", "-r", "-M", "--no-ext-diff", "--no-textconv", options.Color ? "--color=always" : "--color=never",
                .. what, from, to, "--"],
            GitProgram.BuildEnvironment(), default, CommandLimit, output);
        Require(result, "show the difference");
    }

    /// <summary>Names of the files that differ; bytes that are not UTF-8 are shown as \xNN.</summary>
    public IReadOnlyList<string> ChangedFiles(string from, string to) => ChangedFiles(from, to, []);

    internal List<string> ChangedFiles(string from, string to, string[] environment)
    {
        RequireIds(from, to);
        var result = Require(Run(["diff-tree", "-r", "-z", "--name-only", from, to, "--"], default, environment), "compare two trees");
        return PathText.SplitNul(result.Output).ConvertAll(name => PathText.Show(name));
    }

    internal string[] Arguments => [.. GitProgram.Hardening, $"--git-dir={job.Repository}"];

    internal GitResult Run(string[] arguments, ReadOnlyMemory<byte> input = default, string[]? environment = null)
    {
        _ = CheckConfig();
        return GitProcess.Run([.. Arguments, .. arguments], GitProgram.BuildEnvironment(environment ?? []), input, CommandLimit);
    }

    internal static GitResult Require(GitResult result, string purpose) =>
        result.Ok ? result : throw Failed(purpose, result);

    internal static LogistException Failed(string purpose, GitResult result)
    {
        var text = result.ErrorText;
        var full = text.Contains("No space left", StringComparison.Ordinal) || text.Contains("quota exceeded", StringComparison.Ordinal)
            || text.Contains("Input/output error", StringComparison.Ordinal) || text.Contains("Read-only file system",
                StringComparison.Ordinal);
        return full
            ? new LogistException(ErrorKind.Storage, $"git could not {purpose}", text,
                "free space or fix the disk, then run the command again")
            : new LogistException(ErrorKind.Git, $"git could not {purpose}", $"exit code {result.ExitCode}: {text}", "logist doctor");
    }

    internal Quarantine NewQuarantine() => Quarantine.For(job.Directory, Objects, _publishing);

    internal void Remember(string commit, string tree)
    {
        lock (_known)
        {
            _trees[commit] = tree;
        }
    }

    internal List<CommitText> ReadCommits(IReadOnlyList<string> commits)
    {
        RequireIds([.. commits]);
        var output = Require(Run(["cat-file", "--batch"], Lines(commits)), "read commits").Output;
        var read = new List<CommitText>();
        var at = 0;
        foreach (var commit in commits)
        {
            var end = Array.IndexOf(output, (byte)'\n', at);
            var header = Encoding.ASCII.GetString(output, at, end - at).Split(' ');
            if (header is not [_, "commit", var size])
            {
                throw new LogistException(ErrorKind.Corrupt, $"commit {commit} is missing in {job.Repository}", null, "logist job recover");
            }

            var length = int.Parse(size, null);
            var text = CommitText.Parse(output[(end + 1)..(end + 1 + length)]);
            Remember(commit, text.Tree);
            read.Add(text);
            at = end + 1 + length + 1;
        }

        return read;
    }

    internal void RequireIds(params string[] ids)
    {
        foreach (var id in ids)
        {
            if (!Format.IsId(id))
            {
                throw new LogistException(ErrorKind.Git, $"\"{id}\" is not a complete object id", null, "use the complete id of a commit");
            }
        }
    }

    private static byte[] Lines(IEnumerable<string> lines) => Encoding.ASCII.GetBytes(string.Concat(lines.Select(line => line + "\n")));
}

/// <summary>How a difference is shown; the default is a patch.</summary>
public sealed record DiffOptions
{
    public bool Stat { get; init; }

    public bool NameOnly { get; init; }

    public bool Color { get; init; }
}
