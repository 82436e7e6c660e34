using Logist.Core.Jobs;
using Logist.Core.Workflows;

namespace Logist.Core.Tests.Jobs;

/// <summary>What has to hold after every append of every walk.</summary>
internal sealed partial class Invariants(List<JobEvent> journal)
{
    private readonly Dictionary<(int Run, int Step), int> _attempts = [];
    private int _attemptsBefore;

    public void Before(JobState state) => _attemptsBefore = state.Attempts;

    /// <summary>Before the event is folded.</summary>
    public void Each(JobState state, JobEvent happened)
    {
        Must(!state.Canceled || state.Restep is not null || MayFollowTheEnd(happened), $"{happened} after the end");
        Watch(state, happened);
        if (happened is not JobEvent.TaskScheduled scheduled)
        {
            return;
        }

        var run = state.Run!;
        var task = run.Tasks[run.Workflow.IndexOf(scheduled.Step)];
        var step = run.Workflow.Steps[task.Step];
        Must(scheduled.Run == run.Number, "a start in an earlier run");
        Must(task.Attempts.All(a => a.Status != AttemptStatus.Running), "a task has two open attempts");
        Must(!step.IsGateOnly, "a gate has nothing to start");
        Must(task.Failures < step.Retry.MaxAttempts, $"{step.Id} is tried more often than max_attempts");
        Must(state.CancelRequested is null && state.BudgetStop is null or { Scope: not "time" }, "a start although the job stands");
        if (state.Restep is { } restep)
        {
            Must(restep.Step == task.Step, $"{step.Id} starts while another step is done again");
            return;
        }

        foreach (var need in run.Workflow.Graph.Needs(task.Step))
        {
            Must(run.Tasks[need].Status.IsSatisfied(), $"{step.Id} starts before {run.Workflow.Steps[need].Id} is done");
        }

        Must(step.Approval is null || task.Gate is { Approved: true }, $"{step.Id} starts without approval");
        Must(state.Suspended is null && state.Halted is null && state.BudgetStop is null && run.FailedAlone.Count == 0 && run.Held is null,
            "a start although the job stands");
    }

    public void After(JobState state, WorkflowDefinition workflow)
    {
        Must(state.Seq == journal.Count, "an event was not counted");
        Must(state.Attempts >= _attemptsBefore, "an attempt disappeared");
        var run = state.Run!;
        foreach (var task in run.Tasks)
        {
            Task(state, run, task, workflow.Steps[task.Step]);
        }

        Sets(run);
        Again(state);
        var tasks = state.Runs.SelectMany(r => r.Tasks).ToList();
        Must(state.Attempts == tasks.Sum(t => t.Attempts.Count), "attempts");
        Must((state.CostUsd ?? 0) == tasks.Sum(t => t.CostUsd ?? 0), "cost of the job");
        Must(state.CostUsd is null || state.BudgetUsd is null || state.CostUsd <= state.BudgetUsd, "more spent than allowed");
        var iterations = tasks.Where(t => workflow.Steps[t.Step].IsAgent).Sum(t => t.Attempts.Count(a => a.Kind != AttemptKind.Human));
        Must(state.Iterations == iterations && iterations <= (workflow.Budget?.MaxIterations ?? int.MaxValue), $"{iterations} iterations");
    }

    /// <summary>What may still be said of a job that was canceled: somebody has something of it done again, or settles it.</summary>
    private static bool MayFollowTheEnd(JobEvent happened) => happened is JobEvent.OwnerAcquired or JobEvent.RunCreated
        or JobEvent.TaskRestepRequested or JobEvent.TaskResolved or JobEvent.TaskMarkedStale or JobEvent.TaskStaleCleared
        or JobEvent.ApprovalVoided or JobEvent.JobHumanChange;

    private void Task(JobState state, RunState run, TaskState task, StepDefinition step)
    {
        Must(task.Attempts.Count >= _attempts.GetValueOrDefault((run.Number, task.Step)), "an attempt disappeared");
        _attempts[(run.Number, task.Step)] = task.Attempts.Count;
        for (var i = 0; i < task.Attempts.Count; i++)
        {
            Must(task.Attempts[i].Number == i + 1, "attempts are not numbered 1, 2, 3");
            Must(i == task.Attempts.Count - 1 || task.Attempts[i].Status != AttemptStatus.Running, "an earlier attempt is open");
        }

        var open = task.LastAttempt is { Status: AttemptStatus.Running };
        Must(open == (task.Status.IsActive() || task.Status.AwaitsVerification() || (task.Status == TaskStatus.Waiting && task.WorkIsDone)),
            $"{step.Id} is {task.Status}, its last attempt {task.LastAttempt?.Status}");
        var needs = run.Workflow.Graph.Needs(task.Step).ToArray().Where(n => !run.Tasks[n].Status.IsSatisfied()).ToArray();
        Must(task.OpenNeeds == needs.Length, "open needs");
        Must((task.Failure is null) == !task.Status.IsFailed(), $"{step.Id} is {task.Status} with failure {task.Failure}");
        Must((task.CostUsd ?? 0) == task.Attempts.Sum(a => a.CostUsd ?? 0), "cost of the task");
        Must(task.Rounds >= 0 && task.Rounds <= (step.Review?.Rounds ?? 1), $"{step.Id} has {task.Rounds} rounds");

        // A need that is re-stepped, or whose re-step failed, keeps its output: what is asked about it stays.
        Must(task.Status != TaskStatus.WaitingApproval || needs.All(n => run.Tasks[n].Status.IsFailed() || state.Restep?.Step == n),
            $"the gate of {step.Id} asks about a result that is being redone");
    }

    private static void Sets(RunState run)
    {
        Same(run.Ready, t => t.Status == TaskStatus.Created && t.OpenNeeds == 0);
        Same(run.ToApprove, t => run.Ready.Contains(t.Step) && run.Workflow.Steps[t.Step].Approval is not null
            && t.Gate is not { Approved: true });
        Same(run.Active, t => t.Status is TaskStatus.Scheduled or TaskStatus.Running or TaskStatus.Reviewing);
        Same(run.ToVerify, t => t.Status is TaskStatus.ReviewRequired or TaskStatus.ChecksRequired
            || (t.Status == TaskStatus.Running && t.LastAttempt is { WorkerFinished: true }));
        Same(run.Waiting, t => t.Status == TaskStatus.Waiting && (t.OpenNeeds == 0 || t.WorkIsDone));
        Same(run.OpenGates, t => t.Status == TaskStatus.WaitingApproval);
        Same(run.Failed, t => t.Status is TaskStatus.Failed or TaskStatus.Canceled or TaskStatus.SubmitFailed);
        Must(run.FailedAlone.IsSubsetOf(run.Failed), "a step that holds the job up did not fail");
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
