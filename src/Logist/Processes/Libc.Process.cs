using System.Runtime.InteropServices;
using Logist.StepHost;
using Microsoft.Win32.SafeHandles;

namespace Logist.Files;

/// <summary>Sockets and descriptors for the step host's client.</summary>
internal static unsafe partial class Libc
{
    internal const int PollIn = 1, PollOut = 4;

    internal const int LockShared = 1;

    internal const int SocketNameLimit = 107, UnixFamily = 1, StreamSocket = 1, SocketCloseOnExec = 0x80000;

    internal const int DontWait = 0x40, NoSignal = 0x4000, DuplicateCloseOnExec = 1030, ExecuteAccess = 1;

    [StructLayout(LayoutKind.Sequential)]
    internal struct PollEntry
    {
        public int Fd;
        public short Wanted, Ready;
    }

    internal static SafeFileHandle Socket() => Handle(socket(UnixFamily, StreamSocket | SocketCloseOnExec, 0));

    internal static SafeFileHandle EventCounter() => Handle(eventfd(0, Native.CloseOnExec | Native.NonBlock));

    /// <summary>A copy with a number of at least the minimum, so that it cannot be in the way of dup2.</summary>
    internal static SafeFileHandle Duplicate(SafeFileHandle file, int minimum) => Handle(fcntl(Fd(file), DuplicateCloseOnExec, minimum));

    internal static int Connect(SafeFileHandle socket, string path) => WithAddress(socket, path, &connect);

    /// <summary>Binds with mode 0600 and listens.</summary>
    internal static int Listen(SafeFileHandle socket, string path)
    {
        // On Linux the file takes the socket's own mode: no moment at which others could connect.
        var rc = fchmod(Fd(socket), 0x180);
        rc = rc != 0 ? rc : WithAddress(socket, path, &bind);
        return rc != 0 ? rc : listen(Fd(socket), 16);
    }

    /// <returns>Bytes, 0 = the other end closed, -1 = <see cref="LastError"/>.</returns>
    internal static int Receive(SafeFileHandle socket, Span<byte> into)
    {
        fixed (byte* p = into)
        {
            return (int)recv(Fd(socket), p, into.Length, DontWait);
        }
    }

    internal static int Send(SafeFileHandle socket, ReadOnlySpan<byte> data)
    {
        fixed (byte* p = data)
        {
            return (int)send(Fd(socket), p, data.Length, DontWait | NoSignal);
        }
    }

    internal static int Poll(Span<PollEntry> entries, int milliseconds)
    {
        fixed (PollEntry* p = entries)
        {
            return poll(p, (ulong)entries.Length, milliseconds);
        }
    }

    internal static bool MayExecute(string path)
    {
        fixed (byte* p = Bytes(path))
        {
            return access(p, ExecuteAccess) == 0;
        }
    }

    internal static int Fd(SafeFileHandle file) => (int)file.DangerousGetHandle();

    private static SafeFileHandle Handle(int fd) => new(fd, ownsHandle: true);

    private static int WithAddress(SafeFileHandle socket, string path, delegate*<int, byte*, int, int> call)
    {
        var name = Bytes(path);
        var address = stackalloc byte[SocketNameLimit + 3];
        *(ushort*)address = UnixFamily;
        name.AsSpan().CopyTo(new Span<byte>(address + 2, SocketNameLimit + 1));
        return call(Fd(socket), address, name.Length + 2);
    }

    [DllImport("libc")] private static extern int socket(int domain, int type, int protocol);
    [DllImport("libc")] private static extern int connect(int fd, byte* address, int length);
    [DllImport("libc")] private static extern int bind(int fd, byte* address, int length);
    [DllImport("libc")] private static extern int listen(int fd, int backlog);
    [DllImport("libc")] private static extern nint recv(int fd, byte* data, nint count, int flags);
    [DllImport("libc")] private static extern nint send(int fd, byte* data, nint count, int flags);
    [DllImport("libc")] private static extern int poll(PollEntry* entries, ulong count, int milliseconds);
    [DllImport("libc")] private static extern int eventfd(uint initial, int flags);
    [DllImport("libc")] private static extern int fcntl(int fd, int command, nint argument);
    [DllImport("libc")] private static extern int fchmod(int fd, uint mode);
    [DllImport("libc")] private static extern int access(byte* path, int mode);
}
