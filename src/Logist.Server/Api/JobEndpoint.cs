using System.Text.Json;
using Logist.Core;
using Logist.Core.Jobs;
using Logist.Engine;
using Logist.Views;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Logist.Server.Api;

/// <summary>One job: its manifest as of now with every step, what is going on, who has to do something, and what may be asked.</summary>
internal static class JobEndpoint
{
    private static readonly (string Name, JobVerb Verb)[] Verbs =
    [
        ("run", JobVerb.Run), ("suspend", JobVerb.Suspend), ("cancel", JobVerb.Cancel), ("resume", JobVerb.Resume),
        ("resubmit", JobVerb.Resubmit), ("rerun", JobVerb.Rerun), ("partial_rerun", JobVerb.PartialRerun), ("restep", JobVerb.Restep),
        ("run_stale", JobVerb.RunStale), ("resolve", JobVerb.Resolve),
    ];

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/jobs/{job}", ReadAsync).Described("getJob", "A job with all its steps; ETag is the number of its last event")
            .Produces<JobDocument>().Produces(StatusCodes.Status304NotModified);

    private static Task<IResult> ReadAsync(string job, HttpContext http, ApiServices services)
    {
        var id = ApiIds.Job(job);
        return services.Reader.ReadAsync(id, loaded => Answer(http, services, id, loaded), http.RequestAborted);
    }

    private static IResult Answer(HttpContext http, ApiServices services, JobId id, LoadedJob loaded)
    {
        var job = loaded.State;
        var facts = services.Waits.FactsOf(id, job.LastOwner);
        var unchanged = ETags.Unchanged(http, ETags.Of(job.Seq));
        if (unchanged is not null && facts.OwnerAlive != true && !DependsOnTime(job))
        {
            return unchanged;
        }

        var layout = services.Store.LayoutOf(id);
        return JsonAnswer.Of(StatusDocument.Render(job, loaded.Recent, services.Store.PositionAt(id, job.Seq).Offset, layout, facts,
            more: json =>
            {
                json.WritePropertyName("needs");
                JsonSerializer.Serialize(json, Needs.Of(job), ApiJson.Api.IReadOnlyListNeed);
                WriteCan(json, job);
            }));
    }

    /// <summary>How long something runs or waits is told, too: that changes without an event.</summary>
    private static bool DependsOnTime(JobState job) => !job.IsAtRest || job.Run is { Waiting.Count: > 0 };

    private static void WriteCan(Utf8JsonWriter json, JobState job)
    {
        json.WriteStartObject("can");
        foreach (var (name, verb) in Verbs)
        {
            var why = JobVerbs.Refusal(job, verb);
            json.WriteStartObject(name);
            json.WriteBoolean("ok", why is null);
            json.WriteString("why", why is null ? null : why.Why is null ? why.What : $"{why.What}: {why.Why}");
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
