using System.Buffers;
using System.Buffers.Text;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Logist.Core;
using Logist.Core.Jobs;

namespace Logist.Stores;

/// <summary>
/// One line of history.jsonl. The first: <c>{"schema":"logist.journal/v1","job":…,"crc":…}</c>. Every other is one atomic append:
/// <c>{"seq":number of its first event,"n":how many,"epoch":…,"prev":crc of the line before,"at":…,"events":[…],"crc":…}</c>.
/// The order of the members up to <c>prev</c> is fixed, so that a chain is checked without parsing JSON.
/// </summary>
internal static class JournalLine
{
    /// <summary>Bytes, with the line feed.</summary>
    internal const int MaxLength = 1 << 20;

    internal const int MaxDepth = 64;

    internal static readonly JsonWriterOptions WriterOptions = new()
    {
        // Compact and readable; the journal is no HTML.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
        MaxDepth = MaxDepth,
    };

    private static ReadOnlySpan<byte> HeaderStart => "{\"schema\":\"logist.journal/v"u8;

    private static ReadOnlySpan<byte> HeaderRest => "1\",\"job\":\""u8;

    private static ReadOnlySpan<byte> CrcStart => ",\"crc\":\""u8;

    // ,"crc":"xxxxxxxx"}
    private static int TailLength => CrcStart.Length + 8 + 2;

    public static byte[] Header(JobId job)
    {
        var buffer = new ArrayBufferWriter<byte>(128);
        buffer.Write(HeaderStart);
        buffer.Write(HeaderRest);
        buffer.Write(Encoding.ASCII.GetBytes(job.Value));
        buffer.Write("\""u8);
        _ = Finish(buffer);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Writes the line of one append, with its line feed.</summary>
    /// <returns>The line's CRC.</returns>
    /// <exception cref="LogistException">Storage: the line would be too long.</exception>
    public static uint Write(ArrayBufferWriter<byte> buffer, ChainPoint after, long epoch, IReadOnlyList<JobEvent> events)
    {
        var at = events[0].By.At;
        buffer.Clear();
        using (var writer = new Utf8JsonWriter(buffer, WriterOptions))
        {
            writer.WriteStartObject();
            writer.WriteNumber("seq"u8, after.At.Seq + 1);
            writer.WriteNumber("n"u8, events.Count);
            writer.WriteNumber("epoch"u8, epoch);
            writer.WriteString("prev"u8, Hex(after.Crc));
            EventJson.WriteTime(writer, "at"u8, at);
            writer.WriteStartArray("events"u8);
            foreach (var happened in events)
            {
                EventJson.Write(writer, happened, at);
            }

            writer.WriteEndArray();
        }

        if (buffer.WrittenCount + TailLength + 1 > MaxLength)
        {
            throw new LogistException(ErrorKind.Storage, $"an append of {buffer.WrittenCount} bytes is refused",
                $"one append to a journal may have {MaxLength} bytes; long texts belong into files");
        }

        return Finish(buffer);
    }

    /// <summary>Checks a line's CRC.</summary>
    /// <returns>Null: the line is damaged.</returns>
    public static uint? Verify(ReadOnlySpan<byte> line)
    {
        var start = line.Length - TailLength;
        if (start < 1 || !line[start..].StartsWith(CrcStart) || !line.EndsWith("\"}"u8)
            || !TryHex(line.Slice(start + CrcStart.Length, 8), out var stored))
        {
            return null;
        }

        return Crc(line[..start]) == stored ? stored : null;
    }

    /// <returns>The job that the journal belongs to; null: this is no header of version 1.</returns>
    /// <exception cref="NewerFormatException">The header of a later version.</exception>
    public static string? JobOf(ReadOnlySpan<byte> header)
    {
        if (!header.StartsWith(HeaderStart))
        {
            return null;
        }

        var rest = header[HeaderStart.Length..];
        if (!rest.StartsWith(HeaderRest))
        {
            return Utf8Parser.TryParse(rest, out int version, out _) && version > 1
                ? throw new NewerFormatException($"journal version {version}")
                : null;
        }

        var name = rest[HeaderRest.Length..];
        var end = name.IndexOf((byte)'"');
        return end < 0 ? null : Encoding.UTF8.GetString(name[..end]);
    }

    /// <summary>The fixed first members of a line.</summary>
    public static bool TryParsePrefix(ReadOnlySpan<byte> line, out long seq, out int count, out long epoch, out uint previous)
    {
        (seq, count, epoch, previous) = (0, 0, 0, 0);
        return Take(ref line, "{\"seq\":"u8) && TakeNumber(ref line, out seq)
            && Take(ref line, ",\"n\":"u8) && TakeNumber(ref line, out var n) && n is > 0 and <= MaxLength && (count = (int)n) > 0
            && Take(ref line, ",\"epoch\":"u8) && TakeNumber(ref line, out epoch)
            && Take(ref line, ",\"prev\":\""u8) && line.Length >= 8 && TryHex(line[..8], out previous);
    }

    /// <summary>CRC-32C (Castagnoli), by the processor's instruction.</summary>
    // Optimised at once: every read of a job checks its whole journal, once.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static uint Crc(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        foreach (var word in MemoryMarshal.Cast<byte, ulong>(data))
        {
            crc = BitOperations.Crc32C(crc, word);
        }

        foreach (var b in data[(data.Length & ~7)..])
        {
            crc = BitOperations.Crc32C(crc, b);
        }

        return ~crc;
    }

    private static uint Finish(ArrayBufferWriter<byte> buffer)
    {
        var crc = Crc(buffer.WrittenSpan);
        buffer.Write(CrcStart);
        buffer.Write(Hex(crc));
        buffer.Write("\"}\n"u8);
        return crc;
    }

    private static byte[] Hex(uint value)
    {
        var text = new byte[8];
        _ = Utf8Formatter.TryFormat(value, text, out _, new StandardFormat('x', 8));
        return text;
    }

    private static bool TryHex(ReadOnlySpan<byte> text, out uint value) =>
        // Lower case only: otherwise a flipped bit could turn a digit into an equal one.
        (Utf8Parser.TryParse(text, out value, out var used, 'x') && used == 8) && text.IndexOfAnyInRange((byte)'A', (byte)'F') < 0;

    private static bool Take(ref ReadOnlySpan<byte> line, ReadOnlySpan<byte> expected)
    {
        if (!line.StartsWith(expected))
        {
            return false;
        }

        line = line[expected.Length..];
        return true;
    }

    private static bool TakeNumber(ref ReadOnlySpan<byte> line, out long value)
    {
        if (!Utf8Parser.TryParse(line, out value, out var used) || value < 0)
        {
            return false;
        }

        line = line[used..];
        return true;
    }
}
