using System.Globalization;
using Logist.Core;
using Logist.Files;
using Logist.Views;

namespace Logist.Server.Api;

/// <summary>Which requests of people are wanted.</summary>
/// <param name="Since">Nothing older.</param>
/// <param name="After">The last one of the page before.</param>
internal sealed record AuditFilter(DateTimeOffset? Since, string? Actor, AuditPlace? After)
{
    public bool Lets(AuditEntry entry) => (Since is null || entry.At >= Since) && (Actor is null || entry.Actor == Actor)
        && (After is not { } last || AuditPlace.Compare(AuditPlace.Of(entry), last) > 0);
}

/// <summary>Newest first, then by job, then the later one of a job first.</summary>
internal readonly record struct AuditPlace(DateTimeOffset At, string Job, long Seq)
{
    public static AuditPlace Of(AuditEntry entry) => new(entry.At, entry.JobId, entry.Stored.Seq);

    public static int Compare(AuditPlace a, AuditPlace b) => a.At != b.At ? b.At.CompareTo(a.At)
        : a.Job != b.Job ? string.CompareOrdinal(a.Job, b.Job) : b.Seq.CompareTo(a.Seq);

    public override string ToString() => OpaqueText.Of("audit", At.UtcTicks.ToString(CultureInfo.InvariantCulture), Job,
        Seq.ToString(CultureInfo.InvariantCulture));

    /// <exception cref="InvalidRequestException">Not a cursor of the audit.</exception>
    public static AuditPlace Parse(string text) => OpaqueText.Words(text) is ["audit", var at, var job, var seq]
        && long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var ticks) && ticks <= DateTime.MaxValue.Ticks
        && JobId.TryParse(job, out _) && long.TryParse(seq, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new AuditPlace(new DateTimeOffset(ticks, TimeSpan.Zero), job, number)
            : throw Query.Wrong("cursor", "this is not a next_cursor of the audit");
}

/// <summary>The newest entries of many jobs: no more journals are read than a page can come from.</summary>
internal static class AuditPage
{
    /// <param name="most">One more is returned where there is more.</param>
    /// <param name="damaged">Told of a job that cannot be read.</param>
    public static List<AuditEntry> Read(ApiServices services, IEnumerable<JobId> jobs, AuditFilter filter, int most,
        Action<LogistException> damaged)
    {
        var page = new List<AuditEntry>();
        foreach (var (id, changed) in jobs.Select(id => (Id: id, Changed: LastChange(services, id))).OrderByDescending(job => job.Changed))
        {
            if (filter.Since > changed || (page.Count > most && page[^1].At > changed))
            {
                break;
            }

            page.AddRange(Known(services, id, damaged).Where(filter.Lets));
            page.Sort((a, b) => AuditPlace.Compare(AuditPlace.Of(a), AuditPlace.Of(b)));
            if (page.Count > most + 1)
            {
                page.RemoveRange(most + 1, page.Count - most - 1);
            }
        }

        return page;
    }

    private static IReadOnlyList<AuditEntry> Known(ApiServices services, JobId id, Action<LogistException> damaged)
    {
        try
        {
            return services.Audit.Get(id, services.Store.LayoutOf(id).Journal, () => [.. services.Store.Read(id, 0)
                .Where(stored => AuditEntry.IsRequest(stored.Event)).Select(stored => new AuditEntry(id.Value, stored))]);
        }
        catch (LogistException e)
        {
            damaged(e);
            return [];
        }
    }

    /// <summary>No event of the job is younger.</summary>
    private static DateTimeOffset LastChange(ApiServices services, JobId id) => DateTimeOffset.UnixEpoch.AddTicks(
        (Libc.Status(services.Store.LayoutOf(id).Journal)?.Changed ?? 0) / TimeSpan.NanosecondsPerTick + 1);
}
