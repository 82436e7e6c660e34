using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Logist.Files;

internal enum FileKind { Missing, Regular, Directory, Link, Other }

/// <summary>What lstat says about a name; a link is never followed.</summary>
internal readonly record struct EntryStatus(FileKind Kind, long Size, uint Mode)
{
    public bool IsExecutable => (Mode & 0x40) != 0;
}

/// <summary>
/// Directory work relative to open directories and with names as bytes: the framework resolves paths by text (so a link
/// swapped in between is followed) and cannot express names that are not UTF-8.
/// </summary>
internal static unsafe class Posix
{
    // Two open flags have other values on arm64.
    private static readonly bool Arm = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;
    internal static readonly int DirectoryFlag = Arm ? 0x4000 : 0x10000;
    internal static readonly int NoFollowFlag = Arm ? 0x8000 : 0x20000;

    internal const int PathOnly = 0x200000, AtRemoveDirectory = 0x200;

    /// <summary>Opens a directory itself; null when it is a link, no directory or missing.</summary>
    internal static SafeFileHandle? OpenDirectory(string path) =>
        Libc.TryOpen(path, Libc.ReadOnly | DirectoryFlag | NoFollowFlag);

    internal static SafeFileHandle? OpenDirectoryAt(SafeFileHandle directory, ReadOnlySpan<byte> name) =>
        OpenAt(directory, name, Libc.ReadOnly | DirectoryFlag | NoFollowFlag);

    /// <summary>A handle that only names the file: opening it wakes no device and waits for no FIFO.</summary>
    internal static SafeFileHandle? OpenNameAt(SafeFileHandle directory, ReadOnlySpan<byte> name) =>
        OpenAt(directory, name, PathOnly | NoFollowFlag);

    internal static SafeFileHandle? OpenAt(SafeFileHandle directory, ReadOnlySpan<byte> name, int flags)
    {
        fixed (byte* p = Terminated(name))
        {
            int fd;
            do
            {
                fd = openat(Fd(directory), p, flags | Libc.CloseOnExec, 0);
            }
            while (fd < 0 && Libc.LastError == Libc.EINTR);
            GC.KeepAlive(directory);
            return fd < 0 ? null : new SafeFileHandle(fd, ownsHandle: true);
        }
    }

    internal static EntryStatus Status(SafeFileHandle opened) => StatusOf(Fd(opened), [0], Libc.AtEmptyPath | Libc.AtNoFollow, opened);

    internal static EntryStatus StatusAt(SafeFileHandle directory, ReadOnlySpan<byte> name) =>
        StatusOf(Fd(directory), Terminated(name), Libc.AtNoFollow, directory);

    internal static EntryStatus StatusOfPath(string path) =>
        StatusOf(Libc.AtCurrent, Terminated(Encoding.UTF8.GetBytes(path)), Libc.AtNoFollow, null);

    internal static bool RemoveAt(SafeFileHandle directory, ReadOnlySpan<byte> name, bool isDirectory)
    {
        fixed (byte* p = Terminated(name))
        {
            var rc = unlinkat(Fd(directory), p, isDirectory ? AtRemoveDirectory : 0);
            GC.KeepAlive(directory);
            return rc == 0 || Libc.LastError == Libc.ENOENT;
        }
    }

    internal static bool MakeAccessible(SafeFileHandle directory)
    {
        var rc = fchmod(Fd(directory), 0x1c0);
        GC.KeepAlive(directory);
        return rc == 0;
    }

    /// <summary>Gives the owner all rights on a directory; a link put in its place meanwhile is not followed.</summary>
    internal static void MakeDirectoryAccessibleAt(SafeFileHandle directory, ReadOnlySpan<byte> name)
    {
        using var named = OpenNameAt(directory, name);
        if (named is not null && Status(named).Kind == FileKind.Directory)
        {
            // A descriptor that only names the file cannot be given to fchmod.
            fixed (byte* p = Encoding.ASCII.GetBytes($"/proc/self/fd/{Fd(named)}\0"))
            {
                _ = fchmodat(Libc.AtCurrent, p, 0x1c0, 0);
            }
        }
    }

    /// <summary>Everything dirty on the file system of an open file, in one call.</summary>
    internal static int SyncFileSystem(SafeFileHandle file)
    {
        var rc = syncfs(Fd(file));
        GC.KeepAlive(file);
        return rc;
    }

    /// <summary>The names in a directory, without "." and ".."; null when it cannot be read.</summary>
    internal static List<byte[]>? Names(SafeFileHandle directory)
    {
        // A stream of its own on a fresh descriptor: fdopendir takes the descriptor over and shares its position.
        var fd = openat(Fd(directory), Dot, Libc.ReadOnly | DirectoryFlag | Libc.CloseOnExec, 0);
        GC.KeepAlive(directory);
        var stream = fd < 0 ? 0 : fdopendir(fd);
        if (stream == 0)
        {
            return null;
        }

        var names = new List<byte[]>();
        Marshal.SetLastSystemError(0);
        for (byte* entry; (entry = readdir(stream)) != null; Marshal.SetLastSystemError(0))
        {
            var name = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(entry + 19);
            if (!name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8))
            {
                names.Add(name.ToArray());
            }
        }

        // The end of the directory and a disk that failed half-way look the same but for errno.
        var errno = Libc.LastError;
        _ = closedir(stream);
        return errno == 0 ? names : null;
    }

    private static byte* Dot => (byte*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref MemoryMarshal.GetReference(".\0"u8));

    private static EntryStatus StatusOf(int directory, ReadOnlySpan<byte> terminatedName, int flags, SafeFileHandle? keep)
    {
        fixed (byte* p = terminatedName)
        {
            var status = Libc.Status(directory, p, flags);
            GC.KeepAlive(keep);
            return status is { } s ? new EntryStatus(s.Kind, s.Size, (uint)s.Mode & 0xfff) : new EntryStatus(FileKind.Missing, 0, 0);
        }
    }

    private static byte[] Terminated(ReadOnlySpan<byte> name)
    {
        var bytes = new byte[name.Length + 1];
        name.CopyTo(bytes);
        return bytes;
    }

    private static int Fd(SafeFileHandle handle) => (int)handle.DangerousGetHandle();

    [DllImport("libc")] private static extern int openat(int directory, byte* name, int flags, int mode);
    [DllImport("libc")] private static extern int unlinkat(int directory, byte* name, int flags);
    [DllImport("libc")] private static extern int fchmod(int fd, uint mode);
    [DllImport("libc")] private static extern int fchmodat(int directory, byte* name, uint mode, int flags);
    [DllImport("libc")] private static extern int syncfs(int fd);
    [DllImport("libc")] private static extern nint fdopendir(int fd);
    [DllImport("libc")] private static extern byte* readdir(nint stream);
    [DllImport("libc")] private static extern int closedir(nint stream);
}
