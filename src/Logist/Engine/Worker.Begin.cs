using Logist.Agents;
using Logist.Core;
using Logist.Core.Jobs;
using Logist.Core.Reruns;
using Logist.Stores;

namespace Logist.Engine;

/// <summary>Rerun, restep, partial re-run and stale run: looked at again under the lease, then one append that accepts them.</summary>
public sealed partial class Worker
{
    /// <summary>What a person changed in the workspace since the job came to rest. Leaves every byte of the job as it is.</summary>
    public static HumanEdit? Edit(EngineServices services, JobId id, JobState job, JobCommand.Reexecution? request = null)
    {
        var layout = services.LayoutOf(id);
        return job is { WorkspaceCommit: not null, Created: { } created } && System.IO.Directory.Exists(layout.Repository)
            ? Edit(new JobTrees(layout, created), layout, job, request) : null;
    }

    private static HumanEdit? Edit(JobTrees trees, JobLayout layout, JobState job, JobCommand.Reexecution? request)
    {
        if (job.WorkspaceCommit is not { } rest || trees.Open(JobTrees.Workspace) is not { CurrentCommit: { } current } workspace)
        {
            return null;
        }

        var (found, files) = (new List<string>(), new List<string>());
        var pending = workspace.PendingChange();
        var tree = pending?.Tree ?? trees.Repository.TreeOf(current);
        if (tree != trees.Repository.TreeOf(rest))
        {
            found.Add(tree);
            files.AddRange(pending?.Files ?? trees.Repository.ChangedFiles(rest, current));
        }

        var only = request is JobCommand.Restep restep && restep.Step < job.Run!.Tasks.Count
            ? job.Run.Workflow.Steps[restep.Step].Id : null;
        foreach (var (step, place) in KeptTrees.Find(job, layout))
        {
            if ((only ?? step) == step && trees.Open(place).PendingChange() is { } edit)
            {
                found.Add(edit.Tree);
                files.AddRange(edit.Files.Select(file => $"{place}/{file}"));
            }
        }

        return found.Count == 0 ? null : new HumanEdit(string.Join(' ', found), files);
    }

    /// <summary>Better now than when the step starts: the agent that was asked for can be driven.</summary>
    /// <exception cref="LogistException">Nobody declared it, or its program is missing.</exception>
    public static void CheckAgent(EngineServices services, JobState job, RunOptions options)
    {
        var restep = options.Request as JobCommand.Restep;
        if ((options.Agent ?? restep?.Difference?.Agent) is { } agent)
        {
            var declared = (restep?.Workflow ?? job.Run!.Workflow).Agents;
            _ = new AgentCatalogue(services.OwnProgram).ResolveWorker(agent, declared.ContainsKey(agent) ? declared : services.Agents);
        }
    }

    /// <summary>The trees of the inputs that a plan knows, by step id, for people who compare.</summary>
    public static IReadOnlyDictionary<string, string> InputTrees(EngineServices services, JobId id, JobState job, ExecutionPlan plan)
    {
        var trees = new JobTrees(services.LayoutOf(id), job.Created!);
        var inputs = plan.Steps.Where(step => step.Input is not null).ToList();
        if (!trees.Exists || inputs.Count == 0)
        {
            return new Dictionary<string, string>(StringComparer.Ordinal);
        }

        // The base of a run that has not begun may not be fetched yet.
        var missing = trees.Repository.Missing([.. inputs.Select(step => step.Input!).Distinct(StringComparer.Ordinal)]);
        return inputs.Where(step => !missing.Contains(step.Input!))
            .ToDictionary(step => step.Id, step => trees.Repository.TreeOf(step.Input!), StringComparer.Ordinal);
    }

    /// <summary>Nothing of the job may be alive: whoever asks again is told so before anything is written.</summary>
    private void Refuse(JobCommand.Reexecution request) => _ = Refusals.Accepted(Job.Decide(State, WithEdit(request)));

    private JobCommand.Reexecution WithEdit(JobCommand.Reexecution request) => request with
    {
        Facts = request.Facts with
        {
            Edit = System.IO.Directory.Exists(_layout.Repository) ? Edit(Trees, _layout, State, request) : null,
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

        // What the journal will refer to is durable first.
        switch (request)
        {
            case JobCommand.Rerun rerun when rerun.WorkflowSha != State.Run!.Created.WorkflowSha:
                _ = _services.Store.SaveWorkflow(_id, rerun.Workflow);
                break;
            case JobCommand.Restep { Workflow: { } current }:
                _ = _services.Store.SaveWorkflow(_id, current);
                break;
            default:
                break;
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
