using Logist.Core;
using Logist.Core.Jobs;
using Logist.Stores;

namespace Logist.Server.Api;

/// <summary>Which events are wanted; null members: all.</summary>
internal sealed record EventFilter(JobId? Job, int? Run, string? Step, IReadOnlySet<string> Types)
{
    /// <exception cref="LogistException">BadRequest: no ids. Usage: unknown words, or ids of different jobs or runs.</exception>
    public static EventFilter Of(string? job, string? run, string? task, string[]? types)
    {
        var byTask = Query.Text(task) is { } taskId ? ApiIds.Task(taskId) : default((JobId Job, int Run, string Step)?);
        var byRun = Query.Text(run) is { } runId ? ApiIds.Run(runId) : default((JobId Job, int Run)?);
        var byJob = Query.Text(job) is { } jobId ? ApiIds.Job(jobId) : (JobId?)null;
        if (byTask is { } t && byRun is { } r && (t.Job, t.Run) != r)
        {
            throw Query.Wrong("task_id", "task_id is not of that run");
        }

        if ((byTask?.Job ?? byRun?.Job) is { } of && byJob is { } named && of != named)
        {
            throw Query.Wrong("job_id", "run_id or task_id is not of that job");
        }

        return new EventFilter(byTask?.Job ?? byRun?.Job ?? byJob, byTask?.Run ?? byRun?.Run, byTask?.Step,
            (types ?? []).Select(type => Query.Word("event_type", type, Words.All[Words.EventType])).OfType<string>()
                .ToHashSet(StringComparer.Ordinal));
    }

    /// <exception cref="LogistException">NotFound: what is named does not exist.</exception>
    public void Check(JobState job)
    {
        if (Step is not null)
        {
            _ = TaskEndpoints.Find(job, Run!.Value, Step);
        }
        else if (Run is { } number)
        {
            _ = Runs.Find(job, number);
        }
    }

    public bool Lets(StoredEvent stored)
    {
        var (run, step, _) = EventText.Place(stored.Event);
        return (Run is null || run == Run) && (Step is null || step == Step)
            && (Types.Count == 0 || Types.Contains(EventJson.NameOf(stored.Event)));
    }
}
