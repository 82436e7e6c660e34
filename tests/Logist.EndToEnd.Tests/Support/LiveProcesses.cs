using System.Runtime.InteropServices;

namespace Logist.EndToEnd.Tests.Support;

/// <summary>What runs on this machine, looked up by a text that nothing else has. Signals go to single pids only.</summary>
internal static class LiveProcesses
{
    public const int SIGINT = 2, SIGKILL = 9, SIGTERM = 15, SIGCONT = 18, SIGSTOP = 19;

    /// <summary>Pids of the living processes with this text among their arguments or variables.</summary>
    public static List<int> With(string text)
    {
        var found = new List<int>();
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory), out var pid) && pid != Environment.ProcessId
                && (Read(pid, "cmdline").Contains(text, StringComparison.Ordinal)
                    || Read(pid, "environ").Contains(text, StringComparison.Ordinal))
                && IsAlive(pid))
            {
                found.Add(pid);
            }
        }

        return found;
    }

    public static string Arguments(int pid) => Read(pid, "cmdline").Replace('\0', ' ');

    /// <summary>A zombie does not live: it only waits for being asked about.</summary>
    public static bool IsAlive(int pid)
    {
        var stat = Read(pid, "stat");
        return stat.Length > 0 && stat[(stat.LastIndexOf(')') + 2)..][0] is not ('Z' or 'X');
    }

    public static void Signal(int pid, int signal)
    {
        (pid > 1).ShouldBeTrue();
        _ = Kill(pid, signal);
    }

    private static string Read(int pid, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/{file}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int pid, int signal);
}
