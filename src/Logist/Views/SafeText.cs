using System.Text;
using Logist.Agents;

namespace Logist.Views;

/// <summary>Text of others (agents, files, arguments) as a terminal may see it: no escape sequence, no direction override.</summary>
public static class SafeText
{
    /// <summary>Keeps TAB and LF, writes every other control or direction character as <c>\u001b</c>, as JSON does too.</summary>
    public static string Escape(string text)
    {
        var first = 0;
        while (first < text.Length && text[first] is (>= ' ' and <= '~') or '\n' or '\t')
        {
            first++;
        }

        if (first == text.Length)
        {
            return text;
        }

        var safe = new StringBuilder(text, 0, first, text.Length + 16);
        Span<char> units = stackalloc char[2];
        foreach (var rune in text.AsSpan(first).EnumerateRunes())
        {
            var harmless = OutputText.IsHarmless(rune.Value);
            foreach (var unit in units[..rune.EncodeToUtf16(units)])
            {
                _ = harmless ? safe.Append(unit) : safe.Append("\\u").Append(((int)unit).ToString("x4"));
            }
        }

        return safe.ToString();
    }

    /// <summary>The same on one line: LF and TAB become spaces.</summary>
    public static string OneLine(string text) => Escape(text.ReplaceLineEndings(" ").Replace('\t', ' '));
}
