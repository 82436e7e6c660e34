using Logist.Core.Reruns;
using Logist.Core.Workflows;

namespace Logist.Core.Jobs;

public static partial class Job
{
    /// <summary>Number in place of an attempt, for a re-step of which none was started.</summary>
    public const int NotStarted = 0;

    /// <summary>One step once more, apart from the run's progress.</summary>
    private static Decision DecideRestep(JobState state, JobCommand.Restep c)
    {
        if (PlanOrRefusal(RestepPlan.Of(state, c), c.PlanHash, out var refused) is not { } plan)
        {
            return refused!;
        }

        var run = state.Run!;
        var choice = RestepPlan.Choose(state, c);
        return Decision.Accept(new JobEvent.TaskRestepRequested(c.By, run.Number, run.Workflow.Steps[c.Step].Id, choice.From, choice.Why)
        {
            Input = choice.Input, Reason = c.Reason, PlanHash = plan.Hash, Difference = c.Difference, Workflow = c.Workflow,
        });
    }

    private static void BeginRestep(JobState state, RunState run, TaskState task, JobEvent.TaskRestepRequested e)
    {
        var definition = e.Workflow is { } other && other.IndexOf(e.Step) is >= 0 and var index
            ? other.Steps[index] : run.Workflow.Steps[task.Step];
        state.Restep = new RestepState(task.Step, e, TaskBefore.Of(run, task))
        {
            Suspended = state.Suspended, JobWasOver = state.Status is JobStatus.Success or JobStatus.Canceled,
            Canceled = state.CancelRequested,
            // Needs and gate stay those of the run: only what the step does may differ.
            Definition = definition with { Needs = run.Workflow.Steps[task.Step].Needs },
        };
        state.CancelRequested = null;
        state.IsSettled = false;
        task.Failures = 0;
        task.Rounds = 0;
        task.LostInRow = 0;
        task.Failure = null;
        task.Feedback = null;
        task.WaitUntil = null;
        task.WaitReason = null;
        Next(run, task.Step, task.Attempts.Count == 0 && task.Accepted is null ? AttemptKind.Initial : AttemptKind.Restep, e.Why);
        task.NextBy = new AttemptRequest(e.By.Actor, e.Reason, e.PlanHash);
    }

    /// <summary>Interrupted, lost or canceled: its attempt is recorded, step and job are as before.</summary>
    private static void DropRestep(JobState state, RunState run, TaskState task, RestepState restep)
    {
        restep.Before.Restore(run, task);
        state.CancelRequested = restep.JobWasOver ? restep.Canceled : state.CancelRequested;
        LeaveRestep(state, restep);
    }

    /// <summary>Canceled before its attempt was started: nothing of it remains.</summary>
    private static void DropRestepOfCanceled(JobState state)
    {
        if (state is { Restep: { } restep, Run: { } run })
        {
            DropRestep(state, run, run.Tasks[restep.Step], restep);
        }
    }

    /// <summary>It succeeded or failed: with no failed task left, what stopped the job is settled.</summary>
    private static void EndRestep(JobState state, RunState run)
    {
        if (state.Restep is not { } restep)
        {
            return;
        }

        state.CancelRequested = restep.Canceled;
        LeaveRestep(state, restep);
        if (run.Failed.Count == 0)
        {
            state.Halted = null;
        }
        else if (run.Failed.Contains(restep.Step))
        {
            run.FailedAlone.Add(restep.Step);
        }
    }

    private static void LeaveRestep(JobState state, RestepState restep)
    {
        // Suspending a job that was over was about the re-step alone.
        state.Suspended = restep.JobWasOver ? restep.Suspended : state.Suspended;
        state.Restep = null;
    }

    private static bool IsRestep(JobState state, RunState run, int step) =>
        state.Restep is { } restep && restep.Step == step && run == state.Run;

    private static void PlanRestep(JobState state, RunState run, RestepState restep, int freeSlots, List<Work> works)
    {
        var task = run.Tasks[restep.Step];
        var cancel = IsCanceling(state, task);
        if (cancel || state.StopsNow)
        {
            Stop(run, works, cancel);
            if (works.Count == 0)
            {
                works.Add(state.CancelRequested is not null ? new Work.FinishCancel(run.Number) : Drop(run, task, cancel));
            }
        }
        else if (run.ToVerify.Contains(restep.Step))
        {
            works.Add(new Work.Verify(run.Number, restep.Step, task.Attempts.Count));
        }
        else if (run.Active.Contains(restep.Step))
        {
            return;
        }
        else if (state.StartsNothing)
        {
            works.Add(Drop(run, task));
        }
        else if (Budgets.Admission.WouldRefuse(state, run, restep.Step) is { } limit)
        {
            works.Add(state.BudgetStop is null ? limit : Drop(run, task));
        }
        else if (freeSlots > 0)
        {
            works.Add(new Work.Start(run.Number, restep.Step, task.Attempts.Count + 1, task.NextKind));
        }
    }

    private static Work.Stop Drop(RunState run, TaskState task, bool cancel = false) =>
        new(run.Number, task.Step, OpenOrNotStarted(task), cancel);

    private static int OpenOrNotStarted(TaskState task) =>
        task.LastAttempt is { Status: AttemptStatus.Running } open ? open.Number : NotStarted;

    /// <summary>The step as this attempt executes it.</summary>
    public static StepDefinition Definition(JobState state, RunState run, int step) =>
        IsRestep(state, run, step) ? state.Restep!.Definition : run.Workflow.Steps[step];
}
