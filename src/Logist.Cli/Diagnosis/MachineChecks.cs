using System.Runtime.InteropServices;
using Logist.Diagnosis;

namespace Logist.Cli.Diagnosis;

/// <summary>What the machine must offer: the runtime, /proc, a boot id, inotify, our own programs.</summary>
internal static class MachineChecks
{
    private static readonly Version NeededRuntime = new(10, 0);

    public static Check Runtime() => Runtime(Environment.Version);

    public static Check Runtime(Version version) => version >= NeededRuntime
        ? Check.Ok("dotnet", $"runtime {version}")
        : Check.Fail("dotnet", $"runtime {version} is older than {NeededRuntime}", "install the .NET 10 SDK");

    /// <summary>Processes are identified and swept through /proc.</summary>
    public static Check Proc(string proc) => Directory.Exists(Path.Combine(proc, "self", "fd"))
        ? Check.Ok("/proc", "mounted")
        : Check.Fail("/proc", $"{proc} is not mounted", "mount -t proc proc /proc");

    /// <summary>Tells a process of before a reboot from one of after it.</summary>
    public static Check BootId(string proc)
    {
        var file = Path.Combine(proc, "sys", "kernel", "random", "boot_id");
        return File.Exists(file) && Guid.TryParse(File.ReadAllText(file).Trim(), out var id)
            ? Check.Ok("boot id", id.ToString())
            : Check.Fail("boot id", $"{file} cannot be read", "run on Linux with /proc mounted");
    }

    /// <summary>Without it changes of other processes are seen by polling only.</summary>
    public static Check Inotify()
    {
        var fd = inotify_init1(0x80000);
        if (fd < 0)
        {
            return Check.Warn(
                "inotify", Marshal.GetPInvokeErrorMessage(Marshal.GetLastSystemError()), "sysctl fs.inotify.max_user_instances=512");
        }

        _ = close(fd);
        return Check.Ok("inotify", "available");
    }

    public static Check StepHost(string programs)
    {
        var file = Path.Combine(programs, "Logist.StepHost");
        return File.Exists(file) && File.GetUnixFileMode(file).HasFlag(UnixFileMode.UserExecute)
            ? Check.Ok("step host", file)
            : Check.Fail("step host", $"{file} is missing or not executable",
                "build again: remove the artifacts directory and run ./logist");
    }

    [DllImport("libc")] private static extern int inotify_init1(int flags);
    [DllImport("libc")] private static extern int close(int fd);
}
