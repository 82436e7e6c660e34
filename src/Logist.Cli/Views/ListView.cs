using System.Globalization;
using Logist.Cli.Output;
using Logist.Core.Jobs;

namespace Logist.Cli.Views;

/// <summary>One job as a list shows it. A job whose manifest cannot be read has status DAMAGED and its hint in <c>WaitingOn</c>.</summary>
internal sealed record ListRow(
    string JobId, string Status, string? Reason, string? Description, string? Phase, int Done, int Total, decimal? CostUsd,
        string? WaitingOn, DateTimeOffset? UpdatedAt)
{
    public const string Damaged = "DAMAGED";
}

internal static class ListView
{
    public static IEnumerable<string> Lines(IReadOnlyList<ListRow> rows, string? selected, DateTimeOffset now, int width, Style style)
    {
        if (rows.Count == 0)
        {
            return ["no jobs"];
        }

        var table = new Table("STATUS", "JOB", "PHASE", "STEPS", "COST", "AGE", "WAITING ON");
        foreach (var row in rows)
        {
            table.Add(
                $"{Sign(row, Style.None)} {row.Status}",
                row.JobId == selected ? $"{row.JobId} *" : row.JobId,
                row.Phase ?? "–",
                row.Total == 0 ? "–" : string.Create(CultureInfo.InvariantCulture, $"{row.Done}/{row.Total}"),
                row.CostUsd is { } cost ? Wording.Money(cost) : "–",
                row.UpdatedAt is { } at ? Wording.Age(now - at) : "–",
                SafeText.OneLine(row.WaitingOn ?? row.Reason ?? ""));
        }

        return table.Lines(width, (row, column, cell) => (row, column) switch
        {
            (< 0, _) => style.Dim(cell),
            (_, 0) => Sign(rows[row], style) + cell[1..],
            _ => cell,
        });
    }

    private static string Sign(ListRow row, Style style) =>
        JobStatuses.Parse(row.Status) is { } status ? Wording.Sign(status, style) : style.Red("!");
}
