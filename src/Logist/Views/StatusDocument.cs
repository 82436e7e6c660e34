using System.Text.Json;
using Logist.Core.Jobs;
using Logist.Stores;

namespace Logist.Views;

/// <summary>What a status tells besides the state.</summary>
/// <param name="OwnerAlive">Whether the process that drives the job lives; null when nobody drives it or nobody can tell.</param>
public sealed record StatusFacts(DateTimeOffset Now, string Workspace, bool? OwnerAlive = null)
{
    /// <summary>A server has promised to drive it as soon as one of its slots is free.</summary>
    public SlotFacts? Slot { get; init; }

    /// <summary>A server has promised to drive it, and none runs.</summary>
    public bool ServerStopped { get; init; }

    /// <summary>How many steps it was asked to do at a time; null: not asked.</summary>
    public int? Parallel { get; init; }
}

/// <param name="Holders">The jobs that are driven.</param>
public sealed record SlotFacts(int Limit, IReadOnlyList<string> Holders);

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
        }, allPhases ? facts : null);

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
            WriteBlocked(json, job, run, facts);
        }

        json.WriteEndArray();
        WaitReason.Write(json, "why", WaitReason.Of(job, facts));
        json.WriteEndObject();
    }

    private static void WriteBlocked(Utf8JsonWriter json, JobState job, RunState run, StatusFacts facts)
    {
        foreach (var wait in run.Tasks.Select(task => WaitReason.Of(job, run, task, facts)).OfType<WaitReason>())
        {
            json.WriteStartObject();
            json.WriteString("step", wait.Step);
            json.WriteString("kind", wait.Kind);
            json.WriteString("because", wait.Text);
            json.WriteString("unblock", wait.Unblock);
            json.WriteEndObject();
        }
    }
}
