using System.Globalization;
using Logist.Core;
using Logist.Views;

namespace Logist.Server.Api;

/// <summary>
/// A place in a list of jobs, named by the row before it: rows that come, go or move leave all others where they are, so that pages
/// have no gap and repeat nothing. A job that changes while somebody pages by <c>updated</c> moves to the first page.
/// </summary>
internal readonly record struct JobCursor(string Sort, long Key, string Job)
{
    public const string Updated = "updated", Created = "created", Name = "name";

    public static JobCursor Of(string sort, JobRow row) => new(sort, sort switch
    {
        Updated => -(row.UpdatedAt?.UtcTicks ?? 0),
        Created => -(row.CreatedAt?.UtcTicks ?? 0),
        _ => 0,
    }, row.JobId);

    public static int Compare(JobCursor a, JobCursor b) => a.Key != b.Key ? a.Key.CompareTo(b.Key) : string.CompareOrdinal(a.Job, b.Job);

    public override string ToString() => OpaqueText.Of(Sort, Key.ToString(CultureInfo.InvariantCulture), Job);

    /// <exception cref="InvalidRequestException">Not a cursor of this order.</exception>
    public static JobCursor Parse(string text, string sort) => OpaqueText.Words(text) is [var of, var key, var job] && of == sort
        && long.TryParse(key, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && JobId.TryParse(job, out _)
            ? new JobCursor(sort, number, job) : throw Query.Wrong("cursor", $"this is not a next_cursor of a list sorted by {sort}");
}
