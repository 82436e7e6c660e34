using Logist.Core;
using Logist.Core.Jobs;
using Logist.Engine;
using Logist.Stores;
using Logist.Views;

namespace Logist.Server.Jobs;

/// <summary>Why jobs do not go on, for lists: worked out once per change of a job, whoever drives it.</summary>
internal sealed class JobWaits(FileJobStore store, JobReader reader, JobDriver driver, TimeProvider time)
{
    private readonly PerJob<Causes> _known = new(time);

    /// <param name="Driven">While somebody drives it.</param>
    /// <param name="Alone">While nobody does.</param>
    private sealed record Causes(Owner? Owner, WaitReason? Driven, WaitReason? Alone);

    /// <summary>What is true of the job's process right now.</summary>
    public StatusFacts FactsOf(JobId id, Owner? owner) => new(time.GetUtcNow(), store.LayoutOf(id).Workspace, IsDriven(id, owner))
    {
        Slot = driver.SlotOf(id), Parallel = driver.ParallelOf(id),
    };

    /// <summary>The row, saying why.</summary>
    public async ValueTask<JobRow> ExplainAsync(JobRow row, CancellationToken ct)
    {
        if (row.Status is JobRow.Damaged || row.Status == JobStatus.Success.Text())
        {
            return row;
        }

        var id = JobId.Parse(row.JobId);
        if (driver.SlotOf(id) is { } slot)
        {
            return row with { Why = WaitReason.Slot(slot.Limit, slot.Holders) };
        }

        try
        {
            var causes = await _known.GetAsync(id, store.LayoutOf(id).Journal, () => reader.ReadAsync(id, job => Of(job.State), ct));
            return row with { Why = IsDriven(id, causes.Owner) ? causes.Driven : causes.Alone };
        }
        catch (LogistException e)
        {
            // Its manifest is whole, its journal is not: whoever opens the job is refused.
            return row with { Status = JobRow.Damaged, Why = WaitReason.Damaged(id, e.Problem) };
        }
    }

    private Causes Of(JobState job)
    {
        var facts = new StatusFacts(time.GetUtcNow(), "");
        return new Causes(job.LastOwner, WaitReason.Of(job, facts with { OwnerAlive = true }),
            WaitReason.Of(job, facts with { OwnerAlive = false }));
    }

    /// <summary>This process always lives; that does not mean that it drives the job.</summary>
    private bool IsDriven(JobId id, Owner? owner) =>
        driver.IsDriven(id) || (owner?.Pid != Environment.ProcessId && Owners.IsAlive(owner) is true);
}
