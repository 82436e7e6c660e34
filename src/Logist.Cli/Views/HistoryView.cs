using Logist.Cli.Output;
using Logist.Core.Jobs;
using Logist.Stores;
using Logist.Views;

namespace Logist.Cli.Views;

/// <summary>Events as lines: number, time, event, where, what, and who when it was a person.</summary>
internal static class HistoryView
{
    private const int TypeWidth = 24;

    /// <summary>Below this many columns the event's name and the year give way: the text says what happened, too.</summary>
    private const int Wide = 140;

    private const int PlanDigits = 7;

    /// <param name="verbose">The hash of a re-execution's plan also on a narrow screen.</param>
    public static string Line(StoredEvent stored, int width, Style style, bool verbose = false)
    {
        var happened = stored.Event;
        var (run, step, attempt) = EventText.Place(happened);
        var place = step is null ? run is null ? "" : $"run {run}" : attempt is null ? step : $"{step} #{attempt}";
        var who = happened.By.Actor == Stamp.Engine ? "" : $"  by {SafeText.OneLine(happened.By.Actor)}";

        // The request before them has told it once for all the tasks that it resets.
        var why = happened is JobEvent.TaskPartialRerunReset ? null : EventText.Reason(happened);
        var reason = why is { Length: > 0 } ? $": {SafeText.OneLine(why)}" : "";
        var time = Amounts.Time(happened.By.At);
        var start = width >= Wide
            ? $"{stored.Seq,6}  {style.Dim(time)}  {EventJson.NameOf(happened).PadRight(TypeWidth)}  {place,-20}  "
            : $"{stored.Seq,4}  {style.Dim(time[5..])}  {place,-12}  ";
        var plan = (verbose || width >= Wide) && EventText.PlanHash(happened) is { } hash
            ? $"  plan {SafeText.OneLine(Digits(hash))}" : "";
        return start + SafeText.OneLine(EventText.Text(happened)) + reason + style.Dim(who + plan);
    }

    /// <summary>As much of a plan's hash as tells it from others, without the name of the algorithm.</summary>
    public static string Digits(string planHash)
    {
        var digits = planHash[(planHash.IndexOf(':', StringComparison.Ordinal) + 1)..];
        return digits[..Math.Min(PlanDigits, digits.Length)];
    }
}
