using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;

namespace Logist.Server.Api;

/// <summary>What the description says of a route: its name, a sentence, and how it can end.</summary>
internal static class RouteDescriptions
{
    /// <param name="name">What generated clients call it.</param>
    public static RouteHandlerBuilder Described(this RouteHandlerBuilder route, string name, string summary) =>
        route.WithName(name).WithSummary(summary);

    /// <summary>The job's state may not allow it, or may not be the one that was looked at.</summary>
    public static RouteHandlerBuilder RefusesByState(this RouteHandlerBuilder route) =>
        route.Refuses(StatusCodes.Status409Conflict).Refuses(StatusCodes.Status412PreconditionFailed);

    public static RouteHandlerBuilder RefusesTakenNames(this RouteHandlerBuilder route) => route.Refuses(StatusCodes.Status409Conflict);

    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder route, int status) => route.WithMetadata(Refusal(status));

    /// <summary>Every parameter is looked at, unknown ones included.</summary>
    public static RouteGroupBuilder RefusesQueries(this RouteGroupBuilder group) =>
        group.WithMetadata(Refusal(StatusCodes.Status422UnprocessableEntity));

    /// <summary>What any route of its kind can refuse, so that nobody has to think of it with a new one.</summary>
    public static RouteGroupBuilder WithRefusals(this RouteGroupBuilder group)
    {
        ((IEndpointConventionBuilder)group).Finally(route =>
        {
            foreach (var status in Usual((RouteEndpointBuilder)route))
            {
                route.Metadata.Add(Refusal(status));
            }
        });
        return group;
    }

    private static IEnumerable<int> Usual(RouteEndpointBuilder route)
    {
        // Host, path and ids; the token; the origin, and a server that only shows.
        yield return StatusCodes.Status400BadRequest;
        yield return StatusCodes.Status401Unauthorized;
        yield return StatusCodes.Status403Forbidden;
        if (route.RoutePattern.Parameters.Count > 0
            || route.Metadata.OfType<IParameterBindingMetadata>().Any(one => one.Name.EndsWith("_id", StringComparison.Ordinal)))
        {
            yield return StatusCodes.Status404NotFound;
        }

        if (route.Metadata.OfType<IAcceptsMetadata>().Any())
        {
            yield return StatusCodes.Status408RequestTimeout;
            yield return StatusCodes.Status413PayloadTooLarge;
            yield return StatusCodes.Status415UnsupportedMediaType;
            yield return StatusCodes.Status422UnprocessableEntity;
        }
    }

    private static ProducesResponseTypeMetadata Refusal(int status) => new(status, typeof(ProblemDocument), ["application/problem+json"]);
}
