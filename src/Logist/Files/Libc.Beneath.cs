using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Logist.Files;

internal static unsafe partial class Libc
{
    /// <summary>Opening what somebody else named below a directory of ours: the kernel resolves, so no race leads outside.</summary>
    internal static class Beneath
    {
        private const int OpenAt2 = 437, NoControllingTerminal = 0x100;
        private const ulong NoMagicLinks = 2, NoSymlinks = 4, BeneathRoot = 8;

        [StructLayout(LayoutKind.Sequential)]
        private struct OpenHow
        {
            public ulong Flags, Mode, Resolve;
        }

        /// <summary>A directory as an anchor for the calls below; needs no read permission.</summary>
        internal static SafeFileHandle? TryAnchor(string directory) => TryOpen(directory, Posix.PathOnly | Posix.DirectoryFlag);

        /// <summary>Never follows a link, never leaves the root, never waits for the other end of a FIFO.</summary>
        internal static SafeFileHandle? TryOpenToRead(SafeFileHandle root, string relative) =>
            TryOpen2(root, relative, ReadOnly | NonBlock | NoControllingTerminal);

        /// <summary>A handle that only names the file: opening it wakes no device and needs no right to read.</summary>
        internal static SafeFileHandle? TryOpenName(SafeFileHandle root, string relative) => TryOpen2(root, relative, Posix.PathOnly);

        internal static SafeFileHandle? TryOpenDirectory(SafeFileHandle root, string relative) =>
            TryOpen2(root, relative, Posix.PathOnly | Posix.DirectoryFlag);

        /// <summary>Makes a file that is not there yet, for writing.</summary>
        internal static SafeFileHandle? TryMake(SafeFileHandle root, string relative, uint mode) =>
            TryOpen2(root, relative, WriteOnly | Create | Exclusive, mode);

        /// <summary>Makes a directory; one that is there is fine.</summary>
        internal static bool MakeDirectory(SafeFileHandle parent, string name)
        {
            fixed (byte* p = Bytes(name))
            {
                var rc = mkdirat((int)parent.DangerousGetHandle(), p, 0x1ED);
                GC.KeepAlive(parent);
                return rc == 0 || LastError == EEXIST;
            }
        }

        /// <summary>Puts a file of a directory in the place of another name there.</summary>
        internal static bool Rename(SafeFileHandle directory, string from, string to)
        {
            fixed (byte* f = Bytes(from), t = Bytes(to))
            {
                var fd = (int)directory.DangerousGetHandle();
                var rc = renameat(fd, f, fd, t);
                GC.KeepAlive(directory);
                return rc == 0;
            }
        }

        private static SafeFileHandle? TryOpen2(SafeFileHandle root, string relative, int flags, uint mode = 0)
        {
            var how = new OpenHow
            {
                Flags = (ulong)(uint)(flags | CloseOnExec), Mode = mode, Resolve = BeneathRoot | NoSymlinks | NoMagicLinks,
            };
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
        [DllImport("libc")] private static extern int mkdirat(int directory, byte* path, uint mode);
        [DllImport("libc")] private static extern int renameat(int fromDirectory, byte* from, int toDirectory, byte* to);
    }
}
