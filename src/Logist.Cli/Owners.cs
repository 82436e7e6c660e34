using System.Globalization;
using Logist.Core.Jobs;

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

        return owner.BootId == BootId() && StartTime(owner.Pid) == owner.StartTime;
    }

    private static string BootId() => File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();

    /// <summary>Field 22 of the kernel's line; the program's name before it may contain anything, also parentheses.</summary>
    private static long? StartTime(int pid)
    {
        try
        {
            var line = File.ReadAllText($"/proc/{pid}/stat");
            var fields = line[(line.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] is "Z" or "X" ? null : long.Parse(fields[19], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
