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
        json.WriteString("agent", definition.IsAgent ? task.LastAttempt?.Agent ?? definition.Agent : null);
        json.WriteString("status", task.Status.Phase());
        json.WriteNumber("attempts", task.Attempts.Count);
        json.WriteBoolean("stale", false);
        json.WriteString("commit", task.Accepted?.Result?.Commit);
        json.WriteCost("cost_usd", task.CostUsd);
        json.WriteTime("started_at", task.StartedAt);
        json.WriteTime("finished_at", task.FinishedAt);
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
