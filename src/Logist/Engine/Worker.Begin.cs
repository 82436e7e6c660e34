using Logist.Core;
using Logist.Core.Jobs;
using Logist.Core.Reruns;

namespace Logist.Engine;

/// <summary>Rerun, restep, partial re-run and stale run: looked at again under the lease, then one append that accepts them.</summary>
public sealed partial class Worker
{
    /// <summary>What a person changed in the workspace since the job came to rest. Leaves every byte of the job as it is.</summary>
    public static HumanEdit? Edit(EngineServices services, JobId id, JobState job)
    {
        var layout = Stores.JobLayout.For(services.JobsDirectory, id);
        return job is { WorkspaceCommit: not null, Created: { } created } && System.IO.Directory.Exists(layout.Repository)
            ? Edit(new JobTrees(layout, created), job) : null;
    }

    private static HumanEdit? Edit(JobTrees trees, JobState job)
    {
        if (job.WorkspaceCommit is not { } rest || trees.Open(JobTrees.Workspace) is not { CurrentCommit: { } current } workspace)
        {
            return null;
        }

        var tree = workspace.PendingChange()?.Tree ?? trees.Repository.TreeOf(current);
        return tree == trees.Repository.TreeOf(rest) ? null
            : new HumanEdit(tree, workspace.ChangedFiles() is { Count: > 0 } files ? files : trees.Repository.ChangedFiles(rest, current));
    }

    /// <summary>Nothing of the job may be alive: whoever asks again is told so before anything is written.</summary>
    private void Refuse(JobCommand.Reexecution request) => _ = Refusals.Accepted(Job.Decide(State, WithEdit(request)));

    private JobCommand.Reexecution WithEdit(JobCommand.Reexecution request) => request with
    {
        Facts = request.Facts with
        {
            Edit = System.IO.Directory.Exists(_layout.Repository) ? Edit(Trees, State) : null,
        },
    };

    /// <returns>False when another owner has taken over.</returns>
    /// <exception cref="LogistException">The refusal, or HumanConflict; nothing was written.</exception>
    private async Task<bool> BeginAsync(JobCommand.Reexecution request)
    {
        var command = WithEdit(request);
        if (request is JobCommand.Rerun { FromStep: null })
        {
            // Part of the history, and kept as a commit, before the workspace goes back to the baseline.
            TakeInHumanChange(check: false);
        }

        _ = Do(command);
        if (request is JobCommand.Restep && State.Restep?.Request.From == RestepInput.Current
            || request is JobCommand.Rerun { FromStep: not null } or JobCommand.PartialRerun or JobCommand.RunStale)
        {
            TakeInHumanChange();
        }

        return await FlushAsync(all: true);
    }
}
