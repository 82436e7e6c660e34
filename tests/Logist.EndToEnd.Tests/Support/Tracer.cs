using System.Diagnostics;

namespace Logist.EndToEnd.Tests.Support;

/// <summary>strace on a process that runs already, which it lives no longer than.</summary>
internal sealed class Tracer(int pid, string fault, string log) : IDisposable
{
    private readonly Process _strace = Process.Start("/usr/bin/strace", ["-f", "-qq", "-o", log, "-p", $"{pid}", "-e", "trace=sendto", "-e",
        $"inject={fault}"]);

    public void Dispose()
    {
        if (!_strace.HasExited)
        {
            LiveProcesses.Signal(_strace.Id, LiveProcesses.SIGTERM);
            _strace.WaitForExit();
        }

        _strace.Dispose();
    }
}
