using System.Globalization;
using Logist.Core.Jobs;

namespace Logist.Views;

/// <summary>How numbers and times look in texts for people.</summary>
public static class Amounts
{
    /// <summary><c>0.4s</c>, <c>0m20</c>, <c>6m40</c>, <c>1h05</c>, <c>3d04h</c>.</summary>
    public static string Duration(TimeSpan time) =>
        time < TimeSpan.Zero ? "0.0s"
        : time.TotalSeconds < 9.95 ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0}s")
        : time.TotalHours < 1 ? $"{(int)time.TotalMinutes}m{time.Seconds:00}"
        : time.TotalDays < 1 ? $"{(int)time.TotalHours}h{time.Minutes:00}"
        : $"{(int)time.TotalDays}d{time.Hours:00}h";

    /// <summary><c>41k in, 9.1k out</c>; an unknown part is a dash.</summary>
    public static string Tokens(Usage usage) => $"{Count(usage.TokensIn)} in, {Count(usage.TokensOut)} out";

    private static string Count(long? tokens) => tokens switch
    {
        null => "–",
        < 1000 => tokens.Value.ToString(CultureInfo.InvariantCulture),
        < 10_000 => string.Create(CultureInfo.InvariantCulture, $"{tokens.Value / 1000.0:0.#}k"),
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{tokens.Value / 1000}k"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{tokens.Value / 1e6:0.#}M"),
    };

    /// <summary><c>2m</c>, one unit.</summary>
    public static string Age(TimeSpan time) => time.TotalSeconds switch
    {
        < 60 => $"{Math.Max(0, (int)time.TotalSeconds)}s",
        < 3600 => $"{(int)time.TotalMinutes}m",
        < 86400 => $"{(int)time.TotalHours}h",
        _ => $"{(int)time.TotalDays}d",
    };

    public static string Money(decimal amount) => string.Create(CultureInfo.InvariantCulture, $"${amount:0.00}");

    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
