using Logist.Core;
using Logist.Engine;
using Logist.Stores;
using Logist.Views;

namespace Logist.Server.Jobs;

/// <param name="CostUsd">Null: unknown.</param>
internal sealed record RunOutcome(string JobId, string RunId, string Status, DateTimeOffset At, decimal? CostUsd);

/// <summary>How the runs went of jobs made of the same workflow file.</summary>
internal sealed class TemplateOutcomes(FileJobStore store, JobRows rows, TimeProvider time)
{
    /// <summary>Only among the jobs that changed last: looking for an old run of a rare template is not worth reading every job.</summary>
    private const int JobsLookedAt = 500;

    private readonly PerJob<(string? File, IReadOnlyList<RunOutcome> Runs)> _known = new(time);

    /// <returns>By workflow file, the latest run first.</returns>
    public async Task<ILookup<string, RunOutcome>> ReadAsync(CancellationToken ct)
    {
        var all = new List<(string File, RunOutcome Run)>();
        var latest = rows.Read().Where(row => row.Status != JobRow.Damaged).OrderByDescending(row => row.UpdatedAt).Take(JobsLookedAt);
        foreach (var id in latest.Select(row => JobId.Parse(row.JobId)))
        {
            try
            {
                var (file, runs) = await _known.GetAsync(id, store.LayoutOf(id).Journal, () => OfAsync(id, ct));
                all.AddRange(file is null ? [] : runs.Select(run => (file, run)));
            }
            catch (LogistException)
            {
                // Damaged since its row was read, or gone: lists say so.
            }
        }

        return all.OrderByDescending(item => item.Run.At).ToLookup(item => item.File, item => item.Run, StringComparer.Ordinal);
    }

    private async Task<(string? File, IReadOnlyList<RunOutcome> Runs)> OfAsync(JobId id, CancellationToken ct)
    {
        var job = (await LoadedJob.LoadAsync(store, id, ct)).State;
        return (job.Created?.WorkflowFile, [.. job.Runs.Select(run => new RunOutcome(job.Id, $"{job.Id}.{run.Number}",
            ManifestDocument.RunStatus(job, run), run.FinishedAt ?? run.StartedAt ?? run.Created.By.At,
            run.Tasks.Aggregate((decimal?)null, (sum, task) => task.CostUsd is { } cost ? (sum ?? 0) + cost : sum)))]);
    }
}
