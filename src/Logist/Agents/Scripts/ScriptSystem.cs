using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Logist.Files;
using Microsoft.Win32.SafeHandles;

namespace Logist.Agents.Scripts;

/// <summary>What a script needs of the system and the framework does not give: signals as they are, plain children, cheap output.</summary>
internal static unsafe class ScriptSystem
{
    internal const int Term = 15;
    private const int Pipe = 13, CoreLimit = 4;

    /// <summary>Signals end this program as any other, instead of the runtime's orderly exit.</summary>
    public static void ResetSignals()
    {
        foreach (var number in (ReadOnlySpan<int>)[1, 2, 3, Term])
        {
            _ = signal(number, 0);
        }
    }

    public static void Ignore(int number) => _ = signal(number, 1);

    /// <summary>Does not return but for signals that only stop.</summary>
    public static void Raise(int number)
    {
        var none = stackalloc ulong[2];
        _ = setrlimit(CoreLimit, none);
        _ = signal(number, 0);
        _ = kill(getpid(), number);
    }

    /// <summary>Waits; -1 is for ever.</summary>
    public static void Sleep(long milliseconds)
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            var left = milliseconds < 0 ? int.MaxValue : milliseconds - (long)Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            if (left <= 0)
            {
                return;
            }

            _ = poll(null, 0, (int)Math.Min(left, int.MaxValue));
        }
    }

    // Console costs milliseconds at start-up; whoever closed our output wants nothing more of it.
    public static void Print(ReadOnlySpan<byte> text, bool error = false)
    {
        using var output = new SafeFileHandle(error ? 2 : 1, ownsHandle: false);
        _ = Libc.Write(output, text);
    }

    /// <summary>Starts a shell with one line; <c>$1</c> … are the arguments.</summary>
    /// <param name="ownSession">In a session of its own, as daemons do.</param>
    /// <returns>The process id, or 0.</returns>
    public static int Start(string line, bool ownSession, params ReadOnlySpan<string> arguments)
    {
        var argv = new nint[arguments.Length + 5];
        string[] head = ["sh", "-c", line, "sh"];
        for (var i = 0; i < argv.Length - 1; i++)
        {
            argv[i] = Marshal.StringToCoTaskMemUTF8(i < head.Length ? head[i] : arguments[i - head.Length]);
        }

        // The runtime ignores SIGPIPE, and children would inherit that.
        var attributes = stackalloc byte[512];
        var defaults = stackalloc ulong[16];
        new Span<ulong>(defaults, 16).Clear();
        defaults[0] = 1UL << (Pipe - 1);
        _ = posix_spawnattr_init(attributes);
        _ = posix_spawnattr_setsigdefault(attributes, defaults);
        _ = posix_spawnattr_setflags(attributes, (short)(0x04 | (ownSession ? 0x80 : 0)));
        var environment = *(byte***)NativeLibrary.GetExport(NativeLibrary.Load("libc.so.6"), "environ");
        int pid, rc;
        fixed (nint* args = argv)
        fixed (byte* shell = "/bin/sh\0"u8)
        {
            rc = posix_spawn(&pid, shell, null, attributes, args, environment);
        }

        foreach (var argument in argv)
        {
            Marshal.FreeCoTaskMem(argument);
        }

        return rc == 0 ? pid : 0;
    }

    /// <returns>The exit code, 128 + signal for a signal.</returns>
    public static int Wait(int pid)
    {
        int status;
        while (waitpid(pid, &status, 0) < 0)
        {
            if (Libc.LastError != Libc.EINTR)
            {
                return 127;
            }
        }

        return (status & 0x7f) == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f);
    }

    public static bool ChangeMode(string path, uint mode)
    {
        fixed (byte* p = Utf8(path + '\0'))
        {
            return chmod(p, mode) == 0;
        }
    }

    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    [DllImport("libc")] private static extern nint signal(int number, nint handler);
    [DllImport("libc")] private static extern int chmod(byte* path, uint mode);
    [DllImport("libc")] private static extern int kill(int pid, int number);
    [DllImport("libc")] private static extern int getpid();
    [DllImport("libc")] private static extern int setrlimit(int resource, ulong* limits);
    [DllImport("libc")] private static extern int poll(void* files, nuint count, int milliseconds);
    [DllImport("libc")] private static extern int waitpid(int pid, int* status, int options);
    [DllImport("libc")] private static extern int posix_spawn(int* pid, byte* path, void* actions, byte* attr, nint* argv, byte** env);
    [DllImport("libc")] private static extern int posix_spawnattr_init(byte* attributes);
    [DllImport("libc")] private static extern int posix_spawnattr_setflags(byte* attributes, short flags);
    [DllImport("libc")] private static extern int posix_spawnattr_setsigdefault(byte* attributes, ulong* signals);
}
