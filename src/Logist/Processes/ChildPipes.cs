using System.Runtime.InteropServices;
using Logist.Core;
using Logist.Files;
using Logist.StepHost;

namespace Logist.Processes;

internal delegate void ByteSink(ReadOnlySpan<byte> chunk);

/// <summary>The three pipes of one child: written and drained in one poll loop, so that neither side can block the other.</summary>
internal sealed unsafe class ChildPipes
{
    private const int In = 0, Out = 1, Err = 2;
    private readonly int[] _ours = [-1, -1, -1], _childs = [-1, -1, -1];

    private readonly string _program;

    /// <param name="program">For messages.</param>
    public ChildPipes(string program, bool hasInput)
    {
        _program = program;
        var ends = stackalloc int[2];
        try
        {
            for (var i = hasInput ? In : Out; i <= Err; i++)
            {
                if (ChildNative.pipe2(ends, Libc.CloseOnExec) != 0)
                {
                    throw NotStarted();
                }

                (_ours[i], _childs[i]) = i == In ? (ends[1], ends[0]) : (ends[0], ends[1]);
            }

            if (hasInput)
            {
                _ = ChildNative.fcntl(_ours[In], ChildNative.SetFlags, Libc.NonBlock);
            }
            else
            {
                _childs[In] = Native.Open("/dev/null", Native.ReadOnly) is >= 0 and var nothing ? nothing : throw NotStarted();
            }
        }
        catch
        {
            Close();
            throw;
        }
    }

    public PosixSpawn.Descriptor[] ChildEnds => [new(In, _childs[In]), new(Out, _childs[Out]), new(Err, _childs[Err])];

    public void CloseChildEnds() => CloseAll(_childs);

    public void Close()
    {
        CloseAll(_ours);
        CloseAll(_childs);
    }

    /// <returns>False when the deadline passed first.</returns>
    public bool Pump(ReadOnlyMemory<byte> input, ByteSink output, ByteSink error, long deadline)
    {
        var buffer = new byte[64 << 10];
        var polled = stackalloc PollEntry[3];
        while (_ours[Out] >= 0 || _ours[Err] >= 0)
        {
            var left = deadline - Environment.TickCount64;
            if (left <= 0)
            {
                return false;
            }

            // A closed end has descriptor -1, which poll skips.
            for (var i = In; i <= Err; i++)
            {
                polled[i] = new PollEntry { Descriptor = _ours[i], Wanted = i == In ? ChildNative.PollOut : ChildNative.PollIn };
            }

            if (ChildNative.poll(polled, 3, (int)Math.Min(left, int.MaxValue)) < 0 && Libc.LastError != Libc.EINTR)
            {
                throw new LogistException(ErrorKind.Storage, $"waiting for {_program} failed", Libc.ErrorText(Libc.LastError));
            }

            if (polled[In].Happened != 0)
            {
                input = Feed(input);
            }

            Drain(Out, polled[Out].Happened, buffer, output);
            Drain(Err, polled[Err].Happened, buffer, error);
        }

        return true;
    }

    private ReadOnlyMemory<byte> Feed(ReadOnlyMemory<byte> input)
    {
        fixed (byte* p = input.Span)
        {
            var n = (int)ChildNative.write(_ours[In], p, Math.Min(input.Length, 64 << 10));
            var again = n < 0 && Libc.LastError is Libc.EAGAIN or Libc.EINTR;
            input = input[Math.Max(n, 0)..];

            // A program that stopped reading says why on stderr; its exit code decides.
            if (input.IsEmpty || (n < 0 && !again))
            {
                CloseOne(_ours, In);
            }
        }

        return input;
    }

    private void Drain(int which, short happened, byte[] buffer, ByteSink sink)
    {
        if (happened == 0 || _ours[which] < 0)
        {
            return;
        }

        int n;
        fixed (byte* p = buffer)
        {
            n = (int)ChildNative.read(_ours[which], p, buffer.Length);
        }

        if (n > 0)
        {
            sink(buffer.AsSpan(0, n));
        }
        else if (n == 0 || Libc.LastError != Libc.EINTR)
        {
            CloseOne(_ours, which);
        }
    }

    // Descriptors ran out, most of all.
    private LogistException NotStarted() => new(ErrorKind.Storage, $"{_program} could not be started", Libc.ErrorText(Libc.LastError),
        "raise ulimit -n, or try again with fewer jobs at once");

    private static void CloseAll(int[] ends)
    {
        for (var i = In; i <= Err; i++)
        {
            CloseOne(ends, i);
        }
    }

    private static void CloseOne(int[] ends, int which)
    {
        if (ends[which] >= 0)
        {
            _ = ChildNative.close(ends[which]);
            ends[which] = -1;
        }
    }
}

[StructLayout(LayoutKind.Sequential)]
internal struct PollEntry
{
    public int Descriptor;
    public short Wanted;
    public short Happened;
}

internal static unsafe class ChildNative
{
    internal const int SIGKILL = 9, SetFlags = 4;
    internal const short PollIn = 1, PollOut = 4;

    [DllImport("libc")] internal static extern int waitpid(int pid, int* status, int options);
    [DllImport("libc")] internal static extern int kill(int pid, int signal);
    [DllImport("libc")] internal static extern int pipe2(int* ends, int flags);
    [DllImport("libc")] internal static extern int fcntl(int fd, int command, int value);
    [DllImport("libc")] internal static extern int poll(PollEntry* entries, ulong count, int milliseconds);
    [DllImport("libc")] internal static extern nint read(int fd, byte* data, nint count);
    [DllImport("libc")] internal static extern nint write(int fd, byte* data, nint count);
    [DllImport("libc")] internal static extern int close(int fd);
}
