using System.Buffers;
using System.Text;
using System.Text.Json;
using Logist.Cli.Output;
using Logist.Core.Jobs;
using Logist.Stores;
using Logist.Views;

namespace Logist.Cli.Views;

/// <summary>Shows a run while it goes on, on stderr. Called from one thread at a time.</summary>
internal interface IRunProgress
{
    /// <summary>After every append: the event, and the state that includes it.</summary>
    void Happened(StoredEvent stored, JobState job);

    /// <summary>Some time passed.</summary>
    void Tick(JobState job);

    /// <summary>The run is over: leave the terminal as it should stay.</summary>
    void Finish(JobState job);
}

internal static class RunProgress
{
    public static IRunProgress For(Session session) => session.Globals switch
    {
        { Progress: ProgressMode.Json } => new JsonProgress(session.Terminal.Err),
        { Progress: ProgressMode.None } or { Progress: ProgressMode.Auto, Quiet: true } or { Progress: ProgressMode.Auto, Json: true } =>
            new NoProgress(),
        { Progress: ProgressMode.Live } => new LiveProgress(session.Terminal, session.Surroundings.Time),
        { Progress: ProgressMode.Auto } when session.Terminal.ErrorIsTty && session.Surroundings.Get("TERM") is not (null or "dumb") =>
            new LiveProgress(session.Terminal, session.Surroundings.Time),
        _ => new PlainProgress(session.Terminal.Err, session.Terminal.ErrStyle),
    };
}

internal sealed class NoProgress : IRunProgress
{
    public void Happened(StoredEvent stored, JobState job) { }

    public void Tick(JobState job) { }

    public void Finish(JobState job) { }
}

/// <summary>One line per thing that a person wants to read in a log.</summary>
internal sealed class PlainProgress(TextWriter output, Style style) : IRunProgress
{
    public void Happened(StoredEvent stored, JobState job)
    {
        if (Line(stored.Event, job, style) is { } line)
        {
            output.WriteLine(line);
        }
    }

    public void Tick(JobState job) { }

    public void Finish(JobState job) { }

    /// <returns>Null for events that say nothing new to a person.</returns>
    public static string? Line(JobEvent happened, JobState job, Style style)
    {
        var (_, step, attempt) = EventText.Place(happened);
        var time = style.Dim($"{happened.By.At.UtcDateTime:HH:mm:ss}");
        var sign = happened switch
        {
            JobEvent.TaskScheduled or JobEvent.TaskAdopted => style.Cyan("●"),
            JobEvent.TaskReviewStarted or JobEvent.TaskReviewFinished => style.Cyan("◐"),
            JobEvent.TaskSucceeded => style.Green("✓"),
            JobEvent.TaskFailed or JobEvent.TaskLost or JobEvent.JobHalted => style.Red("✗"),
            JobEvent.TaskCancelRequested or JobEvent.TaskCanceled or JobEvent.TaskInterrupted or JobEvent.JobCancelRequested
                or JobEvent.JobCanceled => style.Red("⊘"),
            JobEvent.TaskWaiting or JobEvent.TaskRetryScheduled or JobEvent.TaskRestepRequested or JobEvent.TaskMarkedStale =>
                style.Yellow(Wording.StaleSign),
            JobEvent.TaskStaleCleared => style.Green("✓"),
            JobEvent.TaskResolved resolved => resolved.Success ? style.Green("✓") : style.Red("✗"),

            // Steps taken over from an earlier run are thousands, and the plan has told them.
            JobEvent.TaskReused reused when reused.FromRun == reused.Run => style.Green("="),
            JobEvent.ApprovalRequested or JobEvent.ApprovalApproved or JobEvent.ApprovalRejected or JobEvent.BudgetReached
                or JobEvent.JobSuspended or JobEvent.JobResumed => style.Yellow("?"),
            _ => null,
        };
        if (sign is null)
        {
            return null;
        }

        var number = step is not null && job.Run?.Workflow.IndexOf(step) is >= 0 and var index ? $"{index + 1} " : "";
        var place = step is null ? job.Id : attempt > 1 ? $"{number}{step} #{attempt}" : $"{number}{step}";
        return $"{time} {sign} {place}  {SafeText.OneLine(EventText.Text(happened))}";
    }
}

/// <summary>One JSON document per line, the events of <c>job history --json</c>.</summary>
internal sealed class JsonProgress(TextWriter output) : IRunProgress
{
    public void Happened(StoredEvent stored, JobState job)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JsonText.Encoder }))
        {
            HistoryDocument.WriteEvent(json, job.Id, stored, withData: false);
        }

        output.WriteLine(SafeText.Escape(Encoding.UTF8.GetString(buffer.WrittenSpan)));
    }

    public void Tick(JobState job) { }

    public void Finish(JobState job) { }
}

/// <summary>A picture that is redrawn in place, at most ten times a second however fast events come.</summary>
internal sealed class LiveProgress(Terminal terminal, TimeProvider time) : IRunProgress
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private long _last;
    private int _tick;
    private int _drawn;

    public void Happened(StoredEvent stored, JobState job) => Tick(job);

    public void Tick(JobState job)
    {
        if (_tick == 0 || time.GetElapsedTime(_last) >= Pause)
        {
            Draw(job);
        }
    }

    /// <summary>Where the summary follows on the same screen, the picture makes room for it.</summary>
    public void Finish(JobState job)
    {
        if (terminal.OutputIsTty)
        {
            terminal.Err.Write(Redraw([], _drawn));
            _drawn = 0;
        }
        else
        {
            Draw(job);
        }
    }

    private void Draw(JobState job)
    {
        _last = time.GetTimestamp();
        var frame = LiveFrame.Lines(job, time.GetUtcNow(), _tick++, terminal.ScreenSize, terminal.ErrStyle);
        terminal.Err.Write(Redraw(frame, _drawn));
        _drawn = frame.Count;
    }

    /// <summary>Over the old picture, line by line, so that nothing flickers; what is left of a higher one is cleared.</summary>
    internal static string Redraw(List<string> frame, int drawn)
    {
        var text = new StringBuilder();
        if (drawn > 0)
        {
            _ = text.Append($"\u001b[{drawn}A\r");
        }

        foreach (var line in frame)
        {
            _ = text.Append(line).Append("\u001b[K\n");
        }

        return text.Append("\u001b[J").ToString();
    }
}
