using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Logist.Files;

/// <summary>What <c>statx</c> tells about a file; fields have the same place on every architecture.</summary>
internal readonly record struct FileStatus(ulong Device, ulong Inode, long Size, int Mode, int Links)
{
    public FileKind Kind => (Mode & 0xF000) switch
    {
        0x8000 => FileKind.Regular,
        0x4000 => FileKind.Directory,
        0xA000 => FileKind.Link,
        _ => FileKind.Other,
    };

    /// <summary>When content, name or rights last changed, in nanoseconds; the kernel's own, nobody can set it.</summary>
    public long Changed { get; init; }

    public bool IsRegular => Kind == FileKind.Regular;

    public bool IsSameFile(in FileStatus other) => Device == other.Device && Inode == other.Inode;
}

internal static unsafe partial class Libc
{
    internal const int EPERM = 1, ENXIO = 6, EACCES = 13, EXDEV = 18, ENOTDIR = 20, EISDIR = 21, ENAMETOOLONG = 36, ENOSYS = 38,
        ENOTEMPTY = 39, ELOOP = 40;

    internal const uint InotifyModify = 2, InotifyMovedFrom = 0x40, InotifyMovedTo = 0x80, InotifyCreate = 0x100,
        InotifyDelete = 0x200, InotifyDeleteSelf = 0x400, InotifyMoveSelf = 0x800, InotifyOverflow = 0x4000,
        InotifyIgnored = 0x8000, InotifyDoNotFollow = 0x2000000;

    internal const int AtCurrent = -100, AtNoFollow = 0x100, AtEmptyPath = 0x1000, StatxBasic = 0x7FF, StatxSize = 256;

    internal const int OfdSetLock = 37;

    /// <summary>Status of an open file.</summary>
    /// <returns>Null: the call failed, see <see cref="LastError"/>.</returns>
    internal static FileStatus? Status(SafeFileHandle file)
    {
        byte empty = 0;
        var status = Status((int)file.DangerousGetHandle(), &empty, AtEmptyPath);
        GC.KeepAlive(file);
        return status;
    }

    /// <summary>Status of a path itself; a symbolic link is not followed.</summary>
    /// <returns>Null: the call failed, see <see cref="LastError"/>.</returns>
    internal static FileStatus? Status(string path)
    {
        fixed (byte* p = Bytes(path))
        {
            return Status(AtCurrent, p, AtNoFollow);
        }
    }

    /// <summary>The file system's magic number.</summary>
    /// <returns>0 when the call failed.</returns>
    internal static uint FileSystemType(SafeFileHandle file)
    {
        // f_type is the first word of struct statfs on both architectures; the rest is not of interest.
        var buffer = stackalloc byte[256];
        var rc = fstatfs((int)file.DangerousGetHandle(), buffer);
        GC.KeepAlive(file);
        return rc == 0 ? *(uint*)buffer : 0;
    }

    /// <returns>Bytes read, 0 at the end, -1 on error.</returns>
    internal static int ReadAt(SafeFileHandle file, Span<byte> into, long offset)
    {
        fixed (byte* p = into)
        {
            nint n;
            do
            {
                n = pread((int)file.DangerousGetHandle(), p, into.Length, offset);
            }
            while (n < 0 && LastError == EINTR);
            GC.KeepAlive(file);
            return (int)n;
        }
    }

    /// <summary>Writes everything at an offset, looping over short writes.</summary>
    /// <returns>0, or -1 with <see cref="LastError"/>; then an unknown part may have been written.</returns>
    internal static int WriteAt(SafeFileHandle file, ReadOnlySpan<byte> data, long offset)
    {
        fixed (byte* p = data)
        {
            for (var done = 0; done < data.Length;)
            {
                var n = (int)pwrite((int)file.DangerousGetHandle(), p + done, data.Length - done, offset + done);
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

    internal static int MakeDirectory(string path, int mode = 0x1C0)
    {
        fixed (byte* p = Bytes(path))
        {
            return mkdir(p, mode);
        }
    }

    /// <summary>Takes or gives back an exclusive lock on one byte of a file, owned by the open file description.</summary>
    /// <returns>0, or -1 with <see cref="EAGAIN"/> when another one holds it.</returns>
    internal static int LockByte(SafeFileHandle file, long position, bool take)
    {
        var range = new FileRange { Type = (short)(take ? 1 : 2), Start = position, Length = 1 };
        int rc;
        do
        {
            rc = fcntl((int)file.DangerousGetHandle(), OfdSetLock, &range);
        }
        while (rc < 0 && LastError == EINTR);
        GC.KeepAlive(file);
        return rc;
    }

    internal static SafeFileHandle? Inotify()
    {
        var fd = inotify_init1(NonBlock | CloseOnExec);
        return fd < 0 ? null : new SafeFileHandle(fd, ownsHandle: true);
    }

    internal static int InotifyAdd(SafeFileHandle inotify, string path, uint mask)
    {
        fixed (byte* p = Bytes(path))
        {
            var rc = inotify_add_watch((int)inotify.DangerousGetHandle(), p, mask);
            GC.KeepAlive(inotify);
            return rc;
        }
    }

    /// <summary>What an inotify descriptor tells: where, what, and of which entry when it is a directory.</summary>
    internal readonly record struct InotifyEvent(int Watch, uint Mask, string Name);

    /// <summary>Waits until the descriptor is readable or the time is over.</summary>
    /// <param name="events">What can be read is added.</param>
    internal static void WaitForEvents(SafeFileHandle inotify, int milliseconds, List<InotifyEvent> events)
    {
        const int Size = 16 << 10, Head = 16;
        var fd = (int)inotify.DangerousGetHandle();
        var wait = new PollRequest { Descriptor = fd, Events = 1 };
        if (poll(&wait, 1, milliseconds) > 0)
        {
            var buffer = stackalloc byte[Size];
            for (nint length; (length = read(fd, buffer, Size)) > 0;)
            {
                // struct inotify_event: i32 wd; u32 mask, cookie, len; then a name of len bytes, padded with NULs.
                for (byte* at = buffer; at < buffer + length; at += Head + *(int*)(at + 12))
                {
                    var name = new ReadOnlySpan<byte>(at + Head, *(int*)(at + 12));
                    events.Add(new InotifyEvent(*(int*)at, *(uint*)(at + 4), System.Text.Encoding.UTF8.GetString(name.TrimEnd((byte)0))));
                }
            }
        }

        GC.KeepAlive(inotify);
    }

    /// <summary>Status of a NUL-terminated name below a directory; flags as for fstatat.</summary>
    internal static FileStatus? Status(int directory, byte* name, int flags)
    {
        // struct statx: u32 mask, blksize; u64 attributes; u32 nlink, uid, gid; u16 mode, pad; u64 ino, size … at 96 i64 seconds and
        // u32 nanoseconds of the last change … u32 dev major, minor.
        var x = stackalloc byte[StatxSize];
        return statx(directory, name, flags, StatxBasic, x) != 0
            ? null
            : new FileStatus(((ulong)*(uint*)(x + 136) << 32) | *(uint*)(x + 140), *(ulong*)(x + 32), *(long*)(x + 40), *(ushort*)(x + 28),
                *(int*)(x + 16)) { Changed = (*(long*)(x + 96) * 1_000_000_000) + *(uint*)(x + 104) };
    }

    [DllImport("libc")] private static extern int statx(int fd, byte* path, int flags, uint mask, byte* buffer);
    [DllImport("libc")] private static extern int fstatfs(int fd, byte* buffer);
    [DllImport("libc")] private static extern nint read(int fd, byte* data, nint count);
    [DllImport("libc")] private static extern nint pread(int fd, byte* data, nint count, long offset);
    [DllImport("libc")] private static extern nint pwrite(int fd, byte* data, nint count, long offset);
    [DllImport("libc")] private static extern int mkdir(byte* path, int mode);
    [DllImport("libc")] private static extern int fcntl(int fd, int command, FileRange* range);
    [DllImport("libc")] private static extern int inotify_init1(int flags);
    [DllImport("libc")] private static extern int inotify_add_watch(int fd, byte* path, uint mask);
    [DllImport("libc")] private static extern int poll(PollRequest* requests, nuint count, int milliseconds);

    [StructLayout(LayoutKind.Sequential)]
    private struct FileRange
    {
        public short Type;
        public short Whence;
        public long Start;
        public long Length;
        public int Process;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct PollRequest
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
