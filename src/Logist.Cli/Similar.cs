namespace Logist.Cli;

/// <summary>"Did you mean": the known word nearest to a mistyped one.</summary>
internal static class Similar
{
    /// <returns>Null when nothing is near: at most a third of the letters, and never more than three, may differ.</returns>
    public static string? Closest(string word, IEnumerable<string> known)
    {
        var best = Math.Min(3, Math.Max(1, word.Length / 3)) + 1;
        string? closest = null;
        foreach (var candidate in known)
        {
            var distance = word.Length > 2 && candidate.StartsWith(word, StringComparison.Ordinal) ? 1 : Distance(word, candidate, best);
            if (distance < best)
            {
                (best, closest) = (distance, candidate);
            }
        }

        return closest;
    }

    /// <summary>Edits (insert, delete, replace, swap of neighbours) from one word to the other, or <paramref name="limit"/> when there are as many or more.</summary>
    private static int Distance(string a, string b, int limit)
    {
        if (Math.Abs(a.Length - b.Length) >= limit)
        {
            return limit;
        }

        var (before, last, now) = (new int[b.Length + 1], new int[b.Length + 1], new int[b.Length + 1]);
        for (var j = 0; j <= b.Length; j++)
        {
            last[j] = j;
        }

        for (var i = 1; i <= a.Length; i++)
        {
            now[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replace = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                now[j] = Math.Min(replace, Math.Min(last[j], now[j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    now[j] = Math.Min(now[j], before[j - 2] + 1);
                }
            }

            (before, last, now) = (last, now, before);
        }

        return Math.Min(last[b.Length], limit);
    }
}
