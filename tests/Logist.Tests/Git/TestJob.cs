using Logist.Git;
using Logist.Stores;
using Logist.Testing;

namespace Logist.Tests.Git;

/// <summary>A job directory with a repository fetched from a real source.</summary>
internal sealed class TestJob : IDisposable
{
    public static readonly DateTimeOffset At = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    public TestJob(TempRepo? source = null, string? baseCommit = null)
    {
        Layout = new JobLayout(System.IO.Directory.CreateTempSubdirectory("logist-job-").FullName);
        Repository = new JobRepository(Layout) { BaseBranch = "main" };
        var info = source is null ? null : SourceRepository.Inspect(source.Directory, baseCommit);
        Baseline = Repository.EnsureBaseline(info?.Root, info?.BaseCommit, info?.ObjectFormat ?? "sha1");
    }

    public JobLayout Layout { get; }

    public JobRepository Repository { get; }

    public string Baseline { get; }

    public static SnapshotRequest Request(string parent) => new() { Parent = parent, Message = "step", At = At };

    public WorkingTree Tree(string place = "workspace", string? commit = null)
    {
        var tree = new WorkingTree(Repository, place);
        tree.Materialise(commit ?? Baseline, At);
        return tree;
    }

    /// <summary>The output of a step that wrote some files on top of a commit.</summary>
    public string Step(string name, string from, params (string Path, string Text)[] files)
    {
        var tree = Tree($"worktrees/1.{name}.1", from);
        foreach (var (path, text) in files)
        {
            Write(tree, path, text);
        }

        var commit = tree.Snapshot(Request(from) with { Message = name }).Commit;
        tree.Remove(At);
        return commit;
    }

    public static void Write(WorkingTree tree, string path, string text)
    {
        var full = Path.Combine(tree.Directory, path);
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }

    public string Git(params string[] arguments) => TempRepo.GitIn(Layout.Directory, ["--git-dir=repo.git", .. arguments]);

    public string[] Files(string commit) => Git("ls-tree", "-r", "--name-only", commit).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public void Dispose() => TempRepo.Shell("/", $"chmod -R u+rwX '{Layout.Directory}'; rm -rf '{Layout.Directory}'");
}

/// <summary>A job directory without a repository.</summary>
internal sealed class TestJobDirectory : IDisposable
{
    public TestJobDirectory()
    {
        Layout = new JobLayout(System.IO.Directory.CreateTempSubdirectory("logist-job-").FullName);
        Repository = new JobRepository(Layout);
    }

    public JobLayout Layout { get; }

    public JobRepository Repository { get; }

    public void Dispose() => System.IO.Directory.Delete(Layout.Directory, recursive: true);
}
