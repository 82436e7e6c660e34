using Logist.Core.Jobs;
using Logist.Processes;

namespace Logist.Engine;

/// <summary>Who we are when we drive a job.</summary>
internal static class ThisProcess
{
    public static Owner Owner(RunOptions options) => new(Name(options),
        Environment.MachineName,
        Environment.ProcessId,
        BootId.Current,
        ProcessIdentity.Of(Environment.ProcessId)?.StartTime ?? 0);

    private static string Name(RunOptions options) => options switch
    {
        { Driver: "server" } => "logist serve",
        { Request: JobCommand.Restep } => "logist job restep",
        { Request: JobCommand.Rerun or JobCommand.PartialRerun } => "logist job rerun",
        { OneStep: true } => "logist job step",
        _ => "logist job run",
    };
}
