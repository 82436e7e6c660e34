using System.Diagnostics.CodeAnalysis;

namespace Logist.Core;

/// <summary>A job's id, <c>fix-login</c>: safe in paths, refs, URLs and shells.</summary>
public readonly record struct JobId
{
    private JobId(string value) => Value = value;

    public string Value { get; }

    public static bool TryParse(string? text, out JobId id)
    {
        var ok = Names.IsValid(text);
        id = ok ? new JobId(text!) : default;
        return ok;
    }

    /// <exception cref="FormatException">The text does not match <see cref="Names.Pattern"/>.</exception>
    public static JobId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException($"\"{text}\" is not a job id ({Names.Pattern})");

    public override string ToString() => Value;
}

/// <summary>One execution of a step within a run; its text form is <c>fix-login.2.test.3</c>.</summary>
public readonly record struct AttemptId(string Job, int Run, string Step, int Number)
{
    public string Task => $"{Job}.{Run}.{Step}";

    /// <summary>The attempt's directory name inside the job: <c>2.test.3</c>.</summary>
    public string Local => $"{Run}.{Step}.{Number}";

    public static bool TryParse(string? text, out AttemptId id)
    {
        id = default;
        var parts = text?.Split('.');
        if (parts is not { Length: 4 } || !Names.IsValid(parts[0]) || !Names.IsStepId(parts[2])
            || !int.TryParse(parts[1], out var run) || !int.TryParse(parts[3], out var number) || run < 1 || number < 1)
        {
            return false;
        }

        id = new AttemptId(parts[0], run, parts[2], number);
        return true;
    }

    public override string ToString() => $"{Job}.{Run}.{Step}.{Number}";
}

/// <summary>The one rule for names that end up in paths, refs, URLs and shells.</summary>
public static class Names
{
    public const string Pattern = "^[a-z0-9][a-z0-9_-]{0,62}$";

    public static bool IsValid([NotNullWhen(true)] string? text)
    {
        if (text is not { Length: >= 1 and <= 63 } || !IsAlphanumeric(text[0]))
        {
            return false;
        }

        foreach (var c in text)
        {
            if (!IsAlphanumeric(c) && c is not ('_' or '-'))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>A step id also contains a letter, so that it never looks like a step number.</summary>
    public static bool IsStepId([NotNullWhen(true)] string? text) =>
        IsValid(text) && text.AsSpan().IndexOfAnyInRange('a', 'z') >= 0;

    private static bool IsAlphanumeric(char c) => c is (>= 'a' and <= 'z') or (>= '0' and <= '9');
}
