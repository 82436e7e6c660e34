namespace Logist.Core.Jobs;

/// <summary>A re-step in progress, and what its task was before: a dropped one leaves no trace but its attempt.</summary>
public sealed record RestepState(int Step, JobEvent.TaskRestepRequested Request, TaskBefore Before)
{
    /// <summary>The suspension that was in force before.</summary>
    public JobEvent.JobSuspended? Suspended { get; init; }

    /// <summary>The job was SUCCESS or CANCELED: canceling the re-step leaves it so.</summary>
    public bool JobWasOver { get; init; }

    /// <summary>How the job was canceled before.</summary>
    public JobEvent.JobCancelRequested? Canceled { get; init; }

    /// <summary>Text of the step for this attempt.</summary>
    public required Workflows.StepDefinition Definition { get; init; }
}

/// <summary>Everything about a task that a re-step changes before it has an output of its own.</summary>
public sealed record TaskBefore(TaskStatus Status, Failure? Failure, AttemptKind NextKind, string? NextWhy)
{
    public AttemptRequest? NextBy { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public DateTimeOffset? WaitUntil { get; init; }

    public string? WaitReason { get; init; }

    public int Failures { get; init; }

    public int Rounds { get; init; }

    public int LostInRow { get; init; }

    public string? Feedback { get; init; }

    public AttemptState? RoundAfter { get; init; }

    public AttemptState? GoOnFrom { get; init; }

    public string? NextAgent { get; init; }

    public bool MayKeep { get; init; }

    public bool FailedAlone { get; init; }

    public JobEvent.JobHumanChange? HumanChange { get; init; }

    public IReadOnlyList<JobEvent.JobHumanChange> Taken { get; init; } = [];

    internal static TaskBefore Of(RunState run, TaskState task) => new(task.Status, task.Failure, task.NextKind, task.NextWhy)
    {
        NextBy = task.NextBy, FinishedAt = task.FinishedAt, WaitUntil = task.WaitUntil, WaitReason = task.WaitReason,
        Failures = task.Failures, Rounds = task.Rounds, LostInRow = task.LostInRow, Feedback = task.Feedback,
        RoundAfter = task.RoundAfter, GoOnFrom = task.GoOnFrom, NextAgent = task.NextAgent, MayKeep = task.MayKeep,
        FailedAlone = run.FailedAlone.Contains(task.Step),
        HumanChange = task.HumanChange, Taken = task.Taken,
    };

    internal void Restore(RunState run, TaskState task)
    {
        (task.Failure, task.NextKind, task.NextWhy, task.NextBy) = (Failure, NextKind, NextWhy, NextBy);
        (task.FinishedAt, task.WaitUntil, task.WaitReason) = (FinishedAt, WaitUntil, WaitReason);
        (task.Failures, task.Rounds, task.LostInRow, task.Feedback) = (Failures, Rounds, LostInRow, Feedback);
        (task.RoundAfter, task.GoOnFrom, task.NextAgent, task.MayKeep) = (RoundAfter, GoOnFrom, NextAgent, MayKeep);

        // What a person changed and the dropped attempt took in waits for the next one.
        task.HumanChange ??= task.Taken.Count > Taken.Count ? task.Taken[^1] : HumanChange;
        task.Taken = Taken;
        run.SetStatus(task.Step, Status);
        if (FailedAlone)
        {
            run.FailedAlone.Add(task.Step);
        }
    }
}
