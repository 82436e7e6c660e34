using System.Text;
using Logist.Core;
using Logist.Files;

namespace Logist.Git;

/// <summary>How to record a working tree as a commit.</summary>
internal sealed record SnapshotRequest
{
    /// <summary>First parent: what the attempt started from.</summary>
    public required string Parent { get; init; }

    /// <summary>The agent's own last commit, if it made any.</summary>
    public string? SecondParent { get; init; }

    public required string Message { get; init; }

    public Signature Author { get; init; } = Signature.Logist;

    public required DateTimeOffset At { get; init; }

    /// <summary>Logist-Job, -Run, -Step, -Attempt; in this order at the end of the message.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Trailers { get; init; } = [];

    /// <summary>Globs of ignored files that belong to the output: <c>build/**</c>.</summary>
    public IReadOnlyList<string> Keep { get; init; } = [];

    /// <summary>Files or directories, relative to the tree, that are recorded even if ignored.</summary>
    public IReadOnlyList<string> Evidence { get; init; } = [];
}

/// <param name="Changed">Whether the tree differs from the parent's.</param>
/// <param name="Warnings">What is in the tree and not in the commit; sentences for people.</param>
internal sealed record TreeSnapshot(string Commit, string Tree, bool Changed, IReadOnlyList<string> Warnings);

internal sealed partial class WorkingTree
{
    /// <summary>
    /// Records the tree as one commit, also when nothing changed. Everything is durable on return. The same tree and request
    /// give the same commit id.
    /// </summary>
    public TreeSnapshot Snapshot(SnapshotRequest request)
    {
        var state = State is { MovingTo: null } settled ? settled
            : throw new LogistException(ErrorKind.Git, $"{Directory} is not in a known state", "a move of its files was cut off",
                "logist job recover");
        // A step that deleted its own working directory deleted all files.
        MakeRoot();
        var scan = Scan(IndexPath(state));
        TakeKept(scan, state, request.Keep);
        TakeEvidence(scan, request.Evidence);
        return Record(state, scan, request);
    }

    private TreeSnapshot Record(TreeState state, TreeScan scan, SnapshotRequest request)
    {
        using var quarantine = _repository.NewQuarantine();
        var next = state;
        if (!scan.IsEmpty)
        {
            next = state with { Generation = state.Generation + 1 };
            next = next with { Tree = BuildTree(state, IndexPath(next), scan, quarantine) };
        }

        string[] parents = request.SecondParent is { } second && second != request.Parent ? [request.Parent, second] : [request.Parent];
        var text = new CommitText(next.Tree, parents, request.Author, request.At, request.Message) { Trailers = request.Trailers };
        var commit = _repository.Format.WriteLoose(quarantine.Directory, "commit", text.ToBytes());
        quarantine.Publish();
        _repository.Remember(commit, next.Tree);

        next = next with { Commit = commit };
        next.Write(StatePath);
        DropIndex(state, next);
        WriteAgentRepository(next);
        return new TreeSnapshot(commit, next.Tree, next.Tree != _repository.TreeOf(request.Parent), scan.Warnings);
    }

    private void TakeKept(TreeScan scan, TreeState state, IReadOnlyList<string> globs)
    {
        if (globs.Count == 0)
        {
            return;
        }

        foreach (var glob in globs)
        {
            if (glob.StartsWith('/') || glob.Split('/').Contains(".."))
            {
                throw new LogistException(ErrorKind.InvalidWorkflow, $"keep: \"{glob}\" leaves the working tree", null,
                    "use a path relative to the working tree");
            }
        }

        string[] environment = [$"GIT_INDEX_FILE={IndexPath(state)}", $"GIT_WORK_TREE={Directory}"];
        var listed = RunHere(["ls-files", "-z", "-o", "-i", "--exclude-standard", "--", .. globs.Select(glob => $":(glob){glob}")],
            environment);
        using var root = OpenRoot();
        scan.TakeFiles(root, JobRepository.Require(listed, "list kept files").Output);
    }

    private void TakeEvidence(TreeScan scan, IReadOnlyList<string> paths)
    {
        using var root = OpenRoot();
        foreach (var path in paths)
        {
            if (SafeFile.Refusal(Directory, path) is { } refusal)
            {
                scan.Warnings.Add($"evidence \"{PathText.Show(Encoding.UTF8.GetBytes(path))}\" is not recorded: it {refusal}");
                continue;
            }

            // As git names it: no ".", no empty component.
            TakeIntoScan(scan, root, Encoding.UTF8.GetBytes(string.Join('/', path.Split('/').Where(part => part is not ("" or ".")))));
        }
    }

    /// <summary>Takes a file, or all files in a directory, whether ignored or not.</summary>
    private static void TakeIntoScan(TreeScan scan, Microsoft.Win32.SafeHandles.SafeFileHandle root, byte[] path)
    {
        if (TreeScan.StatusOf(root, path).Kind != FileKind.Directory)
        {
            scan.TakeFile(root, path);
            return;
        }

        using var directory = FileTree.OpenBelow(root, path);
        if (directory is not null)
        {
            FileTree.Walk(directory, [.. path, (byte)'/'], (found, status) =>
            {
                if (status.Kind is FileKind.Regular or FileKind.Link)
                {
                    scan.TakeFile(root, found);
                }

                return !found.AsSpan().EndsWith("/.git"u8);
            });
        }
    }

    private void DropIndex(TreeState old, TreeState current)
    {
        if (old.Generation != current.Generation)
        {
            FileTree.Delete(IndexPath(old));
        }
    }
}
