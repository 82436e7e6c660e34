using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Logist.Files;

/// <summary>
/// The few system calls that the framework lacks or gets wrong: fsync errors are swallowed, directories cannot be opened,
/// FileMode.Append is not O_APPEND. Blittable arguments only; the return value decides, errno only explains.
/// </summary>
internal static unsafe partial class Libc
{
    internal const int ReadOnly = 0, WriteOnly = 1, ReadWrite = 2, Create = 0x40, Exclusive = 0x80, Truncate = 0x200, Append = 0x400,
        NonBlock = 0x800, CloseOnExec = 0x80000;

    // Two open flags have other values on arm64.
    internal static readonly int Directory = Posix.DirectoryFlag, NoFollow = Posix.NoFollowFlag;

    internal const int LockExclusive = 2, LockNonBlocking = 4, LockUnlock = 8;

    internal const int EINTR = 4, EAGAIN = 11, ENOENT = 2, EEXIST = 17;

    // The runtime's marshalling stub itself may leave an errno behind on its very first use (measured): warm it up.
    static Libc() => _ = Marshal.GetLastSystemError();

    internal static int LastError => Marshal.GetLastSystemError();

    internal static SafeFileHandle? TryOpen(string path, int flags, int mode = 0x180)
    {
        fixed (byte* p = Bytes(path))
        {
            int fd;
            do
            {
                fd = open(p, flags | CloseOnExec, mode);
            }
            while (fd < 0 && LastError == EINTR);
            return fd < 0 ? null : new SafeFileHandle(fd, ownsHandle: true);
        }
    }

    internal static int Rename(string from, string to)
    {
        fixed (byte* f = Bytes(from), t = Bytes(to))
        {
            return rename(f, t);
        }
    }

    internal static int Unlink(string path)
    {
        fixed (byte* p = Bytes(path))
        {
            return unlink(p);
        }
    }

    internal static int Fsync(SafeFileHandle file) => Retry(&fsync, file);

    internal static int Fdatasync(SafeFileHandle file) => Retry(&fdatasync, file);

    internal static int Flock(SafeFileHandle file, int operation)
    {
        int rc;
        do
        {
            rc = flock((int)file.DangerousGetHandle(), operation);
        }
        while (rc < 0 && LastError == EINTR);
        GC.KeepAlive(file);
        return rc;
    }

    internal static int Ftruncate(SafeFileHandle file, long length)
    {
        var rc = ftruncate((int)file.DangerousGetHandle(), length);
        GC.KeepAlive(file);
        return rc;
    }

    /// <summary>Writes everything, looping over short writes.</summary>
    /// <returns>0, or -1 with <see cref="LastError"/>; then an unknown part may have been written.</returns>
    internal static int Write(SafeFileHandle file, ReadOnlySpan<byte> data)
    {
        var fd = (int)file.DangerousGetHandle();
        fixed (byte* p = data)
        {
            for (var done = 0; done < data.Length;)
            {
                var n = (int)write(fd, p + done, data.Length - done);
                if (n > 0)
                {
                    done += n;
                }
                else if (n == 0 || LastError != EINTR)
                {
                    return -1;
                }
            }
        }

        GC.KeepAlive(file);
        return 0;
    }

    internal static string ErrorText(int errno) => Marshal.GetPInvokeErrorMessage(errno);

    private static int Retry(delegate*<int, int> call, SafeFileHandle file)
    {
        int rc;
        do
        {
            rc = call((int)file.DangerousGetHandle());
        }
        while (rc < 0 && LastError == EINTR);
        GC.KeepAlive(file);
        return rc;
    }

    private static byte[] Bytes(string path) => System.Text.Encoding.UTF8.GetBytes(path + '\0');

    [DllImport("libc")] private static extern int open(byte* path, int flags, int mode);
    [DllImport("libc")] private static extern nint write(int fd, byte* data, nint count);
    [DllImport("libc")] private static extern int fsync(int fd);
    [DllImport("libc")] private static extern int fdatasync(int fd);
    [DllImport("libc")] private static extern int ftruncate(int fd, long length);
    [DllImport("libc")] private static extern int rename(byte* from, byte* to);
    [DllImport("libc")] private static extern int unlink(byte* path);
    [DllImport("libc")] private static extern int flock(int fd, int operation);
}
