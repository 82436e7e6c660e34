using System.Buffers;
using System.Text;

namespace Logist.Agents;

/// <summary>
/// Agent output made safe for a terminal: control characters (but TAB and LF), ESC, C1, bidi controls, invisible tags and bytes
/// that are no UTF-8 appear as <c>\x1b</c> or <c>\u202e</c>; CR LF becomes LF. Text in any script passes unchanged.
/// One instance per stream: characters may be split between chunks.
/// </summary>
public sealed class OutputText
{
    private static readonly SearchValues<byte> Special = SearchValues.Create(SpecialBytes());
    private readonly byte[] _held = new byte[4];
    private int _heldCount;

    public static string Sanitise(string text)
    {
        var writer = new ArrayBufferWriter<byte>(text.Length + 16);
        var output = new OutputText();
        output.Write(Encoding.UTF8.GetBytes(text), writer);
        output.Flush(writer);
        return Encoding.UTF8.GetString(writer.WrittenSpan);
    }

    /// <summary>Writes the chunk but for a character that is not complete yet.</summary>
    public void Write(ReadOnlySpan<byte> chunk, IBufferWriter<byte> to)
    {
        while (_heldCount > 0 && chunk.Length > 0)
        {
            _held[_heldCount++] = chunk[0];
            chunk = chunk[1..];
            var held = _held.AsSpan(0, _heldCount);
            var used = Put(held, final: false, to);
            held[used..].CopyTo(_held);
            _heldCount -= used;
        }

        while (chunk.Length > 0)
        {
            var plain = chunk.IndexOfAny(Special);
            if (plain != 0)
            {
                to.Write(plain < 0 ? chunk : chunk[..plain]);
                chunk = plain < 0 ? [] : chunk[plain..];
                continue;
            }

            var used = Put(chunk, final: false, to);
            if (used == 0)
            {
                chunk.CopyTo(_held);
                _heldCount = chunk.Length;
                return;
            }

            chunk = chunk[used..];
        }
    }

    /// <summary>The end of the stream: what was held back is written.</summary>
    public void Flush(IBufferWriter<byte> to)
    {
        for (var rest = _held.AsSpan(0, _heldCount); rest.Length > 0;)
        {
            rest = rest[Put(rest, final: true, to)..];
        }

        _heldCount = 0;
    }

    // Writes one character; 0 = more bytes are needed to know it.
    private static int Put(ReadOnlySpan<byte> text, bool final, IBufferWriter<byte> to)
    {
        if (text[0] == '\r')
        {
            if (text.Length == 1 && !final)
            {
                return 0;
            }

            if (text.Length == 1 || text[1] != '\n')
            {
                Escape(to, 'x', 2, '\r');
            }

            return 1;
        }

        var status = Rune.DecodeFromUtf8(text, out var rune, out var used);
        switch (status)
        {
            case OperationStatus.NeedMoreData when !final:
                return 0;
            case OperationStatus.Done when IsHarmless(rune.Value):
                to.Write(text[..used]);
                break;
            case OperationStatus.Done when rune.Value < 0x80:
                Escape(to, 'x', 2, rune.Value);
                break;
            case OperationStatus.Done:
                Escape(to, rune.Value > 0xffff ? 'U' : 'u', rune.Value > 0xffff ? 8 : 4, rune.Value);
                break;
            default:
                foreach (var b in text[..used])
                {
                    Escape(to, 'x', 2, b);
                }

                break;
        }

        return used;
    }

    /// <summary>Whether a terminal may get the code point as it is.</summary>
    internal static bool IsHarmless(int c) => c switch
    {
        '\t' or '\n' => true,
        < 0x20 or (>= 0x7f and <= 0x9f) => false,
        0x061c or 0x200e or 0x200f or (>= 0x2028 and <= 0x202e) or (>= 0x2066 and <= 0x206f) => false,
        >= 0xe0000 and <= 0xe0fff => false,
        _ => true,
    };

    private static void Escape(IBufferWriter<byte> to, char kind, int digits, int value)
    {
        var span = to.GetSpan(2 + digits);
        span[0] = (byte)'\\';
        span[1] = (byte)kind;
        for (var i = 0; i < digits; i++)
        {
            span[2 + i] = "0123456789abcdef"u8[(value >> (4 * (digits - 1 - i))) & 15];
        }

        to.Advance(2 + digits);
    }

    // Everything that is not plain ASCII text: non-ASCII is decoded to find the few code points among it.
    private static byte[] SpecialBytes()
    {
        var special = new List<byte>(192);
        for (var b = 0; b < 256; b++)
        {
            if (b is < 0x20 and not ('\t' or '\n') or >= 0x7f)
            {
                special.Add((byte)b);
            }
        }

        return [.. special];
    }
}
