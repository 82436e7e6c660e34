using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Logist.Core;
using Logist.Files;

namespace Logist.Stores;

/// <summary>
/// job_manifest.json as a file: a checkpoint of the journal, replaced as a whole. Its last member <c>hash</c> is the SHA-256
/// of all bytes before <c>,"hash"</c>. Reading never repairs.
/// </summary>
public static class ManifestFile
{
    internal const int MaxLength = 64 << 20;

    private static ReadOnlySpan<byte> HashStart => ",\"hash\":\"sha256:"u8;

    // ,"hash":"sha256:<64>"}\n
    private static int TailLength => HashStart.Length + 64 + 3;

    /// <summary>Replaces the manifest by a document that has no hash yet; leaves inode, time and bytes alone when nothing
    /// changed.</summary>
    /// <returns>Whether it wrote.</returns>
    /// <exception cref="LogistException">Storage: the old manifest is untouched unless only the flush of the directory failed.</exception>
    public static bool Save(JobLayout layout, ReadOnlySpan<byte> document)
    {
        var content = WithHash(document);
        if (TryRead(layout) is { } old && old.AsSpan().SequenceEqual(content))
        {
            return false;
        }

        Durable.Replace(layout.Manifest, content);
        return true;
    }

    /// <summary>Checks the whole manifest and reads its scalars.</summary>
    /// <exception cref="JobStateException">Corrupt: missing, torn, malformed, edited by hand, ahead of its journal, or of a later
    /// version.</exception>
    public static ManifestHeader Load(JobLayout layout) => Load(layout, out _);

    /// <summary>The same, with the bytes of the document.</summary>
    public static ManifestHeader Load(JobLayout layout, out ReadOnlyMemory<byte> document)
    {
        var content = TryRead(layout) ?? throw MissingOrUnknown(layout);
        document = content;
        var header = Check(layout, content);
        if (Libc.Status(layout.Journal) is { IsRegular: true } journal && journal.Size < header.Journal.Offset)
        {
            throw Damage.InManifest(layout, $"it tells of event {header.Journal.Seq} at byte {header.Journal.Offset}, "
                + $"but {layout.Journal} ends at byte {journal.Size}: acknowledged events are gone");
        }

        return header;
    }

    /// <summary>For lists of jobs: the hash vouches for what stands behind <c>phases</c>, only the scalars before are parsed.</summary>
    /// <exception cref="JobStateException">Corrupt.</exception>
    public static ManifestHeader QuickHeader(JobLayout layout)
    {
        return QuickHeader(layout, TryRead(layout) ?? throw MissingOrUnknown(layout));
    }

    /// <inheritdoc cref="QuickHeader(JobLayout)"/>
    internal static ManifestHeader QuickHeader(JobLayout layout, byte[] content)
    {
        return HasRightHash(content) && Parse(layout, content, whole: false) is { } header && header.JobId == layout.JobName()
            ? header
            : Check(layout, content);
    }

    /// <summary>How many bytes of the journal a manifest document (with or without hash) tells of.</summary>
    /// <exception cref="JobStateException">Corrupt.</exception>
    internal static JournalPosition PositionOf(JobLayout layout, ReadOnlySpan<byte> document) =>
        Parse(layout, document, whole: true)!.Journal;

    /// <returns>0 while there is no manifest.</returns>
    /// <exception cref="JobStateException">Corrupt: it cannot tell.</exception>
    internal static long JournalOffset(JobLayout layout) => TryRead(layout) is { } content ? Check(layout, content).Journal.Offset : 0;

    internal static byte[]? TryRead(JobLayout layout) => BoundedFile.TryReadAll(layout.Manifest, MaxLength);

    private static JobStateException MissingOrUnknown(JobLayout layout) =>
        Damage.InManifest(layout, Directory.Exists(layout.Directory) ? "it is missing" : "the job's directory is missing");

    internal static ManifestHeader Check(JobLayout layout, byte[] content)
    {
        if (content.Length == 0)
        {
            throw Damage.InManifest(layout, "it is empty");
        }

        if (!content.AsSpan().ContainsAnyExcept((byte)0))
        {
            throw Damage.InManifest(layout, "it consists of zero bytes, as a power cut leaves them");
        }

        var header = Parse(layout, content, whole: true)!;
        if (header.JobId != layout.JobName() && !layout.JobName().StartsWith($".new-{header.JobId}-", StringComparison.Ordinal))
        {
            throw Damage.InManifest(layout, $"it is that of job {header.JobId}, in the directory of job {layout.JobName()}");
        }

        return HasRightHash(content)
            ? header
            : throw Damage.InManifest(layout, "its hash does not fit its content: it was edited or damaged");
    }

    private static ManifestHeader? Parse(JobLayout layout, ReadOnlySpan<byte> content, bool whole)
    {
        // Read and ignored, as editors like to add one.
        var document = content.StartsWith("\uFEFF"u8) ? content[3..] : content;
        var parser = new ManifestParser(document, whole);
        try
        {
            if (whole && !Utf8.IsValid(document))
            {
                throw new JsonException("it is not valid UTF-8");
            }

            parser.Parse();
            return parser.Complete ? parser.ToHeader() : null;
        }
        catch (NewerFormatException e)
        {
            throw Damage.Newer(layout.Manifest, e.Message);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw Damage.InManifest(layout, e.Message, e);
        }
    }

    internal static byte[] WithHash(ReadOnlySpan<byte> document)
    {
        var body = document.TrimEnd(" \r\n\t"u8);
        if (body.Length < 2 || body[^1] != '}')
        {
            throw new ArgumentException("the document is not a JSON object", nameof(document));
        }

        body = body[..^1].TrimEnd(" \r\n\t"u8);
        var content = new byte[body.Length + TailLength];
        body.CopyTo(content);
        HashStart.CopyTo(content.AsSpan(body.Length));
        Hash(body, content.AsSpan(body.Length + HashStart.Length, 64));
        "\"}\n"u8.CopyTo(content.AsSpan(content.Length - 3));
        return content;
    }

    private static bool HasRightHash(ReadOnlySpan<byte> content)
    {
        var body = content.Length - TailLength;
        if (body < 1 || !content[body..].StartsWith(HashStart) || !content.EndsWith("\"}\n"u8))
        {
            return false;
        }

        Span<byte> hash = stackalloc byte[64];
        Hash(content[..body], hash);
        return hash.SequenceEqual(content.Slice(body + HashStart.Length, 64));
    }

    private static void Hash(ReadOnlySpan<byte> body, Span<byte> hex)
    {
        Span<byte> hash = stackalloc byte[32];
        Sha256.Hash(body, hash);
        _ = Encoding.ASCII.GetBytes(Convert.ToHexStringLower(hash), hex);
    }
}
