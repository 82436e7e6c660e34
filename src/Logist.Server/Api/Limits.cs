using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Logist.Server.Api;

/// <summary>Numbers have bounds, and every route says which refusals it knows.</summary>
internal static class Limits
{
    /// <exception cref="InvalidRequestException">One of them is outside.</exception>
    public static void Check(params (string Pointer, int? Value, int Least, int Most)[] numbers)
    {
        var wrong = numbers.Where(number => number.Value < number.Least || number.Value > number.Most)
            .Select(number => new FieldError(number.Pointer, $"{number.Pointer[1..]} is {number.Least} to {number.Most}")).ToArray();
        if (wrong.Length > 0)
        {
            throw InvalidRequestException.Of(wrong);
        }
    }

    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder route)
    {
        foreach (var status in (ReadOnlySpan<int>)[StatusCodes.Status400BadRequest, StatusCodes.Status401Unauthorized,
            StatusCodes.Status404NotFound, StatusCodes.Status409Conflict, StatusCodes.Status412PreconditionFailed,
            StatusCodes.Status422UnprocessableEntity])
        {
            route = route.Produces<ProblemDocument>(status, "application/problem+json");
        }

        return route;
    }
}
