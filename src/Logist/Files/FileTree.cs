using Logist.Core;
using Microsoft.Win32.SafeHandles;

namespace Logist.Files;

/// <summary>Directory trees whose content is not trusted: links are never followed, any byte may be in a name.</summary>
internal static class FileTree
{
    // Deeper trees than this are made on purpose; one descriptor per level is open while walking.
    private const int DepthMax = 512;

    /// <summary>Deletes a file, a link itself, or a directory with all it holds. Nothing there is fine.</summary>
    /// <exception cref="LogistException">Storage: something could not be deleted; the path names the top.</exception>
    public static void Delete(string path)
    {
        using var parent = Posix.OpenDirectory(Path.GetDirectoryName(path)!);
        if (parent is not null && !DeleteEntry(parent, System.Text.Encoding.UTF8.GetBytes(Path.GetFileName(path)), 0))
        {
            throw new LogistException(ErrorKind.Storage, $"cannot delete {path}", Libc.ErrorText(Libc.LastError), $"delete {path} by hand");
        }
    }

    /// <summary>
    /// Visits everything below an open directory, parents first, with paths relative to it. The visitor says whether to
    /// go into a directory.
    /// </summary>
    public static void Walk(SafeFileHandle directory, byte[] prefix, Func<byte[], EntryStatus, bool> visit) =>
        Walk(directory, prefix, visit, 0);

    /// <summary>Opens a directory below another, component by component, following no link; null if that is not possible.</summary>
    public static SafeFileHandle? OpenBelow(SafeFileHandle root, ReadOnlySpan<byte> relative)
    {
        var slash = relative.IndexOf((byte)'/');
        if (slash < 0)
        {
            return Posix.OpenDirectoryAt(root, relative.IsEmpty ? "."u8 : relative);
        }

        using var child = Posix.OpenDirectoryAt(root, relative[..slash]);
        return child is null ? null : OpenBelow(child, relative[(slash + 1)..]);
    }

    private static void Walk(SafeFileHandle directory, byte[] prefix, Func<byte[], EntryStatus, bool> visit, int depth)
    {
        if (depth > DepthMax)
        {
            return;
        }

        foreach (var name in Posix.Names(directory) ?? [])
        {
            var status = Posix.StatusAt(directory, name);
            byte[] path = [.. prefix, .. name];
            if (!visit(path, status) || status.Kind != FileKind.Directory)
            {
                continue;
            }

            WalkChild(directory, name, [.. path, (byte)'/'], visit, depth + 1);
        }
    }

    private static void WalkChild(SafeFileHandle parent, byte[] name, byte[] prefix, Func<byte[], EntryStatus, bool> visit, int depth)
    {
        using var child = Posix.OpenDirectoryAt(parent, name);
        if (child is not null)
        {
            Walk(child, prefix, visit, depth);
        }
    }

    private static bool DeleteEntry(SafeFileHandle parent, byte[] name, int depth)
    {
        var status = Posix.StatusAt(parent, name);
        if (status.Kind != FileKind.Directory)
        {
            return status.Kind == FileKind.Missing || Posix.RemoveAt(parent, name, isDirectory: false);
        }

        if (depth <= DepthMax)
        {
            // A step may have taken its own rights away; the owner can always give them back.
            if ((status.Mode & 0x1c0) != 0x1c0)
            {
                Posix.MakeDirectoryAccessibleAt(parent, name);
            }

            using var directory = Posix.OpenDirectoryAt(parent, name);
            foreach (var child in directory is null ? [] : Posix.Names(directory) ?? [])
            {
                if (!DeleteEntry(directory!, child, depth + 1))
                {
                    return false;
                }
            }
        }

        return Posix.RemoveAt(parent, name, isDirectory: true);
    }
}
