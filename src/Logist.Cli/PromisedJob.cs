using System.Runtime.CompilerServices;
using Logist.Core;
using Logist.Core.Jobs;
using Logist.Server;
using Logist.Server.Jobs;

namespace Logist.Cli;

/// <summary>A job that a server accepted and that waits for it, while no server runs.</summary>
internal static class PromisedJob
{
    public static bool WaitsForServer(Session session, JobState job) =>
        job.Status is JobStatus.Pending or JobStatus.ReviewRequired && IsPromised(session, JobId.Parse(job.Id));

    // A method of its own: only then the server's assembly is loaded.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool IsPromised(Session session, JobId id) => ServerFile.Find(session.Surroundings.LogistHome()) is null
        && new DriveList(session.JobsDirectory).Load().Any(promise => promise.Job == id.Value);
}
