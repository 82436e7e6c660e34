using System.Globalization;

namespace Logist.Agents.Streams;

/// <summary>When an endpoint wants to be asked again, out of its words.</summary>
internal static class RetryTime
{
    // Weekly limits are the longest known; what lies later was misread.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(8);

    private static readonly string[] Durations =
        ["retry after", "retry-after", "retry_after", "retrydelay", "try again in", "retry in", "reset after", "resets in", "reset in",
            "available in", "wait"];

    private static readonly string[] Moments = ["resets at", "reset at", "try again at", "available at", "retry at", "resets", "again on"];

    private static readonly string[] Formats =
        ["h:mmtt", "h:mm tt", "htt", "h tt", "H:mm", "MMM d, yyyy h:mm tt", "MMM d, h:mm tt", "MMM d, htt", "MMM d, h:mmtt", "MMM d"];

    /// <param name="now">The end of the process.</param>
    /// <param name="zone">Of clock times that name none.</param>
    /// <returns>Null: they do not say, or nothing sensible.</returns>
    public static DateTimeOffset? Find(string text, DateTimeOffset now, TimeZoneInfo zone)
    {
        var found = Epoch(text) ?? now + Delay(text) ?? Moment(text, now, zone);
        return found > now && found - now <= Longest ? found : null;
    }

    // "Claude AI usage limit reached|1795143392"
    private static DateTimeOffset? Epoch(string text)
    {
        var bar = text.LastIndexOf('|');
        var digits = bar < 0 ? [] : Digits(text.AsSpan(bar + 1));
        return digits.Length is 10 or 13 && long.TryParse(digits, out var number)
            ? DateTimeOffset.FromUnixTimeMilliseconds(digits.Length == 10 ? number * 1000 : number)
            : null;
    }

    /// <summary>The part of <see cref="Find"/> that needs no clock.</summary>
    public static TimeSpan? Delay(string text)
    {
        foreach (var phrase in Durations)
        {
            for (var at = 0; (at = text.IndexOf(phrase, at, StringComparison.OrdinalIgnoreCase)) >= 0;)
            {
                at += phrase.Length;
                if (Duration(text.AsSpan(at).TrimStart(" \t:=\"'")) is { } duration)
                {
                    return duration;
                }
            }
        }

        return null;
    }

    /// <summary>"20", "34.07s", "3h 5m", "2 hours and 5 minutes", "6m0s", "850ms".</summary>
    internal static TimeSpan? Duration(ReadOnlySpan<char> text)
    {
        TimeSpan? sum = null;
        while (text.Length > 0)
        {
            var length = 0;
            while (length < text.Length && (char.IsAsciiDigit(text[length]) || text[length] == '.'))
            {
                length++;
            }

            var digits = text[..length];
            if (!double.TryParse(digits.TrimEnd('.'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            {
                break;
            }

            var rest = text[digits.Length..].TrimStart(' ');
            var letters = 0;
            while (letters < rest.Length && char.IsAsciiLetter(rest[letters]))
            {
                letters++;
            }

            if (Unit(rest[..letters]) is not { } unit)
            {
                // A bare number is seconds, as in the header of that name; a word after it that is no unit changes nothing.
                return sum ?? Seconds(number);
            }

            sum = (sum ?? TimeSpan.Zero) + Seconds(number * unit);
            text = rest[letters..].TrimStart(" ,");
            text = text.StartsWith("and ", StringComparison.OrdinalIgnoreCase) ? text[4..].TrimStart(' ') : text;
        }

        return sum;
    }

    private static double? Unit(ReadOnlySpan<char> word) => word switch
    {
        "ms" or "milliseconds" => 0.001,
        "s" or "sec" or "secs" or "second" or "seconds" => 1,
        "m" or "min" or "mins" or "minute" or "minutes" => 60,
        "h" or "hr" or "hrs" or "hour" or "hours" => 3600,
        "d" or "day" or "days" => 86400,
        _ => null,
    };

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(Math.Min(seconds, 365 * 86400));

    // "resets 3pm (Europe/Berlin)", "resets at 2026-11-20T15:00:00Z", "try again at Nov 24th, 2026 3:04 PM."
    private static DateTimeOffset? Moment(string text, DateTimeOffset now, TimeZoneInfo zone)
    {
        foreach (var phrase in Moments)
        {
            var at = text.IndexOf(phrase, StringComparison.OrdinalIgnoreCase);
            if (at >= 0 && Clock(text[(at + phrase.Length)..].TrimStart(' ', ':', '"'), now, zone) is { } moment)
            {
                return moment;
            }
        }

        return null;
    }

    private static DateTimeOffset? Clock(string text, DateTimeOffset now, TimeZoneInfo zone)
    {
        var digits = Digits(text);
        if (digits.Length is 10 && long.TryParse(digits, out var epoch))
        {
            return DateTimeOffset.FromUnixTimeSeconds(epoch);
        }

        var word = text.AsSpan()[..Math.Max(0, text.AsSpan().IndexOfAny(" \"',)") is var end && end < 0 ? text.Length : end)];
        if (word.Length >= 16 && word.Contains('T')
            && DateTimeOffset.TryParse(word.TrimEnd('.'), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var exact))
        {
            return exact;
        }

        zone = Zone(text) ?? zone;
        var local = TimeZoneInfo.ConvertTime(now, zone);
        var words = WithoutOrdinals(text);
        for (var length = Math.Min(words.Length, 24); length > 1; length--)
        {
            if (DateTime.TryParseExact(words.AsSpan(0, length).TrimEnd(" .").ToString().ToUpperInvariant(), Formats,
                CultureInfo.InvariantCulture, DateTimeStyles.NoCurrentDateDefault, out var time))
            {
                return Next(time, local, zone);
            }
        }

        return null;
    }

    /// <summary>The next moment at which a clock and calendar in the zone show this.</summary>
    private static DateTimeOffset? Next(DateTime time, DateTimeOffset local, TimeZoneInfo zone)
    {
        if (time.Year == 1)
        {
            time = local.Date + time.TimeOfDay;
            time = time <= local.DateTime ? time.AddDays(1) : time;
        }

        return zone.IsInvalidTime(time) ? null : new DateTimeOffset(time, zone.GetUtcOffset(time));
    }

    private static TimeZoneInfo? Zone(string text)
    {
        if (text.Contains("UTC", StringComparison.Ordinal) || text.Contains("GMT", StringComparison.Ordinal))
        {
            return TimeZoneInfo.Utc;
        }

        var (open, close) = (text.IndexOf('('), text.IndexOf(')'));
        return open >= 0 && close > open && TimeZoneInfo.TryFindSystemTimeZoneById(text[(open + 1)..close], out var zone) ? zone : null;
    }

    // "Nov 24th, 2026" is "Nov 24, 2026".
    private static string WithoutOrdinals(string text)
    {
        foreach (var ending in (ReadOnlySpan<string>)["st,", "nd,", "rd,", "th,"])
        {
            var at = text.IndexOf(ending, StringComparison.Ordinal);
            if (at > 0 && char.IsAsciiDigit(text[at - 1]))
            {
                return text.Remove(at, 2);
            }
        }

        return text;
    }

    private static ReadOnlySpan<char> Digits(ReadOnlySpan<char> text)
    {
        var length = text.IndexOfAnyExceptInRange('0', '9');
        return length < 0 ? text : text[..length];
    }
}
