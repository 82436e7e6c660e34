using Logist.Core.Workflows;

namespace Logist.Core.Jobs;

/// <summary>Work that should be in flight. The engine skips what it has in flight already, by run, step and attempt.</summary>
public abstract record Work(int Run, int Step, int Attempt)
{
    /// <summary>Start a new attempt: find its input, prepare its tree, schedule, launch.</summary>
    public sealed record Start(int Run, int Step, int Attempt, AttemptKind Kind) : Work(Run, Step, Attempt);

    /// <summary>The worker is done: run the checks, then the review if there is one.</summary>
    public sealed record Verify(int Run, int Step, int Attempt) : Work(Run, Step, Attempt);

    /// <summary>Find the input the gate asks about, and ask.</summary>
    public sealed record OpenGate(int Run, int Step) : Work(Run, Step, 0);

    /// <summary>End the attempt's processes; <c>Cancel</c> or else interrupted.</summary>
    public sealed record Stop(int Run, int Step, int Attempt, bool Cancel) : Work(Run, Step, Attempt);

    /// <summary>Its input is what it was: the output that was accepted stays.</summary>
    public sealed record Keep(int Run, int Step) : Work(Run, Step, 0);

    public sealed record FinishRun(int Run, bool Success) : Work(Run, -1, 0);

    public sealed record FinishCancel(int Run) : Work(Run, -1, 0);

    public sealed record BudgetReached(int Run, string Scope, string Limit, string Spent) : Work(Run, -1, 0);
}

/// <summary>Which steps may start: all, or only one (<c>job step</c>), or up to one (<c>--until</c>: it and what it needs).</summary>
public sealed class PlanScope(Func<int, bool> includes)
{
    public static readonly PlanScope Everything = new(_ => true);

    public static readonly PlanScope Nothing = new(_ => false);

    public bool Includes(int step) => includes(step);

    public static PlanScope Only(int step) => new(s => s == step);

    public static PlanScope Until(WorkflowDefinition workflow, int step)
    {
        var inside = workflow.Graph.WithAncestors([step]);
        return new PlanScope(s => inside[s]);
    }
}

public static partial class Job
{
    /// <summary>At most <paramref name="freeSlots"/> starts; verifying, stopping and gates need no slot of their own.</summary>
    public static IReadOnlyList<Work> Plan(JobState state, DateTimeOffset now, int freeSlots, PlanScope? scope = null)
    {
        scope ??= PlanScope.Everything;
        if (state.Run is not { } run || (state.Canceled && state.Restep is null))
        {
            return [];
        }

        var works = new List<Work>();
        if (state.Restep is { } restep)
        {
            PlanRestep(state, run, restep, freeSlots, works);
            return works;
        }

        if (state.CancelRequested is not null)
        {
            Stop(run, works, cancel: true);
            if (works.Count == 0)
            {
                works.Add(new Work.FinishCancel(run.Number));
            }

            return works;
        }

        foreach (var step in run.Canceling)
        {
            works.Add(new Work.Stop(run.Number, step, run.Tasks[step].Attempts.Count, Cancel: true));
        }

        if (state.Suspended is { Now: true })
        {
            Stop(run, works, cancel: false);
            return works;
        }

        foreach (var step in run.ToVerify)
        {
            // A halted job lets live attempts end, but a person looks before a review begins.
            if (scope.Includes(step) && !run.Canceling.Contains(step) && (!Stands(state) || run.Active.Contains(step)))
            {
                works.Add(new Work.Verify(run.Number, step, run.Tasks[step].Attempts.Count));
            }
        }

        if (MayStart(state))
        {
            Start(state, run, now, freeSlots, scope, works);
            if (works.Count == 0 && !run.CanGoOn && (run.IsComplete || run.Failed.Count > 0) && !IsFinished(run))
            {
                works.Add(new Work.FinishRun(run.Number, run.IsComplete));
            }
        }

        return works;
    }

    /// <summary>
    /// When the next waiting task wants to go on, later than <paramref name="after"/>; null = nothing waits. What was due before waits
    /// for something else (a slot, a person, money): waking for it would be waking for ever.
    /// </summary>
    public static DateTimeOffset? NextWake(JobState state, DateTimeOffset after = default)
    {
        DateTimeOffset? next = null;
        if (state.Run is { } run && MayStart(state))
        {
            foreach (var step in run.Waiting)
            {
                if (run.Tasks[step].WaitUntil is { } until && until > after && (next is null || until < next))
                {
                    next = until;
                }
            }
        }

        return next;
    }

    /// <summary>Its end is recorded; a failed one may still come to success by a re-step or a person's hand.</summary>
    private static bool IsFinished(RunState run) => run.FinishedAt is not null && (!run.IsComplete || run.Outcome == "success");

    /// <param name="cancel">Else interrupted, all but those that are canceled alone.</param>
    private static void Stop(RunState run, List<Work> works, bool cancel)
    {
        foreach (var step in run.Active.Where(step => cancel || !run.Canceling.Contains(step)))
        {
            works.Add(new Work.Stop(run.Number, step, run.Tasks[step].Attempts.Count, cancel));
        }
    }

    private static void Start(JobState state, RunState run, DateTimeOffset now, int freeSlots, PlanScope scope, List<Work> works)
    {
        var admission = new Budgets.Admission(state, run);
        foreach (var step in run.Waiting)
        {
            if (scope.Includes(step) && !run.Canceling.Contains(step) && run.Tasks[step].WaitUntil <= now
                && (run.Tasks[step].WorkIsDone || freeSlots > 0))
            {
                Begin(step);
            }
        }

        // Gates are asked about at once, however many there are.
        foreach (var step in run.ToApprove)
        {
            if (scope.Includes(step))
            {
                works.Add(StillValid(run, step) ? new Work.Keep(run.Number, step) : new Work.OpenGate(run.Number, step));
            }
        }

        foreach (var step in run.Ready)
        {
            // The rest of the ready set need not be looked at: it may be ten thousand wide.
            if (freeSlots <= 0)
            {
                break;
            }

            if (scope.Includes(step) && !run.ToApprove.Contains(step))
            {
                Begin(step);
            }
        }

        // What live attempts hold may come free again; only without them the limit is final.
        if (works.Count == 0 && admission.Reached is { } limit && run.Active.Count == 0 && !run.Waiting.Any(s => run.Tasks[s].WorkIsDone))
        {
            works.Add(limit);
        }

        void Begin(int step)
        {
            var task = run.Tasks[step];
            if (task.WorkIsDone)
            {
                // A live attempt: what it may cost is reserved since its launch.
                works.Add(new Work.Verify(run.Number, step, task.Attempts.Count));
                return;
            }

            if (StillValid(run, step))
            {
                works.Add(new Work.Keep(run.Number, step));
                return;
            }

            if (!admission.Admit(step))
            {
                return;
            }

            works.Add(new Work.Start(run.Number, step, task.Attempts.Count + 1, task.NextKind));
            freeSlots--;
        }
    }
}
