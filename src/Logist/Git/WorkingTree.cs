using System.Text;
using Logist.Core;
using Logist.Files;
using Microsoft.Win32.SafeHandles;

namespace Logist.Git;

/// <summary>
/// One directory in which steps work: <c>workspace</c> or <c>worktrees/&lt;name&gt;</c> of a job. Git sees it only through
/// repo.git and an index outside it, so that nothing inside can mislead Logist. Not for several threads at once; different
/// trees of one job are independent.
/// </summary>
internal sealed partial class WorkingTree
{
    private const string Pool = "worktrees/.pool";
    private static readonly string[] RefusedContent =
        ["nvalid path", "failed to encode", "BOM", "beyond a symbolic link", "is a directory", "error: open(\""];

    private readonly JobRepository _repository;
    private readonly string _place;

    /// <param name="place">Relative to the job: <c>workspace</c> or <c>worktrees/…</c>.</param>
    public WorkingTree(JobRepository repository, string place)
    {
        _repository = repository;
        _place = place;
        Directory = Path.Combine(repository.Job.Directory, place);
    }

    public string Directory { get; }

    /// <summary>
    /// The commit this tree was last moved to or recorded as; null for a tree that does not exist or whose move was cut off
    /// (then <see cref="RepairAfterCrash"/> comes first).
    /// </summary>
    public string? CurrentCommit => State is { MovingTo: null } state && Exists ? state.Commit : null;

    // A link in its place is not the tree: nothing behind it is ours.
    private bool Exists => Posix.StatusOfPath(Directory).Kind == FileKind.Directory;

    private TreeState? State => TreeState.Read(StatePath, _repository.Format);

    private string StatePath => KeyPath(_place) + ".state";

    /// <summary>
    /// What a person or program changed since <see cref="CurrentCommit"/>; empty for no change, also when the tree is gone.
    /// Leaves every byte of the job as it is. Names that are not UTF-8 are shown with \xNN.
    /// </summary>
    public IReadOnlyList<string> ChangedFiles() => PendingChange()?.Files ?? [];

    /// <summary>The tree as it would be recorded now, with the names of <see cref="ChangedFiles"/>; null for no change.</summary>
    public (string Tree, IReadOnlyList<string> Files)? PendingChange()
    {
        if (!Exists || State is not { MovingTo: null } state)
        {
            return null;
        }

        var scan = Scan(IndexPath(state));
        if (scan.IsEmpty)
        {
            return null;
        }

        using var scratch = Quarantine.Temporary(_repository.Objects);
        var tree = BuildTree(state, Path.Combine(scratch.Directory, "index"), scan, scratch);
        return tree == state.Tree ? null : (tree, _repository.ChangedFiles(state.Tree, tree, scratch.Environment));
    }

    /// <summary>Gives the agent a fresh small repository: no locks, branches or settings of whoever worked here before.</summary>
    private void WriteAgentRepository(TreeState state) =>
        AgentRepository.Write(_repository, Directory, state.Commit, IndexPath(state));

    private TreeScan Scan(string index)
    {
        var scan = new TreeScan();
        using var root = OpenRoot();
        string[] environment = [$"GIT_INDEX_FILE={index}", $"GIT_WORK_TREE={Directory}"];
        var changes = JobRepository.Require(
            RunHere(["ls-files", "-z", "-t", "-m", "-d", "-o", "--directory", "--exclude-standard"], environment), "list changes");
        scan.TakeChanges(root, changes.Output);
        if (scan.ModifiedDirectories.Count > 0)
        {
            TakeModifiedDirectories(scan, root, JobRepository.Require(RunHere(["ls-files", "-z", "-s"], environment),
                "list submodules").Output);
        }

        if (scan.NeedsFileList)
        {
            var files = RunHere(["ls-files", "-z", "-o", "--exclude-standard"], environment);
            scan.TakeFiles(root, JobRepository.Require(files, "list new files").Output);
        }

        return scan;
    }

    // A directory in place of a file means that the file is gone; in place of a submodule, that somebody filled the submodule.
    private static void TakeModifiedDirectories(TreeScan scan, SafeFileHandle root, byte[] staged)
    {
        var submodules = new HashSet<byte[]>(PathComparer.Instance);
        foreach (var line in PathText.SplitNul(staged))
        {
            if (line.AsSpan().StartsWith("160000 "u8))
            {
                submodules.Add(line[(line.AsSpan().IndexOf((byte)'\t') + 1)..]);
            }
        }

        foreach (var path in scan.ModifiedDirectories)
        {
            if (submodules.Contains(path))
            {
                scan.Warnings.Add($"\"{PathText.Show(path)}\" is not recorded: changes inside a submodule stay in the submodule");
            }
            else
            {
                // git's listing by directory leaves out one whose name is tracked as a file.
                scan.Remove.Add(path);
                scan.TakeDirectory(root, [.. path, (byte)'/']);
            }
        }
    }

    /// <summary>Applies a scan to a copy of the index and writes the tree's objects into the quarantine.</summary>
    private string BuildTree(TreeState state, string index, TreeScan scan, Quarantine quarantine)
    {
        FileTree.Delete(index);
        FileTree.Delete($"{index}.lock");
        if (File.Exists(IndexPath(state)))
        {
            // With its time: against a newer one, a change in the same clock tick as the last snapshot would look old.
            File.Copy(IndexPath(state), index);
        }

        string[] environment = [$"GIT_INDEX_FILE={index}", $"GIT_WORK_TREE={Directory}", .. quarantine.Environment];
        if (scan.Remove.Count > 0)
        {
            JobRepository.Require(RunHere(["update-index", "-z", "--force-remove", "--stdin"], environment,
                PathText.JoinNul(scan.Remove)), "record deletions");
        }

        AddFiles([.. scan.Add], environment, quarantine, scan.Warnings);
        return JobRepository.Require(RunHere(["write-tree"], environment), "write a tree").Line;
    }

    // Content that git cannot convert fails the whole batch and leaves the index alone: halving finds the file.
    private void AddFiles(byte[][] paths, string[] environment, Quarantine quarantine, List<string> warnings)
    {
        if (paths.Length == 0)
        {
            return;
        }

        var result = RunHere(["update-index", "-z", "--add", "--remove", "--replace", "--stdin"], environment, PathText.JoinNul(paths));
        if (result.Ok)
        {
            return;
        }

        var text = Encoding.UTF8.GetString(result.Error);
        if (!Array.Exists(RefusedContent, reason => text.Contains(reason, StringComparison.Ordinal)))
        {
            throw JobRepository.Failed("record changes", result);
        }

        if (paths.Length > 1)
        {
            AddFiles(paths[..(paths.Length / 2)], environment, quarantine, warnings);
            AddFiles(paths[(paths.Length / 2)..], environment, quarantine, warnings);
        }
        else if (!AddAsItIs(paths[0], environment, quarantine))
        {
            warnings.Add($"\"{PathText.Show(paths[0])}\" is not recorded: {result.ErrorText}");
        }
    }

    // Better the bytes as they are than a file that is lost because of a wrong rule in .gitattributes.
    private bool AddAsItIs(byte[] path, string[] environment, Quarantine quarantine)
    {
        using var root = OpenRoot();
        var slash = path.AsSpan().LastIndexOf((byte)'/');
        using var parent = FileTree.OpenBelow(root, slash < 0 ? default : path.AsSpan(0, slash));
        using var file = parent is null ? null : Posix.OpenAt(parent, path.AsSpan(slash + 1),
            Libc.ReadOnly | Libc.NonBlock | Posix.NoFollowFlag);
        if (file is null || Posix.Status(file) is not { Kind: FileKind.Regular, Size: < int.MaxValue } status)
        {
            return false;
        }

        var content = new byte[status.Size];
        var length = 0;
        for (int n; length < content.Length && (n = RandomAccess.Read(file, content.AsSpan(length), length)) > 0;)
        {
            length += n;
        }

        var id = _repository.Format.WriteLoose(quarantine.Directory, "blob", content[..length]);
        byte[] entry = [.. Encoding.ASCII.GetBytes($"{(status.IsExecutable ? "100755" : "100644")} {id}\t"), .. path, 0];
        JobRepository.Require(RunHere(["update-index", "-z", "--index-info"], environment, entry), "record a file as it is");
        return true;
    }

    private GitResult RunHere(string[] arguments, string[] environment, ReadOnlyMemory<byte> input = default) =>
        _repository.Run(["-C", Directory, .. arguments], input, environment);

    /// <summary>The directory itself; a link or file that a step put in its place goes.</summary>
    private void MakeRoot()
    {
        if (!Exists)
        {
            FileTree.Delete(Directory);
            OwnFiles.MakeDirectory(Directory);
        }
    }

    private SafeFileHandle OpenRoot()
    {
        var root = Posix.OpenDirectory(Directory) ?? throw new LogistException(
            ErrorKind.Git, $"{Directory} cannot be opened as a directory", Libc.ErrorText(Libc.LastError), "look at what is there");

        // A step may have taken its own rights away.
        if ((Posix.Status(root).Mode & 0x1c0) != 0x1c0)
        {
            _ = Posix.MakeAccessible(root);
        }

        return root;
    }

    private string IndexPath(TreeState state) => $"{KeyPath(_place)}.{state.Generation}";

    private string KeyPath(string place) => Path.Combine(_repository.Job.Directory, "index", place.Replace('/', '+'));
}
