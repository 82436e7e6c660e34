namespace Logist.Core.Workflows;

/// <summary>How often a failed attempt is tried again and how long to wait before; arithmetic only.</summary>
public sealed record RetryPolicy(int MaxAttempts, TimeSpan Initial, double Factor, TimeSpan Max)
{
    public static readonly RetryPolicy None = new(1, TimeSpan.FromSeconds(10), 2, TimeSpan.FromMinutes(5));

    public bool Allows(int failures) => failures < MaxAttempts;

    /// <summary>The pause after the given number of failures (from 1): initial × factor^(failures-1), at most <see cref="Max"/>.</summary>
    public TimeSpan Delay(int failures)
    {
        var seconds = Initial.TotalSeconds * Math.Pow(Factor, Math.Max(0, failures - 1));
        return seconds >= Max.TotalSeconds ? Max : TimeSpan.FromSeconds(seconds);
    }
}
