using Logist.Core.Jobs;
using Logist.Processes;

namespace Logist.Engine;

/// <summary>Whether the process that took a job's lease last still lives.</summary>
public static class Owners
{
    /// <summary>Between two steps of somebody else's run nothing is active, but the job is theirs. A server is always there.</summary>
    public static bool IsDrivenByOther(JobState job) => job.LastOwner is { Name: not "logist serve" } owner
        && owner.Pid != Environment.ProcessId && IsAlive(owner) == true;

    /// <returns>Null: nobody did, or it is on another machine or of another boot and only its host can tell.</returns>
    public static bool? IsAlive(Owner? owner)
    {
        if (owner is null || owner.Host != Environment.MachineName)
        {
            return null;
        }

        return owner.BootId == BootId.Current && new ProcessIdentity(owner.Pid, owner.StartTime).IsAlive;
    }
}
