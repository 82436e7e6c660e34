using System.Globalization;
using Logist.Cli.Output;
using Logist.Core.Jobs;
using Logist.Views;

namespace Logist.Cli.Views;

internal static class ListView
{
    public static IEnumerable<string> Lines(IReadOnlyList<JobRow> rows, string? selected, DateTimeOffset now, int width, Style style)
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
                row.CurrentPhase ?? "–",
                row.StepsTotal == 0 ? "–" : string.Create(CultureInfo.InvariantCulture, $"{row.StepsDone}/{row.StepsTotal}"),
                row.CostUsd is { } cost ? Amounts.Money(cost) : "–",
                row.UpdatedAt is { } at ? Amounts.Age(now - at) : "–",
                SafeText.OneLine(row.WaitingOn ?? row.Reason ?? ""));
        }

        return table.Lines(width, (row, column, cell) => (row, column) switch
        {
            (< 0, _) => style.Dim(cell),
            (_, 0) => Sign(rows[row], style) + cell[1..],
            _ => cell,
        });
    }

    private static string Sign(JobRow row, Style style) =>
        JobStatuses.Parse(row.Status) is { } status ? Wording.Sign(status, style) : style.Red("!");
}
