namespace Logist.Core.Jobs;

public static partial class Job
{
    /// <summary>Intent before effect: this is durable before any process of the attempt exists.</summary>
    private static Decision DecideSchedule(JobState state, JobCommand.Schedule c)
    {
        var run = Current(state, c.Run);
        if (run is null || c.Step < 0 || c.Step >= run.Tasks.Count || !MayStart(state, c.Step))
        {
            return Decision.Nothing;
        }

        // The plan may be older than what a person decided meanwhile: a gate voided, a need sent back.
        var task = run.Tasks[c.Step];
        var step = run.Workflow.Steps[c.Step];
        var again = state.Restep is not null;
        var free = task.Status is TaskStatus.Created or TaskStatus.Waiting && (again || task.OpenNeeds == 0) && !task.WorkIsDone;
        var approved = again || step.Approval is null || task.Gate is { Approved: true };
        return !free || !approved || step.IsGateOnly || c.Attempt != task.Attempts.Count + 1
            ? Decision.Nothing
            : Decision.Accept(new JobEvent.TaskScheduled(c.By, c.Run, step.Id, c.Attempt, c.Kind)
            {
                Input = c.Input, Place = c.Place, Agent = c.Agent, Model = c.Model, Session = c.Session, Why = task.NextWhy,
            });
    }

    private static Decision DecideStarted(JobState state, JobCommand.ReportStarted c) =>
        Find(state, c.Run, c.Step, c.Attempt) is { Task.Status: TaskStatus.Scheduled } f
            ? Decision.Accept(new JobEvent.TaskStarted(c.By, c.Run, f.Step, c.Attempt, c.Pid, c.StartTime))
            : Decision.Nothing;

    private static Decision DecideAdopted(JobState state, JobCommand.ReportAdopted c) =>
        Find(state, c.Run, c.Step, c.Attempt) is { Task.Status: TaskStatus.Scheduled or TaskStatus.Running or TaskStatus.Reviewing } f
            ? Decision.Accept(new JobEvent.TaskAdopted(c.By, c.Run, f.Step, c.Attempt))
            : Decision.Nothing;

    private static Decision DecideWorkerFinished(JobState state, JobCommand.ReportWorkerFinished c) =>
        Open(state, c.Run, c.Step, c.Attempt) is not { } f || f.Attempt.WorkerFinished
            ? Decision.Nothing
            : IsCanceling(state, f.Task)
                ? Decision.Accept(Canceled(f.Task, f.Step, c.By, c.Run, c.Attempt, c.Result))
                : Decision.Accept(new JobEvent.TaskWorkerFinished(c.By, c.Run, f.Step, c.Attempt, c.Result));

    private static Decision DecideSucceeded(JobState state, JobCommand.ReportSucceeded c) =>
        Open(state, c.Run, c.Step, c.Attempt) is not { } f
            ? Decision.Nothing
            // A cancel that was acknowledged wins over a result that was not: the result is kept, not applied.
            : IsCanceling(state, f.Task)
                ? Decision.Accept(Canceled(f.Task, f.Step, c.By, c.Run, c.Attempt, c.Result))
                : Succeeded(f.Run, f.Task, f.Attempt, new JobEvent.TaskSucceeded(c.By, c.Run, f.Step, c.Attempt, c.Result));

    /// <summary>The acceptance, and what it makes of finished steps that used an earlier output.</summary>
    private static Decision.Accepted Succeeded(RunState run, TaskState task, AttemptState attempt, JobEvent.TaskSucceeded succeeded,
        params JobEvent[] before) => new Decision.Accepted([.. before, succeeded,
            .. Reruns.Consequences.Of(run, task.Step, attempt.With(succeeded.Result), succeeded.By)]);

    private static Decision DecideStopped(JobState state, int run, int step, int attempt,
        Func<(TaskState Task, string Step), JobEvent> happened) =>
        Open(state, run, step, attempt) is { } f ? Decision.Accept(happened((f.Task, f.Step))) : Decision.Nothing;

    /// <summary>
    /// An attempt that is not over; a report about any other is late and changes nothing. While one step is done again apart from the
    /// run, what is left to do for the others waits.
    /// </summary>
    private static (RunState Run, TaskState Task, AttemptState Attempt, string Step)? Open(JobState state, int run, int step,
        int attempt) =>
        Find(state, run, step, attempt) is { Attempt.Status: AttemptStatus.Running } f && f.Task.LastAttempt == f.Attempt
            && (state.Restep is not { } restep || restep.Step == step) ? f : null;

    private static bool MayStart(JobState state, int step) =>
        state.Restep is { } restep ? restep.Step == step && state.CancelRequested is null && !state.StartsNothing : MayStart(state);

    private static bool MayStart(JobState state) =>
        state is { Restep: null, Canceled: false, CancelRequested: null, Suspended: null, Halted: null, BudgetStop: null }
        && state.Run is { Held: null, FailedAlone.Count: 0 };

    /// <summary>A person has to look before anything goes on.</summary>
    private static bool Stands(JobState state) => state.Halted is not null || state.Run is { FailedAlone.Count: > 0 };

    /// <summary>Earlier runs are history: nothing starts or ends in them.</summary>
    private static RunState? Current(JobState state, int run) => state.Run is { } current && current.Number == run ? current : null;
}
