using System.Text;
using Logist.Processes;

namespace Logist.Git;

/// <summary>File names are bytes; this is how people read them. Never the way back: two names may look the same.</summary>
internal static class PathText
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>UTF-8 as it is; control characters and bytes that are not UTF-8 as \xNN.</summary>
    public static string Show(ReadOnlySpan<byte> name)
    {
        var plain = name.IndexOfAnyInRange((byte)0, (byte)31) < 0 && !name.Contains((byte)127);
        if (plain && System.Text.Unicode.Utf8.IsValid(name))
        {
            return Strict.GetString(name);
        }

        var text = new StringBuilder();
        while (!name.IsEmpty)
        {
            var status = Rune.DecodeFromUtf8(name, out var rune, out var length);
            if (status == System.Buffers.OperationStatus.Done && !Rune.IsControl(rune))
            {
                text.Append(rune.ToString());
            }
            else
            {
                foreach (var b in name[..length])
                {
                    text.Append("\\x").Append(b.ToString("x2", null));
                }
            }

            name = name[length..];
        }

        return text.ToString();
    }

    public static List<byte[]> SplitNul(ReadOnlySpan<byte> data)
    {
        var parts = new List<byte[]>();
        for (int end; (end = data.IndexOf((byte)0)) >= 0; data = data[(end + 1)..])
        {
            parts.Add(data[..end].ToArray());
        }

        return parts;
    }

    public static byte[] JoinNul(IReadOnlyCollection<byte[]> paths)
    {
        var joined = new ByteBuffer(int.MaxValue);
        foreach (var path in paths)
        {
            joined.Append(path);
            joined.Append([0]);
        }

        return joined.ToArray();
    }
}

/// <summary>Compares byte names; ordered as git orders them.</summary>
internal sealed class PathComparer : IEqualityComparer<byte[]>, IComparer<byte[]>
{
    public static readonly PathComparer Instance = new();

    public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

    public int GetHashCode(byte[] obj)
    {
        var hash = default(HashCode);
        hash.AddBytes(obj);
        return hash.ToHashCode();
    }

    public int Compare(byte[]? x, byte[]? y) => x.AsSpan().SequenceCompareTo(y);
}
