using System.Globalization;
using Logist.Core;
using Logist.Server.Feed;
using Logist.Stores;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Logist.Server.Api;

/// <summary>Events, oldest first: of one job in its own order, of all jobs in the order in which this server saw them.</summary>
internal static class EventsEndpoint
{
    private const int Usual = 500, Most = 5000;

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/events", ListAsync).Described("listEvents", "Events after one that is known; an empty list when there are none yet")
            .Produces<IReadOnlyList<EventDocument>>();

    private static async Task<IResult> ListAsync(HttpContext http, ApiServices services, string? job_id, string? run_id, string? task_id,
        [OneOf(Words.EventType)] string[]? event_type, string? after, int? limit)
    {
        var filter = EventFilter.Of(job_id, run_id, task_id, event_type);
        var from = Query.Text(after) is { } text ? ParseId(text) : ((JobId Job, long Seq)?)null;
        var most = (int)Query.Number("limit", limit, 1, Most, Usual);
        if (filter.Job is not { } job)
        {
            return Answer(OfAll(services, filter, from, http.RequestAborted).Take(most));
        }

        if (from is { } known && known.Job != job)
        {
            throw Query.Wrong("after", "after is an event of another job");
        }

        _ = await services.Reader.ReadAsync(job, loaded =>
        {
            filter.Check(loaded.State);
            return true;
        }, http.RequestAborted);
        return Answer(services.Store.Read(job, from?.Seq ?? 0).Where(filter.Lets).Take(most)
            .Select(stored => EventDocument.Of(job.Value, stored)));
    }

    private static IResult Answer(IEnumerable<EventDocument> events) =>
        Results.Json([.. events], ApiJson.Api.IReadOnlyListEventDocument);

    private static IEnumerable<EventDocument> OfAll(ApiServices services, EventFilter filter, (JobId Job, long Seq)? after,
        CancellationToken ct)
    {
        var place = after is { } known ? services.Feed.PlaceOf(known.Job, known.Seq) : 0;
        if (place is not { } next)
        {
            // So new that the feed has not seen it: nothing can be after it.
            yield break;
        }

        using var journals = new OpenJournals(services.Store);
        var name = services.Feed.Now.Name;
        for (IReadOnlyList<FeedChange> changes; services.Feed.Now.Name == name
            && (changes = services.Feed.After(next)).Count > 0; next = changes[^1].Next)
        {
            foreach (var change in changes)
            {
                ct.ThrowIfCancellationRequested();
                var first = after is { } seen && seen.Job == change.Job ? Math.Max(change.After, seen.Seq) : change.After;
                foreach (var stored in journals.Read(change.Job, first, change.Last).Where(filter.Lets))
                {
                    yield return EventDocument.Of(change.Job.Value, stored);
                }
            }
        }
    }

    private static (JobId Job, long Seq) ParseId(string text) => text.Split('.') is [var job, var number]
        && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var seq) && seq > 0 && number[0] != '0'
            ? (ApiIds.Job(job), seq)
            : throw new LogistException(ErrorKind.BadRequest, "not the id of an event", null, "an event's id looks like fix-login.41");

    /// <summary>Changes of many jobs take turns: each journal is read on from where it was left.</summary>
    private sealed class OpenJournals(FileJobStore store) : IDisposable
    {
        /// <summary>One descriptor each.</summary>
        private const int Most = 64;

        private readonly Dictionary<JobId, IEnumerator<StoredEvent>> _open = [];

        public IEnumerable<StoredEvent> Read(JobId job, long after, long last)
        {
            if (!_open.TryGetValue(job, out var events))
            {
                if (_open.Count == Most)
                {
                    Dispose();
                }

                _open[job] = events = store.Read(job, after).GetEnumerator();
            }

            while (Next(events))
            {
                if (events.Current.Seq > after)
                {
                    yield return events.Current;
                }

                if (events.Current.Seq >= last)
                {
                    yield break;
                }
            }
        }

        public void Dispose()
        {
            foreach (var events in _open.Values)
            {
                events.Dispose();
            }

            _open.Clear();
        }

        /// <summary>A job that is damaged or gone has no events to tell; others have.</summary>
        private static bool Next(IEnumerator<StoredEvent> events)
        {
            try
            {
                return events.MoveNext();
            }
            catch (LogistException)
            {
                return false;
            }
        }
    }
}
