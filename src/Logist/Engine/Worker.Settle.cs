using Logist.Core;
using Logist.Core.Jobs;
using Logist.Stores;

namespace Logist.Engine;

/// <summary>
/// The journal is the authority: a job rests as soon as its last event is durable. An owner that was killed right after that left
/// branch, workspace and manifest behind; whoever drives the job next, or asks something of it, brings them up to it first.
/// </summary>
public sealed partial class Worker
{
    /// <summary>By its journal it rests, but its owner was killed before branch, workspace and manifest showed it.</summary>
    public static bool IsBehind(IJobStore store, JobId id, JobState job) =>
        job.Status is JobStatus.Success or JobStatus.Canceled or JobStatus.InterventionRequired or JobStatus.ApprovalRequired
            or JobStatus.Suspended
        && !IsSettled(store, id, job);

    /// <summary>For a job at rest. Appends only when something is behind; when somebody else drives the job, it is theirs to do.</summary>
    public static async Task SettleAsync(EngineServices services, JobId id)
    {
        var job = await LoadedJob.LoadAsync(services.Store, id, CancellationToken.None);
        if (IsSettled(services.Store, id, job.State)
            || await services.Store.TryLeaseAsync(id, ThisProcess.Owner(new RunOptions()), LeaseTime,
                CancellationToken.None) is not LeaseResult.Leased leased)
        {
            return;
        }

        await using (leased.Lease)
        {
            using var worker = new Worker(services, id, new RunOptions(), job, (_, _) => { }) { _lease = leased.Lease.Token };
            await worker.SettleAsync();
        }
    }

    private async Task SettleAsync()
    {
        _ = await _job.CatchUpAsync(_services.Store, _id, CancellationToken.None);
        _journaledStatus = State.Status;
        if (State.IsAtRest)
        {
            if (System.IO.Directory.Exists(_layout.Repository))
            {
                _ = Trees.Repository.CleanAfterCrash();
            }

            await RestAsync();
            _manifest.Save(_job);
        }
    }

    private static bool IsSettled(IJobStore store, JobId id, JobState job) =>
        job.Run is not { } run
        || (store.LoadManifest(id, out _).Journal.Seq == job.Seq
            && (job.IsSettled || run.Tasks.All(task => (task.LastAttempt ?? task.Accepted)?.Result?.Commit is null)));
}
