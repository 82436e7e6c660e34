using System.Text.Json;
using Logist.Core;
using Logist.Core.Jobs;
using Logist.Stores;
using Logist.Views;

namespace Logist.Cli.Views;

/// <summary><c>logist.inspect/v1</c>: every run, task and attempt. Values of variables are nowhere in the state, so none can
/// leak.</summary>
internal static class InspectDocument
{
    public static void Write(Utf8JsonWriter json, JobState job, JobLayout layout)
    {
        json.WriteStartObject();
        json.WriteString("schema", "logist.inspect/v1");
        json.WriteString("job_id", job.Id);
        json.WriteStartObject("workflow");
        json.WriteString("name", job.Run?.Workflow.Name);
        json.WriteString("sha256", job.Run?.Created.WorkflowSha);
        json.WriteEndObject();
        json.WriteStartArray("runs");
        var ids = Ids(job);
        foreach (var run in job.Runs)
        {
            WriteRun(json, job, run, layout, ids);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>An attempt does not know its run, and a run uses those of earlier ones.</summary>
    private static Dictionary<AttemptState, AttemptId> Ids(JobState job)
    {
        var ids = new Dictionary<AttemptState, AttemptId>();
        foreach (var run in job.Runs)
        {
            foreach (var task in run.Tasks)
            {
                foreach (var attempt in task.Attempts)
                {
                    ids[attempt] = new AttemptId(job.Id, run.Number, run.Workflow.Steps[task.Step].Id, attempt.Number);
                }
            }
        }

        return ids;
    }

    private static void WriteRun(Utf8JsonWriter json, JobState job, RunState run, JobLayout layout,
        Dictionary<AttemptState, AttemptId> ids)
    {
        json.WriteStartObject();
        json.WriteString("id", $"{job.Id}.{run.Number}");
        json.WriteNumber("number", run.Number);
        json.WriteString("trigger", run.Created.Trigger);
        json.WriteString("status", ManifestDocument.RunStatus(job, run));
        json.WriteString("from_step", run.Created.FromStep);
        ManifestDocument.WriteRequest(json, run.Created);
        json.WriteString("workflow_sha", run.Created.WorkflowSha);
        json.WriteString("base", run.Created.BaseRef ?? job.Created?.BaseRef);
        json.WriteString("baseline", run.Created.BaseCommit ?? job.Created?.BaseCommit);
        json.WriteTime("created_at", run.Created.By.At);
        json.WriteTime("started_at", run.StartedAt);
        json.WriteTime("finished_at", run.FinishedAt);
        json.WriteStartObject("params");
        foreach (var (key, value) in run.Created.Params)
        {
            json.WriteString(key, value);
        }

        json.WriteEndObject();
        json.WriteCost("cost_usd", run.Tasks.Aggregate((decimal?)null, (sum, task) => task.CostUsd is { } cost ? (sum ?? 0) + cost : sum));
        json.WriteNumber("time_seconds", run.Tasks.Sum(task => task.Attempts.Sum(a => a.Result?.DurationMs ?? 0)) / 1000.0);
        json.WriteStartArray("tasks");
        foreach (var task in run.Tasks)
        {
            var step = run.Workflow.Steps[task.Step].Id;
            json.WriteStartObject();
            json.WriteString("id", $"{job.Id}.{run.Number}.{step}");
            json.WriteString("step", step);
            json.WriteNumber("number", task.Step + 1);
            json.WriteString("status", task.Status.Phase());
            json.WriteBoolean("stale", task.Stale is not null);
            json.WriteString("stale_because", task.Stale);
            WriteNumber(json, "accepted_attempt", task.Accepted?.Number);
            WriteNumber(json, "accepted_run", task.Accepted is null ? null : task.ReusedFrom ?? run.Number);
            WriteReruns(json, task);
            json.WriteStartArray("attempts");
            foreach (var attempt in task.Attempts)
            {
                WriteAttempt(json, ids[attempt], attempt, layout, ids);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteReruns(Utf8JsonWriter json, TaskState task)
    {
        var last = task.Reruns.Count == 0 ? null : task.Reruns[^1];
        json.WriteNumber("rerun_count", task.Reruns.Count);
        json.WriteString("last_rerun_by", last?.By);
        json.WriteString("last_rerun_reason", last?.Reason);
        json.WriteTime("last_rerun_at", last?.At);
        json.WriteStartArray("reruns");
        foreach (var rerun in task.Reruns)
        {
            json.WriteStartObject();
            json.WriteString("by", rerun.By);
            json.WriteString("reason", rerun.Reason);
            json.WriteTime("at", rerun.At);
            json.WriteNumber("attempt", rerun.Attempt);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteAttempt(Utf8JsonWriter json, AttemptId id, AttemptState attempt, JobLayout layout,
        Dictionary<AttemptState, AttemptId> ids)
    {
        var result = attempt.Result;
        json.WriteStartObject();
        json.WriteString("id", id.ToString());
        json.WriteNumber("number", attempt.Number);
        json.WriteString("kind", EventJson.NameOf(attempt.Kind));
        json.WriteString("status", attempt.Status.ToString().ToLowerInvariant());
        json.WriteString("agent", attempt.Agent);
        json.WriteString("model", attempt.Model);
        json.WriteTime("started_at", attempt.Result?.StartedAt ?? attempt.ScheduledAt);
        json.WriteTime("finished_at", attempt.FinishedAt);
        WriteNumber(json, "exit_code", result?.ExitCode);
        json.WriteString("input_commit", attempt.Input);
        json.WriteString("output_commit", result?.Commit);
        json.WriteStartArray("evidence");
        foreach (var file in result?.Evidence ?? [])
        {
            json.WriteStringValue(file);
        }

        json.WriteEndArray();
        json.WriteString("prompt_path", IfThere(Path.Combine(layout.Attempt(id), "worker.prompt.md")));
        json.WriteString("output_path", IfThere(Path.Combine(layout.Attempt(id), "output.log")));
        WriteResponse(json, result);
        WriteUsage(json, result?.Usage);
        json.WriteCost("cost_usd", attempt.CostUsd);
        WriteFailure(json, attempt.Failure);
        WriteReview(json, attempt);
        json.WriteString("requested_by", attempt.RequestedBy);
        json.WriteString("reason", attempt.Reason);
        json.WriteString("why", attempt.Why);
        json.WriteString("plan_hash", attempt.PlanHash);
        WriteDifference(json, attempt.Difference);
        json.WriteStartArray("used");
        foreach (var used in attempt.Used)
        {
            json.WriteStringValue(ids.TryGetValue(used.Attempt, out var from) ? from.ToString() : used.Step);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Only what was different from the step's definition.</summary>
    private static void WriteDifference(Utf8JsonWriter json, AttemptDifference? difference)
    {
        json.WriteStartObject("difference");
        foreach (var (name, value) in ((string, string?)[])[("agent", difference?.Agent), ("model", difference?.Model),
            ("prompt_append", difference?.PromptAppend), ("workflow_sha", difference?.WorkflowSha)])
        {
            if (value is not null)
            {
                json.WriteString(name, value);
            }
        }

        json.WriteEndObject();
    }

    private static void WriteResponse(Utf8JsonWriter json, WorkResult? result)
    {
        if (result?.Action is null)
        {
            json.WriteNull("response");
            return;
        }

        json.WriteStartObject("response");
        json.WriteString("action", result.Action);
        json.WriteString("summary_for_supervisor", result.Summary);
        json.WriteEndObject();
    }

    private static void WriteUsage(Utf8JsonWriter json, Usage? usage)
    {
        if (usage is null)
        {
            json.WriteNull("usage");
            return;
        }

        json.WriteStartObject("usage");
        WriteNumber(json, "tokens_in", usage.TokensIn);
        WriteNumber(json, "tokens_cached", usage.TokensCached);
        WriteNumber(json, "tokens_out", usage.TokensOut);
        json.WriteEndObject();
    }

    private static void WriteFailure(Utf8JsonWriter json, Failure? failure)
    {
        if (failure is null)
        {
            json.WriteNull("failure");
            return;
        }

        json.WriteStartObject("failure");
        json.WriteString("category", failure.Category);
        json.WriteString("message", failure.Message);
        json.WriteString("hint", failure.Hint);
        json.WriteEndObject();
    }

    private static void WriteReview(Utf8JsonWriter json, AttemptState attempt)
    {
        if (attempt.ReviewAction is null)
        {
            json.WriteNull("review");
            return;
        }

        json.WriteStartObject("review");
        json.WriteString("agent", attempt.Reviewer);
        json.WriteString("action", attempt.ReviewAction);
        json.WriteString("summary", attempt.ReviewSummary);
        json.WriteEndObject();
    }

    private static string? IfThere(string path) => File.Exists(path) ? path : null;

    private static void WriteNumber(Utf8JsonWriter json, string name, long? number)
    {
        if (number is { } value)
        {
            json.WriteNumber(name, value);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
