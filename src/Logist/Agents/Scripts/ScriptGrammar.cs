namespace Logist.Agents.Scripts;

/// <summary>The verbs of a script and the kinds of words that follow them.</summary>
internal static class ScriptGrammar
{
    public const string Verbs =
        "write append fill delete copy mkdir symlink chmod commit save-prompt print print-error flood flood-line garbage sleep wait-for "
        + "spend evidence feedback answer answer-file no-answer bad-json run spawn spawn-detached ignore hang exit crash";

    private const long MaxSize = 16L << 30;

    /// <summary>
    /// f file in the workspace · p any path · w any word · s size · d duration · o octal mode · k spend · g signal · a action ·
    /// n exit code · t text; a capital is optional, * repeats.
    /// </summary>
    public static string? Spec(string verb) => verb switch
    {
        "write" or "append" => "ft",
        "fill" => "fs",
        "delete" or "mkdir" or "save-prompt" => "f",
        "copy" => "ff",
        "symlink" => "wf",
        "chmod" => "of",
        "print" or "print-error" or "feedback" or "commit" or "run" or "spawn" or "spawn-detached" => "t",
        "flood" or "flood-line" or "garbage" => "s",
        "sleep" => "d",
        "wait-for" => "pD",
        "spend" => "k*",
        "evidence" => "w*",
        "answer" or "answer-file" => "aT",
        "no-answer" or "bad-json" or "hang" => "",
        "ignore" => "g*",
        "crash" => "g",
        "exit" => "n",
        _ => null,
    };

    /// <summary>Their text is a line of a file or of output: it ends with a line feed unless it was quoted.</summary>
    public static bool IsLine(string verb) => verb is "write" or "append" or "print" or "print-error";

    /// <summary>Their text goes to a shell as it is.</summary>
    public static bool IsShell(string verb) => verb is "run" or "spawn" or "spawn-detached";

    public static string Describe(char kind) => kind switch
    {
        'f' => "a file name",
        'p' => "a path",
        's' => "a size such as 10MiB",
        'd' => "a duration such as 200ms or 3s",
        'o' => "a mode such as 755",
        'k' => "in=, out=, cached= or cost=",
        'g' => "a signal such as TERM",
        'a' => "COMPLETED, STUCK or RETRY",
        'n' => "an exit code",
        _ => "a word",
    };

    public static string? WordProblem(char kind, string word)
    {
        var fine = kind switch
        {
            'f' => word.Length > 0 && word[0] != '/' && !HasParent(word) && !word.Contains('\0', StringComparison.Ordinal),
            's' => TrySize(word, out _),
            'd' => TryDuration(word, out _),
            'o' => TryMode(word, out _),
            'k' => TrySpend(word, out _, out _),
            'g' => TrySignal(word, out _),
            'a' => TryAction(word, out _),
            'n' => int.TryParse(word, out var n) && n is >= 0 and <= 255,
            _ => word.Length > 0,
        };
        return fine ? null : kind == 'f' ? $"\"{word}\" is no file inside the workspace" : $"\"{word}\" is not {Describe(kind)}";
    }

    public static string? ConditionProblem(ScriptCondition condition)
    {
        var (name, op, values) = condition;
        switch (name)
        {
            case "step" or "role" when op is not ("=" or "!="):
                return $"\"{name}\" is compared with = or !=";
            case "step":
                return null;
            case "role":
                return values.All(v => v is "worker" or "supervisor") ? null : "role is worker or supervisor";
            case "attempt" or "round":
                return values.Any(v => !int.TryParse(v, out var n) || n < 1) ? $"{name} is compared with a number from 1"
                    : values.Count > 1 && op is not ("=" or "!=") ? $"{op} takes one number" : null;
            default:
                return $"unknown condition \"{name}\"; known: step, role, attempt, round";
        }
    }

    public static bool TrySize(string text, out long bytes)
    {
        var (digits, factor) = text switch
        {
            _ when text.EndsWith("KiB", StringComparison.Ordinal) => (text[..^3], 1L << 10),
            _ when text.EndsWith("MiB", StringComparison.Ordinal) => (text[..^3], 1L << 20),
            _ when text.EndsWith("GiB", StringComparison.Ordinal) => (text[..^3], 1L << 30),
            _ => (text.TrimEnd('B'), 1L),
        };
        var ok = int.TryParse(digits, out var n) && n >= 0 && n * factor <= MaxSize;
        bytes = ok ? n * factor : 0;
        return ok;
    }

    public static bool TryDuration(string text, out int milliseconds)
    {
        var (digits, factor) = text switch
        {
            _ when text.EndsWith("ms", StringComparison.Ordinal) => (text[..^2], 1),
            [.., 's'] => (text[..^1], 1000),
            [.., 'm'] => (text[..^1], 60_000),
            _ => ("", 0),
        };
        var ok = int.TryParse(digits, out var n) && n >= 0 && (long)n * factor <= 24 * 3_600_000;
        milliseconds = ok ? n * factor : 0;
        return ok;
    }

    public static bool TryMode(string text, out uint mode)
    {
        var value = 0u;
        foreach (var c in text)
        {
            value = c is >= '0' and <= '7' && value < 512 ? (value * 8) + (uint)(c - '0') : 4096;
        }

        mode = value & 0xfff;
        return text.Length is >= 3 and <= 4 && value < 4096;
    }

    public static bool TrySpend(string text, out string name, out decimal value)
    {
        var at = text.IndexOf('=', StringComparison.Ordinal);
        name = at < 0 ? "" : text[..at];
        value = 0;
        return name is "in" or "out" or "cached" or "cost"
            && decimal.TryParse(text.AsSpan(at + 1), out value)
            && value is >= 0 and <= int.MaxValue
            && (name == "cost" || decimal.IsInteger(value));
    }

    public static bool TrySignal(string text, out int signal)
    {
        signal = text switch
        {
            "HUP" => 1,
            "INT" => 2,
            "QUIT" => 3,
            "ABRT" => 6,
            "KILL" => 9,
            "SEGV" => 11,
            "PIPE" => 13,
            "TERM" => 15,
            "STOP" => 19,
            _ => 0,
        };
        return signal != 0;
    }

    public static bool TryAction(string text, out AnswerAction action)
    {
        action = text switch
        {
            "STUCK" => AnswerAction.Stuck,
            "RETRY" => AnswerAction.Retry,
            _ => AnswerAction.Completed,
        };
        return text is "COMPLETED" or "STUCK" or "RETRY";
    }

    private static bool HasParent(string path)
    {
        foreach (var part in path.AsSpan().Split('/'))
        {
            if (path.AsSpan(part) is "..")
            {
                return true;
            }
        }

        return false;
    }
}
