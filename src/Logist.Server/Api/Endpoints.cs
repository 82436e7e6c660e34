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
        DriveEndpoints.Map(api);
        StopEndpoints.Map(api);
        CancelTaskEndpoint.Map(api);
        CreateEndpoints.Map(api);
        FixEndpoints.Map(api);
        ApprovalEndpoints.Map(api);
        RerunEndpoints.Map(api);
        DispatchReadyEndpoint.Map(api);
        PartialRerunEndpoint.Map(api);
    }
}
