using Logist.Core;
using Microsoft.Win32.SafeHandles;

namespace Logist.Files;

/// <summary>
/// An exclusive lock between processes: flock on a file of its own that is never deleted, freed by the kernel when its
/// process dies. Not safe for use by several threads at once.
/// </summary>
internal sealed class LockFile(string path) : IDisposable
{
    internal const int Tries = 16;
    private SafeFileHandle? _file;

    /// <returns>False: somebody else holds it.</returns>
    /// <exception cref="LogistException">Storage, Corrupt or InvalidConfig: it cannot be locked here.</exception>
    public bool TryTake()
    {
        for (var i = 0; i < Tries; i++)
        {
            var file = _file ??= Open();
            if (Libc.Flock(file, Libc.LockExclusive | Libc.LockNonBlocking) != 0)
            {
                var errno = Libc.LastError;
                if (errno != Libc.EAGAIN)
                {
                    throw new LogistException(ErrorKind.Storage, $"flock failed on {path}", Libc.ErrorText(errno), "use a local disk");
                }

                return false;
            }

            // Deleted or replaced behind our back: a lock on the old file would exclude nobody who opens the new one.
            if (Libc.Status(path) is { } named && Libc.Status(file) is { } locked && named.IsSameFile(locked))
            {
                return true;
            }

            Dispose();
        }

        throw new LogistException(ErrorKind.Storage, $"{path} is replaced all the time",
            "somebody deletes the lock file while it is in use");
    }

    public void Release()
    {
        if (_file is not null)
        {
            _ = Libc.Flock(_file, Libc.LockUnlock);
        }
    }

    public void Dispose()
    {
        _file?.Dispose();
        _file = null;
    }

    private SafeFileHandle Open()
    {
        var file = BoundedFile.TryOpen(path, Libc.ReadWrite | Libc.Create, long.MaxValue, out _)
            ?? throw new LogistException(ErrorKind.Storage, $"{path} cannot be made", "its directory is gone");
        LocalFileSystem.Check(file, path);
        return file;
    }
}
