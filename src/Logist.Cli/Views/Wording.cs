using Logist.Cli.Output;
using Logist.Core.Jobs;
using Logist.Views;
using TaskStatus = Logist.Core.Jobs.TaskStatus;

namespace Logist.Cli.Views;

/// <summary>How states look in every view: always a sign and a word, colour only on top.</summary>
internal static class Wording
{
    public const string StaleSign = "↻";

    public static string Sign(TaskState task, Style style) => task.IsStale ? style.Yellow(StaleSign) : Sign(task.Status, style);

    public static string Sign(TaskStatus status, Style style) => status switch
    {
        TaskStatus.Success => style.Green("✓"),
        TaskStatus.Failed or TaskStatus.SubmitFailed => style.Red("✗"),
        TaskStatus.Canceled => style.Red("⊘"),
        TaskStatus.Scheduled or TaskStatus.Running => style.Cyan("●"),
        TaskStatus.Reviewing => style.Cyan("◐"),
        TaskStatus.WaitingApproval => style.Yellow("?"),
        TaskStatus.Waiting => style.Yellow("↻"),
        TaskStatus.ReviewRequired or TaskStatus.ChecksRequired => style.Yellow("◌"),
        TaskStatus.Reused => style.Green("="),
        TaskStatus.Skipped => style.Dim("–"),
        _ => style.Dim("○"),
    };

    public static string Sign(JobStatus status, Style style) => status switch
    {
        JobStatus.Success => style.Green("✓"),
        JobStatus.InterventionRequired => style.Red("✗"),
        JobStatus.Canceled => style.Red("⊘"),
        JobStatus.Running => style.Cyan("●"),
        JobStatus.Reviewing => style.Cyan("◐"),
        JobStatus.ApprovalRequired => style.Yellow("?"),
        JobStatus.ReviewRequired => style.Yellow("◌"),
        JobStatus.Suspended => style.Yellow("‖"),
        _ => style.Dim("○"),
    };

    /// <summary>What a run was made for, from the second on: <c>run 2 · rerun from test</c>.</summary>
    public static string? Pass(int run, string trigger, string? fromStep) => run < 2 ? null
        : $"run {run} · {SafeText.OneLine(trigger)}{(fromStep is null ? "" : $" from {fromStep}")}";

    /// <summary>What is being done apart from a run's own course; null: nothing.</summary>
    public static string? Restep(JobState job) => job is { Restep: { } restep, Run: { } run }
        ? $"restep of {run.Workflow.Steps[restep.Step].Id}" : null;

    /// <summary>At most so many characters, the last one an ellipsis when something is cut.</summary>
    public static string Cut(string text, int width) => text.Length <= width ? text : width <= 1 ? "…" : text[..(width - 1)] + "…";
}
