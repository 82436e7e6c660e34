using System.Text;
using System.Text.Json;
using Logist.Core;
using Logist.Core.Jobs;
using Logist.Server.Feed;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace Logist.Server.Api;

/// <summary>How a job stands after <paramref name="Events"/>, which are new.</summary>
internal sealed record JobChange(string JobId, long Seq, [OneOf(Words.JobStatus)] string Status, string? Reason, string? CurrentPhase,
    int StepsDone, int StepsTotal, decimal? CostUsd, DateTimeOffset? UpdatedAt, WaitDocument? Why, IReadOnlyList<EventDocument> Events);

/// <summary>
/// What happens, to whoever listens: server-sent events, numbered, so that a listener that comes back misses nothing and hears
/// nothing twice, also after a restart of the server.
/// </summary>
internal static class EventStreamEndpoint
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(5);

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/events/stream", StreamAsync)
            .Described("streamEvents", "All changes as server-sent events; goes on behind Last-Event-ID")
            .Produces<JobChange>(contentType: "text/event-stream");

    private static async Task StreamAsync(HttpContext http, ApiServices services, IHostApplicationLifetime life, string? after,
        string? job_id, [FromHeader(Name = "Last-Event-ID")] string? lastEventId)
    {
        JobId? only = job_id is null ? null : ApiIds.Job(job_id);
        var cursor = lastEventId is { Length: > 0 } ? lastEventId : after;
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers["X-Accel-Buffering"] = "no";
        using var end = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, life.ApplicationStopping);
        try
        {
            await TellAsync(http, services, cursor, only, end.Token);
        }
        catch (OperationCanceledException)
        {
            // Also a listener that never read: a server that stops does not wait for it.
            http.Abort();
        }
    }

    private static async Task TellAsync(HttpContext http, ApiServices services, string? cursor, JobId? only, CancellationToken ct)
    {
        var known = cursor is null ? services.Feed.Now : services.Feed.Parse(cursor);

        // Another numbering, of another boot, say: nobody can tell what was missed.
        var place = known ?? services.Feed.Now;
        await WriteAsync(http, Encoding.UTF8.GetBytes(known is null ? $"id: {place}\nevent: reset\ndata: {{}}\n\n"
            : $"id: {place}\nretry: 1000\nevent: hello\ndata: {{}}\n\n"), ct);

        var time = services.Engine.Time;
        var heard = time.GetTimestamp();
        await foreach (var change in services.Feed.ReadAsync(place, Beat, ct))
        {
            var isMeant = !change.IsBeat && (only is null || only == change.Job);
            if (!isMeant && !change.IsBeat && time.GetElapsedTime(heard) < Beat)
            {
                continue;
            }

            // Changes of jobs that were not asked for keep no listener's line alive.
            var id = place with { Next = change.Next };
            await WriteAsync(http, isMeant ? await services.News.TellAsync(change, () => NewsAsync(services, change, id))
                : Encoding.UTF8.GetBytes(": beat\n\n"), ct);
            heard = time.GetTimestamp();
        }
    }

    private static async Task<byte[]> NewsAsync(ApiServices services, FeedChange change, FeedCursor id)
    {
        try
        {
            var news = await services.Reader.ReadAsync(change.Job, job => News(services, change, job), CancellationToken.None);
            return Encoding.UTF8.GetBytes($"id: {id}\nevent: job\ndata: {JsonSerializer.Serialize(news, ApiJson.Api.JobChange)}\n\n");
        }
        catch (LogistException)
        {
            // Damaged or gone: lists say so.
            return Encoding.UTF8.GetBytes($"id: {id}\nevent: reset\ndata: {{}}\n\n");
        }
    }

    private static JobChange News(ApiServices services, FeedChange change, Engine.LoadedJob loaded)
    {
        var job = loaded.State;
        var recent = loaded.Recent.Where(stored => stored.Seq > change.After && stored.Seq <= change.Last).ToList();
        if (recent.Count < change.Last - change.After)
        {
            recent = [.. services.Store.Read(change.Job, change.After).TakeWhile(stored => stored.Seq <= change.Last)];
        }

        var current = Views.ManifestDocument.CurrentStep(job);
        return new JobChange(job.Id, change.Last, job.Status.Text(), job.Reason, current is { } step ? job.Run!.Workflow.Steps[step].Id
            : null,
            job.Run?.Satisfied ?? 0, job.Run?.Tasks.Count ?? 0, job.CostUsd, job.UpdatedAt,
            WaitDocument.Of(Views.WaitReason.Of(job, services.Waits.FactsOf(change.Job, job.LastOwner))),
            [.. recent.Select(stored => EventDocument.Of(job.Id, stored))]);
    }

    private static async Task WriteAsync(HttpContext http, byte[] text, CancellationToken ct)
    {
        await http.Response.Body.WriteAsync(text, ct);
        await http.Response.Body.FlushAsync(ct);
    }
}
