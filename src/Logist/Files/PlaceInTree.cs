namespace Logist.Files;

/// <summary>Where a path really leads, seen from a root.</summary>
internal static class PlaceInTree
{
    private const int MaxLinks = 40;

    /// <summary>
    /// The path below the root after every link and <c>..</c> is resolved, also where its end does not exist yet; "" is the root.
    /// It says where the path leads now: whoever opens it still has to open it beneath the root.
    /// </summary>
    /// <param name="path">Absolute, or relative to the root.</param>
    /// <returns>Null: it leads out of the root, or in circles.</returns>
    public static string? Find(string root, string path)
    {
        if (path.Contains('\0', StringComparison.Ordinal)
            || Resolve(root) is not { } top || Resolve(Path.Combine(root, path)) is not { } place)
        {
            return null;
        }

        return place == top ? ""
            : top == "/" ? place[1..]
            : place.StartsWith(top + '/', StringComparison.Ordinal) ? place[(top.Length + 1)..] : null;
    }

    // As the kernel walks: ".." after a link leaves the link's target, not the directory that the link is in.
    private static string? Resolve(string absolute)
    {
        var parts = new Stack<string>();
        Push(parts, absolute);
        var here = "/";
        for (var links = 0; parts.Count > 0;)
        {
            var part = parts.Pop();
            if (part == "..")
            {
                here = Path.GetDirectoryName(here) ?? "/";
                continue;
            }

            var next = Path.Combine(here, part);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                here = next;
                continue;
            }

            if (++links > MaxLinks)
            {
                return null;
            }

            here = target.StartsWith('/') ? "/" : here;
            Push(parts, target);
        }

        return here;
    }

    private static void Push(Stack<string> parts, string path)
    {
        var names = path.Split('/');
        for (var i = names.Length - 1; i >= 0; i--)
        {
            if (names[i] is not ("" or "."))
            {
                parts.Push(names[i]);
            }
        }
    }
}
