using System.Text.Json;
using Logist.Core;

namespace Logist.Workflows;

internal sealed class ListShape(string expected, Shape item, bool mayBeEmpty = true) : Shape
{
    internal override string Expected => expected;

    internal override IEnumerable<Shape> Parts => [item];

    internal override void Check(Node node, ShapeCheck check)
    {
        if (node.Kind != NodeKind.List)
        {
            check.Mismatch(node, this);
            return;
        }

        if (node.Items.Count == 0 && !mayBeEmpty)
        {
            check.Wrong(node, $"expected {expected}, found an empty list");
        }

        foreach (var part in node.Items)
        {
            item.Check(part, check);
        }
    }

    internal override void WriteMembers(Utf8JsonWriter json)
    {
        json.WriteString("type", "array");
        json.WritePropertyName("items");
        item.Write(json);
        if (!mayBeEmpty)
        {
            json.WriteNumber("minItems", 1);
        }
    }
}

/// <summary>Free keys, one shape for every value.</summary>
internal sealed class MapShape(string expected, Shape key, string keyPattern, Shape value) : Shape
{
    internal override string Expected => expected;

    internal override IEnumerable<Shape> Parts => [value];

    internal override void Check(Node node, ShapeCheck check)
    {
        if (node.Kind != NodeKind.Map)
        {
            check.Mismatch(node, this);
            return;
        }

        foreach (var entry in node.Entries)
        {
            key.Check(entry.Key, check);
            check.Within(entry.Key.Text, () => value.Check(entry.Value, check));
        }
    }

    internal override void WriteMembers(Utf8JsonWriter json)
    {
        json.WriteString("type", "object");
        json.WriteStartObject("propertyNames");
        json.WriteString("pattern", keyPattern);
        json.WriteEndObject();
        json.WritePropertyName("additionalProperties");
        value.Write(json);
    }
}

/// <param name="Name">As written in the file.</param>
/// <param name="Value">What may stand there.</param>
/// <param name="Says">One line for people, shown by editors.</param>
internal sealed record Key(string Name, Shape Value, string Says, bool Required = false);

/// <summary>A map with known keys.</summary>
internal sealed class ObjectShape(string expected, params Key[] keys) : Shape
{
    private readonly Dictionary<string, Key> _byName = Index(keys);

    internal override string Expected => expected;

    internal IReadOnlyList<Key> Keys => keys;

    internal override IEnumerable<Shape> Parts => keys.Select(k => k.Value);

    internal override void Check(Node node, ShapeCheck check)
    {
        if (node.Kind != NodeKind.Map)
        {
            check.Mismatch(node, this);
            return;
        }

        foreach (var entry in node.Entries)
        {
            if (!_byName.TryGetValue(entry.Key.Text, out var known))
            {
                check.Wrong(entry.Key, $"unknown key {Node.Quote(entry.Key.Text)}", check.IsFull ? null : Hint(entry.Key.Text));
                continue;
            }

            check.Within(known.Name, () => known.Value.Check(entry.Value, check));
        }

        foreach (var key in keys)
        {
            if (key.Required && node[key.Name] is null)
            {
                check.Wrong(node, $"\"{key.Name}\" is missing", null);
            }
        }
    }

    internal override void WriteMembers(Utf8JsonWriter json)
    {
        json.WriteString("type", "object");
        json.WriteBoolean("additionalProperties", false);
        json.WriteStartObject("properties");
        foreach (var key in keys)
        {
            json.WritePropertyName(key.Name);
            key.Value.Write(json, key.Says);
        }

        json.WriteEndObject();
        if (Array.Exists(keys, k => k.Required))
        {
            json.WriteStartArray("required");
            foreach (var key in keys)
            {
                if (key.Required)
                {
                    json.WriteStringValue(key.Name);
                }
            }

            json.WriteEndArray();
        }
    }

    private string Hint(string unknown) =>
        DidYouMean.Hint(unknown, _byName.Keys)
            ?? (unknown == "<<" ? "merge keys are not supported" : "known keys: " + string.Join(", ", _byName.Keys));

    private static Dictionary<string, Key> Index(Key[] keys)
    {
        var byName = new Dictionary<string, Key>(keys.Length, StringComparer.Ordinal);
        foreach (var key in keys)
        {
            byName.Add(key.Name, key);
        }

        return byName;
    }
}

/// <summary>One shape per kind of node; null = not allowed there.</summary>
internal sealed class EitherShape(string expected, Shape? scalar, Shape? list, Shape? map) : Shape
{
    internal override string Expected => expected;

    internal override IEnumerable<Shape> Parts => Alternatives();

    internal override void Check(Node node, ShapeCheck check)
    {
        var shape = node.Kind switch { NodeKind.Scalar => scalar, NodeKind.List => list, _ => map };
        if (shape is null || node.IsNothing)
        {
            check.Mismatch(node, this);
            return;
        }

        shape.Check(node, check);
    }

    internal override void WriteMembers(Utf8JsonWriter json)
    {
        json.WriteStartArray("anyOf");
        foreach (var shape in Alternatives())
        {
            shape.Write(json);
        }

        json.WriteEndArray();
    }

    private List<Shape> Alternatives()
    {
        var all = new List<Shape>();
        foreach (var shape in (ReadOnlySpan<Shape?>)[scalar, list, map])
        {
            if (shape is not null)
            {
                all.Add(shape);
            }
        }

        return all;
    }
}
