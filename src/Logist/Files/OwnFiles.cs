using System.Text;
using Logist.Core;

namespace Logist.Files;

/// <summary>
/// A job's own files where agents of the same user could have put something else: readable for this user only, whatever the umask,
/// and in place of whatever is there. Not synced: for what a crash may lose.
/// </summary>
internal static class OwnFiles
{
    /// <summary>The content of a regular file; a FIFO or link in its place counts as nothing there.</summary>
    /// <returns>Null: there is no such file, or it has more bytes than allowed.</returns>
    public static byte[]? TryRead(string path, int most)
    {
        using var file = SafeFile.TryOpenRegular(path);
        if (file is null || RandomAccess.GetLength(file) is var size && size > most)
        {
            return null;
        }

        var bytes = new byte[size];
        var length = SafeFile.ReadAt(file, bytes, 0, path);
        return length == bytes.Length ? bytes : bytes[..length];
    }

    /// <inheritdoc cref="TryRead"/>
    public static string? TryReadText(string path, int most) => TryRead(path, most) is { } bytes ? Encoding.UTF8.GetString(bytes) : null;

    /// <summary>Makes a directory with its missing parents; one that exists is left as it is.</summary>
    /// <exception cref="LogistException">Storage.</exception>
    public static void MakeDirectory(string path)
    {
        if (Libc.MakeDirectory(path) == 0)
        {
            return;
        }

        var errno = Libc.LastError;
        if (errno == Libc.ENOENT && Path.GetDirectoryName(path) is { Length: > 1 } parent)
        {
            MakeDirectory(parent);
            errno = Libc.MakeDirectory(path) == 0 ? 0 : Libc.LastError;
        }

        if (errno != 0 && (errno != Libc.EEXIST || !Directory.Exists(path)))
        {
            var why = errno == Libc.EEXIST ? Libc.ErrorText(Libc.ENOTDIR) : Libc.ErrorText(errno);
            throw new LogistException(ErrorKind.Storage, $"mkdir failed on {path}", why, "make room for it, then run the command again");
        }
    }

    /// <summary>Puts complete new content at a path; its directory is made when it is missing.</summary>
    /// <exception cref="LogistException">Storage.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        var directory = Path.GetDirectoryName(path)!;
        MakeDirectory(directory);

        // A name nobody can have guessed, and O_EXCL: opening a planted FIFO would wait for ever, a planted link lead elsewhere.
        var temporary = Path.Combine(directory, $".{Guid.NewGuid():n}.tmp");
        try
        {
            using (var file = Durable.Open(temporary, Libc.WriteOnly | Libc.Create | Libc.Exclusive | Libc.NoFollow))
            {
                Durable.Check(Libc.Write(file, content), "write", temporary);
            }

            if (Libc.Rename(temporary, path) != 0)
            {
                // A directory cannot be replaced by a file.
                FileTree.Delete(path);
                Durable.Rename(temporary, path);
            }
        }
        catch
        {
            _ = Libc.Unlink(temporary);
            throw;
        }
    }
}
