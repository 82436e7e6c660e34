using System.Text.Json;

namespace Logist.Agents.Streams;

/// <summary>Members of JSON that others wrote: one that is missing or of another kind is null, and nothing throws.</summary>
internal static class JsonFields
{
    /// <returns>Null: the line is no JSON object.</returns>
    public static JsonDocument? TryParse(ReadOnlySpan<byte> line)
    {
        var trimmed = line.Trim(" \t\r"u8);
        if (trimmed.Length == 0 || trimmed[0] != '{')
        {
            return null;
        }

        try
        {
            return JsonDocument.Parse(trimmed.ToArray());
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static JsonElement? Member(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member) ? member : null;

    public static JsonElement? Member(this JsonElement? element, string name) => element?.Member(name);

    public static string? Text(this JsonElement element, string name) => element.Member(name)?.AsText();

    public static string? Text(this JsonElement? element, string name) => element?.Text(name);

    public static bool Flag(this JsonElement element, string name) => element.Member(name)?.ValueKind == JsonValueKind.True;

    /// <summary>A whole number from 0.</summary>
    public static long? Number(this JsonElement element, string name) =>
        element.Member(name) is { ValueKind: JsonValueKind.Number } member
            ? member.TryGetInt64(out var whole) ? Natural(whole)
            : member.TryGetDouble(out var number) && number < 9e15 ? Natural((long)number) : null
            : null;

    public static long? Number(this JsonElement? element, string name) => element?.Number(name);

    /// <summary>A number from 0.</summary>
    public static decimal? Amount(this JsonElement element, string name) =>
        element.Member(name) is { ValueKind: JsonValueKind.Number } member && member.TryGetDecimal(out var amount) && amount >= 0
            ? amount : null;

    /// <summary>The elements of a list; none where there is no list.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement? element, string name) =>
        element.Member(name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];

    /// <returns>Null: no string, or one with half a surrogate pair, which is no text.</returns>
    public static string? AsText(this JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.String)
        {
            return null;
        }

        try
        {
            return element.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static long? Natural(long number) => number < 0 ? null : number;
}
