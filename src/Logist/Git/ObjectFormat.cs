using System.Diagnostics.CodeAnalysis;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Logist.Core;
using Logist.Files;

namespace Logist.Git;

/// <summary>How a repository names its objects.</summary>
internal sealed class ObjectFormat
{
    public static readonly ObjectFormat Sha1 = new("sha1", 40, "4b825dc642cb6eb9a060e54bf8d69288fbee4904");
    public static readonly ObjectFormat Sha256 = new("sha256", 64, "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321");

    private static readonly System.Buffers.SearchValues<char> HexDigits = System.Buffers.SearchValues.Create("0123456789abcdef");

    private ObjectFormat(string name, int hexLength, string emptyTree)
    {
        Name = name;
        HexLength = hexLength;
        EmptyTree = emptyTree;
    }

    public string Name { get; }

    public int HexLength { get; }

    public string EmptyTree { get; }

    public static ObjectFormat Parse(string name) => name switch
    {
        "sha1" => Sha1,
        "sha256" => Sha256,
        _ => throw new LogistException(ErrorKind.Git, $"unknown git object format \"{name}\"", null, "use a sha1 or sha256 repository"),
    };

    /// <summary>True for a complete lower-case object id of this format.</summary>
    public bool IsId([NotNullWhen(true)] string? text) =>
        text?.Length == HexLength && !text.AsSpan().ContainsAnyExcept(HexDigits);

    /// <summary>Writes one loose object into an object directory, not yet durable.</summary>
    /// <returns>Its id.</returns>
    public string WriteLoose(string objectDirectory, string type, byte[] content)
    {
        var framed = Frame(type, content);
        var id = Hash(framed);
        var directory = Path.Combine(objectDirectory, id[..2]);
        Directory.CreateDirectory(directory);
        var path = Path.Combine(directory, id[2..]);
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            zlib.Write(framed);
        }

        var temporary = $"{path}.tmp";
        using (var file = Libc.TryOpen(temporary, Libc.WriteOnly | Libc.Create | Libc.Truncate, mode: 0x124))
        {
            Durable.Check(file is null ? -1 : Libc.Write(file, packed.GetBuffer().AsSpan(0, (int)packed.Length)), "write", temporary);
        }

        Durable.Rename(temporary, path);
        return id;
    }

    public string IdOf(string type, byte[] content) => Hash(Frame(type, content));

    private static byte[] Frame(string type, byte[] content) => [.. Encoding.ASCII.GetBytes($"{type} {content.Length}\0"), .. content];

    [SuppressMessage("Security", "CA5350:Do Not Use Weak Cryptographic Algorithms",
        Justification = "git's object names are SHA-1 by definition")]
    private string Hash(byte[] framed) => Convert.ToHexStringLower(HexLength == 40 ? SHA1.HashData(framed) : SHA256.HashData(framed));
}
