using System.Text.Json;
using Logist.Testing;

namespace Logist.Server.Tests;

/// <summary>
/// Compares every answer that a test gets with the API's description: its status is one that the route names, and its JSON has exactly
/// the members, types and words that are described.
/// </summary>
internal sealed class DescribedAnswers() : DelegatingHandler(new SocketsHttpHandler())
{
    private static readonly JsonElement Description =
        JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Repository.Root, "docs", "openapi.json"))).RootElement;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken ct)
    {
        var response = await base.SendAsync(request, ct);
        if (Operation(request) is { } operation)
        {
            await CheckAsync($"{request.Method} {request.RequestUri!.PathAndQuery}: {(int)response.StatusCode}", operation, response, ct);
        }

        return response;
    }

    /// <returns>Null: there is no such route, and tests ask for that, too.</returns>
    private static JsonElement? Operation(HttpRequestMessage request)
    {
        var path = request.RequestUri!.AbsolutePath.Split('/');
        var found = Description.GetProperty("paths").EnumerateObject().Where(route => Matches(route.Name.Split('/'), path)).ToList();
        return found is [var one] && one.Value.TryGetProperty(request.Method.Method.ToLowerInvariant(), out var operation)
            ? operation : null;
    }

    private static bool Matches(string[] pattern, string[] path) => pattern.Length == path.Length
        && pattern.Zip(path).All(part => part.First == part.Second || (part.First.StartsWith('{') && part.Second.Length > 0));

    private static async Task CheckAsync(string what, JsonElement operation, HttpResponseMessage response, CancellationToken ct)
    {
        var responses = operation.GetProperty("responses");
        if (!responses.TryGetProperty($"{(int)response.StatusCode}", out var described))
        {
            ((int)response.StatusCode).ShouldBeGreaterThanOrEqualTo(500, $"{what} is not among {responses}");
            described = responses.GetProperty("default");
        }

        if (response.Content.Headers.ContentType is { MediaType: { } media } && media.EndsWith("json", StringComparison.Ordinal))
        {
            await response.Content.LoadIntoBufferAsync(ct);
            var answer = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(ct)).RootElement;
            var content = default(JsonElement);
            (described.TryGetProperty("content", out var contents) && contents.TryGetProperty(media, out content))
                .ShouldBeTrue($"{what}: {media} is not described");
            Wrong(content.GetProperty("schema"), answer, "").ShouldBeNull($"{what}\n{answer}");
        }
    }

    /// <returns>Null: the value is as described.</returns>
    private static string? Wrong(JsonElement schema, JsonElement value, string place)
    {
        if (schema.TryGetProperty("$ref", out var reference))
        {
            return Wrong(Description.GetProperty("components").GetProperty("schemas").GetProperty(reference.GetString()!.Split('/')[^1]),
                value, place);
        }

        if (schema.TryGetProperty("oneOf", out var choices))
        {
            var wrongs = choices.EnumerateArray().Select(choice => Wrong(choice, value, place)).ToList();
            return wrongs.Contains(null) ? null : string.Join(" or ", wrongs);
        }

        if (schema.TryGetProperty("enum", out var words))
        {
            return words.EnumerateArray().Any(word => word.ValueEquals(value.GetString())) ? null : $"{place}: {value} is not in {words}";
        }

        if (schema.TryGetProperty("type", out var type) && !IsOf(type, value))
        {
            return $"{place}: {value} is not {type}";
        }

        return value.ValueKind switch
        {
            JsonValueKind.Object => WrongMember(schema, value, place),
            JsonValueKind.Array when schema.TryGetProperty("items", out var items) =>
                value.EnumerateArray().Select((item, i) => Wrong(items, item, $"{place}/{i}")).FirstOrDefault(wrong => wrong is not null),
            _ => null,
        };
    }

    private static string? WrongMember(JsonElement schema, JsonElement value, string place)
    {
        var known = schema.TryGetProperty("properties", out var properties);
        var others = schema.TryGetProperty("additionalProperties", out var additional);
        if (schema.TryGetProperty("required", out var required)
            && required.EnumerateArray().FirstOrDefault(name => !value.TryGetProperty(name.GetString()!, out _)) is
            {
                ValueKind: JsonValueKind.String,
            } missing)
        {
            return $"{place}: {missing} is missing";
        }

        return value.EnumerateObject().Select(member => known && properties.TryGetProperty(member.Name, out var one)
            ? Wrong(one, member.Value, $"{place}/{member.Name}")
            : others ? Wrong(additional, member.Value, $"{place}/{member.Name}")
            : known ? $"{place}/{member.Name} is not described" : null).FirstOrDefault(wrong => wrong is not null);
    }

    private static bool IsOf(JsonElement type, JsonElement value) => type.ValueKind == JsonValueKind.Array
        ? type.EnumerateArray().Any(one => IsOf(one, value))
        : value.ValueKind switch
        {
            JsonValueKind.Null => type.ValueEquals("null"),
            JsonValueKind.True or JsonValueKind.False => type.ValueEquals("boolean"),
            JsonValueKind.String => type.ValueEquals("string"),
            JsonValueKind.Number => type.ValueEquals("number") || (type.ValueEquals("integer") && value.TryGetInt64(out _)),
            JsonValueKind.Array => type.ValueEquals("array"),
            _ => type.ValueEquals("object"),
        };
}
