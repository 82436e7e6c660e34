using System.Globalization;
using Logist.Cli.Output;
using Logist.Core.Jobs;
using Logist.Core.Reruns;
using Logist.Views;

namespace Logist.Cli.Views;

/// <summary>A plan for people: what runs first, then what is taken over or left, like ones in one row.</summary>
internal static class PlanView
{
    private const int NamesShown = 6;

    public static IEnumerable<string> Lines(ExecutionPlan plan, int width, Style style)
    {
        yield return $"{style.Bold($"Plan for {plan.JobId}.{plan.Run}")} ({plan.Kind.Replace('_', ' ')})  "
            + style.Dim($"plan {plan.Hash["sha256:".Length..][..12]}");
        var table = new Table("  ACTION", "STEP", "ATTEMPT", "WHY", "INPUT", "EST.");
        var actions = new List<PlanAction>();
        foreach (var group in Groups(plan))
        {
            var first = group[0];
            actions.Add(first.Action);
            table.Add($"  {first.Action.ToString().ToUpperInvariant()}", Names(group),
                group.Count > 1 ? "" : Attempts(first), SafeText.OneLine(first.Why),
                group.Count > 1 || first.Action is PlanAction.Keep or PlanAction.Stale ? "" : EventText.Short(first.Input),
                first.Action == PlanAction.Run ? Estimate(first.CostUsd, first.Seconds) : "");
        }

        foreach (var line in table.Lines(width, (row, column, cell) => (row, column) switch
        {
            (< 0, _) => style.Dim(cell),
            (_, 0) => Paint(actions[row], cell, style),
            _ => cell,
        }))
        {
            yield return line;
        }

        var count = plan.Runs.Count();
        var sum = Estimate(plan.CostUsd, plan.Seconds);
        yield return $"  {count} {(count == 1 ? "step" : "steps")} to run{(sum == "–" ? "" : $", about {sum} as last time")}";
    }

    /// <summary>Steps that run each get a row; the others share one where action and reason are the same.</summary>
    private static IEnumerable<List<PlannedStep>> Groups(ExecutionPlan plan)
    {
        foreach (var step in plan.Runs)
        {
            yield return [step];
        }

        foreach (var group in plan.Steps.Where(step => step.Action != PlanAction.Run).GroupBy(step => (step.Action, step.Why)))
        {
            yield return [.. group];
        }
    }

    private static string Names(List<PlannedStep> group) => group.Count <= NamesShown
        ? string.Join(", ", group.Select(step => step.Id))
        : $"{string.Join(", ", group.Take(NamesShown - 1).Select(step => step.Id))} and {group.Count - NamesShown + 1} more";

    private static string Attempts(PlannedStep step) => step.Action is PlanAction.Run
        ? $"{Number(step.AttemptFrom)} → {Number(step.AttemptTo)}"
        : step.FromRun is { } run ? $"run {run} #{Number(step.AttemptFrom)}" : Number(step.AttemptFrom);

    private static string Number(int? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "–";

    private static string Estimate(decimal? cost, double? seconds)
    {
        var money = cost is { } amount ? Amounts.Money(amount) : null;
        var time = seconds is { } some ? Amounts.Duration(TimeSpan.FromSeconds(some)) : null;
        return (money, time) switch
        {
            (null, null) => "–",
            ({ } m, { } t) => $"{m}  {t}",
            _ => money ?? time!,
        };
    }

    private static string Paint(PlanAction action, string cell, Style style) => action switch
    {
        PlanAction.Run => style.Cyan(cell),
        PlanAction.Stale => style.Yellow(cell),
        _ => style.Dim(cell),
    };
}
