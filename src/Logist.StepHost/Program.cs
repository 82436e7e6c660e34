using System.Runtime.CompilerServices;
using Logist.StepHost;

[assembly: DisableRuntimeMarshalling]

// Started by an owner of a job: the working directory is the job's, descriptor 3 listens on host.sock, 4 holds alive.lock.
if (Environment.GetEnvironmentVariable(Protocol.HostMarker) is null)
{
    return 2;
}

using var log = new Log("host.log");
try
{
    using var host = new Host(log);
    host.Run();
    return 0;
}
#pragma warning disable CA1031 // A bug of the host's own: there is no terminal and no parent, the log is the only witness.
catch (Exception bug)
#pragma warning restore CA1031
{
    log.Add($"{HostRecord.Crash} {bug.ToString().ReplaceLineEndings(" ")}");
    _ = log.Flush();
    return 1;
}
