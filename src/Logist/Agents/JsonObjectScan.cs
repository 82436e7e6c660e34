using System.Buffers;

namespace Logist.Agents;

/// <summary>
/// Where a JSON object ends. Utf8JsonReader tells by throwing when there is none, at microseconds each: too slow for logs full of
/// braces. This one only finds the end; what it finds is read by Utf8JsonReader afterwards.
/// </summary>
internal static class JsonObjectScan
{
    private enum Expect { Value, ValueOrEnd, Key, KeyOrEnd, CommaOrEnd }

    private static readonly SearchValues<byte> StringStops = SearchValues.Create(Stops());
    private static readonly SearchValues<byte> ScalarBytes = SearchValues.Create("+-.0123456789Eaeflnrstu"u8);

    /// <param name="text">Begins with the object's brace.</param>
    /// <param name="length">Bytes of the object; where there is none, bytes looked at.</param>
    /// <param name="hasAction">Whether a top-level member is named <c>action</c>.</param>
    public static bool TryRead(ReadOnlySpan<byte> text, out int length, out bool hasAction)
    {
        var kinds = 0UL; // one bit per open bracket, the innermost lowest; 1 = object
        var depth = 0;
        var expect = Expect.Value;
        hasAction = false;
        for (length = 0; ; )
        {
            SkipSpace(text, ref length);
            if (length >= text.Length)
            {
                return false;
            }

            var c = text[length];
            var isKey = expect is Expect.Key or Expect.KeyOrEnd;
            var isValue = expect is Expect.Value or Expect.ValueOrEnd;
            if (c == '"' && (isKey || isValue))
            {
                var start = length;
                if (!SkipString(text, ref length))
                {
                    return false;
                }

                hasAction |= isKey && depth == 1 && text[start..length].SequenceEqual("\"action\""u8);
                if (isKey && !SkipColon(text, ref length))
                {
                    return false;
                }

                expect = isKey ? Expect.Value : Expect.CommaOrEnd;
            }
            else if (isValue && (c is (byte)'{' or (byte)'['))
            {
                if (depth++ == Answer.MaxDepth)
                {
                    return false;
                }

                kinds = (kinds << 1) | (c == '{' ? 1UL : 0);
                expect = c == '{' ? Expect.KeyOrEnd : Expect.ValueOrEnd;
                length++;
            }
            else if (Closes(c, expect, (kinds & 1) == 1))
            {
                length++;
                kinds >>= 1;
                expect = Expect.CommaOrEnd;
                if (--depth == 0)
                {
                    return true;
                }
            }
            else if (c == ',' && expect == Expect.CommaOrEnd)
            {
                length++;
                expect = (kinds & 1) == 1 ? Expect.Key : Expect.Value;
            }
            else if (isValue && ScalarBytes.Contains(c))
            {
                var n = text[length..].IndexOfAnyExcept(ScalarBytes);
                length = n < 0 ? text.Length : length + n;
                expect = Expect.CommaOrEnd;
            }
            else
            {
                return false;
            }
        }
    }

    private static bool Closes(byte c, Expect expect, bool inObject) =>
        inObject ? c == '}' && expect is (Expect.KeyOrEnd or Expect.CommaOrEnd)
                 : c == ']' && expect is (Expect.ValueOrEnd or Expect.CommaOrEnd);

    private static void SkipSpace(ReadOnlySpan<byte> text, ref int at)
    {
        while (at < text.Length && text[at] is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r')
        {
            at++;
        }
    }

    private static bool SkipColon(ReadOnlySpan<byte> text, ref int at)
    {
        SkipSpace(text, ref at);
        return at < text.Length && text[at++] == ':';
    }

    private static bool SkipString(ReadOnlySpan<byte> text, ref int at)
    {
        at++;
        while (at < text.Length)
        {
            var n = text[at..].IndexOfAny(StringStops);
            if (n < 0)
            {
                at = text.Length;
                return false;
            }

            at += n;
            switch (text[at])
            {
                case (byte)'"':
                    at++;
                    return true;
                case (byte)'\\':
                    at += 2;
                    break;
                default:
                    return false;
            }
        }

        at = text.Length;
        return false;
    }

    private static byte[] Stops()
    {
        var stops = new byte[34];
        for (var i = 0; i < 32; i++)
        {
            stops[i] = (byte)i;
        }

        (stops[32], stops[33]) = ((byte)'"', (byte)'\\');
        return stops;
    }
}
