using Logist.Files;
using Logist.StepHost;

namespace Logist.Processes;

/// <param name="Name">For messages.</param>
/// <param name="Program">Absolute.</param>
internal sealed record Child(string Name, string Program, string[] Arguments, string[] Environment);

/// <summary>
/// A program that is expected to end soon, started by posix_spawn and fed and drained from the calling thread: no helper threads, no
/// assembly to load, and 0.7 ms instead of 0.85 ms per start (measured). The framework's Process searches the current directory for
/// programs.
/// </summary>
internal static unsafe class ChildProcess
{
    /// <summary>Runs to the end.</summary>
    /// <returns>
    /// The errno of a start that failed, else 0; and the exit code, 128 + the signal, or null when it was not done in time: then it is
    /// gone, with its session's group.
    /// </returns>
    public static (int Errno, int? Code) Run(Child child, ReadOnlyMemory<byte> input, ByteSink output, ByteSink error, TimeSpan limit)
    {
        var deadline = System.Environment.TickCount64 + (long)limit.TotalMilliseconds;
        var pipes = new ChildPipes(child.Name, input.Length > 0);
        int errno, pid;
        try
        {
            errno = Start(child, pipes, out pid);
        }
        catch
        {
            pipes.Close();
            throw;
        }

        pipes.CloseChildEnds();
        if (errno != 0)
        {
            pipes.Close();
            return (errno, null);
        }

        try
        {
            if (pipes.Pump(input, output, error, deadline) && EndsBy(pid, deadline))
            {
                pipes.Close();
                return (0, Wait(pid));
            }
        }
        catch
        {
            End(pid, pipes);
            throw;
        }

        End(pid, pipes);
        return (0, null);
    }

    // Who closes its output need not end.
    private static bool EndsBy(int pid, long deadline)
    {
        var end = new PollEntry { Descriptor = Native.PidFd(pid), Wanted = ChildNative.PollIn };
        if (end.Descriptor < 0)
        {
            return true;
        }

        int ready;
        do
        {
            var left = Math.Clamp(deadline - System.Environment.TickCount64, 0, int.MaxValue);
            ready = ChildNative.poll(&end, 1, (int)left);
        }
        while (ready < 0 && Libc.LastError == Libc.EINTR);
        _ = ChildNative.close(end.Descriptor);
        return ready != 0;
    }

    private static void End(int pid, ChildPipes pipes)
    {
        // The whole session's group: helpers too. The pid is still ours, because only Wait reaps it.
        _ = ChildNative.kill(-pid, ChildNative.SIGKILL);
        pipes.Close();
        _ = Wait(pid);
    }

    private static int Start(Child child, ChildPipes pipes, out int pid)
    {
        var argv = new NativeStrings([child.Program, .. child.Arguments]);
        var envp = new NativeStrings(child.Environment);

        // A session of its own: a time-out ends its helpers too, and the terminal's Ctrl-C does not cut a snapshot in half.
        // In the root directory: the caller's own may be gone, and git refuses to work there. Every path it gets is absolute.
        fixed (byte* path = Native.Bytes(child.Program), root = "/\0"u8)
        fixed (byte* argumentBytes = argv.Bytes, environmentBytes = envp.Bytes)
        fixed (nint* argumentList = argv.Pointers(argumentBytes), environmentList = envp.Pointers(environmentBytes))
        {
            return PosixSpawn.Start(path, (byte**)argumentList, (byte**)environmentList, root, pipes.ChildEnds, out pid);
        }
    }

    private static int Wait(int pid)
    {
        int status;
        while (ChildNative.waitpid(pid, &status, 0) < 0)
        {
            if (Libc.LastError != Libc.EINTR)
            {
                return 255;
            }
        }

        var signal = status & 0x7f;
        return signal == 0 ? (status >> 8) & 0xff : 128 + signal;
    }
}
