using System.Text.Json;
using Logist.Core;
using Logist.Core.Jobs;
using Logist.Stores;

namespace Logist.Views;

/// <summary><c>logist.inspect/v1</c>: every run, task and attempt. Values of variables are nowhere in the state, so none can
/// leak.</summary>
public static class InspectDocument
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
    public static IReadOnlyDictionary<AttemptState, AttemptId> Ids(JobState job)
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
        IReadOnlyDictionary<AttemptState, AttemptId> ids)
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
        InspectAttempt.WriteUsage(json, "usage", Spent(run.Tasks.SelectMany(task => task.Attempts)));
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
            InspectAttempt.WriteUsage(json, "usage", Spent(task.Attempts));
            json.WriteCost("cost_usd", task.CostUsd);
            WriteReruns(json, task);
            json.WriteStartArray("attempts");
            foreach (var attempt in task.Attempts)
            {
                InspectAttempt.Write(json, ids[attempt], attempt, layout, ids);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static Usage? Spent(IEnumerable<AttemptState> attempts) =>
        attempts.Aggregate((Usage?)null, (sum, attempt) => Usage.Sum(sum, attempt.Spent));

    /// <summary>Who had parts of it run again, and why.</summary>
    internal static void WriteReruns(Utf8JsonWriter json, TaskState task)
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

    internal static void WriteNumber(Utf8JsonWriter json, string name, long? number)
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
