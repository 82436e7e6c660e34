using System.Buffers;
using System.Text.Json;
using Logist.Agents;
using Logist.Core.Jobs;
using Logist.Stores;
using TaskStatus = Logist.Core.Jobs.TaskStatus;

namespace Logist.Views;

/// <summary>
/// The manifest as users read it (<c>logist.manifest/v1</c>), without its hash. Status scalars come first, so that a list can stop
/// reading early; above <see cref="FullPhasesLimit"/> steps only the steps that matter now are listed, so that it stays bounded.
/// </summary>
public static class ManifestDocument
{
    public const string Schema = "logist.manifest/v1";

    public const int FullPhasesLimit = 500;

    internal const int ListedPhasesLimit = 200;

    /// <param name="recent">The latest events, oldest first; the journal beside the manifest has all.</param>
    /// <param name="offset">Bytes of the journal that the state covers.</param>
    /// <param name="everyPhase">Lists every step, as it stands by these; null: those that a manifest has.</param>
    public static byte[] Render(JobState job, IEnumerable<StoredEvent> recent, long offset, JobLayout layout,
        Action<Utf8JsonWriter>? more = null, StatusFacts? everyPhase = null)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JsonText.Encoder }))
        {
            json.WriteStartObject();
            WriteHeader(json, job);
            WriteMetrics(json, job);
            json.WriteTime("created_at", job.Created?.By.At);
            json.WriteTime("updated_at", job.UpdatedAt);
            PhaseDocument.WriteAll(json, job, everyPhase);
            WriteRuns(json, job);
            WriteGit(json, job, layout);
            WriteHistory(json, job, recent);
            json.WriteStartObject("journal");
            json.WriteNumber("seq", job.Seq);
            json.WriteNumber("offset", offset);
            json.WriteNumber("epoch", job.Epoch);
            json.WriteEndObject();
            more?.Invoke(json);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The step that is active, else the one that stopped the job, else the next ready one.</summary>
    public static int? CurrentStep(JobState job)
    {
        if (job.Run is not { } run)
        {
            return null;
        }

        if (job.Restep is { } restep)
        {
            return restep.Step;
        }

        foreach (var set in (ReadOnlySpan<SortedSet<int>>)[run.Active, run.ToVerify, run.Failed, run.OpenGates, run.Waiting, run.Ready])
        {
            if (set.Count > 0)
            {
                return set.Min;
            }
        }

        return null;
    }

    /// <summary>The agent at work on the lowest active step, and in which role; nulls for commands and at rest.</summary>
    public static (string? Agent, string? Role) ActiveAgent(JobState job)
    {
        if (job.Run is not { Active.Count: > 0 } run)
        {
            return (null, null);
        }

        var task = run.Tasks[run.Active.Min];
        if (task.Status == TaskStatus.Reviewing)
        {
            return (task.LastAttempt?.Reviewer, Word(AgentRole.Supervisor));
        }

        return task.LastAttempt?.Agent is { } agent ? (agent, Word(AgentRole.Worker)) : (null, null);
    }

    private static string Word(AgentRole role) => role.ToString().ToLowerInvariant();

    /// <summary>Every word that <see cref="RunStatus"/> gives.</summary>
    public static readonly IReadOnlyList<string> RunStatuses = ["created", "running", "paused", "aborted", "failed", "success"];

    /// <summary>A run's state in lower case, as REST and the manifest say it.</summary>
    public static string RunStatus(JobState job, RunState run)
    {
        if (run != job.Run)
        {
            // Left for a later one: what did not end by itself goes on nowhere else.
            return run.IsComplete ? "success" : run is { FinishedAt: not null, Outcome: { } outcome } ? outcome
                : run.Failed.Count > 0 ? "failed" : "aborted";
        }

        return job.Status switch
        {
            JobStatus.Success => "success",
            JobStatus.Canceled => "aborted",
            JobStatus.Suspended => "paused",
            JobStatus.InterventionRequired => "failed",
            _ => run.StartedAt is null ? "created" : "running",
        };
    }

    private static void WriteHeader(Utf8JsonWriter json, JobState job)
    {
        json.WriteString("schema", Schema);
        json.WriteString("job_id", job.Id);
        json.WriteString("description", job.Created?.Description ?? job.Run?.Workflow.Description ?? job.Run?.Workflow.Name);
        json.WriteString("status", job.Status.Text());
        json.WriteString("reason", job.Reason);
        var current = CurrentStep(job);
        json.WriteString("current_phase", current is { } step ? job.Run!.Workflow.Steps[step].Id : null);
        json.WriteStartArray("active_phases");
        if (job.Run is { } run)
        {
            foreach (var active in run.Active.Take(ListedPhasesLimit))
            {
                json.WriteStringValue(run.Workflow.Steps[active].Id);
            }
        }

        json.WriteEndArray();
        var (agent, role) = ActiveAgent(job);
        json.WriteString("active_agent", agent);
        json.WriteString("active_role", role);
        json.WriteNumber("steps_done", job.Run?.Satisfied ?? 0);
        json.WriteNumber("steps_total", job.Run?.Tasks.Count ?? 0);
        json.WriteNumber("steps_stale", job.Run?.StaleSteps.Count() ?? 0);
        json.WriteCost("cost_usd", job.CostUsd);
        json.WriteString("run_id", job.Run is { } latest ? $"{job.Id}.{latest.Number}" : null);
        json.WriteString("held_by", job.Run?.Held?.By.Actor);
        json.WriteString("requested_by", job.Run?.Created.By.Actor);
        PhaseDocument.WriteSummary(json, job);
    }

    private static void WriteRuns(Utf8JsonWriter json, JobState job)
    {
        json.WritePropertyName("run");
        if (job.Run is { } current)
        {
            json.WriteStartObject();
            json.WriteString("id", $"{job.Id}.{current.Number}");
            json.WriteNumber("number", current.Number);
            json.WriteString("trigger", current.Created.Trigger);
            json.WriteString("from_step", current.Created.FromStep);
            json.WriteStartObject("params");
            foreach (var (key, value) in current.Created.Params)
            {
                json.WriteString(key, value);
            }

            json.WriteEndObject();
            json.WriteString("status", RunStatus(job, current));
            WriteRequest(json, current.Created);
            json.WriteTime("started_at", current.StartedAt);
            json.WriteTime("finished_at", current.FinishedAt);
            json.WriteEndObject();
        }
        else
        {
            json.WriteNullValue();
        }

        json.WriteStartArray("runs");
        foreach (var run in job.Runs)
        {
            json.WriteStartObject();
            json.WriteString("id", $"{job.Id}.{run.Number}");
            json.WriteNumber("number", run.Number);
            json.WriteString("trigger", run.Created.Trigger);
            json.WriteString("status", RunStatus(job, run));
            json.WriteString("from_step", run.Created.FromStep);
            WriteRequest(json, run.Created);
            json.WriteTime("started_at", run.StartedAt);
            json.WriteTime("finished_at", run.FinishedAt);
            json.WriteStartObject("steps");
            foreach (var status in Enum.GetValues<TaskStatus>())
            {
                if (run.Count(status) is > 0 and var count)
                {
                    json.WriteNumber(PhaseDocument.TaskWord(status), count);
                }
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Who had the run made, why, and by which plan.</summary>
    public static void WriteRequest(Utf8JsonWriter json, JobEvent.RunCreated created)
    {
        json.WriteString("requested_by", created.By.Actor);
        json.WriteString("reason", created.Reason);
        json.WriteString("plan_hash", created.PlanHash);
    }

    private static void WriteMetrics(Utf8JsonWriter json, JobState job)
    {
        json.WriteStartObject("metrics");
        json.WriteCost("cumulative_cost_usd", job.CostUsd);
        json.WriteNumber("cumulative_time_seconds", Math.Round(job.TimeMs / 1000.0, 3));
        json.WriteNumber("tokens_in", job.TokensIn);
        json.WriteNumber("tokens_out", job.TokensOut);
        json.WriteNumber("attempts", job.Attempts);
        json.WriteCost("budget_usd", job.BudgetUsd);
        json.WriteEndObject();
    }

    private static void WriteGit(Utf8JsonWriter json, JobState job, JobLayout layout)
    {
        json.WriteStartObject("git");
        json.WriteString("source", job.Created?.Source);
        json.WriteString("base", job.Run?.Created.BaseRef ?? job.Created?.BaseRef);
        json.WriteString("baseline", job.Run?.Created.BaseCommit ?? job.Created?.BaseCommit);
        json.WriteString("branch", BranchName(job));
        json.WriteString("head", job.Head);
        json.WriteStartArray("heads");
        foreach (var head in job.Heads)
        {
            json.WriteStringValue(head);
        }

        json.WriteEndArray();
        json.WriteString("workspace", layout.Workspace);
        json.WriteEndObject();
    }

    /// <summary><c>logist/&lt;job&gt;</c>, for later runs <c>logist/&lt;job&gt;-run&lt;n&gt;</c>.</summary>
    public static string BranchName(JobState job) =>
        job.Run is { Number: > 1 } run ? $"logist/{job.Id}-run{run.Number}" : $"logist/{job.Id}";

    private static void WriteHistory(Utf8JsonWriter json, JobState job, IEnumerable<StoredEvent> recent)
    {
        json.WriteStartArray("history");
        foreach (var stored in recent)
        {
            HistoryDocument.WriteEvent(json, job.Id, stored, withData: false);
        }

        json.WriteEndArray();
    }
}
