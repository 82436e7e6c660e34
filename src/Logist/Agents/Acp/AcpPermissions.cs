using System.Text.Json;
using Logist.Agents.Streams;
using Logist.Files;

namespace Logist.Agents.Acp;

/// <summary>
/// Answers an agent that asks whether it may: once, where every path and working directory that it names lies in the workspace; not,
/// where one does not. Commands are not read: what a command may reach is for a sandbox to say, and this policy catches mistakes.
/// </summary>
internal static class AcpPermissions
{
    private const int MaxDepth = 4;
    private const string PatchMark = "*** ", PatchStart = PatchMark + "Begin Patch";

    // How the agents name paths in what they ask for (file_path, filePath, filepath …), without case and underscores.
    private static readonly HashSet<string> PathNames = new(StringComparer.Ordinal)
    {
        "path", "paths", "filepath", "filepaths", "file", "files", "absolutepath", "notebookpath", "relativeworkspacepath",
        "directory", "dir", "dirpath", "dirs", "cwd", "workdir", "workingdirectory", "root", "source", "destination", "oldpath", "newpath",
    };

    /// <param name="Option">Id of the option to choose; null: none fits, the request is answered as cancelled.</param>
    internal readonly record struct Decision(bool Allowed, string? Option, string Name, string? What, string Why);

    /// <param name="asked">The params of <c>session/request_permission</c>.</param>
    public static Decision Decide(JsonElement asked, string workspace)
    {
        var tool = asked.At("toolCall");
        var named = Named(tool);
        var outside = named.Find(path => PlaceInTree.Find(workspace, path) is null);
        var once = Option(asked, "allow_once");
        var allowed = outside is null && once is not null;
        var why = outside is not null ? $"{outside} is outside the workspace"
            : once is null ? "it can only be allowed for ever" : named.Count == 0 ? "it names no path" : "inside the workspace";
        return new Decision(allowed, allowed ? once : Option(asked, "reject_once") ?? Option(asked, "reject_always"),
            AcpUpdates.ToolName(tool), tool.Text("title"), why);
    }

    private static List<string> Named(JsonElement tool)
    {
        var named = new List<string>();
        foreach (var location in tool.At("locations").Items())
        {
            Add(named, location.Text("path"));
        }

        foreach (var content in tool.At("content").Items())
        {
            Add(named, content.Text("path"));
        }

        Collect(tool.At("rawInput"), named, MaxDepth);
        return named;
    }

    private static void Collect(JsonElement input, List<string> named, int depth)
    {
        if (input.ValueKind == JsonValueKind.Array && depth > 0)
        {
            foreach (var item in input.EnumerateArray())
            {
                Collect(item, named, depth - 1);
            }
        }

        if (input.AsText() is { } text)
        {
            Patched(text, named);
        }

        if (input.ValueKind != JsonValueKind.Object || depth == 0)
        {
            return;
        }

        foreach (var member in input.EnumerateObject())
        {
            if (!PathNames.Contains(member.Name.Replace("_", "", StringComparison.Ordinal).ToLowerInvariant()))
            {
                Collect(member.Value, named, depth - 1);
                continue;
            }

            Add(named, member.Value.AsText());
            if (member.Value.ValueKind == JsonValueKind.Array)
            {
                foreach (var item in member.Value.EnumerateArray())
                {
                    Add(named, item.AsText());
                }
            }
        }
    }

    // Patches in the form that some models write name their files in the text.
    private static void Patched(string text, List<string> named)
    {
        foreach (var line in text.Contains(PatchStart, StringComparison.Ordinal) ? text.Split('\n') : [])
        {
            if (line.StartsWith(PatchMark, StringComparison.Ordinal) && line.IndexOf(": ", StringComparison.Ordinal) is > 0 and var colon)
            {
                Add(named, line[(colon + 2)..].Trim());
            }
        }
    }

    // "~" is the home of whoever runs the agent, and a file: address is a path too.
    private static void Add(List<string> named, string? path)
    {
        if (path is { Length: > 0 })
        {
            named.Add(path[0] == '~' ? "/" + path : path.StartsWith("file://", StringComparison.Ordinal) ? path["file://".Length..] : path);
        }
    }

    private static string? Option(JsonElement asked, string kind)
    {
        foreach (var option in asked.At("options").Items())
        {
            if (option.Is("kind", kind))
            {
                return option.Text("optionId");
            }
        }

        return null;
    }
}
