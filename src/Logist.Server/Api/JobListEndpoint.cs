using System.Text.Json;
using Logist.Core;
using Logist.Views;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Logist.Server.Api;

/// <summary><c>logist.jobs/v1</c>: a page of the jobs that match, and how many there are of all.</summary>
internal static class JobListEndpoint
{
    private const int Most = 1000, Usual = 100;

    /// <summary>Whoever the server runs for: the name that requests without one get.</summary>
    private const string Me = "me";

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/jobs", ListAsync)
            .Described("listJobs", "Jobs: newest first, or by creation or name; q looks into ids and descriptions; "
                + "by who had the current run made, or \"me\"; since leaves out what did not change after that time")
            .Produces<JobPage>();

    private static async Task<IResult> ListAsync(HttpContext http, ApiServices services, [OneOf(Words.ListedJobStatus)] string[]? status,
        string? q, string? by, string? since, int? limit, string? cursor, [OneOf(Words.JobSort)] string? sort)
    {
        var order = Query.Word("sort", sort, Words.All[Words.JobSort]) ?? JobCursor.Updated;
        var most = (int)Query.Number("limit", limit, 1, Most, Usual);
        var after = Query.Text(cursor) is { } place ? JobCursor.Parse(place, order) : (JobCursor?)null;
        var known = Words.All[Words.ListedJobStatus];
        var wanted = (status ?? []).Select(word => Query.Word("status", word, known)).OfType<string>().ToHashSet();
        var asker = Query.Text(by) is { } name ? name == Me ? services.Options.User : name : null;
        var oldest = Query.Time("since", since);
        var all = services.Rows.Read();
        var matching = all.Where(row => (wanted.Count == 0 || wanted.Contains(row.Status)) && Says(row, Query.Text(q))
            && (asker is null || string.Equals(row.RequestedBy, asker, StringComparison.OrdinalIgnoreCase))
            && (oldest is null || row.UpdatedAt >= oldest)).ToList();
        var page = matching.Select(row => (Place: JobCursor.Of(order, row), Row: row))
            .Where(item => after is not { } last || JobCursor.Compare(item.Place, last) > 0).ToArray();
        Array.Sort(page, (a, b) => JobCursor.Compare(a.Place, b.Place));
        var next = page.Length > most ? page[most - 1].Place.ToString() : null;
        var shown = new List<JobRow>();
        foreach (var (_, row) in page.Take(most))
        {
            shown.Add(await services.Waits.ExplainAsync(row, http.RequestAborted));
        }

        return JsonAnswer.Of(json =>
        {
            json.WriteStartObject();
            json.WriteString("schema", "logist.jobs/v1");
            json.WriteStartArray("items");
            foreach (var row in shown)
            {
                row.Write(json, more =>
                {
                    more.WriteString("driven_by",
                        JobId.TryParse(row.JobId, out var id) && services.Driver.IsDriven(id) ? "server" : null);
                    WaitReason.Write(more, "why", row.Why);
                });
            }

            json.WriteEndArray();
            json.WriteString("next_cursor", next);
            WriteCounts(json, all);
            json.WriteNumber("total", all.Length);
            json.WriteNumber("matching", matching.Count);
            json.WriteEndObject();
        });
    }

    private static bool Says(JobRow row, string? text) => text is null || row.JobId.Contains(text, StringComparison.OrdinalIgnoreCase)
        || row.Description?.Contains(text, StringComparison.OrdinalIgnoreCase) == true;

    private static void WriteCounts(Utf8JsonWriter json, JobRow[] all)
    {
        json.WriteStartObject("counts");
        foreach (var (status, count) in all.CountBy(row => row.Status))
        {
            json.WriteNumber(status, count);
        }

        json.WriteEndObject();
    }
}
