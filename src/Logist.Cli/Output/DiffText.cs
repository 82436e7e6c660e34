using Logist.Views;

namespace Logist.Cli.Output;

/// <summary>A patch for a terminal: nothing of the files' content acts on it, and the colours are ours.</summary>
internal static class DiffText
{
    public static IEnumerable<string> Lines(string diff, Style style)
    {
        var text = SafeText.Escape(diff);
        foreach (var line in (text.EndsWith('\n') ? text[..^1] : text).Split('\n'))
        {
            yield return line switch
            {
                ['d', 'i', 'f', 'f', ' ', ..] or ['+', '+', '+', ..] or ['-', '-', '-', ..] => style.Bold(line),
                ['@', '@', ..] => style.Cyan(line),
                ['+', ..] => style.Green(line),
                ['-', ..] => style.Red(line),
                _ => line,
            };
        }
    }
}
