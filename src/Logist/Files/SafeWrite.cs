using System.Diagnostics.CodeAnalysis;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Logist.Files;

/// <summary>Writes where somebody else named the file: nothing outside the root is reached through <c>..</c>, links or a race.</summary>
internal static class SafeWrite
{
    private const uint NewFile = 0x1B4;

    /// <summary>
    /// Puts new content at a path below the root; missing directories are made, an existing file keeps its mode. It becomes a file
    /// of its own: another name of the same file (a hard link, perhaps outside) keeps the old content.
    /// </summary>
    /// <returns>Null, or a sentence that goes on after the path.</returns>
    public static string? Put(string root, string relative, ReadOnlySpan<byte> content)
    {
        var slash = relative.LastIndexOf('/');
        var name = relative[(slash + 1)..];
        if (name is "" or "." or "..")
        {
            return "names no file";
        }

        using var anchor = Libc.Beneath.TryAnchor(root);
        using var directory = anchor is null ? null : Descend(anchor, slash < 0 ? "" : relative[..slash]);
        if (directory is null)
        {
            return $"cannot be written ({Libc.ErrorText(Libc.LastError)})";
        }

        var before = Posix.StatusAt(directory, Encoding.UTF8.GetBytes(name));
        if (before.Kind is not (FileKind.Missing or FileKind.Regular))
        {
            return before.Kind == FileKind.Directory ? "is a directory, not a file" : "is not a regular file";
        }

        return Replace(directory, name, before.Kind == FileKind.Regular ? before.Mode : NewFile, content);
    }

    private static string? Replace(SafeFileHandle directory, string name, uint mode, ReadOnlySpan<byte> content)
    {
        var temporary = $".{Guid.NewGuid():n}.tmp";
        using var file = Libc.Beneath.TryMake(directory, temporary, mode);
        if (file is not null && Libc.Write(file, content) == 0 && Libc.Beneath.Rename(directory, temporary, name))
        {
            return null;
        }

        var errno = Libc.LastError;
        _ = Posix.RemoveAt(directory, Encoding.UTF8.GetBytes(temporary), isDirectory: false);
        return $"cannot be written ({Libc.ErrorText(errno)})";
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "Each is disposed once the next is open; the last is the caller's.")]
    private static SafeFileHandle? Descend(SafeFileHandle root, string relative)
    {
        var here = Libc.Beneath.TryOpenDirectory(root, ".");
        foreach (var part in relative.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            using var parent = here;
            here = parent is null ? null : Enter(parent, part);
        }

        return here;
    }

    private static SafeFileHandle? Enter(SafeFileHandle parent, string name) =>
        Libc.Beneath.TryOpenDirectory(parent, name)
        ?? (Libc.LastError == Libc.ENOENT && Libc.Beneath.MakeDirectory(parent, name)
            ? Libc.Beneath.TryOpenDirectory(parent, name) : null);
}
