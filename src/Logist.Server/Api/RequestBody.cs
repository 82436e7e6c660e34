using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Logist.Core;
using Microsoft.AspNetCore.Http;

namespace Logist.Server.Api;

/// <summary>
/// A body is one JSON object with members that are known, each once and of its type: else 400, before anything is looked up. Members
/// that are missing or say something impossible are 422, later.
/// </summary>
internal static class RequestBody
{
    /// <exception cref="LogistException">BadRequest, with a pointer to the member.</exception>
    public static async Task<T> ReadAsync<T>(HttpContext http, JsonTypeInfo<T> type)
    {
        try
        {
            if (http.Items.TryGetValue(typeof(RequestBody), out var buffered) && buffered is byte[] bytes)
            {
                return Parse(bytes, type);
            }

            return Parse(await BufferAsync(http), type);
        }
        catch (JsonException e)
        {
            throw new InvalidRequestException(new Problem(ErrorKind.BadRequest, "the body is not what this request takes", Reason(e)),
                new FieldError(Pointer(e.Path), Reason(e)));
        }
    }

    /// <summary>Read once, also by what compares repeated requests.</summary>
    public static async Task<byte[]> BufferAsync(HttpContext http)
    {
        if (http.Items[typeof(RequestBody)] is byte[] known)
        {
            return known;
        }

        using var buffer = new MemoryStream();
        await http.Request.Body.CopyToAsync(buffer, http.RequestAborted);
        var bytes = buffer.ToArray();
        http.Items[typeof(RequestBody)] = bytes;
        return bytes;
    }

    private static T Parse<T>(byte[] bytes, JsonTypeInfo<T> type)
    {
        // Requests that need nothing to be said may say nothing.
        var body = bytes.Length == 0 ? "{}"u8 : bytes;
        var reader = new Utf8JsonReader(body);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("a JSON object is expected");
        }

        return JsonSerializer.Deserialize(body, type) ?? throw new JsonException("a JSON object is expected");
    }

    /// <summary>Without the serializer's names of our types.</summary>
    private static string Reason(JsonException e)
    {
        var text = e.Message;
        if (text.Contains("could not be mapped to any .NET member", StringComparison.Ordinal))
        {
            return $"{text.Split('\'') switch { [_, var name, ..] => $"\"{name}\"", _ => "a member" }} is not known here";
        }

        if (text.Contains("could not be converted", StringComparison.Ordinal))
        {
            return "a value is of another type";
        }

        var end = text.IndexOf(" Path:", StringComparison.Ordinal);
        return end < 0 ? text : text[..end];
    }

    private static string Pointer(string? path) =>
        path is null or "$" ? "" : path.Replace("$", "", StringComparison.Ordinal).Replace('.', '/').Replace('[', '/').Replace("]", "",
            StringComparison.Ordinal);
}
