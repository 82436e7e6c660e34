using System.Globalization;
using System.Text;

namespace Logist.Git;

public sealed partial class JobRepository
{
    public const int ChangesMax = 3000;

    private const int PatchLinesMax = 5000, PatchBytesMax = 1 << 20, OnePatchBytesMax = 32 << 20, AllPatchesBytesMax = 16 << 20;

    /// <summary>What differs between two commits, file by file, with patches as long as they are of a size that people read.</summary>
    /// <param name="path">Only this file, and its patch however long.</param>
    public FileChanges Changes(string from, string to, string? path = null)
    {
        var all = RawChanges(from, to);
        if (path is not null)
        {
            all = all.FindAll(change => change.File.Path == path);
        }

        var kept = all.Count > ChangesMax ? all[..ChangesMax] : all;
        var (one, together) = path is null ? (PatchBytesMax, AllPatchesBytesMax) : (OnePatchBytesMax, OnePatchBytesMax);
        using var sections = new PatchSections(one, together, Wanted(kept, path is not null));
        if (kept.Count > 0)
        {
            Diff(from, to, new DiffOptions(), sections);
            sections.End();
        }

        return new FileChanges([.. kept.Select(change => WithPatch(change, sections))], all.Sum(change => change.File.Additions),
            all.Sum(change => change.File.Deletions), kept.Count < all.Count);
    }

    /// <summary>Which sections of the whole patch are worth keeping.</summary>
    private static HashSet<int> Wanted(List<RawChange> changes, bool anyLength) =>
    [
        .. changes.Where(change => change.File.Status != ChangeStatus.Binary
                && (anyLength || change.File.Additions + change.File.Deletions <= PatchLinesMax))
            .SelectMany(change => Enumerable.Range(change.Section, change.Sections)),
    ];

    private static FileChange WithPatch(RawChange change, PatchSections sections)
    {
        if (change.File.Status == ChangeStatus.Binary)
        {
            return change.File;
        }

        var parts = Enumerable.Range(change.Section, change.Sections).Select(sections.Text).ToList();
        return parts.Contains(null) ? change.File with { TooLarge = true } : change.File with { Patch = string.Concat(parts) };
    }

    /// <param name="Section">Where its part of the whole patch begins, counted in parts; what becomes a link or a file again has
    /// two.</param>
    private sealed record RawChange(FileChange File, int Section, int Sections);

    /// <summary>Git prints first what happened to every file, then how many lines of every file, in the same order.</summary>
    private List<RawChange> RawChanges(string from, string to)
    {
        RequireIds(from, to);
        var fields = PathText.SplitNul(Require(Run(["diff-tree", "-r", "-M", "-z", "--raw", "--numstat", "--no-ext-diff", "--no-textconv",
            from, to, "--"]), "compare two trees").Output);
        var (changes, section, at) = (new List<RawChange>(), 0, 0);
        while (at < fields.Count && fields[at] is [(byte)':', ..])
        {
            var letter = (char)fields[at][Array.LastIndexOf(fields[at], (byte)' ') + 1];
            var renamed = letter is 'R' or 'C';
            var first = PathText.Show(fields[at + 1]);
            var change = renamed ? new FileChange(PathText.Show(fields[at + 2]), first, ChangeStatus.Renamed, 0, 0, null)
                : new FileChange(first, null, StatusOf(letter), 0, 0, null);
            var sections = letter == 'T' ? 2 : 1;
            changes.Add(new RawChange(change, section, sections));
            section += sections;
            at += renamed ? 3 : 2;
        }

        for (var i = 0; i < changes.Count; i++)
        {
            var counts = Encoding.UTF8.GetString(fields[at]).Split('\t', 3);
            changes[i] = changes[i] with { File = Counted(changes[i].File, counts) };
            at += counts[2].Length == 0 ? 3 : 1;
        }

        return changes;
    }

    private static string StatusOf(char letter) =>
        letter switch { 'A' => ChangeStatus.Added, 'D' => ChangeStatus.Deleted, _ => ChangeStatus.Modified };

    private static FileChange Counted(FileChange file, string[] counts) => counts[0] == "-" ? file with { Status = ChangeStatus.Binary }
        : file with { Additions = Lines(counts[0]), Deletions = Lines(counts[1]) };

    private static long Lines(string count) => long.Parse(count, NumberStyles.None, CultureInfo.InvariantCulture);
}
