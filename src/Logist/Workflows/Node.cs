namespace Logist.Workflows;

internal enum NodeKind { Scalar, List, Map }

internal readonly record struct Entry(Node Key, Node Value);

/// <summary>A piece of a workflow file with its place. Scalars stay text: whoever expects a number says so.</summary>
internal sealed class Node
{
    internal required NodeKind Kind { get; init; }

    internal required int Line { get; init; }

    internal required int Column { get; init; }

    /// <summary>Character offsets in the source, end exclusive.</summary>
    internal required int Start { get; init; }

    internal int End { get; set; }

    internal string Text { get; init; } = "";

    /// <summary>Written without quotes: may be a number, a truth value or nothing.</summary>
    internal bool Plain { get; init; }

    internal List<Node> Items { get; } = [];

    internal List<Entry> Entries { get; } = [];

    internal bool IsNothing => Kind == NodeKind.Scalar && Plain && Text is "" or "~" or "null" or "Null" or "NULL";

    internal Node? this[string key]
    {
        get
        {
            foreach (var entry in Entries)
            {
                if (entry.Key.Text == key)
                {
                    return entry.Value;
                }
            }

            return null;
        }
    }

    internal Node? KeyOf(string key)
    {
        foreach (var entry in Entries)
        {
            if (entry.Key.Text == key)
            {
                return entry.Key;
            }
        }

        return null;
    }

    /// <summary>What a person sees there, short.</summary>
    internal string Found() => Kind switch
    {
        NodeKind.List => "a list",
        NodeKind.Map => "a map",
        _ when IsNothing => "nothing",
        _ => Quote(Text),
    };

    internal static string Quote(string text)
    {
        var shown = text.Length > 60 ? text[..(char.IsHighSurrogate(text[59]) ? 59 : 60)] + "…" : text;
        var clean = new System.Text.StringBuilder("\"", shown.Length + 2);
        foreach (var c in shown)
        {
            // Control, bidirectional and other format characters would act on the terminal instead of being seen.
            var hidden = char.IsControl(c) || char.GetUnicodeCategory(c) == System.Globalization.UnicodeCategory.Format;
            _ = hidden ? clean.Append($"\\u{(int)c:x4}") : clean.Append(c);
        }

        return clean.Append('"').ToString();
    }
}
