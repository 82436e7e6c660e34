using Logist.Cli.Views;
using Logist.Core.Jobs;
using Logist.Engine;
using Logist.Stores;

namespace Logist.Cli;

/// <summary>Follows a job that somebody else drives.</summary>
internal static class JobWatch
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Shows progress until the job needs a person, is done, or was left by its owner.</summary>
    /// <returns>False when the time was over first.</returns>
    public static async Task<bool> UntilRestAsync(Session session, OpenedJob opened, TimeSpan? timeout, CancellationToken ct)
    {
        session.Interrupts.Listen();
        var time = session.Surroundings.Time;
        var started = time.GetTimestamp();
        var progress = RunProgress.For(session);
        var job = opened.Loaded;
        JobVersion? seen = null;
        while (true)
        {
            var now = session.Store.VersionOf(opened.Id);
            if (now != seen)
            {
                seen = now;
                foreach (var stored in await job.CatchUpAsync(session.Store, opened.Id, ct))
                {
                    progress.Happened(stored, job.State);
                }
            }

            progress.Tick(job.State);
            var over = timeout is { } limit && time.GetElapsedTime(started) >= limit;
            if (over || IsAtRest(job.State))
            {
                progress.Finish(job.State);
                return !over;
            }

            await Task.Delay(Pause, time, ct);
        }
    }

    private static bool IsAtRest(JobState job) => job.Status switch
    {
        JobStatus.Running or JobStatus.Reviewing => Owners.IsAlive(job.LastOwner) == false,
        JobStatus.Pending or JobStatus.ReviewRequired => false,
        _ => true,
    };
}
