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
        if (happened is not (JobEvent.RunAborted or JobEvent.OwnerAcquired))
        {
            state.Status.ShouldNotBe(JobStatus.Canceled, $"{happened} after the end");
        }

        if (happened is not JobEvent.TaskScheduled scheduled)
        {
            return;
        }

        var run = state.Run!;
        var step = run.Workflow.IndexOf(scheduled.Step);
        var task = run.Tasks[step];
        foreach (var need in run.Workflow.Graph.Needs(step))
        {
            run.Tasks[need].Status.IsSatisfied().ShouldBeTrue($"{scheduled.Step} starts before {run.Workflow.Steps[need].Id} is done");
        }

        task.Attempts.ShouldAllBe(a => a.Status != AttemptStatus.Running, "a task has two open attempts");
        (run.Workflow.Steps[step].Approval is null || task.Gate is { Approved: true }).ShouldBeTrue($"{scheduled.Step} starts without approval");
        run.Workflow.Steps[step].IsGateOnly.ShouldBeFalse();
        task.Failures.ShouldBeLessThan(run.Workflow.Steps[step].Retry.MaxAttempts);
        state.Suspended.ShouldBeNull();
        state.CancelRequested.ShouldBeNull();
    }

    public void After(JobState state, WorkflowDefinition workflow)
    {
        state.Seq.ShouldBe(journal.Count);
        state.Attempts.ShouldBeGreaterThanOrEqualTo(_attemptsBefore);
        var run = state.Run!;
        foreach (var task in run.Tasks)
        {
            Task(run, task, workflow.Steps[task.Step]);
        }

        Sets(run);
        state.Attempts.ShouldBe(run.Tasks.Sum(t => t.Attempts.Count));
        (state.CostUsd ?? 0).ShouldBe(run.Tasks.Sum(t => t.CostUsd ?? 0));
        (state.CostUsd ?? 0).ShouldBeLessThanOrEqualTo(state.BudgetUsd ?? decimal.MaxValue, "more spent than allowed");
        if (workflow.Budget?.MaxIterations is { } iterations)
        {
            run.Tasks.Where(t => workflow.Steps[t.Step].IsAgent).Sum(t => t.Attempts.Count).ShouldBeLessThanOrEqualTo(iterations);
        }
    }

    public void AfterEnd(JobState state)
    {
        state.Run!.Active.ShouldBeEmpty();
        state.Run.Tasks.SelectMany(t => t.Attempts).ShouldAllBe(a => a.Status != AttemptStatus.Running, "an attempt of a finished job is called running");
    }

    private void Task(RunState run, TaskState task, StepDefinition step)
    {
        task.Attempts.Count.ShouldBeGreaterThanOrEqualTo(_attempts.GetValueOrDefault(task.Step), "an attempt disappeared");
        _attempts[task.Step] = task.Attempts.Count;
        task.Attempts.Select(a => a.Number).ShouldBe(Enumerable.Range(1, task.Attempts.Count));
        task.Attempts.SkipLast(1).ShouldAllBe(a => a.Status != AttemptStatus.Running);
        var open = task.LastAttempt is { Status: AttemptStatus.Running };
        open.ShouldBe(task.Status.IsActive() || task.Status.AwaitsVerification() || (task.Status == TaskStatus.Waiting && task.WorkIsDone),
            $"{step.Id} is {task.Status}, its last attempt {task.LastAttempt?.Status}");
        task.OpenNeeds.ShouldBe(run.Workflow.Graph.Needs(task.Step).ToArray().Count(n => !run.Tasks[n].Status.IsSatisfied()));
        (task.Failure is null).ShouldBe(!task.Status.IsFailed(), $"{step.Id} is {task.Status} with failure {task.Failure}");
        (task.CostUsd ?? 0).ShouldBe(task.Attempts.Sum(a => a.CostUsd ?? 0));
        task.Rounds.ShouldBeInRange(0, step.Review?.Rounds ?? 1);
        if (task.Status == TaskStatus.WaitingApproval)
        {
            task.OpenNeeds.ShouldBe(0, $"the gate of {step.Id} asks about a result that is being redone");
        }
    }

    private static void Sets(RunState run)
    {
        Same(run.Ready, t => t.Status == TaskStatus.Created && t.OpenNeeds == 0);
        Same(run.Active, t => t.Status is TaskStatus.Scheduled or TaskStatus.Running or TaskStatus.Reviewing);
        Same(run.ToVerify, t => t.Status is TaskStatus.ReviewRequired or TaskStatus.ChecksRequired
            || (t.Status == TaskStatus.Running && t.LastAttempt is { WorkerFinished: true }));
        Same(run.Waiting, t => t.Status == TaskStatus.Waiting);
        Same(run.OpenGates, t => t.Status == TaskStatus.WaitingApproval);
        Same(run.Failed, t => t.Status is TaskStatus.Failed or TaskStatus.Canceled or TaskStatus.SubmitFailed);
        foreach (var status in Enum.GetValues<TaskStatus>())
        {
            run.Count(status).ShouldBe(run.Tasks.Count(t => t.Status == status));
        }

        void Same(SortedSet<int> kept, Func<TaskState, bool> naive) => kept.ShouldBe(run.Tasks.Where(naive).Select(t => t.Step));
    }
}
