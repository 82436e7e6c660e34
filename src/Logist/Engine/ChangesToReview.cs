using System.Text;
using Logist.Git;

namespace Logist.Engine;

/// <summary>What a worker changed, for the prompt of its review.</summary>
/// <param name="Stat">As <c>git diff --stat</c> prints it.</param>
/// <param name="Text">The changes themselves; null: the reviewer sees the files.</param>
internal sealed record ChangesToReview(string Stat, string? Text)
{
    // Some 50,000 tokens: what most models take beside the rest of the prompt.
    private const int MaxBytes = 200_000;

    public static ChangesToReview Read(JobRepository repository, string from, string to, bool seesFiles)
    {
        using var stat = new MemoryStream();
        repository.Diff(from, to, new DiffOptions { Stat = true }, stat);
        return new ChangesToReview(Encoding.UTF8.GetString(stat.ToArray()), seesFiles ? null : ReadText(repository, from, to));
    }

    private static string ReadText(JobRepository repository, string from, string to)
    {
        using var diff = new Beginning();
        repository.Diff(from, to, new DiffOptions(), diff);
        var text = Encoding.UTF8.GetString(diff.ToArray());
        if (diff.Left == 0)
        {
            return text;
        }

        var whole = text.LastIndexOf('\n') + 1;
        return $"{(whole > 0 ? text[..whole] : text)}[the changes end here: {diff.Left} bytes of them or a little more are left out]\n";
    }

    /// <summary>Keeps the beginning of what is written and counts the rest: a diff may be larger than the memory.</summary>
    private sealed class Beginning : MemoryStream
    {
        public long Left { get; private set; }

        // All ways of writing to a derived stream come here.
        public override void Write(byte[] buffer, int offset, int count)
        {
            var kept = (int)Math.Min(count, MaxBytes - Length);
            base.Write(buffer, offset, kept);
            Left += count - kept;
        }
    }
}
