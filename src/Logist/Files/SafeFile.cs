using System.Text;
using Logist.Core;
using Microsoft.Win32.SafeHandles;

namespace Logist.Files;

/// <summary>What came of looking at a file that an agent named.</summary>
internal abstract record SafeRead
{
    public sealed record Content(byte[] Bytes) : SafeRead;

    public sealed record Missing : SafeRead;

    /// <summary>There is something, and it is not to be touched; the sentence goes on after the path: "is a symbolic link …".</summary>
    public sealed record Refused(string Why) : SafeRead;
}

/// <summary>
/// Files whose path or content came from an agent. Nothing outside the root is reached through <c>..</c>, links, devices or a race;
/// only regular files with one name are read; nothing blocks.
/// </summary>
internal static class SafeFile
{
    /// <exception cref="LogistException">Storage: the root cannot be opened, or the disk failed.</exception>
    public static SafeRead ReadBounded(string root, string relative, int cap) => Open(root, relative, file => Read(file, relative, cap));

    /// <summary>Whether the path is a regular file with one name below the root.</summary>
    /// <returns>null when it is; else Missing or Refused.</returns>
    /// <exception cref="LogistException">Storage: the root cannot be opened, or the disk failed.</exception>
    public static SafeRead? Check(string root, string relative) =>
        Open(root, relative, _ => new SafeRead.Content([])) is var seen && seen is SafeRead.Content ? null : seen;

    /// <summary>Whether the path is a regular file or a directory below the root, reached through no link.</summary>
    /// <returns>null when it is; else a sentence that goes on after the path.</returns>
    /// <exception cref="LogistException">Storage: the root cannot be opened, or the disk failed.</exception>
    public static string? Refusal(string root, string relative)
    {
        if (NameProblem(relative) is { } problem)
        {
            return problem;
        }

        using var anchor = TryAnchor(root);
        using var named = anchor is null ? null : Libc.Beneath.TryOpenName(anchor, relative);
        if (named is null)
        {
            var refusal = anchor is null ? null : Explain(Libc.LastError, root, relative) as SafeRead.Refused;
            return refusal?.Why ?? "does not exist";
        }

        return Stat(named, relative).Kind is FileKind.Regular or FileKind.Directory ? null : "is a device, FIFO or socket";
    }

    /// <summary>Removes a file or link below the root, and its directory when that is empty then. Nothing there is fine.</summary>
    public static void Delete(string root, string relative)
    {
        using var anchor = TryAnchor(root);
        if (anchor is null)
        {
            return;
        }

        var slash = relative.LastIndexOf('/');
        if (slash < 0)
        {
            _ = Posix.RemoveAt(anchor, Encoding.UTF8.GetBytes(relative), isDirectory: false);
            return;
        }

        var parent = relative[..slash];
        using (var directory = Libc.Beneath.TryOpenDirectory(anchor, parent))
        {
            if (directory is null || !Posix.RemoveAt(directory, Encoding.UTF8.GetBytes(relative[(slash + 1)..]), isDirectory: false))
            {
                return;
            }
        }

        if (!parent.Contains('/', StringComparison.Ordinal))
        {
            _ = Posix.RemoveAt(anchor, Encoding.UTF8.GetBytes(parent), isDirectory: true);
        }
    }

    /// <summary>A file that we made ourselves, in a directory where agents could put something else in its place.</summary>
    /// <returns>null when there is no regular file.</returns>
    public static SafeFileHandle? TryOpenRegular(string path)
    {
        var file = Libc.TryOpen(path, Libc.ReadOnly | Libc.NonBlock | Libc.NoFollow);
        if (file is not null && !Stat(file, path).IsRegular)
        {
            file.Dispose();
            return null;
        }

        return file;
    }

    /// <returns>Bytes read: all that were asked for, or up to the file's end.</returns>
    public static int ReadAt(SafeFileHandle file, Span<byte> buffer, long offset, string path)
    {
        var length = 0;
        try
        {
            while (length < buffer.Length && RandomAccess.Read(file, buffer[length..], offset + length) is var n and > 0)
            {
                length += n;
            }
        }
        catch (IOException e)
        {
            throw new LogistException(ErrorKind.Storage, $"read failed on {path}", e.Message);
        }

        return length;
    }

    private static SafeRead Open(string root, string relative, Func<SafeFileHandle, SafeRead> read)
    {
        if (NameProblem(relative) is { } problem)
        {
            return new SafeRead.Refused(problem);
        }

        using var anchor = TryAnchor(root);
        if (anchor is null)
        {
            return new SafeRead.Missing();
        }

        using var file = Libc.Beneath.TryOpenToRead(anchor, relative);
        if (file is null)
        {
            return Explain(Libc.LastError, root, relative);
        }

        var status = Stat(file, relative);
        return status.Kind switch
        {
            FileKind.Directory => new SafeRead.Refused("is a directory, not a file"),
            not FileKind.Regular => new SafeRead.Refused("is not a regular file"),
            _ when status.Links != 1 => new SafeRead.Refused($"is a hard link (it has {status.Links} names)"),
            _ => read(file),
        };
    }

    private static SafeRead Read(SafeFileHandle file, string path, int cap)
    {
        var size = Stat(file, path).Size;
        if (size > cap)
        {
            return new SafeRead.Refused($"is larger than {cap} bytes");
        }

        // One byte more than it has: a file that grows while it is read is not finished.
        var bytes = new byte[size + 1];
        var length = ReadAt(file, bytes, 0, path);
        return length <= size ? new SafeRead.Content(bytes[..length]) : new SafeRead.Refused("was still being written");
    }

    private static string? NameProblem(string relative)
    {
        if (relative.Length is 0 or > 4000)
        {
            return relative.Length == 0 ? "is empty" : "is too long";
        }

        if (relative[0] == '/')
        {
            return "is an absolute path outside the workspace";
        }

        if (relative.Contains('\0', StringComparison.Ordinal))
        {
            return "contains a NUL character";
        }

        foreach (var part in relative.AsSpan().Split('/'))
        {
            if (relative.AsSpan(part) is "..")
            {
                return "contains \"..\"";
            }
        }

        return null;
    }

    private static SafeRead Explain(int errno, string root, string relative) => errno switch
    {
        Libc.ENOENT or Libc.ENOTDIR => new SafeRead.Missing(),
        Libc.ELOOP => new SafeRead.Refused("is a symbolic link or leads through one"),
        Libc.EXDEV => new SafeRead.Refused("leads out of the workspace"),
        Libc.EACCES or Libc.EPERM => new SafeRead.Refused("cannot be read (permission denied)"),
        Libc.ENXIO => new SafeRead.Refused("is not a regular file"),
        Libc.ENAMETOOLONG => new SafeRead.Refused("is too long"),
        Libc.ENOSYS => throw new LogistException(ErrorKind.MissingTool, "this kernel has no openat2", "Linux 5.6 is needed"),
        _ => throw Storage("open", Path.Combine(root, relative), errno),
    };

    // Agents delete their own working directory now and then: then nothing is there, and that is no fault of the disk.
    private static SafeFileHandle? TryAnchor(string root) =>
        Libc.Beneath.TryAnchor(root)
        ?? (Libc.LastError is Libc.ENOENT or Libc.ENOTDIR ? null : throw Storage("open", root, Libc.LastError));

    private static FileStatus Stat(SafeFileHandle file, string path) =>
        Libc.Status(file) ?? throw Storage("stat", path, Libc.LastError);

    private static LogistException Storage(string call, string path, int errno) =>
        new(ErrorKind.Storage, $"{call} failed on {path}", Libc.ErrorText(errno));
}
