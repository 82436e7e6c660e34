using System.Globalization;
using Logist.Cli.Output;
using Logist.Core.Jobs;
using TaskStatus = Logist.Core.Jobs.TaskStatus;

namespace Logist.Cli.Views;

/// <summary>How numbers, times and states look in every view: always a sign and a word, colour only on top.</summary>
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

    /// <summary><c>0.4s</c>, <c>0m20</c>, <c>6m40</c>, <c>1h05</c>, <c>3d04h</c>.</summary>
    public static string Duration(TimeSpan time) =>
        time < TimeSpan.Zero ? "0.0s"
        : time.TotalSeconds < 9.95 ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0}s")
        : time.TotalHours < 1 ? $"{(int)time.TotalMinutes}m{time.Seconds:00}"
        : time.TotalDays < 1 ? $"{(int)time.TotalHours}h{time.Minutes:00}"
        : $"{(int)time.TotalDays}d{time.Hours:00}h";

    /// <summary><c>41k in, 9.1k out</c>; an unknown part is a dash.</summary>
    public static string Tokens(Usage usage) => $"{Count(usage.TokensIn)} in, {Count(usage.TokensOut)} out";

    private static string Count(long? tokens) => tokens switch
    {
        null => "–",
        < 1000 => tokens.Value.ToString(CultureInfo.InvariantCulture),
        < 10_000 => string.Create(CultureInfo.InvariantCulture, $"{tokens.Value / 1000.0:0.#}k"),
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{tokens.Value / 1000}k"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{tokens.Value / 1e6:0.#}M"),
    };

    /// <summary><c>2m</c>, one unit.</summary>
    public static string Age(TimeSpan time) => time.TotalSeconds switch
    {
        < 60 => $"{Math.Max(0, (int)time.TotalSeconds)}s",
        < 3600 => $"{(int)time.TotalMinutes}m",
        < 86400 => $"{(int)time.TotalHours}h",
        _ => $"{(int)time.TotalDays}d",
    };

    public static string Money(decimal amount) => string.Create(CultureInfo.InvariantCulture, $"${amount:0.00}");

    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>At most so many characters, the last one an ellipsis when something is cut.</summary>
    public static string Cut(string text, int width) => text.Length <= width ? text : width <= 1 ? "…" : text[..(width - 1)] + "…";
}
