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
    public sealed record Conflict(Failure Failure, string? Marked) : StepInput;
}

/// <summary>What is needed to find a step's input; gathered on the loop's thread, used beside it.</summary>
internal sealed record InputQuestion(IReadOnlyList<(string Step, string Commit)> Needs, string? Fixed,
    JobEvent.JobHumanChange? HumanChange);

/// <summary>The trees of one job as the engine uses them. Thread-safe; nothing of git is touched before the first step needs it.</summary>
internal sealed class JobTrees(JobLayout layout, JobEvent.JobCreated created)
{
    public const string Workspace = "workspace";

    private readonly Lock _opening = new();
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);
    private string? _baseline;

    public JobRepository Repository { get; } = new(layout);

    public bool Exists => Directory.Exists(layout.Repository);

    /// <summary>Fetched from the source on first use.</summary>
    public string Baseline()
    {
        lock (_opening)
        {
            return _baseline ??= Repository.EnsureBaseline(created.Source, created.BaseCommit, created.ObjectFormat);
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

    public static InputQuestion Ask(RunState run, int step, AttemptKind kind)
    {
        var task = run.Tasks[step];
        return new InputQuestion(
            kind == AttemptKind.ReviewRound ? [] : run.InputsOf(step),
            kind == AttemptKind.ReviewRound ? task.RoundInput : null,
            task.HumanChange);
    }

    public StepInput Find(InputQuestion question)
    {
        var baseline = Baseline();
        string commit;
        if (question.Fixed is { } given)
        {
            commit = given;
        }
        else if (question.Needs.Count == 0)
        {
            commit = baseline;
        }
        else if (question.Needs.Count == 1)
        {
            commit = question.Needs[0].Commit;
        }
        else
        {
            switch (Repository.Merge(question.Needs, baseline))
            {
                case MergeResult.Clean clean:
                    commit = clean.Commit;
                    break;
                case MergeResult.Conflict conflict:
                    return Settled(conflict, question, baseline) ?? Contradiction(conflict);
                default:
                    throw new InvalidOperationException();
            }
        }

        return question.HumanChange is { } change ? TakeIn(change, commit) : new StepInput.Ready(commit);
    }

    /// <summary>
    /// A person settled the contradiction in the tree that showed its markers: that tree counts, with whatever it does not have yet.
    /// A marked file that they left as it was is not settled.
    /// </summary>
    private StepInput? Settled(MergeResult.Conflict conflict, InputQuestion question, string baseline)
    {
        if (question.HumanChange is not { } change)
        {
            return null;
        }

        var touched = Repository.ChangedFiles(conflict.Marked, change.Commit);
        return !conflict.Files.All(touched.Contains) ? null : Repository.Merge([("", change.Commit), .. question.Needs], baseline) switch
        {
            MergeResult.Clean clean => new StepInput.Ready(clean.Tree == change.Tree ? change.Commit : clean.Commit),
            MergeResult.Conflict next => Contradiction(next),
            _ => throw new InvalidOperationException(),
        };
    }

    private static StepInput.Conflict Contradiction(MergeResult.Conflict conflict) => new(
        new Failure(FailureCategory.MergeConflict, $"the outputs conflict at {conflict.Step}: {Names(conflict.Files)}",
            "resolve it in workspace/ and resubmit"), conflict.Marked);

    private StepInput.Ready TakeIn(JobEvent.JobHumanChange change, string commit)
    {
        if (commit == change.BaseCommit)
        {
            return new StepInput.Ready(change.Commit);
        }

        return Repository.Merge3(change.BaseCommit, commit, change.Commit) switch
        {
            MergeResult.Clean clean => new StepInput.Ready(clean.Commit),
            // Nothing is started on a guess of what the person meant.
            MergeResult.Conflict conflict => throw new LogistException(ErrorKind.HumanConflict,
                $"changes made in {layout.Workspace} conflict with the step's input in {Names(conflict.Files)}",
                "they are kept as a commit of the job; nothing was started", "undo or adapt the change there, then run again"),
            _ => throw new InvalidOperationException(),
        };
    }

    /// <summary>A place nobody works in: the workspace when it is free, else a working tree of the attempt's own.</summary>
    public string Take(AttemptId attempt)
    {
        lock (_opening)
        {
            // The tree of the attempt itself may still be on its way back to the pool when its checks begin.
            var place = Workspace;
            for (var n = 1; !_taken.Add(place); n++)
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
