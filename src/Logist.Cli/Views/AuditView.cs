using Logist.Cli.Output;
using Logist.Views;

namespace Logist.Cli.Views;

/// <summary>Who asked for what, where and why.</summary>
internal static class AuditView
{
    public static IEnumerable<string> Lines(IReadOnlyList<AuditEntry> entries, int width, Style style)
    {
        if (entries.Count == 0)
        {
            return ["nobody asked for anything"];
        }

        var table = new Table("TIME", "WHO", "WHERE", "WHAT");
        foreach (var entry in entries)
        {
            table.Add(Amounts.Time(entry.At), SafeText.OneLine(entry.Actor), entry.TaskId ?? entry.RunId ?? entry.JobId,
                SafeText.OneLine(entry.Text) + (entry.Reason is { Length: > 0 } why ? $": {SafeText.OneLine(why)}" : ""));
        }

        return table.Lines(width, (row, column, cell) => row < 0 || column == 0 ? style.Dim(cell) : cell);
    }
}
