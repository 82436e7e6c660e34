using System.Runtime.InteropServices;

namespace Logist.StepHost;

/// <summary>System calls only the host makes.</summary>
internal static unsafe class Libc
{
    public const uint EpollIn = 1, EpollOut = 4;

    internal const int EpollAdd = 1, EpollDelete = 2, EpollModify = 3, SubreaperOption = 36, CoreLimit = 4;
    internal const int GetFlags = 3, SetFlags = 4, SetDescriptorFlags = 2;
    internal const int NoSignal = 0x4000, DontWait = 0x40, SIGHUP = 1, SIGINT = 2, SIGQUIT = 3, Ignore = 1;

    // struct epoll_event is packed on x86-64 only.
    public static readonly int EventBytes = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;
    public static readonly int EventDataOffset = EventBytes - 8;

    public static int EpollCreate() => epoll_create1(Native.CloseOnExec);

    public static void Watch(int epoll, int fd, uint events, ulong data) => Control(epoll, EpollAdd, fd, events, data);

    public static void Rewatch(int epoll, int fd, uint events, ulong data) => Control(epoll, EpollModify, fd, events, data);

    public static void Unwatch(int epoll, int fd) => Control(epoll, EpollDelete, fd, 0, 0);

    public static int Wait(int epoll, byte* events, int count, int milliseconds) => epoll_wait(epoll, events, count, milliseconds);

    public static int Accept(int listening) => accept4(listening, null, null, Native.CloseOnExec | Native.NonBlock);

    public static int Receive(int fd, Span<byte> into)
    {
        fixed (byte* p = into)
        {
            return (int)recv(fd, p, into.Length, DontWait);
        }
    }

    public static int Send(int fd, ReadOnlySpan<byte> data)
    {
        fixed (byte* p = data)
        {
            return (int)send(fd, p, data.Length, DontWait | NoSignal);
        }
    }

    /// <summary>A pipe whose reading end does not block; the writing end must, or children would see EAGAIN.</summary>
    public static bool Pipe(out int reading, out int writing)
    {
        var fds = stackalloc int[2];
        var ok = pipe2(fds, Native.CloseOnExec) == 0;
        (reading, writing) = (fds[0], fds[1]);
        if (ok)
        {
            NonBlocking(reading);
        }

        return ok;
    }

    public static void NonBlocking(int fd) => _ = fcntl(fd, SetFlags, fcntl(fd, GetFlags, 0) | Native.NonBlock);

    public static void CloseOnExec(int fd) => _ = fcntl(fd, SetDescriptorFlags, 1);

    /// <summary>Writes everything.</summary>
    /// <returns>0 or errno; then an unknown part was written.</returns>
    public static int WriteAll(int fd, ReadOnlySpan<byte> data)
    {
        fixed (byte* p = data)
        {
            for (var done = 0; done < data.Length;)
            {
                var n = (int)write(fd, p + done, data.Length - done);
                if (n > 0)
                {
                    done += n;
                }
                else if (n == 0 || Native.Errno != Native.EINTR)
                {
                    return n == 0 ? Native.EIO : Native.Errno;
                }
            }
        }

        return 0;
    }

    /// <inheritdoc cref="WriteAll"/>
    public static int WriteAt(int fd, ReadOnlySpan<byte> data, long offset)
    {
        fixed (byte* p = data)
        {
            for (var done = 0; done < data.Length;)
            {
                var n = (int)pwrite(fd, p + done, data.Length - done, offset + done);
                if (n > 0)
                {
                    done += n;
                }
                else if (n == 0 || Native.Errno != Native.EINTR)
                {
                    return n == 0 ? Native.EIO : Native.Errno;
                }
            }
        }

        return 0;
    }

    public static bool ReadAt(int fd, Span<byte> into, long offset)
    {
        fixed (byte* p = into)
        {
            for (var done = 0; done < into.Length;)
            {
                var n = (int)pread(fd, p + done, into.Length - done, offset + done);
                if (n > 0)
                {
                    done += n;
                }
                else if (n == 0 || Native.Errno != Native.EINTR)
                {
                    return false;
                }
            }
        }

        return true;
    }

    public static long End(int fd) => lseek(fd, 0, 2);

    /// <summary>
    /// Descendants that lose their parent come to this process; nothing of it or of them dumps core. A step's <c>kill $PPID</c> or a
    /// SIGTERM to everybody at logout must not turn steps into orphans: the host ends when they have ended.
    /// </summary>
    public static void OwnDescendants()
    {
        _ = prctl(SubreaperOption, 1, 0, 0, 0);
        var none = stackalloc ulong[2];
        none[0] = none[1] = 0;
        _ = setrlimit(CoreLimit, none);
        foreach (var number in (ReadOnlySpan<int>)[SIGHUP, SIGINT, SIGQUIT, Native.SIGTERM])
        {
            _ = signal(number, Ignore);
        }
    }

    private static void Control(int epoll, int operation, int fd, uint events, ulong data)
    {
        var change = stackalloc byte[16];
        *(uint*)change = events;
        *(ulong*)(change + EventDataOffset) = data;
        _ = epoll_ctl(epoll, operation, fd, change);
    }

    [DllImport("libc")] private static extern int epoll_create1(int flags);
    [DllImport("libc")] private static extern int epoll_ctl(int epoll, int operation, int fd, byte* change);
    [DllImport("libc")] private static extern int epoll_wait(int epoll, byte* events, int count, int milliseconds);
    [DllImport("libc")] private static extern int accept4(int fd, byte* address, int* length, int flags);
    [DllImport("libc")] private static extern nint recv(int fd, byte* data, nint count, int flags);
    [DllImport("libc")] private static extern nint send(int fd, byte* data, nint count, int flags);
    [DllImport("libc")] private static extern int pipe2(int* fds, int flags);
    [DllImport("libc")] private static extern int fcntl(int fd, int command, nint argument);
    [DllImport("libc")] private static extern nint write(int fd, byte* data, nint count);
    [DllImport("libc")] private static extern nint pwrite(int fd, byte* data, nint count, long offset);
    [DllImport("libc")] private static extern nint pread(int fd, byte* data, nint count, long offset);
    [DllImport("libc")] private static extern long lseek(int fd, long offset, int whence);
    [DllImport("libc")] private static extern int prctl(int option, nuint a, nuint b, nuint c, nuint d);
    [DllImport("libc")] private static extern nint signal(int number, nint handler);
    [DllImport("libc")] private static extern int setrlimit(int resource, ulong* limit);
}
