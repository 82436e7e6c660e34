using Logist.Core.Jobs;
using Logist.Git;

namespace Logist.Engine;

/// <summary>At rest: the branch shows the accepted outputs, the workspace what a person wants to see, and both are recorded.</summary>
public sealed partial class Worker
{
    private async Task RestAsync()
    {
        if (_trees is null && !System.IO.Directory.Exists(_layout.Repository))
        {
            return;
        }

        var trees = Trees;
        var (head, heads) = Branch(trees);
        trees.Repository.UpdateRefs(AttemptRefs());
        if (head is not null)
        {
            trees.Repository.UpdateRefs([($"refs/heads/{Views.ManifestDocument.BranchName(State)}", head)]);
        }

        trees.Repository.PackRefsWhenMany();
        var shown = ShownCommit(head);
        var workspace = shown is null || BelongsToPerson(trees, shown) ? trees.Open(JobTrees.Workspace)
            : trees.Enter(JobTrees.Workspace, shown, Now);
        var commit = State.WorkspaceCommit ?? workspace.CurrentCommit;
        if (State.WorkspaceCommit is not null && workspace.CurrentCommit == shown)
        {
            commit = shown;
        }

        KeepTrees(trees);

        // Checked-out files are flushed by nobody else: after a power cut they must not look like a person's change.
        trees.Repository.SyncFileSystem();
        if (Do(new JobCommand.RecordRest(Stamp, commit, commit is null ? null : trees.Repository.TreeOf(commit), head, heads)))
        {
            _ = await FlushAsync();
        }
    }

    /// <summary>What a person edited in a tree that is kept already stays; trees that are of no use any more go back to the pool.</summary>
    private void KeepTrees(JobTrees trees)
    {
        var kept = KeptTrees.Of(State);
        var single = State.Run!.Failed.Count == 1 ? State.Run.Workflow.Steps[State.Run.Failed.Min].Id : null;
        foreach (var (step, place) in KeptTrees.Find(State, _layout).ToArray())
        {
            // The tree of the one step that is still failed may have a person's work in it.
            if (step != single && !kept.Any(tree => tree.Place == place))
            {
                _ = trees.Open(place).Release(Now);
            }
        }

        foreach (var (_, place, commit) in kept)
        {
            _ = trees.Enter(place, commit, Now);
        }
    }

    /// <summary>The merge of the accepted leaf outputs in step order; when they conflict the last clean one, and all of them as
    /// heads.</summary>
    private (string? Head, IReadOnlyList<string> Heads) Branch(JobTrees trees)
    {
        var run = State.Run!;
        var leaves = new List<(string Step, string Commit)>();
        for (var step = 0; step < run.Tasks.Count; step++)
        {
            if (run.Tasks[step].Accepted?.Result?.Commit is { } commit && !IsUsedLater(run, step))
            {
                leaves.Add((run.Workflow.Steps[step].Id, commit));
            }
        }

        if (leaves.Count <= 1)
        {
            return (leaves.Count == 0 ? null : leaves[0].Commit, []);
        }

        return trees.Repository.Merge(leaves, trees.Baseline(run.Created.BaseCommit)) is MergeResult.Clean clean
            ? (clean.Commit, [])
            : (State.Head ?? leaves[0].Commit, [.. leaves.Select(l => l.Commit)]);
    }

    private static bool IsUsedLater(RunState run, int step)
    {
        foreach (var dependent in run.Workflow.Graph.Dependents(step))
        {
            if (run.Tasks[dependent].Accepted?.Result?.Commit is not null || IsUsedLater(run, dependent))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// No step of the run worked since the last rest, only a re-step apart from it, or a person's hand: what is in the workspace stays,
    /// unless it was the same step's earlier tree and nobody changed it.
    /// </summary>
    private bool BelongsToPerson(JobTrees trees, string shown)
    {
        if (State.WorkspaceCommit is not { } before)
        {
            return false;
        }

        foreach (var task in State.Run!.Tasks)
        {
            if (task.LastAttempt?.Result?.Commit == shown || task.Accepted?.Result?.Commit == shown)
            {
                var from = task.Taken.LastOrDefault(change => change.Commit == before)?.BaseCommit ?? before;
                var workspace = trees.Open(JobTrees.Workspace);
                // At a commit that is no rest: a person's change that was recorded, and refused because it conflicts.
                var refused = workspace.CurrentCommit is { } current && current != before;
                return refused || !(IsEarlier(task, from) && workspace.ChangedFiles().Count == 0);
            }
        }

        return true;
    }

    private static bool IsEarlier(TaskState task, string commit) => task.Attempts.Any(attempt => attempt.Result?.Commit == commit);

    /// <summary>One failed step: its tree, for a person to look at and mend. Else the branch.</summary>
    private string? ShownCommit(string? head)
    {
        var run = State.Run!;
        return run.Failed.Count == 1 && run.Tasks[run.Failed.Min].LastAttempt?.Result?.Commit is { } failed ? failed : head;
    }

    /// <summary>Refs are derived from the journal; written in one batch, again at every rest, so a lost one comes back.</summary>
    private IEnumerable<(string Ref, string Sha)> AttemptRefs()
    {
        foreach (var run in State.Runs)
        {
            foreach (var task in run.Tasks)
            {
                foreach (var attempt in task.Attempts)
                {
                    if (attempt.Result?.Commit is { } commit)
                    {
                        yield return ($"refs/logist/{run.Number}/{run.Workflow.Steps[task.Step].Id}/{attempt.Number}", commit);
                    }
                }
            }
        }
    }
}
