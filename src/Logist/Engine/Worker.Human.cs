using Logist.Core;
using Logist.Core.Jobs;
using Logist.Git;

namespace Logist.Engine;

/// <summary>What a person changed in <c>workspace/</c> while the job rested becomes part of what goes on.</summary>
public sealed partial class Worker
{
    /// <exception cref="Core.LogistException">HumanConflict: it cannot be merged into the input of a step that could go on. Nothing was
    /// started.</exception>
    /// <param name="check">Whether it must fit what goes on.</param>
    private void TakeInHumanChange(bool check = true)
    {
        if (State.WorkspaceCommit is not { } rest || _flights.Count > 0 || State.Run!.Active.Count > 0
            || State.Restep is { Request.From: RestepInput.Original })
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
        var who = _options.Request?.By.Actor ?? _options.Who?.Invoke();
        var snapshot = workspace.Snapshot(new SnapshotRequest
        {
            Author = who is null ? Signature.Logist : Signature.Logist with { Name = who },
            Parent = rest, Message = $"Changes by a person ({_id.Value})", At = Now, Trailers = [new("Logist-Job", _id.Value)],
        });
        if (!snapshot.Changed)
        {
            return;
        }

        var change = new JobCommand.RecordHumanChange(
            who is null ? Stamp : new Stamp(Now, who), rest, snapshot.Commit, snapshot.Tree,
            trees.Repository.ChangedFiles(rest, snapshot.Commit));
        if (check)
        {
            CheckMergeable(trees, new JobEvent.JobHumanChange(change.By, rest, snapshot.Commit, snapshot.Tree, change.Files));
        }

        _ = Do(change);
    }

    private void CheckMergeable(JobTrees trees, JobEvent.JobHumanChange change)
    {
        var run = State.Run!;
        IEnumerable<int> steps = State.Restep is { } restep ? [restep.Step] : run.Ready.Concat(run.Waiting).Concat(run.OpenGates);
        foreach (var step in steps)
        {
            if (run.Workflow.Steps[step].Workspace != Core.Workflows.WorkspaceMode.Git)
            {
                continue;
            }

            var question = JobTrees.Ask(State, run, step, run.Tasks[step].NextKind);
            var earlier = run.Tasks[step].HumanChange;
            var changes = question.Changes.Where(c => c != earlier).Append(change.After(earlier)).ToArray();
            if (trees.Find(question with { Changes = changes }) is StepInput.Conflict { WithPerson: true } conflict)
            {
                // Nothing is started on a guess of what the person meant.
                throw new LogistException(ErrorKind.HumanConflict, $"{conflict.Failure.Message} ({run.Workflow.Steps[step].Id})",
                    "they are kept as a commit of the job; nothing was started", "undo or adapt the change there, then run again",
                    $"logist job restep {_id} {run.Workflow.Steps[step].Id} --from original");
            }
        }
    }
}
