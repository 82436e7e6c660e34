using System.Text.Json;
using Logist.Core.Jobs;
using Logist.Stores;
using TaskStatus = Logist.Core.Jobs.TaskStatus;

namespace Logist.Views;

/// <summary>What a status tells besides the state.</summary>
/// <param name="OwnerAlive">Whether the process that drives the job lives; null when nobody drives it or nobody can tell.</param>
public sealed record StatusFacts(DateTimeOffset Now, string Workspace, bool? OwnerAlive = null);

/// <summary>The manifest as of now, and what is going on right now.</summary>
public static class StatusDocument
{
    /// <param name="offset">Bytes of the journal that the state covers.</param>
    /// <param name="allPhases">Every step, however many, each with its task and why it waits; else those of the manifest.</param>
    /// <param name="more">Adds members of its own.</param>
    public static byte[] Render(JobState job, IEnumerable<StoredEvent> recent, long offset, JobLayout layout, StatusFacts facts,
        bool allPhases = true, Action<Utf8JsonWriter>? more = null) =>
        ManifestDocument.Render(job, recent, offset, layout, json =>
        {
            WriteLive(json, job, facts);
            more?.Invoke(json);
        }, allPhases ? facts.Now : null);

    private static void WriteLive(Utf8JsonWriter json, JobState job, StatusFacts facts)
    {
        json.WriteStartObject("live");
        json.WritePropertyName("owner");
        if (facts.OwnerAlive == true && job.LastOwner is { } owner)
        {
            json.WriteStartObject();
            json.WriteString("name", owner.Name);
            json.WriteString("host", owner.Host);
            json.WriteNumber("pid", owner.Pid);
            json.WriteEndObject();
        }
        else
        {
            json.WriteNullValue();
        }

        json.WriteStartArray("active_tasks");
        foreach (var step in job.Run?.Active ?? [])
        {
            json.WriteStringValue($"{job.Id}.{job.Run!.Number}.{job.Run.Workflow.Steps[step].Id}");
        }

        json.WriteEndArray();
        json.WriteStartArray("blocked");
        if (job.Run is { } run)
        {
            WriteBlocked(json, job, run, facts.Now);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteBlocked(Utf8JsonWriter json, JobState job, RunState run, DateTimeOffset now)
    {
        foreach (var task in run.Tasks.Where(task => Waits(run, task)))
        {
            json.WriteStartObject();
            json.WriteString("step", run.Workflow.Steps[task.Step].Id);
            json.WriteString("because", StepLine.Detail(run, task, now));
            json.WriteString("unblock", task.Status == TaskStatus.WaitingApproval
                ? $"logist job approve {job.Id} {run.Workflow.Steps[task.Step].Id}"
                : IsHeld(run, task) ? $"logist job run {job.Id}" : null);
            json.WriteEndObject();
        }
    }

    /// <summary>For a person, for its time or for other steps.</summary>
    internal static bool Waits(RunState run, TaskState task) => task.Status is TaskStatus.WaitingApproval or TaskStatus.Waiting
        || (task.Status == TaskStatus.Created && task.OpenNeeds > 0) || IsHeld(run, task);

    private static bool IsHeld(RunState run, TaskState task) => run.Held is not null && run.Ready.Contains(task.Step);
}
