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
        TakeInKeptTrees(trees, check);
        var workspace = trees.Open(JobTrees.Workspace);
        if (workspace.CurrentCommit is not { } current || (current == rest && workspace.ChangedFiles().Count == 0))
        {
            return;
        }

        // Against the commit at rest, also when an earlier look at the change was refused: what was undone since is no change.
        Record(trees, workspace, rest, null, check);
    }

    /// <summary>Edits in the tree of a failed attempt are that step's, when it goes on.</summary>
    private void TakeInKeptTrees(JobTrees trees, bool check)
    {
        var run = State.Run!;
        var only = State.Restep is { } restep ? run.Workflow.Steps[restep.Step].Id : null;
        foreach (var (step, place) in KeptTrees.Find(State, _layout).ToArray())
        {
            if ((only ?? step) == step && run.Workflow.IndexOf(step) is >= 0 and var index && !run.Failed.Contains(index)
                && trees.Open(place) is { CurrentCommit: { } commit } tree)
            {
                Record(trees, tree, commit, step, check);
                WhenDurable(() => _ = tree.Release(Now));
            }
        }
    }

    private void Record(JobTrees trees, WorkingTree tree, string before, string? step, bool check)
    {
        var who = _options.Request?.By.Actor ?? _options.Who?.Invoke();
        var snapshot = tree.Snapshot(new SnapshotRequest
        {
            Author = who is null ? Signature.Logist : Signature.Logist with { Name = who },
            Parent = before, Message = $"Changes by a person ({_id.Value})", At = Now, Trailers = [new("Logist-Job", _id.Value)],
        });
        if (!snapshot.Changed)
        {
            return;
        }

        var by = who is null ? Stamp : new Stamp(Now, who);
        var files = trees.Repository.ChangedFiles(before, snapshot.Commit);
        if (check)
        {
            CheckMergeable(trees, new JobEvent.JobHumanChange(by, before, snapshot.Commit, snapshot.Tree, files) { Step = step });
        }

        _ = Do(new JobCommand.RecordHumanChange(by, before, snapshot.Commit, snapshot.Tree, files) { Step = step });
    }

    private void CheckMergeable(JobTrees trees, JobEvent.JobHumanChange change)
    {
        var run = State.Run!;
        IEnumerable<int> steps = change.Step is { } own ? [run.Workflow.IndexOf(own)]
            : State.Restep is { } restep ? [restep.Step] : run.Ready.Concat(run.Waiting).Concat(run.OpenGates);
        foreach (var step in steps)
        {
            if (run.Workflow.Steps[step].Workspace != Core.Workflows.WorkspaceMode.Git)
            {
                continue;
            }

            var question = JobTrees.Ask(State, run, step, run.Tasks[step].NextKind);
            var earlier = change.Step is null ? run.Tasks[step].HumanChange : null;
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
