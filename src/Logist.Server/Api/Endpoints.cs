using Microsoft.AspNetCore.Routing;

namespace Logist.Server.Api;

/// <summary>Every route that exists.</summary>
internal static class Endpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        ApiDocument.Map(api);
        SessionEndpoints.Map(api);
        ServerEndpoints.Map(api);
        EventStreamEndpoint.Map(api);
    }
}
