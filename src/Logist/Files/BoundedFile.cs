using System.Diagnostics.CodeAnalysis;
using Logist.Core;
using Microsoft.Win32.SafeHandles;

namespace Logist.Files;

/// <summary>Opens files that somebody else may have put there: only regular ones, never through a link, never too large.</summary>
internal static class BoundedFile
{
    /// <summary>Opens an existing file after checking what it is; a FIFO does not block, a symbolic link is not followed.</summary>
    /// <returns>Null: there is no such file.</returns>
    /// <exception cref="JobStateException">Corrupt: it is something else than a regular file of at most the given bytes.</exception>
    [SuppressMessage("Reliability", "CA2000", Justification = "The caller owns what is returned; every other way out disposes it.")]
    public static SafeFileHandle? TryOpen(string path, int flags, long maxBytes, out FileStatus status)
    {
        status = default;
        var file = Libc.TryOpen(path, flags | Libc.NoFollow | Libc.NonBlock);
        if (file is null)
        {
            var errno = Libc.LastError;
            return errno switch
            {
                Libc.ENOENT or Libc.ENOTDIR => null,
                Libc.ELOOP => throw Refused(path, "it is a symbolic link"),
                Libc.EISDIR => throw Refused(path, "it is not a regular file"),
                _ => throw new LogistException(ErrorKind.Storage, $"open failed on {path}", Libc.ErrorText(errno),
                    "make it accessible, then run the command again"),
            };
        }

        try
        {
            status = Libc.Status(file) ?? throw Refused(path, Libc.ErrorText(Libc.LastError));
            return !status.IsRegular ? throw Refused(path, "it is not a regular file")
                : status.Size > maxBytes ? throw Refused(path,
                    $"it has {status.Size} bytes, more than the {maxBytes} that such a file may have")
                : file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <returns>Null: there is no such file.</returns>
    public static byte[]? TryReadAll(string path, int maxBytes)
    {
        using var file = TryOpen(path, Libc.ReadOnly, maxBytes, out var status);
        if (file is null)
        {
            return null;
        }

        var content = new byte[status.Size];
        var length = ReadFully(file, content, 0, path);
        return length == content.Length ? content : content[..length];
    }

    /// <returns>Bytes read; fewer than asked for only at the end of the file.</returns>
    public static int ReadFully(SafeFileHandle file, Span<byte> into, long offset, string path)
    {
        var done = 0;
        while (done < into.Length)
        {
            var n = Libc.ReadAt(file, into[done..], offset + done);
            if (n < 0)
            {
                Durable.Check(-1, "read", path);
            }

            if (n == 0)
            {
                break;
            }

            done += n;
        }

        return done;
    }

    private static JobStateException Refused(string path, string reason) =>
        new(new Problem(ErrorKind.Corrupt, $"{path} is refused", reason, "put the original file back, or remove the job's directory"));
}
