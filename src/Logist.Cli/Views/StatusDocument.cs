using System.Text.Json;
using Logist.Core.Jobs;
using Logist.Views;
using TaskStatus = Logist.Core.Jobs.TaskStatus;

namespace Logist.Cli.Views;

/// <summary><c>job status --json</c>: the manifest as of now, and what is going on right now.</summary>
internal static class StatusDocument
{
    public static void Write(Session session, OpenedJob opened, StatusFacts facts)
    {
        var job = opened.Loaded.State;
        var offset = session.Store.PositionAt(opened.Id, job.Seq).Offset;
        var document = ManifestDocument.Render(job, opened.Loaded.Recent, offset, opened.Layout, json => WriteLive(json, job, facts));
        using var parsed = JsonDocument.Parse(document);
        session.Terminal.WriteJson(parsed.WriteTo);
    }

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
        foreach (var task in run.Tasks)
        {
            var waits = task.Status is TaskStatus.WaitingApproval or TaskStatus.Waiting
                || (task.Status == TaskStatus.Created && task.OpenNeeds > 0);
            if (waits)
            {
                json.WriteStartObject();
                json.WriteString("step", run.Workflow.Steps[task.Step].Id);
                json.WriteString("because", StepLine.Detail(run, task, now));
                json.WriteString("unblock", task.Status == TaskStatus.WaitingApproval
                    ? $"logist job approve {job.Id} {run.Workflow.Steps[task.Step].Id}" : null);
                json.WriteEndObject();
            }
        }
    }
}
