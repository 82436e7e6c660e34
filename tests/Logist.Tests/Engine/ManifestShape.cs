using System.Text.Json;

namespace Logist.Tests.Engine;

/// <summary>
/// Compares a document with a description of its members: <c>name:kind</c>, kinds s(tring) n(umber) b(oolean) t(ime), <c>[…]</c> a list,
/// <c>{…}</c> a map, <c>(…)</c> an object; <c>?</c> after it: null, or not there. More members are allowed, others never.
/// </summary>
internal sealed class ManifestShape
{
    private readonly string _shape;
    private int _at;

    private ManifestShape(string shape) => _shape = shape;

    public static void Check(JsonElement document, string shape) => new ManifestShape(shape).Members(document, "$");

    private void Members(JsonElement? value, string path)
    {
        value?.ValueKind.ShouldBe(JsonValueKind.Object, path);
        while (true)
        {
            while (_at < _shape.Length && char.IsWhiteSpace(_shape[_at]))
            {
                _at++;
            }

            if (_at == _shape.Length || _shape[_at] is ')' or ']')
            {
                return;
            }

            var colon = _shape.IndexOf(':', _at);
            var name = _shape[_at..colon];
            _at = colon + 1;
            var member = value is { } v && v.TryGetProperty(name, out var found) ? found : (JsonElement?)null;
            Kind(member, $"{path}.{name}", required: value is not null);
        }
    }

    private void Kind(JsonElement? value, string path, bool required)
    {
        var begin = _at;
        var optional = _shape[Skip()..] is ['?', ..];
        var end = _at;
        _at = begin;
        if (value is null or { ValueKind: JsonValueKind.Null })
        {
            (optional || !required).ShouldBeTrue($"{path} is missing or null");
            _at = end;
        }
        else
        {
            Value(value.Value, path);
        }

        _at = end + (optional ? 1 : 0);
    }

    private void Value(JsonElement value, string path)
    {
        switch (_shape[_at])
        {
            case 's': value.ValueKind.ShouldBe(JsonValueKind.String, path); break;
            case 'n': value.ValueKind.ShouldBe(JsonValueKind.Number, path); break;
            case 'b': value.ValueKind.ShouldBeOneOf([JsonValueKind.True, JsonValueKind.False], path); break;
            case 't': value.GetString()!.ShouldMatch(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$", path); break;
            case '(':
                _at++;
                Members(value, path);
                break;
            case '[':
                value.ValueKind.ShouldBe(JsonValueKind.Array, path);
                Each(value.EnumerateArray().Select((item, i) => (item, $"{path}[{i}]")));
                break;
            default:
                value.ValueKind.ShouldBe(JsonValueKind.Object, path);
                Each(value.EnumerateObject().Select(member => (member.Value, $"{path}.{member.Name}")));
                break;
        }
    }

    private void Each(IEnumerable<(JsonElement Value, string Path)> values)
    {
        var begin = ++_at;
        foreach (var (value, path) in values)
        {
            _at = begin;
            if (_shape.IndexOf(':', _at) is var colon && colon >= 0 && _shape[_at..colon].All(c => char.IsAsciiLetter(c) || c == '_'))
            {
                Members(value, path);
            }
            else
            {
                Value(value, path);
            }
        }
    }

    /// <returns>The position after one kind, which becomes the current one.</returns>
    private int Skip()
    {
        var depth = 0;
        do
        {
            depth += _shape[_at] is '(' or '[' or '{' ? 1 : _shape[_at] is ')' or ']' or '}' ? -1 : 0;
            _at++;
        }
        while (depth > 0);

        return _at;
    }
}
