using System.Text;
using Logist.Files;
using Microsoft.Win32.SafeHandles;

namespace Logist.Git;

/// <summary>What is different in a working tree, sorted by what has to be done about it.</summary>
internal sealed class TreeScan
{
    // Untracked files are listed twice when there are new directories.
    private readonly HashSet<string> _warned = new(StringComparer.Ordinal);

    public HashSet<byte[]> Remove { get; } = new(PathComparer.Instance);

    public HashSet<byte[]> Add { get; } = new(PathComparer.Instance);

    /// <summary>Sentences for people about what is in the tree and cannot be kept in git.</summary>
    public List<string> Warnings { get; } = [];

    /// <summary>Directories where a tracked file was: perhaps a submodule, whose entry must stay.</summary>
    public List<byte[]> ModifiedDirectories { get; } = [];

    public bool IsEmpty => Remove.Count == 0 && Add.Count == 0;

    /// <summary>Set when new directories hold files, which the first listing names only as a whole.</summary>
    public bool NeedsFileList { get; private set; }

    /// <summary>Takes the output of <c>ls-files -z -t -m -d -o --directory --exclude-standard</c>.</summary>
    public void TakeChanges(SafeFileHandle root, byte[] output)
    {
        foreach (var line in PathText.SplitNul(output))
        {
            var path = line[2..];
            switch (line[0])
            {
                case (byte)'R':
                    Remove.Add(path);
                    break;
                case (byte)'C':
                    TakeModified(root, path);
                    break;
                case (byte)'?' when path[^1] == '/':
                    TakeDirectory(root, path);
                    break;
                case (byte)'?':
                    TakeFile(root, path);
                    break;
            }
        }

        // A vanished file is listed as modified too.
        Add.ExceptWith(Remove);
    }

    /// <summary>Takes the output of <c>ls-files -z -o --exclude-standard</c>: files only, nested repositories as "name/".</summary>
    public void TakeFiles(SafeFileHandle root, byte[] output)
    {
        foreach (var path in PathText.SplitNul(output))
        {
            if (path[^1] != '/')
            {
                TakeFile(root, path);
            }
        }
    }

    public void TakeFile(SafeFileHandle root, byte[] path)
    {
        if (Refusal(path) is { } refusal)
        {
            Warn($"\"{PathText.Show(path)}\" is not recorded: {refusal}");
        }
        else if (StatusOf(root, path) is { Kind: FileKind.Regular or FileKind.Link } status && !IsGitModulesLink(path, status))
        {
            Add.Add(path);
        }
    }

    /// <summary>The status of a path, missing when any directory on the way is a link: git would refuse to go through it.</summary>
    public static EntryStatus StatusOf(SafeFileHandle root, ReadOnlySpan<byte> path)
    {
        var slash = path.LastIndexOf((byte)'/');
        using var parent = FileTree.OpenBelow(root, slash < 0 ? default : path[..slash]);
        return parent is null ? default : Posix.StatusAt(parent, path[(slash + 1)..]);
    }

    public void Warn(string sentence)
    {
        if (_warned.Add(sentence))
        {
            Warnings.Add(sentence);
        }
    }

    private void TakeModified(SafeFileHandle root, byte[] path)
    {
        switch (StatusOf(root, path).Kind)
        {
            case FileKind.Directory:
                ModifiedDirectories.Add(path);
                break;
            case FileKind.Regular or FileKind.Link:
                Add.Add(path);
                break;
            case FileKind.Other:
                Warn($"\"{PathText.Show(path)}\" is not recorded: it is a FIFO, socket or device");
                Remove.Add(path);
                break;
            default:
                Remove.Add(path);
                break;
        }
    }

    public void TakeDirectory(SafeFileHandle root, byte[] path)
    {
        using var directory = FileTree.OpenBelow(root, path.AsSpan()[..^1]);
        if (directory is null)
        {
            return;
        }

        var inside = new Dictionary<byte[], bool>(PathComparer.Instance) { [path] = false };
        FileTree.Walk(directory, path, (found, status) => VisitNew(inside, found, status));
        foreach (var (name, used) in inside)
        {
            if (!used)
            {
                Warn($"\"{PathText.Show(name)}\" is not recorded: git keeps no empty directories");
            }
        }
    }

    private bool VisitNew(Dictionary<byte[], bool> inside, byte[] path, EntryStatus status)
    {
        var slash = path.AsSpan().LastIndexOf((byte)'/');
        inside[path[..(slash + 1)]] = true;
        if (path.AsSpan(slash + 1).SequenceEqual(".git"u8))
        {
            Warn($"\"{PathText.Show(path.AsSpan(0, slash + 1))}\" is not recorded: it is a git repository of its own");
            return false;
        }

        switch (status.Kind)
        {
            case FileKind.Directory:
                byte[] name = [.. path, (byte)'/'];
                inside.TryAdd(name, false);
                return true;
            case FileKind.Other:
                Warn($"\"{PathText.Show(path)}\" is not recorded: it is a FIFO, socket or device");
                return false;
            default:
                NeedsFileList = true;
                return false;
        }
    }

    // git refuses a link here, because it would read its configuration through it.
    private bool IsGitModulesLink(byte[] path, EntryStatus status)
    {
        var link = status.Kind == FileKind.Link && Ascii.EqualsIgnoreCase(path, ".gitmodules"u8);
        if (link)
        {
            Warn("\".gitmodules\" is not recorded: it is a link");
        }

        return link;
    }

    /// <summary>Names that git never takes because some file system would see ".git" in them; null: fine.</summary>
    internal static string? Refusal(ReadOnlySpan<byte> path)
    {
        foreach (var range in path.Split((byte)'/'))
        {
            var part = path[range];
            var rest = part.Length >= 4 && Ascii.EqualsIgnoreCase(part[..4], ".git"u8) ? part[4..]
                : part.Length >= 5 && Ascii.EqualsIgnoreCase(part[..5], "git~1"u8) ? part[5..] : "x"u8;
            rest = rest.TrimStart(" ."u8);
            if (rest.IsEmpty || rest[0] is (byte)'\\' or (byte)':')
            {
                return "git accepts no such name";
            }
        }

        return null;
    }
}
