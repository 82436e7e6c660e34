using System.Runtime.InteropServices;
using System.Text;

namespace Logist.StepHost;

/// <summary>System calls that both the host and the shell's process code need. Blittable only; errno by <see cref="Errno"/>.</summary>
internal static unsafe class Native
{
    public const int EINTR = 4, EAGAIN = 11, ENOENT = 2, EACCES = 13, EEXIST = 17, ENOTDIR = 20, EIO = 5;
    public const int SIGKILL = 9, SIGTERM = 15, SIGCONT = 18, SIGSTOP = 19;
    public const int ReadOnly = 0, WriteOnly = 1, ReadWrite = 2, Create = 0x40, Exclusive = 0x80, Truncate = 0x200, NonBlock = 0x800,
        CloseOnExec = 0x80000;

    // The one place where the two supported processors disagree about open(2).
    public static readonly int NoFollow = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x8000 : 0x20000;

    internal const int PidfdOpen = 434, PidfdSendSignal = 424, CloseRange = 436, CloseRangeCloseOnExec = 4, NoHang = 1;

    public static int Errno => Marshal.GetLastSystemError();

    public static int Open(string path, int flags, int mode = 0x180)
    {
        fixed (byte* p = Bytes(path))
        {
            return open(p, flags | CloseOnExec, mode);
        }
    }

    public static int OpenAt(byte* path, int flags) => open(path, flags | CloseOnExec, 0);

    public static int Unlink(string path)
    {
        fixed (byte* p = Bytes(path))
        {
            return unlink(p);
        }
    }

    public static int MakeDirectory(string path)
    {
        fixed (byte* p = Bytes(path))
        {
            return mkdir(p, 0x1C0);
        }
    }

    public static void Close(int fd) => _ = close(fd);

    public static int Read(int fd, Span<byte> into)
    {
        fixed (byte* p = into)
        {
            int n;
            do
            {
                n = (int)read(fd, p, into.Length);
            }
            while (n < 0 && Errno == EINTR);
            return n;
        }
    }

    /// <summary>Reads at most the span's length from the start of a small file, -1 when it cannot be opened or read.</summary>
    public static int ReadFile(string path, Span<byte> into)
    {
        var fd = Open(path, ReadOnly);
        if (fd < 0)
        {
            return -1;
        }

        // One read of a /proc file returns at most a page for some of them: read until it says there is no more.
        var total = 0;
        int n;
        while ((n = Read(fd, into[total..])) > 0)
        {
            total += n;
        }

        Close(fd);
        return n < 0 && total == 0 ? -1 : total;
    }

    public static int PidFd(int pid) => (int)syscall(PidfdOpen, pid, 0, 0, 0);

    /// <summary>No descriptor that this process inherited reaches a program started later. Kernels before 5.11 refuse.</summary>
    public static void CloseAllOnExec() => _ = syscall(CloseRange, 3, unchecked((nint)uint.MaxValue), CloseRangeCloseOnExec, 0);

    /// <summary>Signals exactly the process that had this start time; a reused pid is left alone.</summary>
    public static bool Signal(int pid, long startTime, int signal)
    {
        var fd = PidFd(pid);
        if (fd < 0)
        {
            return false;
        }

        // The descriptor pins the process, so the start time read now is the one of what will be signalled.
        var same = ProcessTable.TryRead(pid, out var now) && now.StartTime == startTime;
        var sent = same && syscall(PidfdSendSignal, fd, signal, 0, 0) == 0;
        Close(fd);
        return sent;
    }

    /// <summary>Reaps one child without waiting: its pid, 0 = still alive, -1 = not our child.</summary>
    public static int Reap(int pid, out int status)
    {
        int value = 0, rc;
        do
        {
            rc = waitpid(pid, &value, NoHang);
        }
        while (rc < 0 && Errno == EINTR);
        status = value;
        return rc;
    }

    public static byte[] Bytes(string path) => Encoding.UTF8.GetBytes(path + '\0');

    [DllImport("libc")] private static extern int open(byte* path, int flags, int mode);
    [DllImport("libc")] private static extern int close(int fd);
    [DllImport("libc")] private static extern int unlink(byte* path);
    [DllImport("libc")] private static extern int mkdir(byte* path, int mode);
    [DllImport("libc")] private static extern nint read(int fd, byte* data, nint count);
    [DllImport("libc")] private static extern int waitpid(int pid, int* status, int options);
    [DllImport("libc")] private static extern nint syscall(nint number, nint a, nint b, nint c, nint d);
}
