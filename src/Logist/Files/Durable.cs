using Logist.Core;
using Microsoft.Win32.SafeHandles;

namespace Logist.Files;

/// <summary>Writes that survive a power cut, and errors that are never swallowed.</summary>
internal static class Durable
{
    /// <summary>Puts complete new content at a path: temporary file beside it, fsync, rename, fsync of the directory.</summary>
    /// <exception cref="LogistException">Storage: the old file is untouched unless only the last fsync failed.</exception>
    public static void Replace(string path, ReadOnlySpan<byte> content)
    {
        var directory = Path.GetDirectoryName(path)!;
        var temporary = Path.Combine(directory, $".{Path.GetFileName(path)}.{Environment.ProcessId}.{Guid.NewGuid():n}.tmp");
        try
        {
            using (var file = Open(temporary, Libc.WriteOnly | Libc.Create | Libc.Exclusive | Libc.NoFollow))
            {
                Check(Libc.Write(file, content), "write", temporary);
                Sync(file, temporary);
            }

            Check(Libc.Rename(temporary, path), "rename", path);
        }
        catch
        {
            _ = Libc.Unlink(temporary);
            throw;
        }

        SyncDirectory(directory);
    }

    /// <summary>fsync. A failed one is final: the kernel may have dropped the dirty pages, so nobody may try again.</summary>
    public static void Sync(SafeFileHandle file, string path) => Check(Libc.Fsync(file), "fsync", path);

    public static void SyncFile(string path)
    {
        using var file = Open(path, Libc.ReadOnly | Libc.NoFollow);
        Sync(file, path);
    }

    public static void SyncDirectory(string path)
    {
        using var directory = Open(path, Libc.ReadOnly | Libc.Directory);
        Sync(directory, path);
    }

    /// <summary>rename(2) without any sync; the caller syncs the directories it touched.</summary>
    public static void Rename(string from, string to) => Check(Libc.Rename(from, to), "rename", to);

    public static SafeFileHandle Open(string path, int flags)
    {
        var file = Libc.TryOpen(path, flags);
        if (file is null)
        {
            Check(-1, "open", path);
        }

        return file!;
    }

    public static void Check(int result, string call, string path)
    {
        if (result != 0)
        {
            var errno = Libc.LastError;
            throw new LogistException(ErrorKind.Storage, $"{call} failed on {path}", Libc.ErrorText(errno),
                "free space or fix the disk, then run the command again");
        }
    }
}
