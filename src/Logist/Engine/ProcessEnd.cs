using Logist.Agents;
using Logist.Processes;
using Logist.StepHost;

namespace Logist.Engine;

/// <summary>How a process of an attempt ended, or that it could not be started.</summary>
internal sealed record ProcessEnd(int? Code, int? Signal, EndReason Reason, DateTimeOffset? StartedAt, long DurationMs)
{
    private const int EIO = 5, ENFILE = 23, EMFILE = 24, ENOSPC = 28, EROFS = 30, EDQUOT = 122;

    /// <summary>For a failed start the system's words; for a time-out the limit.</summary>
    public string? Detail { get; init; }

    /// <summary>As shells count it: 128 + signal for a process that a signal ended.</summary>
    public int? ExitCode => Signal is { } signal ? 128 + signal : Code;

    public static ProcessEnd Of(HostEvent.Exited exited, Flight flight) => new(
        exited.Signal == 0 ? exited.Code : null,
        exited.Signal == 0 ? null : exited.Signal,
        exited.Reason switch
        {
            ExitReason.Timeout => EndReason.Timeout,
            ExitReason.Inactive => EndReason.Inactivity,
            ExitReason.Stopped => flight.Wish == StopWish.Cancel ? EndReason.Canceled : EndReason.Interrupted,
            _ => EndReason.Exited,
        },
        exited.StartedAt, exited.DurationMs)
    {
        Detail = exited.Reason switch
        {
            ExitReason.Timeout => Limit(flight.Definition.Timeout),
            ExitReason.Inactive => Limit(flight.Silence),
            _ => null,
        },
    };

    public static ProcessEnd Of(HostEvent.StartFailed failed) =>
        new(null, null, IsStorage(failed.Errno) ? EndReason.NoStorage : EndReason.NotStarted, null, 0) { Detail = failed.Message };

    private static bool IsStorage(int errno) => errno is EIO or ENFILE or EMFILE or ENOSPC or EROFS or EDQUOT;

    private static string? Limit(TimeSpan? limit) => limit is not { } t ? null
        : t.TotalSeconds < 120 ? $"{t.TotalSeconds:0.#}s" : t.TotalMinutes < 120 ? $"{t.TotalMinutes:0.#}m" : $"{t.TotalHours:0.#}h";
}
