using Logist.StepHost;

namespace Logist.Processes;

/// <summary>A process that cannot be confused with a later one of the same number, as long as the machine is not rebooted.</summary>
internal readonly record struct ProcessIdentity(int Pid, long StartTime)
{
    /// <summary>null when no such process exists.</summary>
    public static ProcessIdentity? Of(int pid) =>
        ProcessTable.TryRead(pid, out var entry) ? new ProcessIdentity(pid, entry.StartTime) : null;

    /// <summary>Exists and is not a zombie.</summary>
    public bool IsAlive => ProcessTable.TryRead(Pid, out var entry) && entry.StartTime == StartTime && entry.IsAlive;
}

/// <summary>Names this boot of the machine: pids and start times of another one mean nothing.</summary>
internal static class BootId
{
    private static string? _current;

    public static string Current => _current ??= File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();
}
