using System.Globalization;
using System.Text;

namespace Logist.Git;

/// <summary>Who made a commit.</summary>
public sealed record Signature(string Name, string Email)
{
    public static readonly Signature Logist = new("logist", "logist@localhost");
}

/// <summary>A commit as git stores it.</summary>
internal sealed record CommitText(string Tree, IReadOnlyList<string> Parents, Signature Author, DateTimeOffset At, string Message)
{
    /// <summary>Blank-line separated block at the end of the message: <c>Key: value</c> per line.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Trailers { get; init; } = [];

    public byte[] ToBytes()
    {
        var text = new StringBuilder();
        text.Append("tree ").Append(Tree).Append('\n');
        foreach (var parent in Parents)
        {
            text.Append("parent ").Append(parent).Append('\n');
        }

        // The offset is dropped: the same moment must give the same commit on every machine.
        var who = string.Create(CultureInfo.InvariantCulture,
            $"{Clean(Author.Name)} <{Clean(Author.Email)}> {At.ToUnixTimeSeconds()} +0000");
        text.Append("author ").Append(who).Append("\ncommitter ").Append(who).Append("\n\n");
        text.Append(Message.Replace("\0", "", StringComparison.Ordinal).Trim('\n', '\r', ' ')).Append('\n');
        for (var i = 0; i < Trailers.Count; i++)
        {
            text.Append(i == 0 ? "\n" : "").Append(Trailers[i].Key).Append(": ").Append(Clean(Trailers[i].Value)).Append('\n');
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>Tree, parents and committer time of a raw commit; everything else is not needed here.</summary>
    public static CommitText Parse(byte[] raw)
    {
        var tree = "";
        var parents = new List<string>();
        var at = DateTimeOffset.UnixEpoch;
        foreach (var line in Encoding.Latin1.GetString(raw).Split('\n'))
        {
            if (line.Length == 0)
            {
                break;
            }

            if (line.StartsWith("tree ", StringComparison.Ordinal))
            {
                tree = line[5..];
            }
            else if (line.StartsWith("parent ", StringComparison.Ordinal))
            {
                parents.Add(line[7..]);
            }
            else if (line.StartsWith("committer ", StringComparison.Ordinal))
            {
                at = CommitterTime(line);
            }
        }

        return new CommitText(tree, parents, Signature.Logist, at, "");
    }

    private static DateTimeOffset CommitterTime(string line)
    {
        var words = line.Split(' ');
        var ok = long.TryParse(words.Length > 2 ? words[^2] : "", CultureInfo.InvariantCulture, out var seconds);
        return ok && seconds is >= 0 and < 253_402_300_800 ? DateTimeOffset.FromUnixTimeSeconds(seconds) : DateTimeOffset.UnixEpoch;
    }

    // Angle brackets and newlines would end the field.
    private static string Clean(string value)
    {
        var text = new StringBuilder(value.Length);
        foreach (var c in value)
        {
            if (c is not ('<' or '>'))
            {
                text.Append(char.IsControl(c) ? ' ' : c);
            }
        }

        return text.ToString().Trim();
    }
}
