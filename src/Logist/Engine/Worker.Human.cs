using Logist.Core.Jobs;
using Logist.Git;

namespace Logist.Engine;

/// <summary>What a person changed in <c>workspace/</c> while the job rested becomes part of what goes on.</summary>
public sealed partial class Worker
{
    /// <exception cref="Core.LogistException">HumanConflict: it cannot be merged into the input of a step that could go on. Nothing was
    /// started.</exception>
    private void TakeInHumanChange()
    {
        if (State.WorkspaceCommit is not { } rest || _flights.Count > 0)
        {
            return;
        }

        var trees = Trees;
        var workspace = trees.Open(JobTrees.Workspace);
        if (workspace.CurrentCommit is not { } current || (current == rest && workspace.ChangedFiles().Count == 0))
        {
            return;
        }

        // Against the commit at rest, also when an earlier look at the change was refused: what was undone since is no change.
        var snapshot = workspace.Snapshot(new SnapshotRequest
        {
            Parent = rest, Message = $"Changes by a person ({_id.Value})", At = Now, Trailers = [new("Logist-Job", _id.Value)],
        });
        if (!snapshot.Changed)
        {
            return;
        }

        var change = new JobCommand.RecordHumanChange(
            Stamp, rest, snapshot.Commit, snapshot.Tree, trees.Repository.ChangedFiles(rest, snapshot.Commit));
        CheckMergeable(trees, new JobEvent.JobHumanChange(change.By, rest, snapshot.Commit, snapshot.Tree, change.Files));
        _ = Do(change);
    }

    private void CheckMergeable(JobTrees trees, JobEvent.JobHumanChange change)
    {
        var run = State.Run!;
        foreach (var step in run.Ready.Concat(run.Waiting).Concat(run.OpenGates))
        {
            if (run.Workflow.Steps[step].Workspace == Core.Workflows.WorkspaceMode.Git)
            {
                var question = JobTrees.Ask(run, step, run.Tasks[step].NextKind);
                _ = trees.Find(question with { HumanChange = change.After(question.HumanChange) });
            }
        }
    }
}
