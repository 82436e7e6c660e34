using System.Text;
using Logist.Core;
using Microsoft.Win32.SafeHandles;

namespace Logist.Files;

/// <summary>
/// Paths that an agent, a workflow or an API named, resolved so that nothing outside the given root is ever reached:
/// component by component from an open directory, following no link (a check of the text alone can be raced).
/// </summary>
internal static class SafePath
{
    /// <summary>The absolute path of an existing regular file or directory inside the root.</summary>
    /// <exception cref="LogistException">Usage: absolute, "..", a link on the way, a device, a FIFO, or not there.</exception>
    public static string ResolveInside(string root, string relative)
    {
        using var file = OpenName(root, relative, out var refusal);
        return file is not null ? Path.Combine(root, relative) : throw Refused(relative, refusal);
    }

    /// <summary>Like <see cref="ResolveInside"/>, as a value: null when fine, else why the path is refused.</summary>
    public static string? Refusal(string root, string relative)
    {
        using var file = OpenName(root, relative, out var refusal);
        return file is null ? refusal : null;
    }

    /// <summary>Opens a regular file inside the root for reading; the descriptor is the file that was checked.</summary>
    /// <exception cref="LogistException">Usage, as for <see cref="ResolveInside"/>; also for a directory.</exception>
    public static SafeFileHandle OpenInside(string root, string relative)
    {
        using var file = OpenName(root, relative, out var refusal) ?? throw Refused(relative, refusal);
        if (Posix.Status(file).Kind != FileKind.Regular)
        {
            throw Refused(relative, "it is a directory");
        }

        var opened = Libc.TryOpen($"/proc/self/fd/{file.DangerousGetHandle()}", Libc.ReadOnly | Libc.NonBlock);
        return opened ?? throw Refused(relative, Libc.ErrorText(Libc.LastError));
    }

    /// <summary>Reads a small regular file inside the root; null when it is refused, missing or larger than the limit.</summary>
    public static byte[]? TryRead(string root, string relative, int bytesMax)
    {
        if (Refusal(root, relative) is not null)
        {
            return null;
        }

        try
        {
            using var file = OpenInside(root, relative);
            var buffer = new byte[bytesMax + 1];
            var length = 0;
            for (int n; length < buffer.Length && (n = RandomAccess.Read(file, buffer.AsSpan(length), length)) > 0;)
            {
                length += n;
            }

            return length > bytesMax ? null : buffer[..length];
        }
        catch (Exception e) when (e is LogistException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static SafeFileHandle? OpenName(string root, string relative, out string refusal)
    {
        refusal = TextRefusal(relative) ?? "";
        if (refusal.Length > 0)
        {
            return null;
        }

        // The root itself may be reached through links: it is ours.
        using var top = Libc.TryOpen(root, Libc.ReadOnly | Posix.DirectoryFlag);
        if (top is null)
        {
            refusal = "the directory does not exist";
            return null;
        }

        return Descend(top, Encoding.UTF8.GetBytes(relative), out refusal);
    }

    private static SafeFileHandle? Descend(SafeFileHandle directory, ReadOnlySpan<byte> path, out string refusal)
    {
        var slash = path.IndexOf((byte)'/');
        var name = slash < 0 ? path : path[..slash];
        var next = Posix.OpenNameAt(directory, name.IsEmpty ? "."u8 : name);
        refusal = next is null ? Libc.ErrorText(Libc.LastError) : KindRefusal(Posix.Status(next).Kind, Encoding.UTF8.GetString(name));
        if (slash < 0 && refusal.Length == 0)
        {
            return next;
        }

        using (next)
        {
            return refusal.Length > 0 ? null : Descend(next!, path[(slash + 1)..], out refusal);
        }
    }

    private static string? TextRefusal(string relative) => relative switch
    {
        "" => "it is empty",
        ['/', ..] => "it is absolute",
        _ when relative.Contains('\0', StringComparison.Ordinal) => "it holds a NUL",
        _ when Array.Exists(relative.Split('/'), part => part == "..") => "it leaves the directory by \"..\"",
        _ => null,
    };

    private static string KindRefusal(FileKind kind, string name) => kind switch
    {
        FileKind.Link => $"\"{name}\" is a symbolic link",
        FileKind.Other => $"\"{name}\" is a device, FIFO or socket",
        FileKind.Missing => $"\"{name}\" does not exist",
        _ => "",
    };

    private static LogistException Refused(string relative, string why) =>
        new(ErrorKind.Usage, $"the path \"{relative}\" is not a file inside the workspace", why,
            "name an existing file by its path inside the workspace");
}
