using System.Text.Json;
using Logist.Core;
using Logist.Core.Jobs;
using Logist.Server.Feed;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Logist.Server.Api;

/// <summary>How a job stands after <paramref name="Events"/>, which are new.</summary>
internal sealed record JobNews(string JobId, long Seq, string Status, string? Reason, string? CurrentPhase, int StepsDone, int StepsTotal,
    decimal? CostUsd, DateTimeOffset? UpdatedAt, IReadOnlyList<EventRecord> Events);

/// <summary>
/// What happens, to whoever listens: server-sent events, numbered, so that a listener that comes back misses nothing and hears
/// nothing twice, also after a restart of the server.
/// </summary>
internal static class EventStreamEndpoint
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(5);

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/events/stream", StreamAsync).WithSummary("All changes as server-sent events; goes on behind Last-Event-ID")
            .Produces<JobNews>(contentType: "text/event-stream");

    private static async Task StreamAsync(HttpContext http, ApiServices services, string? after, string? job_id)
    {
        var ct = http.RequestAborted;
        JobId? only = job_id is null ? null : ApiIds.Job(job_id);
        var cursor = http.Request.Headers["Last-Event-ID"] is [{ Length: > 0 } last] ? last : after;
        var from = services.Feed.Parse(cursor ?? services.Feed.Now);
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers["X-Accel-Buffering"] = "no";
        if (from is null)
        {
            // Another server's or another boot's numbers: nobody can say what was missed.
            from = services.Feed.Parse(services.Feed.Now);
            await WriteAsync(http, $"id: {services.Feed.Now}\nevent: reset\ndata: {{}}\n\n", ct);
        }
        else
        {
            await WriteAsync(http, $"id: {services.Feed.CursorOf(from.Value)}\nretry: 1000\nevent: hello\ndata: {{}}\n\n", ct);
        }

        await foreach (var change in services.Feed.ReadAsync(from!.Value, Beat, ct))
        {
            if (change.IsBeat)
            {
                await WriteAsync(http, ": beat\n\n", ct);
            }
            else if (only is null || only == change.Job)
            {
                await WriteNewsAsync(http, services, change, ct);
            }
        }
    }

    private static async Task WriteNewsAsync(HttpContext http, ApiServices services, FeedChange change, CancellationToken ct)
    {
        JobNews news;
        try
        {
            news = await services.Reader.ReadAsync(change.Job, job => News(services, change, job), ct);
        }
        catch (LogistException)
        {
            // Damaged or gone: lists say so.
            return;
        }

        var data = JsonSerializer.Serialize(news, ApiJson.Api.JobNews);
        await WriteAsync(http, $"id: {services.Feed.CursorOf(change.Next)}\nevent: job\ndata: {data}\n\n", ct);
    }

    private static JobNews News(ApiServices services, FeedChange change, Engine.LoadedJob loaded)
    {
        var job = loaded.State;
        var recent = loaded.Recent.Where(stored => stored.Seq > change.After && stored.Seq <= change.Last).ToList();
        if (recent.Count < change.Last - change.After)
        {
            recent = [.. services.Store.Read(change.Job, change.After).TakeWhile(stored => stored.Seq <= change.Last)];
        }

        var current = Views.ManifestDocument.CurrentStep(job);
        return new JobNews(job.Id, change.Last, job.Status.Text(), job.Reason, current is { } step ? job.Run!.Workflow.Steps[step].Id
            : null,
            job.Run?.Satisfied ?? 0, job.Run?.Tasks.Count ?? 0, job.CostUsd, job.UpdatedAt,
            [.. recent.Select(stored => EventRecord.Of(job.Id, stored))]);
    }

    private static async Task WriteAsync(HttpContext http, string text, CancellationToken ct)
    {
        await http.Response.WriteAsync(text, ct);
        await http.Response.Body.FlushAsync(ct);
    }
}
