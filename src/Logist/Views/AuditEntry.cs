using System.Text.Json;
using Logist.Core;
using Logist.Core.Jobs;
using Logist.Stores;

namespace Logist.Views;

/// <summary>One thing that a person asked for: an item of <c>logist.audit/v1</c>.</summary>
public sealed record AuditEntry(string JobId, StoredEvent Stored)
{
    /// <summary>Unique for ever, of no meaning but this.</summary>
    public string Id => $"{JobId}.{Stored.Seq}";

    public DateTimeOffset At => Stored.Event.By.At;

    public string Actor => Stored.Event.By.Actor;

    /// <summary>The event's name.</summary>
    public string Action => EventJson.NameOf(Stored.Event);

    public string? RunId => EventText.Place(Stored.Event).Run is { } run ? $"{JobId}.{run}" : null;

    public string? TaskId => EventText.Place(Stored.Event) is ({ } run, { } step, _) ? $"{JobId}.{run}.{step}" : null;

    public string? Reason => EventText.Reason(Stored.Event);

    public string Text => EventText.Text(Stored.Event);

    /// <summary>Newest first, of all the jobs together.</summary>
    /// <param name="since">Nothing older; null: everything.</param>
    /// <param name="damaged">Told of a job that cannot be read; the others are.</param>
    public static List<AuditEntry> Read(IJobStore store, IEnumerable<JobId> jobs, DateTimeOffset? since, Action<LogistException> damaged)
    {
        var entries = new List<AuditEntry>();
        foreach (var job in jobs)
        {
            // A journal that nobody wrote to since then has nothing to tell: of many jobs most are old.
            if (since is { } start && store.VersionOf(job)?.Changed < start)
            {
                continue;
            }

            try
            {
                entries.AddRange(store.Read(job, 0)
                    .Where(stored => IsRequest(stored.Event) && (since is null || stored.Event.By.At >= since))
                    .Select(stored => new AuditEntry(job.Value, stored)).ToList());
            }
            catch (LogistException e)
            {
                damaged(e);
            }
        }

        return [.. entries.OrderByDescending(entry => entry.At).ThenBy(entry => entry.JobId, StringComparer.Ordinal)
            .ThenByDescending(entry => entry.Stored.Seq)];
    }

    /// <summary>Each request once: what it leads to besides, and what Logist does by itself, is in the history of the job.</summary>
    public static bool IsRequest(JobEvent happened) => happened.By.Actor != Stamp.Engine && happened switch
    {
        JobEvent.RunCreated e => e.Run > 1,

        // Without a command it is an earlier approval of the same tree that counts again.
        JobEvent.ApprovalApproved e => e.By.CommandId is not null,
        JobEvent.JobCreated or JobEvent.JobSuspended or JobEvent.JobResumed or JobEvent.JobCancelRequested or JobEvent.JobResubmitted
            or JobEvent.JobRecovered or JobEvent.RunStaleRequested or JobEvent.RunPartialRerunRequested or JobEvent.RunDispatchHeld
            or JobEvent.RunDispatchReleased or JobEvent.TaskRestepRequested or JobEvent.TaskCancelRequested or JobEvent.TaskResolved
            or JobEvent.ApprovalRejected or JobEvent.BudgetRaised => true,
        _ => false,
    };

    /// <param name="withPayload">With every member of the event.</param>
    public void Write(Utf8JsonWriter json, bool withPayload = false)
    {
        json.WriteStartObject();
        json.WriteString("id", Id);
        json.WriteTime("at", At);
        json.WriteString("actor", Actor);
        json.WriteString("action", Action);
        json.WriteString("job_id", JobId);
        json.WriteString("run_id", RunId);
        json.WriteString("task_id", TaskId);
        json.WriteString("reason", Reason);
        json.WriteString("text", Text);
        json.WriteString("plan_hash", EventText.PlanHash(Stored.Event));
        if (withPayload)
        {
            json.WriteStartObject("payload");
            EventJson.WriteFields(json, Stored.Event);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
