using System.Text;
using System.Text.RegularExpressions;

namespace Logist.Server.Logs;

/// <summary>
/// Which line a person who looks for the error wants to see first. The rule: it has a word that ends in <c>error</c> or
/// <c>exception</c>, or is <c>errors</c>, <c>fatal</c>, <c>panic</c>, <c>traceback</c>, <c>fail</c>, <c>failed</c>, <c>failure</c> or
/// <c>failures</c>, in any case; and it does not say that there are none of them (<c>0 errors</c>, <c>no failures</c>, <c>Failed: 0</c>).
/// Only the first 4 KiB of a line count, without its colours.
/// </summary>
internal static class ErrorLines
{
    public const int LookedAt = 4096;

    // Lines are somebody else's: no expression that can take longer than its text is long.
    private const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase
        | RegexOptions.CultureInvariant;

    private static readonly Regex Colours = new(@"\x1b\[[0-9;]*m", Options);

    private static readonly Regex Error =
        new(@"\w*(error|exception)\b|\b(errors|fatal|panic|traceback|fail|failed|failures?)\b", Options);

    private static readonly Regex None =
        new(@"\b(0|no) (errors?|failures?|failed|fail)\b|\b(errors?|failures?|failed|fail) *[:=]? *0\b", Options);

    public static bool Matches(ReadOnlySpan<byte> line)
    {
        var text = Encoding.Latin1.GetString(line[..Math.Min(line.Length, LookedAt)]);
        var plain = text.Contains('\x1b', StringComparison.Ordinal) ? Colours.Replace(text, "") : text;
        return Error.IsMatch(plain) && !None.IsMatch(plain);
    }
}
