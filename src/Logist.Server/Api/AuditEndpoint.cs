using Logist.Stores;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Logist.Server.Api;

/// <summary><c>logist.audit/v1</c>: who asked for what, and why, over all jobs.</summary>
internal static class AuditEndpoint
{
    private const int Usual = 100, Most = 1000;

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/audit", List).Described("listAudit", "What people asked for, newest first").Produces<AuditPageDocument>();

    private static IResult List(ApiServices services, string? since, string? job_id, string? actor, int? limit, string? cursor)
    {
        var place = Query.Text(cursor) is { } text ? AuditPlace.Parse(text) : (AuditPlace?)null;
        var filter = new AuditFilter(Query.Time("since", since), Query.Text(actor), place);
        var most = (int)Query.Number("limit", limit, 1, Most, Usual);

        // Of many, a damaged one is told by lists; one that was asked for says so itself.
        var entries = Query.Text(job_id) is { } job ? AuditPage.Read(services, [ApiIds.Job(job)], filter, most, e => throw e)
            : AuditPage.Read(services, JobsDirectory.List(services.Store.JobsDirectory), filter, most, _ => { });
        return JsonAnswer.Of(json =>
        {
            json.WriteStartObject();
            json.WriteString("schema", "logist.audit/v1");
            json.WriteStartArray("items");
            foreach (var entry in entries.Take(most))
            {
                entry.Write(json, withPayload: true);
            }

            json.WriteEndArray();
            json.WriteString("next_cursor", entries.Count > most ? AuditPlace.Of(entries[most - 1]).ToString() : null);
            json.WriteEndObject();
        });
    }
}
