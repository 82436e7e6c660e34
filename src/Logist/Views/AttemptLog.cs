using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Logist.Agents;
using Logist.Files;
using Logist.StepHost;

namespace Logist.Views;

/// <summary>
/// The output of one process of an attempt: <c>output.log</c>, and beside it <c>output.idx</c> with the parts that came from stderr as
/// lines <c>e offset length</c> and one line <c>t from to</c> for what was left out of a very long output. Offsets count the whole
/// stream.
/// </summary>
public sealed class AttemptLog(string path)
{
    /// <summary>Length of the line that stands in the log for what was left out.</summary>
    private const int Marker = OutputLayout.Marker, TailBytes = 64 << 10, IndexBytesMax = 8 << 20;

    public string Path { get; } = path;

    /// <summary>One for every worker process of the attempt, in their order; the first also when it printed nothing.</summary>
    public static IEnumerable<AttemptLog> Of(string directory)
    {
        for (var turn = 1; ; turn++)
        {
            var path = AgentFiles.Log(AgentRole.Worker, directory, turn);
            if (turn > 1 && !File.Exists(path))
            {
                yield break;
            }

            yield return new AttemptLog(path);
        }
    }

    /// <returns>Nothing when the attempt wrote nothing, or somebody put something else than a file there.</returns>
    public byte[] ReadAll() => Read(Path, OutputLayout.Limit);

    /// <summary>The last 64 KiB.</summary>
    public byte[] ReadEnd() => Read(Path, TailBytes);

    /// <summary>Opens the log as it is now.</summary>
    /// <returns>Null: there is none.</returns>
    [SuppressMessage("Reliability", "CA2000", Justification = "The stream owns the handle, and the caller the stream.")]
    public Stream? Open() => SafeFile.TryOpenRegular(Path) is { } file ? new FileStream(file, FileAccess.Read) : null;

    /// <summary>Only what went to stdout, or only what went to stderr.</summary>
    public byte[] Read(bool errors)
    {
        var all = ReadAll();
        var isError = Errors(all.Length);
        var kept = new List<byte>(all.Length);
        for (var i = 0; i < all.Length; i++)
        {
            if (isError[i] == errors)
            {
                kept.Add(all[i]);
            }
        }

        return [.. kept];
    }

    /// <summary>The last lines.</summary>
    public static ReadOnlyMemory<byte> Tail(ReadOnlyMemory<byte> text, int lines)
    {
        var span = text.Span;
        var at = span.Length > 0 && span[^1] == '\n' ? span.Length - 1 : span.Length;
        for (var found = 0; at > 0; at--)
        {
            if (span[at - 1] == '\n' && ++found == lines)
            {
                break;
            }
        }

        return text[at..];
    }

    /// <summary>The file's end, at most so many bytes.</summary>
    private static byte[] Read(string path, int most)
    {
        using var file = SafeFile.TryOpenRegular(path);
        if (file is null)
        {
            return [];
        }

        var size = RandomAccess.GetLength(file);
        var bytes = new byte[Math.Min(size, most)];
        var length = SafeFile.ReadAt(file, bytes, size - bytes.Length, path);
        return length == bytes.Length ? bytes : bytes[..length];
    }

    /// <summary>The parts of the file that came from stderr, in order. For a log that still grows the index may be behind.</summary>
    public IEnumerable<(long From, long To)> Errors()
    {
        var index = Encoding.ASCII.GetString(Read(OutputLayout.IndexPath(Path), IndexBytesMax));
        var lines = index.Split('\n').Select(line => line.Split(' ')).Where(fields => fields.Length == 3).ToList();
        var (from, to) = lines.Find(fields => fields[0] == "t") is { } gap && TryLong(gap[1], out var first)
            && TryLong(gap[2], out var last) ? (first, last) : (long.MaxValue, long.MaxValue);
        foreach (var fields in lines)
        {
            if (fields[0] != "e" || !TryLong(fields[1], out var start) || !TryLong(fields[2], out var count)
                || start > long.MaxValue - OutputLayout.Limit)
            {
                continue;
            }

            // What was left out of the stream is in no file, and what came after it stands behind the line that says so.
            var end = start + Math.Min(count, OutputLayout.Limit);
            if (start < from)
            {
                yield return (start, Math.Min(end, from));
            }

            if (end > to)
            {
                yield return (from + Marker + Math.Max(start, to) - to, from + Marker + end - to);
            }
        }
    }

    private bool[] Errors(int length)
    {
        var isError = new bool[length];
        foreach (var (from, to) in Errors())
        {
            if (from < length)
            {
                isError.AsSpan((int)from..(int)Math.Min(to, length)).Fill(true);
            }
        }

        return isError;
    }

    private static bool TryLong(string text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
