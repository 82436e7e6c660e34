using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Logist.Files;

internal static unsafe partial class Libc
{
    /// <summary>Opening what somebody else named below a directory of ours: the kernel resolves, so no race leads outside.</summary>
    internal static class Beneath
    {
        internal const int EPERM = 1, ENXIO = 6, EACCES = 13, EXDEV = 18, ENOTDIR = 20, ENAMETOOLONG = 36, ENOSYS = 38, ELOOP = 40;

        private const int OpenAt2 = 437, PathOnly = 0x200000, NoControllingTerminal = 0x100, RemoveDirectory = 0x200, EmptyPath = 0x1000;
        private const ulong NoMagicLinks = 2, NoSymlinks = 4, BeneathRoot = 8;

        [StructLayout(LayoutKind.Sequential)]
        private struct OpenHow
        {
            public ulong Flags, Mode, Resolve;
        }

        // O_DIRECTORY and O_NOFOLLOW have other values on arm64 than on x64; statx and openat2 are the same on both.
        private static readonly int DirectoryFlag = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x4000 : 0x10000;

        /// <summary>A directory as an anchor for the calls below; needs no read permission.</summary>
        internal static SafeFileHandle? TryAnchor(string directory) => TryOpen(directory, PathOnly | DirectoryFlag);

        /// <summary>Never follows a link, never leaves the root, never waits for the other end of a FIFO.</summary>
        internal static SafeFileHandle? TryOpenToRead(SafeFileHandle root, string relative) =>
            TryOpen2(root, relative, ReadOnly | NonBlock | NoControllingTerminal);

        /// <summary>A handle that only names the file: opening it wakes no device and needs no right to read.</summary>
        internal static SafeFileHandle? TryOpenName(SafeFileHandle root, string relative) => TryOpen2(root, relative, PathOnly);

        internal static SafeFileHandle? TryOpenDirectory(SafeFileHandle root, string relative) =>
            TryOpen2(root, relative, PathOnly | DirectoryFlag);

        /// <summary>Removes a name in a directory; a link itself, not what it leads to.</summary>
        internal static int UnlinkAt(SafeFileHandle directory, string name, bool isDirectory = false)
        {
            fixed (byte* n = Bytes(name))
            {
                var rc = unlinkat((int)directory.DangerousGetHandle(), n, isDirectory ? RemoveDirectory : 0);
                GC.KeepAlive(directory);
                return rc;
            }
        }

        /// <returns>The file's type and permission bits, number of names and size; null with <see cref="LastError"/>.</returns>
        internal static (int Mode, int Links, long Size)? Stat(SafeFileHandle file)
        {
            // struct statx: u32 mask, blksize; u64 attributes; u32 nlink, uid, gid; u16 mode, pad; u64 ino, size …
            var buffer = stackalloc byte[256];
            byte nothing = 0;
            var rc = statx((int)file.DangerousGetHandle(), &nothing, EmptyPath, 0x7ff, buffer);
            GC.KeepAlive(file);
            return rc != 0 ? null : (*(ushort*)(buffer + 28), *(int*)(buffer + 16), *(long*)(buffer + 40));
        }

        private static SafeFileHandle? TryOpen2(SafeFileHandle root, string relative, int flags)
        {
            var how = new OpenHow { Flags = (ulong)(uint)(flags | CloseOnExec), Resolve = BeneathRoot | NoSymlinks | NoMagicLinks };
            fixed (byte* p = Bytes(relative))
            {
                nint fd;
                do
                {
                    fd = syscall(OpenAt2, (int)root.DangerousGetHandle(), p, &how, sizeof(OpenHow));
                }
                while (fd < 0 && LastError is EINTR or EAGAIN);
                GC.KeepAlive(root);
                return fd < 0 ? null : new SafeFileHandle(fd, ownsHandle: true);
            }
        }

        [DllImport("libc")] private static extern nint syscall(nint number, nint directory, byte* path, OpenHow* how, nint size);
        [DllImport("libc")] private static extern int unlinkat(int directory, byte* path, int flags);
        [DllImport("libc")] private static extern int statx(int directory, byte* path, int flags, uint mask, byte* buffer);
    }
}
