using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Logist.Server.Api;

/// <summary>Every route that exists.</summary>
internal static class Endpoints
{
    public static void Map(IEndpointRouteBuilder root)
    {
        ApiDocument.Map(root);
        var api = root.MapGroup("").WithRefusals();
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
        MapReads(api.MapGroup("").AddEndpointFilterFactory(Query.RefuseUnknown).RefusesQueries());
    }

    private static void MapReads(IEndpointRouteBuilder reads)
    {
        JobListEndpoint.Map(reads);
        JobEndpoint.Map(reads);
        NeedsEndpoints.Map(reads);
        RunEndpoints.Map(reads);
        TaskEndpoints.Map(reads);
        AttemptEndpoints.Map(reads);
        AttemptLogEndpoints.Map(reads);
        EventsEndpoint.Map(reads);
        AuditEndpoint.Map(reads);
        WorkflowTemplateEndpoints.Map(reads);
    }
}
