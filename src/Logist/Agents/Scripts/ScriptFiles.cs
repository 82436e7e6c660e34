namespace Logist.Agents.Scripts;

internal static class ScriptFiles
{
    public static void MakeParent(string path)
    {
        if (Path.GetDirectoryName(path) is { Length: > 0 } parent)
        {
            _ = Directory.CreateDirectory(parent);
        }
    }

    /// <summary>A file, a link (not what it leads to), or a directory with everything in it. Nothing there is fine.</summary>
    public static void Delete(string path)
    {
        if (new DirectoryInfo(path) is { Exists: true, LinkTarget: null } directory)
        {
            directory.Delete(recursive: true);
        }
        else
        {
            File.Delete(path);
        }
    }

    /// <summary>Bytes that look random and are the same every time.</summary>
    public static void Fill(string path, long size)
    {
        MakeParent(path);
        using var file = new FileStream(path, FileMode.Create);
        var block = new byte[1 << 16];
        var state = 0x9E3779B97F4A7C15UL;
        for (var left = size; left > 0; left -= block.Length)
        {
            for (var i = 0; i < block.Length; i += sizeof(ulong))
            {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                _ = BitConverter.TryWriteBytes(block.AsSpan(i), state);
            }

            file.Write(block, 0, (int)Math.Min(left, block.Length));
        }
    }
}
