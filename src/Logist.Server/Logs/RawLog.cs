using Logist.Files;
using Logist.Views;
using Microsoft.Win32.SafeHandles;

namespace Logist.Server.Logs;

/// <summary>One part of an attempt's log as it is in its files now, those of its processes one after another.</summary>
internal sealed class RawLog : IDisposable
{
    private readonly List<(SafeFileHandle File, long Length, string Path)> _files = [];

    public RawLog(IReadOnlyList<AttemptLog> logs)
    {
        foreach (var log in logs)
        {
            if (SafeFile.TryOpenRegular(log.Path) is { } file)
            {
                _files.Add((file, RandomAccess.GetLength(file), log.Path));
            }
        }
    }

    public long Size => _files.Sum(file => file.Length);

    /// <returns>Bytes read: fewer than asked for at the end, and where one file ends.</returns>
    public int Read(long from, Span<byte> into)
    {
        foreach (var (file, length, path) in _files)
        {
            if (from < length)
            {
                return SafeFile.ReadAt(file, into[..(int)Math.Min(into.Length, length - from)], from, path);
            }

            from -= length;
        }

        return 0;
    }

    public void Dispose() => _files.ForEach(file => file.File.Dispose());
}
