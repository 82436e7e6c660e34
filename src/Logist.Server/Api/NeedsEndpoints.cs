using Logist.Core;
using Logist.Core.Jobs;
using Logist.Views;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Logist.Server.Api;

internal sealed record NeedList(IReadOnlyList<Need> Items);

/// <summary>An open gate.</summary>
/// <param name="Id">Of the task.</param>
/// <param name="Etag">Changes when, and only when, it asks about something else.</param>
internal sealed record ApprovalDocument(string Id, string JobId, string RunId, string TaskId, string Step, DateTimeOffset Since,
    string? Message, string? Commit, string? Tree, string Etag);

/// <summary>Who waits for a person, over all jobs, longest first.</summary>
internal static class NeedsEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/needs", NeedsAsync).Described("listNeeds", "Everything that waits for a person, longest first").Produces<NeedList>();
        api.MapGet("/approvals", ApprovalsAsync).Described("listApprovals", "Open gates, longest first")
            .Produces<IReadOnlyList<ApprovalDocument>>();
    }

    private static async Task<IResult> NeedsAsync(HttpContext http, ApiServices services) =>
        Results.Json(new NeedList(await AllAsync(services, http.RequestAborted)), ApiJson.Api.NeedList);

    private static async Task<IResult> ApprovalsAsync(HttpContext http, ApiServices services) => Results.Json(
    [
        .. (await AllAsync(services, http.RequestAborted)).Where(need => need.Kind == NeedKind.Approval)
            .Select(need => new ApprovalDocument(need.TaskId!, need.JobId, need.RunId, need.TaskId!, need.Step!, need.Since, need.Title,
                need.Commit, need.Tree, need.Etag)),
    ], ApiJson.Api.IReadOnlyListApprovalDocument);

    private static async Task<IReadOnlyList<Need>> AllAsync(ApiServices services, CancellationToken ct)
    {
        var needs = new List<Need>();
        foreach (var row in services.Rows.Read().Where(MayNeed))
        {
            var id = JobId.Parse(row.JobId);
            try
            {
                needs.AddRange(await services.Needs.GetAsync(id, services.Store.LayoutOf(id).Journal,
                    () => services.Reader.ReadAsync(id, job => Needs.Of(job.State), ct)));
            }
            catch (LogistException)
            {
                // Damaged since its row was read, or gone: lists say so.
            }
        }

        return [.. needs.OrderBy(need => need.Since).ThenBy(need => need.Id, StringComparer.Ordinal)];
    }

    /// <summary>Folding the others would be in vain.</summary>
    private static bool MayNeed(JobRow row) => row.Status == JobStatus.InterventionRequired.Text()
        || (row.Status != JobRow.Damaged && row.PhaseCounts.ContainsKey(JobStatus.ApprovalRequired.Text()));
}
