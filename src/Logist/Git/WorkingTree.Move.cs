using Logist.Core;
using Logist.Files;

namespace Logist.Git;

internal sealed partial class WorkingTree
{
    private const string KeptRefs = "refs/logist/kept/";

    /// <summary>
    /// Makes the tree show a commit: moves it, takes one from the pool, or makes a new one. At the commit already: returns at
    /// once and leaves changes in place. Anything that would be overwritten is recorded first.
    /// </summary>
    /// <param name="at">Time of the rescue commit, if one is needed.</param>
    /// <returns>A commit, kept on a ref, with what was in the way; null when nothing was.</returns>
    public string? Materialise(string commit, DateTimeOffset at)
    {
        _repository.RequireIds(commit);
        var state = State;
        if (state is { MovingTo: not null })
        {
            throw new LogistException(ErrorKind.Git, $"{Directory} is not in a known state", "a move of its files was cut off",
                "logist job recover");
        }

        if (!Exists || state is null)
        {
            MakeNew(commit);
            return null;
        }

        if (state.Commit == commit)
        {
            return null;
        }

        var rescued = Rescue(state, at, InTheWay(state, commit));
        Move(State!, commit);
        return rescued;
    }

    /// <summary>
    /// Brings the tree back to a known state after its owner died: finishes a move (what was in the tree is recorded first) and
    /// checks the index. Changes in a tree that was not moving stay.
    /// </summary>
    /// <returns>A commit, kept on a ref, with the half-moved files; null when the tree was not moving.</returns>
    public string? RepairAfterCrash(DateTimeOffset at)
    {
        var state = State;
        DropStrayIndexes(state);
        if (state is null || !Exists)
        {
            RepairMissing(state);
            return null;
        }

        if (state.Commit.Length == 0)
        {
            // It was being made: nobody has worked here yet.
            FileTree.Delete(Directory);
            MakeNew(state.MovingTo!);
            return null;
        }

        CheckIndex(state);
        if (state.MovingTo is not { } target)
        {
            return null;
        }

        var rescued = Rescue(state, at, []);
        ReplaceFiles(State!, target, overwrite: true);
        return rescued;
    }

    private string? RescueAny(DateTimeOffset at)
    {
        if (!Exists || State is not { } state)
        {
            return null;
        }

        // Moving from nothing: only files that git put there.
        return state.Commit.Length == 0 ? null : Rescue(state, at, []);
    }

    private string? Rescue(TreeState state, DateTimeOffset at, List<byte[]> inTheWay)
    {
        var scan = Scan(IndexPath(state));
        using (var root = OpenRoot())
        {
            inTheWay.ForEach(path => TakeIntoScan(scan, root, path));
        }

        if (scan.IsEmpty)
        {
            return null;
        }

        var snapshot = Record(state, scan, new SnapshotRequest { Parent = state.Commit, Message = "Files that were in no commit",
            At = at });
        if (!snapshot.Changed)
        {
            return null;
        }

        _repository.UpdateRefs([(KeptRefs + snapshot.Commit, snapshot.Commit)]);
        return snapshot.Commit;
    }

    // read-tree refuses to overwrite an untracked file but overwrites an ignored one without a word.
    private List<byte[]> InTheWay(TreeState state, string commit)
    {
        var added = JobRepository.Require(_repository.Run(["diff-tree", "-r", "-z", "--name-only", "--diff-filter=AT", state.Commit,
            commit, "--"]), "compare two trees");
        var found = new HashSet<byte[]>(PathComparer.Instance);
        using var root = OpenRoot();
        foreach (var path in PathText.SplitNul(added.Output))
        {
            for (var end = path.AsSpan().IndexOf((byte)'/'); ; end = Next(path, end))
            {
                var prefix = end < 0 ? path : path[..end];
                var kind = TreeScan.StatusOf(root, prefix).Kind;
                if (kind == FileKind.Missing)
                {
                    break;
                }

                if (end < 0 || kind != FileKind.Directory)
                {
                    found.Add(prefix);
                    break;
                }
            }
        }

        return [.. found];

        static int Next(byte[] path, int end)
        {
            var more = path.AsSpan(end + 1).IndexOf((byte)'/');
            return more < 0 ? -1 : end + 1 + more;
        }
    }

    private void Move(TreeState state, string commit)
    {
        // Before the first file: after a crash the mixture is finished and never read as a person's change.
        (state with { MovingTo = commit }).Write(StatePath);
        try
        {
            try
            {
                ReplaceFiles(state, commit, overwrite: false);
            }
            catch (LogistException e) when (IsOutOfDate(e.Problem))
            {
                // Written again with the same content: no change, but read-tree goes by size and times.
                _ = RunHere(["update-index", "-q", "--refresh"],
                    [$"GIT_INDEX_FILE={IndexPath(state)}", $"GIT_WORK_TREE={Directory}"]);
                ReplaceFiles(state, commit, overwrite: false);
            }
        }
        catch (LogistException e) when (IsRefusal(e.Problem))
        {
            // Decided before the first file was touched: the tree is what it was.
            state.Write(StatePath);
            throw new LogistException(ErrorKind.Git, $"something in {Directory} that git cannot record is in the way", e.Problem.Why,
                $"move it out of {Directory}");
        }
    }

    private static bool IsRefusal(Problem problem) => IsOutOfDate(problem) || (problem.Why is { } why
        && (why.Contains("would be overwritten", StringComparison.Ordinal)
            || why.Contains("would lose untracked", StringComparison.Ordinal)));

    private static bool IsOutOfDate(Problem problem) => problem.Why?.Contains("not uptodate", StringComparison.Ordinal) == true;

    private void ReplaceFiles(TreeState state, string commit, bool overwrite)
    {
        var next = new TreeState(commit, _repository.TreeOf(commit), state.Generation + 1, null);
        FileTree.Delete(IndexPath(next));
        FileTree.Delete($"{IndexPath(next)}.lock");
        if (File.Exists(IndexPath(state)))
        {
            File.Copy(IndexPath(state), IndexPath(next));
        }

        string[] how = overwrite || state.Commit.Length == 0 ? ["--reset", "-u", commit] : ["-m", "-u", state.Commit, commit];
        JobRepository.Require(
            RunHere(["read-tree", .. how], [$"GIT_INDEX_FILE={IndexPath(next)}", $"GIT_WORK_TREE={Directory}"]),
                $"check out {commit[..12]} in {Directory}");
        WriteAgentRepository(next);
        next.Write(StatePath);
        DropIndex(state, next);
    }

    private void MakeNew(string commit)
    {
        var empty = new TreeState("", "", 0, commit);
        if (Exists && System.IO.Directory.EnumerateFileSystemEntries(Directory).Any())
        {
            throw new LogistException(ErrorKind.Git, $"{Directory} holds files that Logist did not put there", null,
                "move them away, then run the command again");
        }

        empty.Write(StatePath);
        var pooled = TakeFromPool();
        if (pooled is null)
        {
            MakeRoot();
            ReplaceFiles(empty, commit, overwrite: true);
            return;
        }

        var environment = new[] { $"GIT_INDEX_FILE={IndexPath(pooled)}", $"GIT_WORK_TREE={Directory}" };
        FileTree.Delete(Path.Combine(Directory, ".git"));
        if (RunHere(["clean", "-ffdxq"], environment).Ok)
        {
            ReplaceFiles(pooled, commit, overwrite: true);
            return;
        }

        // A step took rights away inside: not worth repairing.
        FileTree.Delete(Directory);
        MakeRoot();
        ReplaceFiles(empty, commit, overwrite: true);
    }

    private void RepairMissing(TreeState? state)
    {
        if (state is { MovingTo: { } target })
        {
            MakeNew(target);
        }
        else if (state is null && _place != "workspace")
        {
            // Its state is written before its directory: it was being taken from the pool.
            FileTree.Delete(Directory);
        }
    }

    // After a power cut the index may be torn; it is only a cache.
    private void CheckIndex(TreeState state)
    {
        string[] environment = [$"GIT_INDEX_FILE={IndexPath(state)}", $"GIT_WORK_TREE={Directory}"];
        using var scratch = _repository.NewQuarantine();
        if (RunHere(["write-tree"], [.. environment, .. scratch.Environment]) is { Ok: true } tree && tree.Line == state.Tree)
        {
            return;
        }

        FileTree.Delete(IndexPath(state));
        JobRepository.Require(RunHere(["read-tree", state.Commit], environment), "read a commit");
        _ = RunHere(["update-index", "-q", "--refresh"], environment);
    }

    private void DropStrayIndexes(TreeState? state)
    {
        var folder = Path.Combine(_repository.Job.Directory, "index");
        var current = state is null ? "" : IndexPath(state);
        foreach (var file in System.IO.Directory.Exists(folder) ? System.IO.Directory.GetFiles(folder,
            $"{Path.GetFileName(KeyPath(_place))}.*") : [])
        {
            if (file != current && file != StatePath)
            {
                FileTree.Delete(file);
            }
        }
    }
}
