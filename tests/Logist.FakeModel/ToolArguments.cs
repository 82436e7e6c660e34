using System.Text.Json.Nodes;

namespace Logist.FakeModel;

/// <summary>Arguments for tools of agents that call the same thing by different names, made from the tool's own schema.</summary>
internal static class ToolArguments
{
    private const int MaxDepth = 6;

    /// <summary>Properties that are known by name get their value, other required ones a dummy, the rest is left out.</summary>
    public static JsonObject Fill(JsonObject schema, IReadOnlyDictionary<string, string> known)
    {
        var filled = new JsonObject();
        var required = Required(schema);
        foreach (var (name, property) in schema["properties"] as JsonObject ?? [])
        {
            if (known.TryGetValue(name, out var value))
            {
                filled[name] = Shape(name, property as JsonObject, value, known);
            }
            else if (required.Contains(name))
            {
                filled[name] = Instance(property as JsonObject, 0);
            }
        }

        return filled;
    }

    /// <summary>The smallest value of the schema.</summary>
    public static JsonNode? Instance(JsonObject? schema, int depth = 0)
    {
        if (schema is null || depth > MaxDepth)
        {
            return null;
        }

        if (schema["const"] is { } constant)
        {
            return constant.DeepClone();
        }

        if (schema["enum"] is JsonArray { Count: > 0 } values)
        {
            return values[0]?.DeepClone();
        }

        if ((schema["anyOf"] ?? schema["oneOf"] ?? schema["allOf"]) is JsonArray { Count: > 0 } choices)
        {
            return Instance(choices[0] as JsonObject, depth + 1);
        }

        switch (Types(schema).FirstOrDefault())
        {
            case "object":
                var filled = new JsonObject();
                var required = Required(schema);
                foreach (var (name, property) in schema["properties"] as JsonObject ?? [])
                {
                    if (schema["required"] is null || required.Contains(name))
                    {
                        filled[name] = Instance(property as JsonObject, depth + 1);
                    }
                }

                return filled;
            case "array":
                return (int?)schema["minItems"] > 0 ? new JsonArray(Instance(schema["items"] as JsonObject, depth + 1)) : new JsonArray();
            case "number" or "integer":
                return 1;
            case "boolean":
                return false;
            case "null":
                return null;
            default:
                return "fake";
        }
    }

    private static JsonNode Shape(string name, JsonObject? property, string value, IReadOnlyDictionary<string, string> known)
    {
        var types = Types(property).ToList();
        if (types.Contains("boolean"))
        {
            return false;
        }

        if (types.Contains("number") || types.Contains("integer"))
        {
            return int.Parse(value);
        }

        if (!types.Contains("array") || types.Contains("string"))
        {
            return value;
        }

        // An argv is wanted, or a list of the things that another agent takes one by one.
        return name.Equals("command", StringComparison.OrdinalIgnoreCase) ? new JsonArray("bash", "-lc", value)
            : Items(property) is { } items && Types(items).Contains("object") ? new JsonArray(Fill(items, known))
            : new JsonArray(value);
    }

    private static IEnumerable<string> Types(JsonObject? schema) => schema?["type"] switch
    {
        JsonArray several => several.Select(type => type!.GetValue<string>().ToLowerInvariant()),
        { } one => [one.GetValue<string>().ToLowerInvariant()],
        null => Choices(schema).SelectMany(Types),
    };

    private static JsonObject? Items(JsonObject? schema) =>
        schema?["items"] as JsonObject
            ?? Choices(schema).Select(choice => choice["items"] as JsonObject).FirstOrDefault(items => items is not null);

    private static IEnumerable<JsonObject> Choices(JsonObject? schema) =>
        ((schema?["anyOf"] ?? schema?["oneOf"]) as JsonArray ?? []).OfType<JsonObject>();

    private static HashSet<string> Required(JsonObject schema) =>
        [.. (schema["required"] as JsonArray ?? []).Select(name => name!.GetValue<string>())];
}
