using System.Text;
using Logist.Core;

namespace Logist.Workflows;

/// <summary>Rules for texts of the file: what is wrong and a hint, or null.</summary>
internal static class NameRules
{
    internal const string ParamPattern = "^[A-Za-z_][A-Za-z0-9_-]{0,62}$";

    // One argument of a program may have 128 KiB on Linux, its end mark included; a line for the shell is one argument.
    internal const int MaxArgumentBytes = 128 * 1024 - 1;

    private const string Rule = "lower-case letters, digits, - and _, at most 63, starting with a letter or digit";

    internal static (string, string?)? StepId(string text) =>
        Names.IsStepId(text) ? null
        : ($"{Node.Quote(text)} is not a step id: {Rule}, and at least one letter ({Names.Pattern})", Suggest(text));

    internal static (string, string?)? Name(string text) =>
        Names.IsValid(text) ? null : ($"{Node.Quote(text)} is not a name: {Rule} ({Names.Pattern})", Suggest(text));

    internal static (string, string?)? Param(string text)
    {
        var ok = text.Length is >= 1 and <= 63 && (char.IsAsciiLetter(text[0]) || text[0] == '_');
        foreach (var c in text)
        {
            ok &= char.IsAsciiLetterOrDigit(c) || c is '_' or '-';
        }

        return ok ? null
            : ($"{Node.Quote(text)} is not a parameter name: letters, digits, - and _, at most 63, "
                + $"not starting with a digit ({ParamPattern})", null);
    }

    internal static (string, string?)? Url(string text)
    {
        if (!text.StartsWith("https://", StringComparison.Ordinal) && !text.StartsWith("http://", StringComparison.Ordinal))
        {
            return ($"{Node.Quote(text)} is not the address of an endpoint", "begin it with https://");
        }

        // A key in the address would be written into the job.
        return text.AsSpan().ContainsAny('@', '?', '#') || text.Any(char.IsWhiteSpace) || text.EndsWith("//", StringComparison.Ordinal)
            ? ("an address has only host and path here: no user, no query", "name the variable of the key with key_env") : null;
    }

    internal static (string, string?)? Argument(string text) =>
        Encoding.UTF8.GetByteCount(text) > MaxArgumentBytes
            ? ("longer than 128 KiB, the limit of the system for one argument", "put it into a file") : null;

    internal static (string, string?)? Glob(string text)
    {
        if (text.StartsWith('/') || text.StartsWith('~'))
        {
            return ($"{Node.Quote(text)} is not below the workspace", "write a path relative to the workspace");
        }

        foreach (var part in text.Split('/'))
        {
            if (part is ".." || part.Equals(".git", StringComparison.OrdinalIgnoreCase))
            {
                return ($"{Node.Quote(text)}: \"{part}\" is not allowed in it", "name files inside the workspace");
            }
        }

        return text.Length > 4096 || text.Contains('\n', StringComparison.Ordinal) ? ("is not a path", null) : null;
    }

    /// <summary>A name in lower case, every other character a dash.</summary>
    internal static string ToId(string name)
    {
        var id = new StringBuilder(name.Length);
        foreach (var c in name.Trim())
        {
            var lower = char.ToLowerInvariant(c);
            _ = id.Append(char.IsAsciiLetterOrDigit(lower) || lower == '_' ? lower : '-');
        }

        return id.ToString().TrimStart('-', '_');
    }

    private static string? Suggest(string text)
    {
        var id = ToId(text).TrimEnd('-');
        return text.Length <= 63 && Names.IsStepId(id) && id.AsSpan().Count('-') <= id.Length / 2 ? $"for example {id}" : null;
    }
}
