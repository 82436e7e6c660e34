using System.Text.Json;
using Logist.Core.Jobs;
using TaskStatus = Logist.Core.Jobs.TaskStatus;

namespace Logist.Views;

/// <summary>One entry of <c>phases[]</c>: a step of the current run.</summary>
internal static class PhaseDocument
{
    public static void Write(Utf8JsonWriter json, JobState job, RunState run, int step)
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

        json.WriteEndObject();
    }

    /// <summary>The state of a task as REST says it (lower case).</summary>
    public static string TaskWord(TaskStatus status) => status switch
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
