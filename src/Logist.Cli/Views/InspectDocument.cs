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
        foreach (var run in job.Runs)
        {
            WriteRun(json, job, run, layout);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteRun(Utf8JsonWriter json, JobState job, RunState run, JobLayout layout)
    {
        json.WriteStartObject();
        json.WriteString("id", $"{job.Id}.{run.Number}");
        json.WriteNumber("number", run.Number);
        json.WriteString("trigger", run.Created.Trigger);
        json.WriteString("status", ManifestDocument.RunStatus(job, run));
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
            json.WriteBoolean("stale", false);
            WriteNumber(json, "accepted_attempt", task.Accepted?.Number);
            json.WriteStartArray("attempts");
            foreach (var attempt in task.Attempts)
            {
                WriteAttempt(json, new AttemptId(job.Id, run.Number, step, attempt.Number), attempt, layout);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteAttempt(Utf8JsonWriter json, AttemptId id, AttemptState attempt, JobLayout layout)
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
        json.WriteNull("requested_by");
        json.WriteString("reason", attempt.Why);
        json.WriteStartObject("difference");
        json.WriteEndObject();
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
