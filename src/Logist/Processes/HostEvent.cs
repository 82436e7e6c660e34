using Logist.StepHost;

namespace Logist.Processes;

/// <summary>One process tree to start.</summary>
/// <param name="Execution">The idempotency key, such as <c>2.test.3/worker</c>: ≤ 200 bytes, no blanks or control characters.</param>
/// <param name="AttemptId">Marks the tree's processes by LOGIST_ATTEMPT_ID; added to the environment if it is not there.</param>
/// <param name="Argv">argv[0] is a path (relative ones lie in the working directory) or a name looked up in the environment's PATH.</param>
/// <param name="WorkingDirectory">Absolute.</param>
/// <param name="Environment">Everything the process gets, as <c>NAME=value</c>.</param>
/// <param name="StdinFile">null = /dev/null.</param>
/// <param name="OutputLog">Absolute; made with the first byte, its directory too. null = output is dropped.</param>
/// <param name="Timeout">Wall-clock limit, measured with the monotonic clock.</param>
/// <param name="Inactivity">Limit between two outputs.</param>
/// <param name="Grace">Between SIGTERM and SIGKILL when a limit is reached.</param>
internal sealed record StartRequest(
    string Execution,
    string AttemptId,
    IReadOnlyList<string> Argv,
    string WorkingDirectory,
    IReadOnlyList<string> Environment,
    string? StdinFile,
    string? OutputLog,
    TimeSpan? Timeout,
    TimeSpan? Inactivity,
    TimeSpan Grace);

/// <summary>What the step host reports. The same fact may come more than once: after a repeated start, a list, a stop too late.</summary>
internal abstract record HostEvent
{
    private HostEvent() { }

    /// <param name="StartTime">Clock ticks since boot, as in /proc/pid/stat.</param>
    internal sealed record Started(string Execution, int Pid, long StartTime) : HostEvent;

    /// <summary>The whole process tree is gone.</summary>
    /// <param name="Code">0 when a signal ended the leader.</param>
    /// <param name="Signal">0 when it exited by itself.</param>
    /// <param name="OutputBytes">Printed, kept or not.</param>
    /// <param name="OutputErrno">First error met while keeping the output (full disk …), 0 = none.</param>
    internal sealed record Exited(
        string Execution, int Code, int Signal, ExitReason Reason, DateTimeOffset StartedAt,
        long DurationMs, long OutputBytes, int OutputErrno) : HostEvent;

    internal sealed record StartFailed(string Execution, int Errno, string Message) : HostEvent;

    /// <summary>It was waiting or unknown and will not be started.</summary>
    internal sealed record Withdrawn(string Execution) : HostEvent;

    /// <summary>The host is not reachable any more: see <see cref="HostLog"/> and <see cref="Orphans"/>.</summary>
    internal sealed record Gone(string Why) : HostEvent;
}

internal enum HostExecutionState
{
    Queued,
    Running,
    Exited,
    Failed,
}

/// <summary>One execution that the host knows.</summary>
/// <param name="Last">Started, Exited or StartFailed; null when queued.</param>
internal sealed record HostExecution(string Execution, HostExecutionState State, HostEvent? Last);
