namespace Logist.Core;

/// <summary>Finds the name that was probably meant.</summary>
public static class DidYouMean
{
    /// <returns>The nearest candidate, ignoring case, or null when none is near: at most a third of the word may differ.</returns>
    public static string? For(string word, IEnumerable<string> candidates)
    {
        // Longer words are no typing mistakes of anything here, and the distance costs length x length.
        if (word.Length is 0 or > 64)
        {
            return null;
        }

        var folded = Fold(word);
        string? best = null;
        var bestDistance = int.MaxValue;
        foreach (var candidate in candidates)
        {
            var allowed = Math.Max(1, Math.Max(word.Length, candidate.Length) / 3);
            if (Math.Abs(candidate.Length - word.Length) > allowed)
            {
                continue;
            }

            var distance = Distance(folded, Fold(candidate));
            if (distance <= allowed && distance < bestDistance)
            {
                best = candidate;
                bestDistance = distance;
            }
        }

        return best;
    }

    /// <returns><c>did you mean "review"?</c> or null.</returns>
    public static string? Hint(string word, IEnumerable<string> candidates) =>
        For(word, candidates) is { } best ? $"did you mean \"{best}\"?" : null;

    // needs_review, needs-review and needsReview are the same word to a person.
    private static string Fold(string text) => text.ToLowerInvariant().Replace('-', '_');

    // Optimal string alignment: two swapped letters are one mistake.
    private static int Distance(string a, string b)
    {
        var before = new int[b.Length + 1];
        var last = new int[b.Length + 1];
        var row = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
        {
            last[j] = j;
        }

        for (var i = 1; i <= a.Length; i++)
        {
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replace = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                row[j] = Math.Min(replace, Math.Min(last[j], row[j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
                }
            }

            (before, last, row) = (last, row, before);
        }

        return last[b.Length];
    }
}
