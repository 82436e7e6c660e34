using System.Text.Json;
using Logist.Core;

namespace Logist.Workflows;

/// <summary>
/// What may stand at a place of a file. The same value checks a <see cref="Node"/> and writes the JSON Schema, so that the two
/// cannot drift. Reading values afterwards is silent: whatever is wrong has been reported here.
/// </summary>
internal abstract class Shape
{
    /// <summary>As in "expected …".</summary>
    internal abstract string Expected { get; }

    /// <summary>Shapes with a name are written once, under <c>definitions</c>.</summary>
    internal string? Name { get; init; }

    internal abstract void Check(Node node, ShapeCheck check);

    /// <summary>Writes the members of the schema object.</summary>
    internal abstract void WriteMembers(Utf8JsonWriter json);

    internal virtual IEnumerable<Shape> Parts => [];

    internal void Write(Utf8JsonWriter json, string? description = null)
    {
        json.WriteStartObject();
        if (Name is not null)
        {
            // Draft-07 ignores what stands beside $ref.
            if (description is not null)
            {
                json.WriteString("description", description);
            }

            json.WriteStartArray("allOf");
            json.WriteStartObject();
            json.WriteString("$ref", "#/definitions/" + Name);
            json.WriteEndObject();
            json.WriteEndArray();
        }
        else
        {
            if (description is not null)
            {
                json.WriteString("description", description);
            }

            WriteMembers(json);
        }

        json.WriteEndObject();
    }
}

/// <summary>Where a check is and what it found.</summary>
internal sealed class ShapeCheck(Diagnostics problems)
{
    private readonly List<string> _path = [];

    internal void Within(string name, Action check)
    {
        _path.Add(name);
        check();
        _path.RemoveAt(_path.Count - 1);
    }

    /// <summary>Hints are not looked for any more: a million unknown keys would take minutes.</summary>
    internal bool IsFull => problems.IsFull;

    internal void Mismatch(Node node, Shape shape, string? hint = null)
    {
        hint ??= node.IsNothing ? "give a value or remove the key" : null;
        problems.Error(node, $"{Where()}expected {shape.Expected}, found {node.Found()}", hint);
    }

    internal void Wrong(Node node, string message, string? hint = null) => problems.Error(node, Where() + message, hint);

    internal void Wrong(int line, int column, string message, string? hint) => problems.Error(line, column, Where() + message, hint);

    private string Where() => _path.Count == 0 ? "" : string.Join('.', _path) + ": ";
}

/// <summary>Text; numbers and words without quotes are taken as they are written.</summary>
/// <param name="expected">As in "expected …".</param>
/// <param name="rule">What is wrong with a text and the hint, or null.</param>
/// <param name="pattern">The same rule for the schema, where a pattern can say it.</param>
internal sealed class TextShape(string expected, Func<string, (string Wrong, string? Hint)?>? rule = null, string? pattern = null) : Shape
{
    internal override string Expected => expected;

    internal override void Check(Node node, ShapeCheck check)
    {
        if (node.Kind != NodeKind.Scalar || node.IsNothing)
        {
            check.Mismatch(node, this, node is { IsNothing: true, Text.Length: > 0 } ? $"quote it if the text \"{node.Text}\" is meant"
                : null);
        }
        else if (string.IsNullOrWhiteSpace(node.Text))
        {
            check.Wrong(node, $"expected {expected}, found empty text");
        }
        else if (rule?.Invoke(node.Text) is { } wrong)
        {
            check.Wrong(node, wrong.Wrong, wrong.Hint);
        }
    }

    internal override void WriteMembers(Utf8JsonWriter json)
    {
        if (pattern is not null)
        {
            json.WriteString("type", "string");
            json.WriteString("pattern", pattern);
            return;
        }

        json.WriteStartArray("type");
        json.WriteStringValue("string");
        json.WriteStringValue("number");
        json.WriteStringValue("boolean");
        json.WriteEndArray();
    }
}

/// <summary>Text that may also be empty: values of variables, arguments.</summary>
internal sealed class AnyTextShape(string expected) : Shape
{
    internal override string Expected => expected;

    internal override void Check(Node node, ShapeCheck check)
    {
        if (node.Kind != NodeKind.Scalar || node.IsNothing)
        {
            check.Mismatch(node, this, node.IsNothing ? "write \"\" for empty text" : null);
        }
    }

    internal override void WriteMembers(Utf8JsonWriter json)
    {
        json.WriteStartArray("type");
        json.WriteStringValue("string");
        json.WriteStringValue("number");
        json.WriteStringValue("boolean");
        json.WriteEndArray();
    }
}

internal sealed class ChoiceShape(params string[] values) : Shape
{
    internal override string Expected => values.Length == 1 ? values[0] : $"{string.Join(", ", values[..^1])} or {values[^1]}";

    internal override void Check(Node node, ShapeCheck check)
    {
        if (node.Kind != NodeKind.Scalar || Array.IndexOf(values, node.Text) < 0)
        {
            check.Mismatch(node, this, node.Kind == NodeKind.Scalar ? DidYouMean.Hint(node.Text, values) : null);
        }
    }

    internal override void WriteMembers(Utf8JsonWriter json)
    {
        json.WriteStartArray("enum");
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }
}

internal sealed class TruthShape : Shape
{
    internal override string Expected => "true or false";

    internal override void Check(Node node, ShapeCheck check)
    {
        if (node.Kind != NodeKind.Scalar || Scalars.Truth(node) is null)
        {
            var word = node.Kind == NodeKind.Scalar ? node.Text.ToLowerInvariant() : "";
            check.Mismatch(node, this, word is "yes" or "on" or "true" ? "write true" : word is "no" or "off" or "false" ? "write false"
                : null);
        }
    }

    internal override void WriteMembers(Utf8JsonWriter json) => json.WriteString("type", "boolean");
}

internal sealed class WholeShape(long min, long max) : Shape
{
    internal override string Expected => min == max ? $"the number {min}" : $"a whole number from {min} to {max}";

    internal override void Check(Node node, ShapeCheck check)
    {
        if (node.Kind != NodeKind.Scalar || Scalars.Whole(node) is not { } value || value < min || value > max)
        {
            check.Mismatch(node, this, node is { Kind: NodeKind.Scalar, Plain: false } && long.TryParse(node.Text, out _)
                ? "remove the quotes" : null);
        }
    }

    internal override void WriteMembers(Utf8JsonWriter json)
    {
        json.WriteString("type", "integer");
        json.WriteNumber("minimum", min);
        json.WriteNumber("maximum", max);
    }
}

internal sealed class NumberShape(string expected, decimal min, decimal max) : Shape
{
    internal override string Expected => $"{expected} from {min} to {max}";

    internal override void Check(Node node, ShapeCheck check)
    {
        if (node.Kind != NodeKind.Scalar || Scalars.Number(node) is not { } value || value < min || value > max)
        {
            check.Mismatch(node, this, node.Kind == NodeKind.Scalar && node.Text.StartsWith('$') ? "leave out the $"
                : node is { Kind: NodeKind.Scalar, Plain: false } && decimal.TryParse(node.Text, out _) ? "remove the quotes" : null);
        }
    }

    internal override void WriteMembers(Utf8JsonWriter json)
    {
        json.WriteString("type", "number");
        json.WriteNumber("minimum", min);
        json.WriteNumber("maximum", max);
    }
}

internal sealed class DurationShape(TimeSpan max) : Shape
{
    internal override string Expected => $"a time such as 500ms, 10s, 20m, 2h or 1d, at most {Scalars.Show(max)}";

    internal override void Check(Node node, ShapeCheck check)
    {
        if (node.Kind != NodeKind.Scalar || Scalars.Duration(node.Text) is not { } value || value == TimeSpan.Zero || value > max)
        {
            check.Mismatch(node, this, node.Kind == NodeKind.Scalar ? Scalars.DurationHint(node) : null);
        }
    }

    internal override void WriteMembers(Utf8JsonWriter json)
    {
        json.WriteString("type", "string");
        json.WriteString("pattern", "^[1-9][0-9]{0,9}(ms|s|m|h|d)$");
    }
}
