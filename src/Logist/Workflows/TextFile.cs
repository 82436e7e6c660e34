using System.Text;
using Logist.Files;
using Microsoft.Win32.SafeHandles;

namespace Logist.Workflows;

/// <summary>Reads a text file that somebody else wrote: regular, bounded, UTF-8, without NUL.</summary>
internal static class TextFile
{
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <returns>The text without a byte order mark, or what is wrong with the file.</returns>
    /// <param name="within">When set: the file must really lie below this directory, also behind symbolic links.</param>
    internal static (string? Text, string? Wrong) Read(string path, int maxBytes, string? within = null)
    {
        // NonBlock: opening a FIFO nobody writes to would wait for ever. The checks are made on what was opened.
        using var file = Libc.TryOpen(path, Libc.ReadOnly | Libc.NonBlock);
        if (file is null)
        {
            return (null, $"cannot be read: {Libc.ErrorText(Libc.LastError)}");
        }

        var real = new FileInfo($"/proc/self/fd/{file.DangerousGetHandle()}").LinkTarget;
        if (real is null || !File.Exists(real))
        {
            return (null, Directory.Exists(path) ? "is a directory" : "is not a regular file");
        }

        if (within is not null && !IsBelow(real, within))
        {
            return (null, "lies outside the folder of the file that names it");
        }

        try
        {
            return ReadAll(file, maxBytes);
        }
        catch (Exception e) when (e is IOException or NotSupportedException or UnauthorizedAccessException)
        {
            // Pipes and terminals have no length; everything else is the disk's answer.
            return (null, e is NotSupportedException ? "is not a regular file" : $"cannot be read: {e.Message}");
        }
    }

    private static (string?, string?) ReadAll(SafeFileHandle file, int maxBytes)
    {
        var size = RandomAccess.GetLength(file);
        if (size > maxBytes)
        {
            return (null, $"is larger than {maxBytes / 1024} KiB");
        }

        // Devices give more than their size: one byte too many shows them, and a file that grows meanwhile.
        var buffer = new byte[(int)size + 1];
        var length = 0;
        for (int n; length < buffer.Length && (n = RandomAccess.Read(file, buffer.AsSpan(length), length)) > 0; length += n) { }
        return length > size ? (null, "is not a regular file, or is being written right now") : Decode(buffer.AsSpan(0, length));
    }

    private static (string?, string?) Decode(ReadOnlySpan<byte> bytes)
    {
        bytes = bytes.StartsWith(ByteOrderMark) ? bytes[3..] : bytes;
        try
        {
            var text = Strict.GetString(bytes);
            return text.Contains('\0', StringComparison.Ordinal) ? (null, "contains a NUL character: it is not text in UTF-8")
                : (text, null);
        }
        catch (DecoderFallbackException e)
        {
            return (null, $"is not UTF-8: line {bytes[..e.Index].Count((byte)'\n') + 1} has an invalid byte");
        }
    }

    private static bool IsBelow(string real, string directory)
    {
        var root = Resolve(directory);
        return real.StartsWith(root.EndsWith('/') ? root : root + '/', StringComparison.Ordinal);
    }

    // The kernel's own answer for the directory, so that both sides are resolved by the same rules.
    private static string Resolve(string directory)
    {
        using var opened = Libc.TryOpen(directory, Libc.ReadOnly | Libc.Directory);
        return opened is null ? directory : new FileInfo($"/proc/self/fd/{opened.DangerousGetHandle()}").LinkTarget ?? directory;
    }
}
