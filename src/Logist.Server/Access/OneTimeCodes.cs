using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Logist.Server.Access;

/// <summary>
/// What the link of <c>logist serve</c> carries instead of the token: good once, for a short time, in this process. A link is seen by
/// shoulders, histories and screen recordings.
/// </summary>
internal sealed class OneTimeCodes(TimeProvider time)
{
    private const int Most = 100;

    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<string, DateTimeOffset> _codes = new(StringComparer.Ordinal);

    public string New()
    {
        var now = time.GetUtcNow();
        foreach (var (code, until) in _codes)
        {
            if (until < now || _codes.Count >= Most)
            {
                _ = _codes.TryRemove(code, out _);
            }
        }

        var made = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        _codes[made] = now + Lifetime;
        return made;
    }

    /// <summary>Whether it was good; it is no more.</summary>
    public bool Use(string code) => _codes.TryRemove(code, out var until) && until >= time.GetUtcNow();
}
