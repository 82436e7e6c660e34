using System.Text;

namespace Logist.Cli.Output;

/// <summary>Text of others (agents, files, arguments) as a terminal may see it: no escape sequence, no direction override.</summary>
internal static class SafeText
{
    /// <summary>Keeps TAB and LF, writes every other control or direction character as <c>\u001b</c>.</summary>
    public static string Escape(string text)
    {
        var first = 0;
        while (first < text.Length && !IsUnsafe(text[first]))
        {
            first++;
        }

        if (first == text.Length)
        {
            return text;
        }

        var safe = new StringBuilder(text, 0, first, text.Length + 16);
        foreach (var c in text.AsSpan(first))
        {
            _ = IsUnsafe(c) ? safe.Append("\\u").Append(((int)c).ToString("x4")) : safe.Append(c);
        }

        return safe.ToString();
    }

    /// <summary>The same on one line: LF and TAB become spaces.</summary>
    public static string OneLine(string text) => Escape(text.ReplaceLineEndings(" ").Replace('\t', ' '));

    private static bool IsUnsafe(char c) =>
        c is (< ' ' and not ('\n' or '\t')) or (>= '\u007f' and <= '\u009f')
            or '\u061c' or '\u200e' or '\u200f' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069') or '\u2028' or '\u2029';
}
