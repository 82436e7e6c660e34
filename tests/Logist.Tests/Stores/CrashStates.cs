using System.Security.Cryptography;
using System.Text;

namespace Logist.Tests.Stores;

/// <summary>A directory tree as a power cut may leave it, with what had been acknowledged before.</summary>
internal sealed record CrashState(IReadOnlyDictionary<string, byte[]?> Files, IReadOnlyList<string> Acknowledged)
{
    /// <summary>A null content is a directory.</summary>
    public void Materialise(string root)
    {
        Directory.CreateDirectory(root);
        foreach (var (path, content) in Files.OrderBy(f => f.Key, StringComparer.Ordinal))
        {
            var full = Path.Combine(root, path);
            if (content is null)
            {
                Directory.CreateDirectory(full);
            }
            else
            {
                File.WriteAllBytes(full, content);
            }
        }
    }
}

/// <summary>
/// Every legal crash state of a recorded run. After each call: of each file what was flushed, plus of the rest nothing, all,
/// a torn half, or zeros; of each directory what was flushed, plus the first n of its later changes.
/// </summary>
internal static class CrashStates
{
    private enum Rest { Nothing, All, Torn, Zero }

    public static IEnumerable<CrashState> Of(IReadOnlyList<SystemCall> calls)
    {
        var root = new Node(IsDirectory: true);
        var acknowledged = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var k = 0; k <= calls.Count; k++)
        {
            foreach (var files in Snapshots(root))
            {
                if (seen.Add(Key(files, acknowledged.Count)))
                {
                    yield return new CrashState(files, [.. acknowledged]);
                }
            }

            if (k < calls.Count)
            {
                Apply(root, calls[k], acknowledged);
            }
        }
    }

    private static void Apply(Node root, SystemCall call, List<string> acknowledged)
    {
        switch (call.Name)
        {
            case "ack": acknowledged.Add(call.Path); break;
            case "openat" when Find(root, call.Path) is null: Change(root, call.Path, new Node(IsDirectory: false)); break;
            case "openat": if (call.Truncates) Find(root, call.Path)!.Pending.Add((-1, [])); break;
            case "mkdir" or "mkdirat": Change(root, call.Path, new Node(IsDirectory: true)); break;
            case "unlink" or "unlinkat": Change(root, call.Path, null); break;
            case "rename" or "renameat" or "renameat2": Rename(root, call.Path, call.To); break;
            case "fsync" or "fdatasync": Find(root, call.Path)!.Flush(); break;
            case "ftruncate": Find(root, call.Path)!.Pending.Add((-1 - call.Offset, [])); break;
            default:
                var file = Find(root, call.Path)!;
                file.Pending.Add((call.Offset >= 0 ? call.Offset : file.Content(Rest.All).Length, call.Data));
                break;
        }
    }

    private static void Rename(Node root, string from, string to)
    {
        var moved = Find(root, from)!;
        Path.GetDirectoryName(from).ShouldBe(Path.GetDirectoryName(to), "the model knows renames within one directory only");
        Parent(root, from).Change([(Path.GetFileName(from), null), (Path.GetFileName(to), moved)]);
    }

    private static void Change(Node root, string path, Node? entry) => Parent(root, path).Change([(Path.GetFileName(path), entry)]);

    private static Node Parent(Node root, string path) => Find(root, Path.GetDirectoryName(path) ?? "")!;

    private static Node? Find(Node root, string path)
    {
        var at = root;
        foreach (var name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!at.Entries.TryGetValue(name, out var next))
            {
                return null;
            }

            at = next;
        }

        return at;
    }

    /// <summary>All combinations of what may have reached the disk below one directory.</summary>
    private static IEnumerable<Dictionary<string, byte[]?>> Snapshots(Node directory)
    {
        for (var applied = 0; applied <= directory.Changes.Count; applied++)
        {
            IEnumerable<Dictionary<string, byte[]?>> all = [new Dictionary<string, byte[]?>(StringComparer.Ordinal)];
            foreach (var (name, node) in directory.Durable(applied))
            {
                var variants = (node.IsDirectory ? Snapshots(node).Select(below => Below(name, below)) : node.Contents().Select(c =>
                    Single(name, c))).ToList();
                all = all.SelectMany(_ => variants, Union);
            }

            foreach (var one in all)
            {
                yield return one;
            }
        }
    }

    private static Dictionary<string, byte[]?> Single(string name, byte[]? content) => new(StringComparer.Ordinal) { [name] = content };

    private static Dictionary<string, byte[]?> Below(string name, Dictionary<string, byte[]?> files)
    {
        var all = Single(name, null);
        foreach (var (path, content) in files)
        {
            all[$"{name}/{path}"] = content;
        }

        return all;
    }

    private static Dictionary<string, byte[]?> Union(Dictionary<string, byte[]?> a, Dictionary<string, byte[]?> b)
    {
        var all = new Dictionary<string, byte[]?>(a, StringComparer.Ordinal);
        foreach (var (path, content) in b)
        {
            all[path] = content;
        }

        return all;
    }

    private static string Key(Dictionary<string, byte[]?> files, int acknowledged)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (path, content) in files.OrderBy(f => f.Key, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"\n{path}:{content?.Length}:"));
            hash.AppendData(content ?? []);
        }

        return Convert.ToHexString(hash.GetHashAndReset()) + acknowledged;
    }

    private sealed record Node(bool IsDirectory)
    {
        private byte[] _flushed = [];
        private readonly Dictionary<string, Node> _durable = new(StringComparer.Ordinal);

        public Dictionary<string, Node> Entries { get; } = new(StringComparer.Ordinal);

        public List<(string Name, Node? Entry)[]> Changes { get; } = [];

        /// <summary>Writes by offset; -1 - n is a truncation to n bytes.</summary>
        public List<(long Offset, byte[] Data)> Pending { get; } = [];

        public void Change((string Name, Node? Entry)[] change)
        {
            Apply(Entries, change);
            Changes.Add(change);
        }

        public void Flush()
        {
            Changes.ForEach(change => Apply(_durable, change));
            Changes.Clear();
            _flushed = Content(Rest.All);
            Pending.Clear();
        }

        public Dictionary<string, Node> Durable(int applied)
        {
            var entries = new Dictionary<string, Node>(_durable, StringComparer.Ordinal);
            Changes.Take(applied).ToList().ForEach(change => Apply(entries, change));
            return entries;
        }

        public IEnumerable<byte[]> Contents() => Pending.Count == 0 ? [_flushed] : Enum.GetValues<Rest>().Select(Content);

        public byte[] Content(Rest rest)
        {
            var content = _flushed;
            for (var i = 0; i < Pending.Count && rest != Rest.Nothing; i++)
            {
                var (offset, data) = Pending[i];
                var part = rest == Rest.Torn && i == Pending.Count - 1 ? data[..(data.Length / 2)] : rest == Rest.Zero
                    ? new byte[data.Length] : data;
                var length = offset < 0 ? -1 - offset : Math.Max(content.Length, offset + part.Length);
                Array.Resize(ref content, (int)length);
                part.CopyTo(content.AsSpan(offset < 0 ? 0 : (int)offset));
            }

            return content == _flushed ? [.. content] : content;
        }

        private static void Apply(Dictionary<string, Node> entries, (string Name, Node? Entry)[] change)
        {
            foreach (var (name, entry) in change)
            {
                entries.Remove(name);
                if (entry is not null)
                {
                    entries[name] = entry;
                }
            }
        }
    }
}
