using Logist.Core;
using Logist.Core.Jobs;
using Logist.Git;
using Logist.Stores;

namespace Logist.Engine;

/// <summary>Commit a step starts from, or why there is none.</summary>
internal abstract record StepInput
{
    public sealed record Ready(string Commit) : StepInput;

    /// <param name="Marked">A commit with conflict markers, for a person to look at.</param>
    /// <param name="WithPerson">It is a person's change that contradicts, not one step another.</param>
    public sealed record Conflict(Failure Failure, string? Marked, bool WithPerson = false) : StepInput;
}

/// <summary>What is needed to find a step's input; gathered on the loop's thread, used beside it.</summary>
/// <param name="Fixed">The commit itself, when it is known already.</param>
/// <param name="Base">The run's base commit; null: an empty tree.</param>
internal sealed record InputQuestion(IReadOnlyList<(string Step, string Commit)> Needs, string? Fixed, string? Base,
    IReadOnlyList<JobEvent.JobHumanChange> Changes);

/// <summary>The trees of one job as the engine uses them. Thread-safe; nothing of git is touched before the first step needs it.</summary>
internal sealed class JobTrees(JobLayout layout, JobEvent.JobCreated created)
{
    public const string Workspace = "workspace";

    private readonly Lock _opening = new();
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);
    private readonly HashSet<string> _fetched = new(StringComparer.Ordinal);
    private string? _baseline;

    public JobRepository Repository { get; } = new(layout);

    public bool Exists => Directory.Exists(layout.Repository);

    /// <summary>Fetched from the source on first use.</summary>
    /// <param name="ofRun">A later run may have a base of its own.</param>
    public string Baseline(string? ofRun)
    {
        lock (_opening)
        {
            _baseline ??= Repository.EnsureBaseline(created.Source, created.BaseCommit, created.ObjectFormat);
            if (ofRun is null || ofRun == created.BaseCommit || created.Source is null)
            {
                return _baseline;
            }

            if (_fetched.Add(ofRun))
            {
                Repository.EnsureFetched(created.Source, ofRun);
            }

            return ofRun;
        }
    }

    public WorkingTree Open(string place) => new(Repository, place);

    /// <summary>Opens a tree and makes it show a commit. One that a killed owner left half-way is brought to a known state first.</summary>
    public WorkingTree Enter(string place, string commit, DateTimeOffset at)
    {
        var tree = Open(place);
        if (tree.CurrentCommit is null)
        {
            _ = tree.RepairAfterCrash(at);
        }

        _ = tree.Materialise(commit, at);
        return tree;
    }

    /// <summary>Back to a commit, with what is not in it kept as a commit of its own.</summary>
    public static void Restore(WorkingTree tree, string commit, DateTimeOffset at)
    {
        if (tree.ChangedFiles().Count > 0)
        {
            _ = tree.Snapshot(new SnapshotRequest { Parent = commit, Message = "Files that checks left", At = at });
            _ = tree.Materialise(commit, at);
        }
    }

    public static InputQuestion Ask(JobState job, RunState run, int step, AttemptKind kind)
    {
        var task = run.Tasks[step];
        JobEvent.JobHumanChange[] pending = task.HumanChange is { } change ? [change] : [];
        if (kind == AttemptKind.ReviewRound)
        {
            return new InputQuestion([], task.RoundInput, run.Created.BaseCommit, pending);
        }

        return job.Restep is { Request: { From: RestepInput.Original, Input: { } original } } restep && restep.Step == step
            ? new InputQuestion([], original, run.Created.BaseCommit, [])
            : new InputQuestion(run.InputsOf(step), null, run.Created.BaseCommit, [.. task.Taken, .. pending]);
    }

    public StepInput Find(InputQuestion question)
    {
        var baseline = Baseline(question.Base);
        if (question.Fixed is { } given)
        {
            return TakeIn(question.Changes, given);
        }

        return question.Needs.Count switch
        {
            0 => TakeIn(question.Changes, baseline),
            1 => TakeIn(question.Changes, question.Needs[0].Commit),
            _ => Repository.Merge(question.Needs, baseline) switch
            {
                MergeResult.Clean clean => TakeIn(question.Changes, clean.Commit),
                MergeResult.Conflict conflict => Settled(conflict, question, baseline) ?? Contradiction(conflict),
                _ => throw new InvalidOperationException(),
            },
        };
    }

    /// <summary>
    /// A person settled the contradiction in the tree that showed its markers: that tree counts, with whatever it does not have yet.
    /// A marked file that they left as it was is not settled.
    /// </summary>
    private StepInput? Settled(MergeResult.Conflict conflict, InputQuestion question, string baseline)
    {
        foreach (var change in question.Changes.Reverse())
        {
            var touched = Repository.ChangedFiles(conflict.Marked, change.Commit);
            if (!conflict.Files.All(touched.Contains))
            {
                continue;
            }

            return Repository.Merge([("", change.Commit), .. question.Needs], baseline) switch
            {
                MergeResult.Clean clean => new StepInput.Ready(clean.Tree == change.Tree ? change.Commit : clean.Commit),
                MergeResult.Conflict next => Contradiction(next),
                _ => throw new InvalidOperationException(),
            };
        }

        return null;
    }

    private static StepInput.Conflict Contradiction(MergeResult.Conflict conflict) => new(
        new Failure(FailureCategory.MergeConflict, $"the outputs conflict at {conflict.Step}: {Names(conflict.Files)}",
            "resolve it in workspace/ and resubmit"), conflict.Marked);

    /// <summary>One after the other, as the person made them; one that is in the commit already adds nothing.</summary>
    private StepInput TakeIn(IReadOnlyList<JobEvent.JobHumanChange> changes, string commit)
    {
        foreach (var change in changes)
        {
            if (commit == change.BaseCommit)
            {
                commit = change.Commit;
                continue;
            }

            switch (Repository.Merge3(change.BaseCommit, commit, change.Commit))
            {
                case MergeResult.Clean clean:
                    commit = clean.Commit;
                    break;
                case MergeResult.Conflict conflict:
                    return new StepInput.Conflict(new Failure(FailureCategory.MergeConflict,
                        $"changes made in {layout.Workspace} conflict with the step's input in {Names(conflict.Files)}",
                        "undo or adapt the change there, then go on"), conflict.Marked, WithPerson: true);
                default:
                    throw new InvalidOperationException();
            }
        }

        return new StepInput.Ready(commit);
    }

    /// <summary>Whether the workspace is at the commit already, so that entering it moves no file.</summary>
    public bool Shows(string commit) => Open(Workspace).CurrentCommit == commit;

    /// <summary>A place nobody works in: the workspace when it is free, else a working tree of the attempt's own.</summary>
    /// <param name="apart">Never the workspace: what a person sees there stays.</param>
    /// <param name="rather">This one when it is free: a session of an agent belongs to its directory.</param>
    public string Take(AttemptId attempt, bool apart = false, string? rather = null)
    {
        lock (_opening)
        {
            if (rather is not null && !(apart && rather == Workspace) && _taken.Add(rather))
            {
                return rather;
            }

            // The tree of the attempt itself may still be on its way back to the pool when its checks begin.
            var place = apart ? $"worktrees/{attempt.Local}" : Workspace;
            for (var n = apart ? 2 : 1; !_taken.Add(place); n++)
            {
                place = n == 1 ? $"worktrees/{attempt.Local}" : $"worktrees/{attempt.Local}-{n}";
            }

            return place;
        }
    }

    /// <summary>Waits while the place is on its way back to the pool, which takes milliseconds.</summary>
    public void Take(string place)
    {
        while (!TryTake(place))
        {
            _ = Files.Libc.Poll([], 2);
        }
    }

    private bool TryTake(string place)
    {
        lock (_opening)
        {
            return _taken.Add(place);
        }
    }

    public void GiveBack(string place)
    {
        lock (_opening)
        {
            _ = _taken.Remove(place);
        }
    }

    private static string Names(IReadOnlyList<string> files) =>
        files.Count <= 5 ? string.Join(", ", files) : $"{string.Join(", ", files.Take(5))} and {files.Count - 5} more";
}
