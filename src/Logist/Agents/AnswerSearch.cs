using Logist.Files;
using Microsoft.Win32.SafeHandles;

namespace Logist.Agents;

/// <summary>
/// Finds the last JSON object with a top-level <c>action</c> in an agent's output: prose, code fences, logs and other JSON may be
/// around it. Searches backwards; an object inside a bigger one with an action is part of that one.
/// </summary>
/// <remarks>Reads each byte a bounded number of times: garbage made of braces and quotes ends the search, never hangs it.</remarks>
internal static class AnswerSearch
{
    // Largest answer, and the part of a log that is in memory at once (plus one answer).
    private const int Window = Answer.MaxBytes;
    private const long MaxWork = 256L << 20;
    private const int WorkPerBrace = 16;

    /// <returns>Where the object is, or null.</returns>
    public static Range? FindLast(ReadOnlySpan<byte> text)
    {
        var work = 0L;
        if (FindLast(text, text.Length, ref work) is not { } hit)
        {
            return null;
        }

        var (start, length) = Outermost(text, hit, ref work);
        return start..(start + length);
    }

    /// <summary>The same in a file, with bounded memory.</summary>
    /// <returns>The object's bytes, or null; null also without a file.</returns>
    public static byte[]? FindLast(string logFile)
    {
        using var file = SafeFile.TryOpenRegular(logFile);
        if (file is null)
        {
            return null;
        }

        var work = 0L;
        byte[] buffer = [];
        for (var end = RandomAccess.GetLength(file); end > 0; end -= Window)
        {
            var from = Math.Max(0, end - Window);
            var text = Read(file, from, end + Window, ref buffer);
            if (FindLast(text, (int)(end - from), ref work) is not { } hit)
            {
                continue;
            }

            var start = from + hit.Start;
            from = Math.Max(0, start - Window);
            text = Read(file, from, start + Window, ref buffer);
            var (outer, length) = Outermost(text, ((int)(start - from), hit.Length), ref work);
            return text.Slice(outer, length).ToArray();
        }

        return null;
    }

    private static (int Start, int Length)? FindLast(ReadOnlySpan<byte> text, int before, ref long work)
    {
        for (var at = before; (at = text[..at].LastIndexOf((byte)'{')) >= 0;)
        {
            if (TryObject(text, at, ref work) is { } length)
            {
                return (at, length);
            }
        }

        return null;
    }

    private static (int Start, int Length) Outermost(ReadOnlySpan<byte> text, (int Start, int Length) hit, ref long work)
    {
        var first = Math.Max(0, hit.Start - Window);
        for (var at = hit.Start; (at = text[first..at].LastIndexOf((byte)'{')) >= 0;)
        {
            at += first;
            if (TryObject(text, at, ref work) is { } length && at + length >= hit.Start + hit.Length)
            {
                hit = (at, length);
            }
        }

        return hit;
    }

    private static int? TryObject(ReadOnlySpan<byte> text, int at, ref long work)
    {
        if (work > MaxWork)
        {
            return null;
        }

        var found = JsonObjectScan.TryRead(text.Slice(at, Math.Min(Window, text.Length - at)), out var length, out var hasAction);
        work += WorkPerBrace + length;
        return found && hasAction ? length : null;
    }

    private static ReadOnlySpan<byte> Read(SafeFileHandle file, long from, long to, ref byte[] buffer)
    {
        var wanted = (int)Math.Min(to - from, RandomAccess.GetLength(file) - from);
        if (buffer.Length < wanted)
        {
            buffer = new byte[wanted];
        }

        return buffer.AsSpan(0, SafeFile.ReadAt(file, buffer.AsSpan(0, wanted), from, "the output log"));
    }
}
