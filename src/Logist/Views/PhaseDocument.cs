using System.Text.Json;
using Logist.Core.Jobs;
using Logist.Core.Workflows;
using TaskStatus = Logist.Core.Jobs.TaskStatus;

namespace Logist.Views;

/// <summary>The steps of the current run: <c>phases[]</c>, and what lists of jobs show of them.</summary>
public static class PhaseDocument
{
    /// <summary>Of more steps a strip would be no picture any more.</summary>
    private const int StripLimit = 60;

    private const string CancelRequested = "cancel-requested", Waiting = "waiting";

    /// <param name="facts">Lists every step, with its task and why it waits now; null: those that a manifest has.</param>
    internal static void WriteAll(Utf8JsonWriter json, JobState job, StatusFacts? facts)
    {
        json.WriteStartArray("phases");
        var omitted = 0;
        if (job.Run is { } run)
        {
            var all = facts is not null || run.Tasks.Count <= ManifestDocument.FullPhasesLimit;
            var steps = all
                ? Enumerable.Range(0, run.Tasks.Count)
                : run.Active.Concat(run.Failed).Concat(run.ToVerify).Concat(run.Waiting).Concat(run.OpenGates)
                    .Concat(run.StaleSteps.Select(task => task.Step)).Distinct().Order().Take(ManifestDocument.ListedPhasesLimit);
            var listed = 0;
            foreach (var step in steps)
            {
                Write(json, job, run, step, facts);
                listed++;
            }

            omitted = run.Tasks.Count - listed;
        }

        json.WriteEndArray();
        if (omitted > 0)
        {
            json.WriteNumber("phases_omitted", omitted);
        }
    }

    /// <summary>How many steps are in which state, and of a small run which ones: a letter per step.</summary>
    internal static void WriteSummary(Utf8JsonWriter json, JobState job)
    {
        if (job.Run is { Tasks.Count: <= StripLimit } run)
        {
            json.WriteString("phase_strip", string.Create(run.Tasks.Count, run, (strip, of) =>
            {
                for (var i = 0; i < strip.Length; i++)
                {
                    strip[i] = Letter(of.Tasks[i].Status);
                }
            }));
        }

        json.WriteStartObject("phase_counts");
        foreach (var (phase, count) in Counts(job))
        {
            json.WriteNumber(phase, count);
        }

        json.WriteEndObject();
    }

    private static char Letter(TaskStatus status) => status switch
    {
        TaskStatus.Success or TaskStatus.Reused or TaskStatus.Skipped => 'S',
        TaskStatus.Failed or TaskStatus.SubmitFailed => 'F',
        TaskStatus.Scheduled or TaskStatus.Running or TaskStatus.Reviewing => 'R',
        TaskStatus.Waiting or TaskStatus.ReviewRequired or TaskStatus.ChecksRequired => 'W',
        TaskStatus.WaitingApproval => 'A',
        TaskStatus.Canceled => 'X',
        _ => 'C',
    };

    private static SortedDictionary<string, int> Counts(JobState job)
    {
        var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        if (job.Run is { } run)
        {
            foreach (var status in Enum.GetValues<TaskStatus>())
            {
                if (run.Count(status) is > 0 and var count)
                {
                    counts[status.Phase()] = counts.GetValueOrDefault(status.Phase()) + count;
                }
            }
        }

        return counts;
    }

    private static void Write(Utf8JsonWriter json, JobState job, RunState run, int step, StatusFacts? facts)
    {
        var definition = run.Workflow.Steps[step];
        var task = run.Tasks[step];
        json.WriteStartObject();
        json.WriteNumber("number", step + 1);
        json.WriteString("name", definition.Id);
        json.WriteString("title", definition.Title ?? definition.Id);
        json.WriteStartArray("needs");
        foreach (var need in definition.Needs)
        {
            json.WriteStringValue(need);
        }

        json.WriteEndArray();
        json.WriteString("agent", definition.IsAgent ? (task.LastAttempt ?? task.Accepted)?.Agent ?? definition.Agent : null);
        json.WriteString("status", task.Status.Phase());
        json.WriteNumber("attempts", task.Attempts.Count);
        json.WriteBoolean("stale", task.Stale is not null);
        if (task.Stale is not null)
        {
            json.WriteString("stale_because", task.Stale);
        }

        json.WriteString("commit", task.Accepted?.Result?.Commit);
        json.WriteCost("cost_usd", task.CostUsd);

        // A reused output is as old as its attempt.
        var reused = task.Status == TaskStatus.Reused ? task.Accepted : null;
        json.WriteTime("started_at", reused?.Result?.StartedAt ?? reused?.ScheduledAt ?? task.StartedAt);
        json.WriteTime("finished_at", reused?.FinishedAt ?? task.FinishedAt);
        json.WriteNumber("time_seconds", Math.Round(task.WorkTime.TotalSeconds, 3));
        if (task is { Status: TaskStatus.Reused, ReusedFrom: { } from })
        {
            json.WriteString("reused_from", $"{job.Id}.{from}.{definition.Id}{(reused is null ? "" : $".{reused.Number}")}");
        }

        if (task.CancelRequested is { } asked)
        {
            json.WriteString("cancel_requested_by", asked.By.Actor);
        }

        if (task.WaitUntil is { } until)
        {
            json.WriteTime("waiting_until", until);
            json.WriteString("waiting_for", task.WaitReason);
        }

        if (task.Failure is { } failure)
        {
            json.WriteStartObject("failure");
            json.WriteString("category", failure.Category);
            json.WriteString("message", failure.Message);
            json.WriteString("hint", failure.Hint ?? $"logist job logs {job.Id} {definition.Id}");
            json.WriteEndObject();
        }

        if (facts is not null)
        {
            json.WriteString("task_id", $"{job.Id}.{run.Number}.{definition.Id}");
            json.WriteString("kind", StepKind.Of(definition));
            json.WriteString("because", WaitReason.Of(job, run, task, facts)?.Text);
            json.WriteTime("wait_until", task.WaitUntil);
        }

        json.WriteEndObject();
    }

    /// <summary>The state of a task as REST says it (lower case).</summary>
    public static string TaskWord(TaskState task) => task.CancelRequested is not null ? CancelRequested
        : task.Status == TaskStatus.Waiting ? Waiting : TaskWord(task.Status);

    /// <summary>Every word that a task's state can be.</summary>
    public static IReadOnlyList<string> TaskWords { get; } =
        [.. Enum.GetValues<TaskStatus>().Select(TaskWord).Distinct(), Waiting, CancelRequested];

    internal static string TaskWord(TaskStatus status) => status switch
    {
        TaskStatus.Created or TaskStatus.Waiting or TaskStatus.ChecksRequired => "created",
        TaskStatus.Scheduled => "queued",
        TaskStatus.Running => "running",
        TaskStatus.ReviewRequired or TaskStatus.Reviewing => "reviewing",
        TaskStatus.WaitingApproval => "waiting-approval",
        TaskStatus.Success => "success",
        TaskStatus.Failed => "failed",
        TaskStatus.Canceled => "canceled",
        TaskStatus.SubmitFailed => "submit-failed",
        TaskStatus.Skipped => "skipped",
        _ => "reused",
    };
}

/// <summary>Who does a step.</summary>
public static class StepKind
{
    public const string Agent = "agent";
    public const string Command = "command";
    public const string Gate = "gate";

    public static string Of(StepDefinition step) => step.IsAgent ? Agent : step.IsGateOnly ? Gate : Command;
}
