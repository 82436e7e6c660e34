using Logist.Core;
using Logist.Core.Jobs;
using Logist.Stores;

namespace Logist.Engine;

/// <summary>
/// Carries out what people ask from anywhere, without a lease: load, decide, append; on a conflict read on and decide again.
/// </summary>
public sealed class JobHandler(IJobStore store)
{
    /// <summary>An owner that appends thousands of reports a second can win many races in a row, but not this many.</summary>
    private const int Tries = 200;

    /// <returns>The job after the command; unchanged when there was nothing to do.</returns>
    /// <exception cref="LogistException">The refusal, or that the job is unknown.</exception>
    public async Task<LoadedJob> HandleAsync(JobId id, Func<JobState, JobCommand> request, CancellationToken ct)
    {
        var job = await LoadedJob.LoadAsync(store, id, ct);
        for (var attempt = 1; ; attempt++)
        {
            var before = job.State.Status;
            var events = Refusals.Accepted(Job.Decide(job.State, request(job.State)));
            if (events.Count == 0)
            {
                return job;
            }

            switch (await store.AppendAsync(id, job.State.Seq, events, lease: null, ct))
            {
                case AppendResult.Appended:
                    foreach (var happened in events)
                    {
                        _ = job.Apply(happened);
                    }

                    _ = JobStatuses.Transition(before, job.State.Status);
                    return job;
                case AppendResult.Conflict when attempt < Tries:
                    _ = await job.CatchUpAsync(store, id, ct);
                    break;
                default:
                    throw new LogistException(ErrorKind.Busy, $"{id} changes too fast to take this request", $"lost {Tries} races in a row",
                        "try again");
            }
        }
    }
}

/// <summary>A refused command as the exception that front ends print.</summary>
internal static class Refusals
{
    /// <exception cref="LogistException">The decision was a refusal.</exception>
    public static IReadOnlyList<JobEvent> Accepted(Decision decision) => decision switch
    {
        Decision.Accepted accepted => accepted.Events,
        Decision.Rejected { Problem: { From: not null } problem } => throw new JobStateException(problem),
        Decision.Rejected rejected => throw new LogistException(rejected.Problem),
        _ => [],
    };
}
