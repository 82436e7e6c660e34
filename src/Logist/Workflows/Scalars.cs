using System.Globalization;

namespace Logist.Workflows;

/// <summary>Typed scalars, each with one spelling: what several YAML readers would read differently is refused, never guessed.</summary>
internal static class Scalars
{
    internal static TimeSpan? Duration(string text)
    {
        var digits = text.AsSpan().IndexOfAnyExceptInRange('0', '9');
        if (digits is < 1 or > 10 || (text[0] == '0' && digits > 1))
        {
            return null;
        }

        var ms = text[digits..] switch { "ms" => 1L, "s" => 1000, "m" => 60_000, "h" => 3_600_000, "d" => 86_400_000, _ => 0 };
        var value = long.Parse(text.AsSpan(0, digits), NumberStyles.None);
        return ms > 0 && value <= 1_000_000_000_000 / ms ? TimeSpan.FromMilliseconds(value * ms) : null;
    }

    /// <summary>Digits only: <c>010</c> is octal to some readers, <c>1e3</c> a float or a text.</summary>
    internal static long? Whole(Node node) =>
        node is { Plain: true, Text.Length: > 0 and <= 18 } && node.Text.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0
            && (node.Text[0] != '0' || node.Text.Length == 1)
            ? long.Parse(node.Text, NumberStyles.None) : null;

    /// <summary>Digits with an optional fraction.</summary>
    internal static decimal? Number(Node node)
    {
        if (!node.Plain || node.Text.Length is 0 or > 24 || node.Text.Any(c => !char.IsAsciiDigit(c) && c != '.'))
        {
            return null;
        }

        var octal = node.Text.Length > 1 && node.Text[0] == '0' && node.Text[1] != '.';
        var cut = node.Text[0] == '.' || node.Text[^1] == '.';
        return !octal && !cut && decimal.TryParse(node.Text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
            ? value : null;
    }

    internal static bool? Truth(Node node) => node.Plain ? node.Text switch { "true" => true, "false" => false, _ => null } : null;

    /// <summary>Words that some YAML readers take for true or false.</summary>
    internal static bool LooksLikeTruth(Node node) =>
        node.Plain && node.Text.ToLowerInvariant() is "yes" or "no" or "on" or "off" or "y" or "n" or "true" or "false";

    /// <returns>The allowed spelling that was probably meant, or null.</returns>
    internal static string? DurationHint(Node node)
    {
        var text = node.Text.Trim();
        if (Whole(node) is > 0 and var seconds)
        {
            return $"write {seconds}s for seconds or {seconds}m for minutes";
        }

        var number = text.AsSpan().IndexOfAnyExceptInRange('0', '9');
        if (number < 1 || number > 9)
        {
            return null;
        }

        var unit = text[number..].Trim().ToLowerInvariant() switch
        {
            "millisecond" or "milliseconds" or "msec" or "ms" => "ms",
            "second" or "seconds" or "sec" or "secs" or "s" => "s",
            "minute" or "minutes" or "min" or "mins" or "m" => "m",
            "hour" or "hours" or "hr" or "hrs" or "h" => "h",
            "day" or "days" or "d" => "d",
            _ => null,
        };
        var meant = text[..number].TrimStart('0') + unit;
        return unit is null || meant == text || Duration(meant) is null ? null : $"write {meant}";
    }

    internal static string Show(TimeSpan time) =>
        time.TotalDays >= 1 && time.Ticks % TimeSpan.TicksPerDay == 0 ? $"{time.TotalDays:0}d"
        : time.TotalHours >= 1 && time.Ticks % TimeSpan.TicksPerHour == 0 ? $"{time.TotalHours:0}h"
        : time.TotalMinutes >= 1 && time.Ticks % TimeSpan.TicksPerMinute == 0 ? $"{time.TotalMinutes:0}m"
        : time.TotalSeconds >= 1 && time.Ticks % TimeSpan.TicksPerSecond == 0 ? $"{time.TotalSeconds:0}s"
        : $"{time.TotalMilliseconds:0}ms";
}
