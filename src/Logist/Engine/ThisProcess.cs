using Logist.Core.Jobs;
using Logist.Processes;

namespace Logist.Engine;

/// <summary>Who we are when we drive a job.</summary>
internal static class ThisProcess
{
    public static Owner Owner(string driver) => new(
        driver == "server" ? "logist serve" : "logist job run",
        Environment.MachineName,
        Environment.ProcessId,
        BootId.Current,
        ProcessIdentity.Of(Environment.ProcessId)?.StartTime ?? 0);
}
