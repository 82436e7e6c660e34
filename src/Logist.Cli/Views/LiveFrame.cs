using Logist.Cli.Output;
using Logist.Core.Jobs;
using Logist.Views;

namespace Logist.Cli.Views;

/// <summary>One picture of a running job, never higher or wider than the screen.</summary>
internal static class LiveFrame
{
    private const string Spinner = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏";

    public static List<string> Lines(JobState job, DateTimeOffset now, int tick, (int Width, int Height) screen, Style style)
    {
        var lines = new List<string>();
        if (job.Run is not { } run)
        {
            return lines;
        }

        // The last column and the last line stay free: writing into them scrolls on many terminals.
        var (width, height) = (Math.Max(20, screen.Width - 1), Math.Max(3, screen.Height - 1));
        var elapsed = (job.Restep?.Request.By.At ?? run.StartedAt) is { } start ? $" · {Amounts.Duration(now - start)}" : "";
        var cost = job.CostUsd is { } spent ? $" · {Amounts.Money(spent)}" : "";
        var purpose = (Wording.Restep(job) ?? Wording.Pass(run.Number, run.Created.Trigger, run.Created.FromStep)) is { } what
            ? $" · {what}" : "";
        var header = $"{job.Id}  {job.Status.Text()}{purpose} · {run.Satisfied}/{run.Tasks.Count} steps{elapsed}{cost}";
        lines.Add($"{Wheel(tick, job.Status, style)} {Wording.Cut(header, width - 2)}");

        var shown = Choose(run, height - 2);
        foreach (var step in shown)
        {
            var task = run.Tasks[step];
            var sign = task.Status.IsActive() ? Wheel(tick, JobStatus.Running, style) : Wording.Sign(task, style);
            lines.Add($"  {sign} {Wording.Cut($"{StepLine.Name(run, task)}  {StepLine.Detail(run, task, now)}", width - 4)}");
        }

        var hidden = run.Tasks.Count - shown.Count;
        if (hidden > 0)
        {
            lines.Add(
                style.Dim(
                    Wording.Cut($"    … {hidden} more: {run.Satisfied} done in all, {run.Failed.Count} failed, {run.Active.Count} active",
                        width)));
        }

        return lines;
    }

    private static string Wheel(int tick, JobStatus status, Style style) =>
        status is JobStatus.Running or JobStatus.Reviewing ? style.Cyan(Spinner[tick % Spinner.Length].ToString())
            : Wording.Sign(status, style);

    /// <summary>As many steps as fit: what is active first, then what needs a look, then what was done last, then what comes; in step
    /// order.</summary>
    private static SortedSet<int> Choose(RunState run, int room)
    {
        var chosen = new SortedSet<int>();
        foreach (var set in (ReadOnlySpan<SortedSet<int>>)[run.Active, run.Failed, run.OpenGates, run.ToVerify, run.Waiting])
        {
            Take(set);
        }

        Take(run.StaleSteps.Select(task => task.Step));

        // Where the work is, roughly: steps start in file order.
        var at = run.Active.Count > 0 ? run.Active.Min : run.Ready.Count > 0 ? run.Ready.Min : run.Tasks.Count;
        Take(Enumerable.Range(Math.Max(0, at - (room / 2)), Math.Min(room / 2, at)).Reverse());
        Take(run.Ready);
        Take(Enumerable.Range(0, Math.Min(run.Tasks.Count, at + room)));
        return chosen;

        void Take(IEnumerable<int> steps)
        {
            foreach (var step in steps)
            {
                if (chosen.Count >= room)
                {
                    return;
                }

                _ = chosen.Add(step);
            }
        }
    }
}
