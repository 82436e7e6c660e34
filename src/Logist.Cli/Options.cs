using System.CommandLine;
using System.Globalization;
using Logist.Core;

namespace Logist.Cli;

/// <summary>The kinds of options and arguments that commands are made of. Values stay text until the command reads them, so that messages
/// are ours.</summary>
internal static class Options
{
    private static readonly string[] Times =
        ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    public static Option<bool> Flag(string name, string description, params string[] aliases) =>
        new(name, aliases) { Description = description, Arity = ArgumentArity.Zero };

    public static Option<string?> Value(string name, string placeholder, string description, params string[] aliases) =>
        new(name, aliases) { Description = description, HelpName = placeholder, Arity = ArgumentArity.ExactlyOne };

    public static Option<string[]> Many(string name, string placeholder, string description, params string[] aliases) =>
        new(name, aliases) { Description = description, HelpName = placeholder, Arity = ArgumentArity.OneOrMore };

    /// <summary>One of a few words; help and completion read them from the placeholder.</summary>
    public static Option<string?> Choice(string name, string description, params string[] choices)
    {
        var option = Value(name, string.Join('|', choices), description);
        option.Validators.Add(result =>
        {
            foreach (var token in result.Tokens)
            {
                if (Array.IndexOf(choices, token.Value) < 0)
                {
                    result.AddError($"{name} takes {string.Join(", ", choices)}, not \"{token.Value}\"");
                }
            }
        });
        return option;
    }

    public static Argument<string> Required(string name, string description) =>
        new(name) { Description = description, Arity = ArgumentArity.ExactlyOne };

    public static Argument<string?> Optional(string name, string description) =>
        new(name) { Description = description, Arity = ArgumentArity.ZeroOrOne };

    /// <summary>The job that most commands take; see <see cref="JobReference"/>.</summary>
    public static Argument<string?> Job() =>
        Optional("job", "id or unique prefix of at least 4 characters (default: LOGIST_JOB_ID, then the selected job)");

    public static Argument<string?> Step() => Optional("step", "number from 1, or id");

    /// <summary>Which run a reading command is about.</summary>
    public static Option<string?> Run() => Value("--run", "n", "which run (default: the current one)");

    public static bool IsRequired(Argument argument) => argument.Arity.MinimumNumberOfValues > 0;

    /// <exception cref="LogistException">Usage: not a whole number in the range.</exception>
    public static int? Number(string option, string? text, int min, int max) =>
        text is null ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max ? number
        : throw new LogistException(ErrorKind.Usage, $"{option} takes a whole number from {min} to {max}, not \"{text}\"");

    /// <summary>A duration such as <c>30s</c>, <c>20m</c>, <c>1h30m</c>, <c>500ms</c>.</summary>
    /// <exception cref="LogistException">Usage: not a duration.</exception>
    public static TimeSpan? Duration(string option, string? text)
    {
        if (text is null)
        {
            return null;
        }

        double total = 0;
        var rest = text.AsSpan();
        while (rest.Length > 0)
        {
            var digits = 0;
            while (digits < rest.Length && rest[digits] is >= '0' and <= '9')
            {
                digits++;
            }

            var letters = digits;
            while (letters < rest.Length && rest[letters] is >= 'a' and <= 'z')
            {
                letters++;
            }

            var unit = rest[digits..letters] switch { "ms" => 0.001, "s" => 1, "m" => 60, "h" => 3600, "d" => 86400, _ => -1.0 };
            if (digits is 0 or > 9 || unit < 0)
            {
                throw NotADuration(option, text);
            }

            total += unit * int.Parse(rest[..digits], NumberStyles.None, CultureInfo.InvariantCulture);
            rest = rest[letters..];
        }

        return total is > 0 and <= 366 * 86400 ? TimeSpan.FromSeconds(total) : throw NotADuration(option, text);
    }

    /// <summary>A time, or a duration before now.</summary>
    /// <exception cref="LogistException">Usage: neither.</exception>
    public static DateTimeOffset? Since(string option, string? text, DateTimeOffset now) =>
        text is null ? null
        : DateTimeOffset.TryParseExact(text, Times, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time
        : text.Length > 0 && char.IsAsciiLetterLower(text[^1]) ? now - Duration(option, text)
        : throw new LogistException(ErrorKind.Usage,
            $"{option} takes a time such as 2026-11-20 or 2026-11-20T10:00:00Z, or how long ago such as 2h or 7d, not \"{text}\"");

    /// <exception cref="LogistException">Usage: not a positive amount.</exception>
    public static decimal? Money(string option, string? text) =>
        text is null ? null
        : decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount) && amount is > 0
            and <= 1_000_000 ? amount
        : throw new LogistException(ErrorKind.Usage, $"{option} takes an amount in US dollars such as 2.50, not \"{text}\"");

    private static LogistException NotADuration(string option, string text) =>
        new(ErrorKind.Usage, $"{option} takes a duration such as 30s, 20m or 1h30m (at most 366d), not \"{text}\"");
}
