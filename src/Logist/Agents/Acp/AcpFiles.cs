using System.Text;
using System.Text.Json;
using Logist.Agents.Streams;
using Logist.Files;

namespace Logist.Agents.Acp;

/// <summary>
/// Files that an agent reads and writes through its client. We announce that we cannot, and agents of today write all the same: what
/// is not done then is lost without a word.
/// </summary>
internal static class AcpFiles
{
    private const int MaxBytes = 64 << 20;

    /// <exception cref="AcpRefusal">Outside the workspace, missing, no regular file, or too large.</exception>
    public static string Read(JsonElement asked, string workspace)
    {
        var (path, relative) = Named(asked, workspace);
        var text = SafeFile.ReadBounded(workspace, relative, MaxBytes) switch
        {
            SafeRead.Content content => Encoding.UTF8.GetString(content.Bytes),
            SafeRead.Refused refused => throw new AcpRefusal(AcpRefusal.InvalidParams, $"{path} {refused.Why}"),
            _ => throw new AcpRefusal(AcpRefusal.NotFound, $"Resource not found: {path}"),
        };
        var (first, most) = (asked.Count("line"), asked.Count("limit"));
        return first is null && most is null ? text : Lines(text, first ?? 1, most ?? long.MaxValue);
    }

    /// <returns>The path below the workspace.</returns>
    /// <exception cref="AcpRefusal">Outside the workspace, or it cannot be written.</exception>
    public static string Write(JsonElement asked, string workspace)
    {
        var (path, relative) = Named(asked, workspace);
        return asked.Text("content") is not { } content
            ? throw new AcpRefusal(AcpRefusal.InvalidParams, "no content")
            : SafeWrite.Put(workspace, relative, Encoding.UTF8.GetBytes(content)) is { } problem
                ? throw new AcpRefusal(AcpRefusal.InvalidParams, $"{path} {problem}") : relative;
    }

    private static (string Path, string Relative) Named(JsonElement asked, string workspace)
    {
        var path = asked.Text("path") is { Length: > 0 } named ? named : throw new AcpRefusal(AcpRefusal.InvalidParams, "no path");
        return PlaceInTree.Find(workspace, path) is { Length: > 0 } relative ? (path, relative)
            : throw new AcpRefusal(AcpRefusal.InvalidParams, $"{path} is outside the workspace");
    }

    private static string Lines(string text, long first, long most)
    {
        var lines = text.Split('\n');
        var from = (int)Math.Clamp(first - 1, 0, lines.Length);
        return string.Join('\n', lines, from, (int)Math.Min(most, lines.Length - from));
    }
}
