using System.Globalization;
using Logist.Core;
using Microsoft.AspNetCore.Http;

namespace Logist.Server.Api;

/// <summary>What queries say: only names and words that are known, and numbers within their bounds.</summary>
internal static class Query
{
    private static readonly string[] Times =
        ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    /// <summary>A parameter that the route does not have would be ignored silently, and its answer mistaken for a filtered one.</summary>
    public static EndpointFilterDelegate RefuseUnknown(EndpointFilterFactoryContext route, EndpointFilterDelegate next)
    {
        var known = route.MethodInfo.GetParameters().Select(parameter => parameter.Name!).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return call =>
        {
            foreach (var name in call.HttpContext.Request.Query.Keys)
            {
                if (!known.Contains(name))
                {
                    throw Wrong(name, $"\"{name}\" is not a parameter of this route", DidYouMean.For(name, known));
                }
            }

            return next(call);
        };
    }

    /// <summary>Empty is not given.</summary>
    public static string? Text(string? value) => string.IsNullOrEmpty(value) ? null : value;

    /// <returns>The word; null: none was given.</returns>
    /// <exception cref="InvalidRequestException">It is not one of those.</exception>
    public static string? Word(string name, string? value, params IReadOnlyCollection<string> words) =>
        Text(value) is not { } given ? null
            : words.FirstOrDefault(word => word.Equals(given, StringComparison.OrdinalIgnoreCase)) ?? throw Wrong(name,
                $"\"{given}\" is not a {name.Replace('_', ' ')}: {string.Join(", ", words)}", DidYouMean.For(given, words));

    /// <exception cref="InvalidRequestException">It is outside of the bounds.</exception>
    public static long Number(string name, long? value, long least, long most, long otherwise) =>
        value is null ? otherwise : value >= least && value <= most ? value.Value : throw Wrong(name, $"{name} is {least} to {most}");

    /// <returns>Null: none was given.</returns>
    /// <exception cref="InvalidRequestException">Not a time.</exception>
    public static DateTimeOffset? Time(string name, string? value) => Text(value) is not { } given ? null
        : DateTimeOffset.TryParseExact(given, Times, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time
        : throw Wrong(name, $"{name} is a time such as 2026-11-20 or 2026-11-20T10:00:00Z");

    public static InvalidRequestException Wrong(string name, string what, string? near = null) => new(
        new Problem(ErrorKind.Usage, what, null, near is null ? [] : [$"did you mean: {near}"]), new FieldError($"?{name}", what));
}
