using System.Text.Json;

namespace Logist.Agents.Streams;

/// <summary>One line that ought to be a JSON object, and its members: what is missing or of another kind is null, never an error.</summary>
internal static class JsonLine
{
    /// <returns>Null: it is not exactly one object of a sane depth.</returns>
    public static JsonDocument? TryParse(ReadOnlySpan<byte> line)
    {
        line = line.Trim(" \t\r"u8);

        // Utf8JsonReader tells by throwing, far too slow for a log full of other things; what gets past the scan is nearly always JSON.
        if (line.IsEmpty || line[0] != '{' || !JsonObjectScan.TryRead(line, out var length, out _) || length != line.Length)
        {
            return null;
        }

        try
        {
            var reader = new Utf8JsonReader(line);
            return JsonDocument.ParseValue(ref reader);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A member; of kind Undefined when there is none, so that calls can be chained.</summary>
    public static JsonElement At(this JsonElement element, string name)
    {
        try
        {
            return element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member) ? member : default;
        }
        catch (InvalidOperationException)
        {
            // Invalid UTF-8 and halves of surrogate pairs are noticed only when texts are compared or read.
            return default;
        }
    }

    public static string? Text(this JsonElement element, string name) => element.At(name).AsText();

    public static string? AsText(this JsonElement element)
    {
        try
        {
            return element.ValueKind == JsonValueKind.String ? element.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    public static bool Is(this JsonElement element, string name, string value) => element.Text(name) == value;

    public static bool? Flag(this JsonElement element, string name) => element.At(name).ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    /// <summary>A number of things; null when it is negative or no number.</summary>
    public static long? Count(this JsonElement element, string name)
    {
        var member = element.At(name);
        return member.ValueKind == JsonValueKind.Number && member.TryGetInt64(out var number) && number >= 0 ? number : null;
    }

    public static int? Status(this JsonElement element, string name) =>
        element.Count(name) is >= 100 and <= 599 and var status ? (int)status : null;

    public static decimal? Money(this JsonElement element, string name)
    {
        var member = element.At(name);
        return member.ValueKind == JsonValueKind.Number && member.TryGetDecimal(out var number) && number >= 0 ? number : null;
    }

    /// <summary>The elements of an array; none when it is something else.</summary>
    public static JsonElement.ArrayEnumerator Items(this JsonElement element) =>
        element.ValueKind == JsonValueKind.Array ? element.EnumerateArray() : default;

    /// <summary>The first of these members that is a text with something in it.</summary>
    public static string? FirstText(this JsonElement element, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (element.Text(name) is { Length: > 0 } text)
            {
                return text;
            }
        }

        return null;
    }
}
