using Logist.Core.Jobs;
using Logist.Core.Workflows;

namespace Logist.Core.Tests.Jobs;

/// <summary>What has to hold after every append of every walk.</summary>
internal sealed class Invariants(List<JobEvent> journal)
{
    private readonly Dictionary<int, int> _attempts = [];
    private int _attemptsBefore;

    public void Before(JobState state) => _attemptsBefore = state.Attempts;

    /// <summary>Before the event is folded.</summary>
    public void Each(JobState state, JobEvent happened)
    {
        if (happened is not JobEvent.OwnerAcquired && state.Canceled)
        {
            throw new InvalidOperationException($"{happened} after the end");
        }

        if (happened is not JobEvent.TaskScheduled scheduled)
        {
            return;
        }

        var run = state.Run!;
        var task = run.Tasks[run.Workflow.IndexOf(scheduled.Step)];
        var step = run.Workflow.Steps[task.Step];
        foreach (var need in run.Workflow.Graph.Needs(task.Step))
        {
            Must(run.Tasks[need].Status.IsSatisfied(), $"{step.Id} starts before {run.Workflow.Steps[need].Id} is done");
        }

        Must(task.Attempts.All(a => a.Status != AttemptStatus.Running), "a task has two open attempts");
        Must(step.Approval is null || task.Gate is { Approved: true }, $"{step.Id} starts without approval");
        Must(!step.IsGateOnly, "a gate has nothing to start");
        Must(task.Failures < step.Retry.MaxAttempts, $"{step.Id} is tried more often than max_attempts");
        Must(state.Suspended is null && state.CancelRequested is null && state.Halted is null && state.BudgetStop is null,
            "a start although the job stands");
    }

    public void After(JobState state, WorkflowDefinition workflow)
    {
        Must(state.Seq == journal.Count, "an event was not counted");
        Must(state.Attempts >= _attemptsBefore, "an attempt disappeared");
        var run = state.Run!;
        foreach (var task in run.Tasks)
        {
            Task(run, task, workflow.Steps[task.Step]);
        }

        Sets(run);
        Must(state.Attempts == run.Tasks.Sum(t => t.Attempts.Count), "attempts");
        Must((state.CostUsd ?? 0) == run.Tasks.Sum(t => t.CostUsd ?? 0), "cost of the job");
        Must(state.CostUsd is null || state.BudgetUsd is null || state.CostUsd <= state.BudgetUsd, "more spent than allowed");
        var iterations = run.Tasks.Where(t => workflow.Steps[t.Step].IsAgent).Sum(t => t.Attempts.Count);
        Must(state.Iterations == iterations && iterations <= (workflow.Budget?.MaxIterations ?? int.MaxValue), $"{iterations} iterations");
    }

    public static void AfterEnd(JobState state) => Must(
        state.Run!.Active.Count == 0 && state.Run.Tasks.All(t => t.Attempts.All(a => a.Status != AttemptStatus.Running)),
        "an attempt of a finished job is called running");

    private void Task(RunState run, TaskState task, StepDefinition step)
    {
        Must(task.Attempts.Count >= _attempts.GetValueOrDefault(task.Step), "an attempt disappeared");
        _attempts[task.Step] = task.Attempts.Count;
        for (var i = 0; i < task.Attempts.Count; i++)
        {
            Must(task.Attempts[i].Number == i + 1, "attempts are not numbered 1, 2, 3");
            Must(i == task.Attempts.Count - 1 || task.Attempts[i].Status != AttemptStatus.Running, "an earlier attempt is open");
        }

        var open = task.LastAttempt is { Status: AttemptStatus.Running };
        Must(open == (task.Status.IsActive() || task.Status.AwaitsVerification() || (task.Status == TaskStatus.Waiting && task.WorkIsDone)),
            $"{step.Id} is {task.Status}, its last attempt {task.LastAttempt?.Status}");
        Must(task.OpenNeeds == run.Workflow.Graph.Needs(task.Step).ToArray().Count(n => !run.Tasks[n].Status.IsSatisfied()), "open needs");
        Must((task.Failure is null) == !task.Status.IsFailed(), $"{step.Id} is {task.Status} with failure {task.Failure}");
        Must((task.CostUsd ?? 0) == task.Attempts.Sum(a => a.CostUsd ?? 0), "cost of the task");
        Must(task.Rounds >= 0 && task.Rounds <= (step.Review?.Rounds ?? 1), $"{step.Id} has {task.Rounds} rounds");
        Must(task.OpenNeeds == 0 || task.Status != TaskStatus.WaitingApproval,
            $"the gate of {step.Id} asks about a result that is being redone");
        Must(task.OpenNeeds == 0 || task.Status != TaskStatus.Waiting || task.WorkIsDone, $"{step.Id} waits for a time with a need open");
    }

    private static void Sets(RunState run)
    {
        Same(run.Ready, t => t.Status == TaskStatus.Created && t.OpenNeeds == 0);
        Same(run.ToApprove, t => run.Ready.Contains(t.Step) && run.Workflow.Steps[t.Step].Approval is not null
            && t.Gate is not { Approved: true });
        Same(run.Active, t => t.Status is TaskStatus.Scheduled or TaskStatus.Running or TaskStatus.Reviewing);
        Same(run.ToVerify, t => t.Status is TaskStatus.ReviewRequired or TaskStatus.ChecksRequired
            || (t.Status == TaskStatus.Running && t.LastAttempt is { WorkerFinished: true }));
        Same(run.Waiting, t => t.Status == TaskStatus.Waiting);
        Same(run.OpenGates, t => t.Status == TaskStatus.WaitingApproval);
        Same(run.Failed, t => t.Status is TaskStatus.Failed or TaskStatus.Canceled or TaskStatus.SubmitFailed);
        foreach (var status in Enum.GetValues<TaskStatus>())
        {
            Must(run.Count(status) == run.Tasks.Count(t => t.Status == status), $"count of {status}");
        }

        void Same(SortedSet<int> kept, Func<TaskState, bool> naive) =>
            Must(kept.SequenceEqual(run.Tasks.Where(naive).Select(t => t.Step)), "a set of the run is not what its tasks say");
    }

    private static void Must(bool holds, string what)
    {
        if (!holds)
        {
            throw new InvalidOperationException(what);
        }
    }
}
