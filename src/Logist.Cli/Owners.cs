using Logist.Core.Jobs;
using Logist.Processes;

namespace Logist.Cli;

/// <summary>Whether the process that took a job's lease last still lives.</summary>
internal static class Owners
{
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
