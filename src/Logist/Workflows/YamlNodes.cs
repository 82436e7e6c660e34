using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Logist.Workflows;

/// <summary>
/// YAML (and so JSON) to <see cref="Node"/>s by parser events only: the object loaders of the package recurse and die on
/// 500 nested brackets, uncatchable (measured). Depth, aliases, tags, duplicates and documents are checked per event.
/// </summary>
internal sealed class YamlNodes
{
    internal const int MaxDepth = 64;

    private readonly Diagnostics _problems;
    private readonly string _source;
    private readonly Stack<Open> _open = new();
    private Node? _root;
    private int _documents;

    private YamlNodes(string source, Diagnostics problems) => (_source, _problems) = (source, problems);

    /// <returns>The root, or null when the text cannot be read at all; problems are reported.</returns>
    internal static Node? Read(string source, Diagnostics problems)
    {
        var reader = new YamlNodes(source, problems);
        var parser = new Parser(new StringReader(source));
        try
        {
            while (parser.MoveNext())
            {
                if (!reader.Take(parser.Current!))
                {
                    return null;
                }
            }
        }
        catch (YamlException e)
        {
            reader.ReportSyntax(e);
            return null;
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or FormatException or OverflowException)
        {
            // Found by mutating files: some mistakes escape the package as these, without a place.
            var near = parser.Current?.End ?? Mark.Empty;
            problems.Error((int)near.Line, (int)near.Column, "not valid YAML after this place", "look for unbalanced brackets or quotes");
            return null;
        }

        if (reader._root is null)
        {
            problems.Error(1, 1, "the file is empty");
        }

        return problems.HasErrors ? null : reader._root;
    }

    private bool Take(ParsingEvent happened)
    {
        switch (happened)
        {
            case DocumentStart when ++_documents > 1:
                return Refuse(happened, "a second document starts here", "one file holds one workflow; remove the \"---\"");
            case AnchorAlias:
                return Refuse(happened, "aliases (*name) are not supported", "write the value out");
            case NodeEvent node when !node.Anchor.IsEmpty:
                return Refuse(happened, "anchors (&name) are not supported", "write the value out where it is needed");
            case NodeEvent node when !node.Tag.IsEmpty:
                return Refuse(happened, $"tags ({Node.Quote(node.Tag.ToString())}) are not supported", "quote the value if it is text");
            case Scalar scalar:
                return TakeScalar(scalar);
            case MappingStart map:
                return Begin(map, NodeKind.Map, map.Style == MappingStyle.Block);
            case SequenceStart list:
                return Begin(list, NodeKind.List, list.Style == SequenceStyle.Block);
            case MappingEnd or SequenceEnd:
                _open.Pop().Node.End = (int)happened.End.Index;
                return true;
            default:
                return true;
        }
    }

    private bool TakeScalar(Scalar scalar)
    {
        var node = new Node
        {
            Kind = NodeKind.Scalar,
            Line = (int)scalar.Start.Line,
            Column = (int)scalar.Start.Column,
            Start = (int)scalar.Start.Index,
            End = (int)scalar.End.Index,
            Text = scalar.Value,
            Plain = scalar.Style == ScalarStyle.Plain,
        };
        if (BadCharacter(scalar.Value) is { } bad)
        {
            _problems.Error(node, bad, "remove it");
        }

        Place(node);
        return true;
    }

    private bool Begin(NodeEvent happened, NodeKind kind, bool block)
    {
        if (_open.Count >= MaxDepth)
        {
            return Refuse(happened, $"nesting over {MaxDepth}", null);
        }

        if (_open.TryPeek(out var parent) && parent is { Node.Kind: NodeKind.Map, Key: null })
        {
            return Refuse(happened, "a key must be plain text", null);
        }

        var node = new Node
        {
            Kind = kind,
            Line = (int)happened.Start.Line,
            Column = (int)happened.Start.Column,
            Start = (int)happened.Start.Index,
        };
        Place(node);
        _open.Push(new Open(node, block));
        return true;
    }

    private void Place(Node node)
    {
        if (!_open.TryPeek(out var parent))
        {
            _root = node;
            return;
        }

        if (parent.Block && (parent.Node.Kind == NodeKind.List || parent.Key is null) && TabBefore(node))
        {
            _problems.Error(node.Line, 1, "a tab is used as indentation", "indent with spaces");
        }

        if (parent.Node.Kind == NodeKind.List)
        {
            parent.Node.Items.Add(node);
        }
        else if (parent.Key is null)
        {
            if (!parent.Seen.TryAdd(node.Text, node))
            {
                _problems.Error(node, $"{Node.Quote(node.Text)} appears twice, first at line {parent.Seen[node.Text].Line}",
                    "remove or rename one");
            }

            parent.Key = node;
        }
        else
        {
            parent.Node.Entries.Add(new Entry(parent.Key, node));
            parent.Key = null;
        }
    }

    // The package accepts some tabs before block keys; where the level then is, is anybody's guess.
    private bool TabBefore(Node node)
    {
        var before = _source.AsSpan(node.Start - (node.Column - 1), node.Column - 1);
        return before.Contains('\t') && before.Trim(" \t-?").IsEmpty;
    }

    private bool Refuse(ParsingEvent at, string message, string? hint)
    {
        _problems.Error((int)at.Start.Line, (int)at.Start.Column, message, hint);
        return false;
    }

    private void ReportSyntax(YamlException e)
    {
        var text = e.Message;
        if (text.Contains("tab", StringComparison.Ordinal) && FindTab((int)e.Start.Line) is (> 0 and var line, var column))
        {
            _problems.Error(line, column, "a tab is used as indentation", "indent with spaces");
            return;
        }

        var hint = text.Contains("invalid mapping", StringComparison.Ordinal) ? "put quotes around text with \": \" in it"
            : text.Contains("cannot start any token", StringComparison.Ordinal)
            ? "put quotes around text that starts with a special character"
            : text.Contains("surrogate", StringComparison.Ordinal) ? "half a character (lone surrogate) is not text"
            : null;
        _problems.Error((int)e.Start.Line, (int)e.Start.Column, $"not valid YAML: {text.TrimEnd('.')}", hint);
    }

    // The package reports the start of the mapping, not the tab.
    private (int Line, int Column) FindTab(int fromLine)
    {
        var number = 0;
        foreach (var line in _source.AsSpan().EnumerateLines())
        {
            number++;
            var indent = line[..^line.TrimStart(" \t").Length];
            if (number >= fromLine && indent.IndexOf('\t') is >= 0 and var at)
            {
                return (number, at + 1);
            }
        }

        return (0, 0);
    }

    /// <returns>What is wrong with the text, or null: NUL ends strings of the system, half a surrogate cannot be stored.</returns>
    internal static string? BadCharacter(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '\0')
            {
                return "the text contains a NUL character";
            }

            if (char.IsSurrogate(c) && (!char.IsHighSurrogate(c) || i + 1 == text.Length || !char.IsLowSurrogate(text[++i])))
            {
                return "the text contains half a character (a lone surrogate)";
            }
        }

        return null;
    }

    private sealed class Open(Node node, bool block)
    {
        internal Node Node { get; } = node;

        internal bool Block { get; } = block;

        internal Node? Key { get; set; }

        internal Dictionary<string, Node> Seen { get; } = node.Kind == NodeKind.Map ? new(StringComparer.Ordinal) : Unused;
    }

    private static readonly Dictionary<string, Node> Unused = [];
}
