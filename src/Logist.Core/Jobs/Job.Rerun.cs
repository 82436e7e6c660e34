using Logist.Core.Reruns;

namespace Logist.Core.Jobs;

public static partial class Job
{
    /// <summary>A new run; earlier ones stay as they are.</summary>
    private static Decision DecideRerun(JobState state, JobCommand.Rerun c)
    {
        if (PlanOrRefusal(RerunPlan.Of(state, c), c.PlanHash, out var refused) is not { } plan)
        {
            return refused!;
        }

        var before = state.Run!.Created;
        var events = new List<JobEvent>(LeftOpen(state.Run, c.By with { CommandId = null }))
        {
            new JobEvent.RunCreated(c.By, plan.Run, RunTrigger.Rerun, c.WorkflowSha)
            {
                Workflow = c.Workflow, Params = c.Params, FromStep = c.FromStep is { } first ? c.Workflow.Steps[first].Id : null,
                BaseRef = c.BaseRef ?? before.BaseRef, BaseCommit = c.BaseCommit ?? before.BaseCommit, Reason = c.Reason,
                PlanHash = plan.Hash, Agent = before.Agent, Model = before.Model,
            },
        };

        // Many and all alike: without actor and command id ten thousand of them fit into one line of the journal.
        var by = new Stamp(c.By.At);
        foreach (var step in plan.Steps)
        {
            if (step.Action == PlanAction.Reuse)
            {
                events.Add(new JobEvent.TaskReused(by, plan.Run, step.Id, step.FromRun!.Value, step.AttemptFrom ?? 0));
                if (step.Stale is { } why)
                {
                    events.Add(new JobEvent.TaskMarkedStale(by, plan.Run, step.Id, why));
                }
            }
            else if (step.Action == PlanAction.Skip)
            {
                events.Add(new JobEvent.TaskSkipped(by, plan.Run, step.Id));
            }
        }

        return new Decision.Accepted(events);
    }

    /// <summary>Nothing of theirs lives, but they wait for checks or a review that will never come.</summary>
    private static IEnumerable<JobEvent> LeftOpen(RunState run, Stamp by) =>
        run.ToVerify.Concat(run.Waiting.Where(step => run.Tasks[step].WorkIsDone)).Select(step =>
            new JobEvent.TaskCanceled(by, run.Number, run.Workflow.Steps[step].Id, run.Tasks[step].Attempts.Count, null));

    /// <summary>The plan, when there is one and it is still the one that was agreed to.</summary>
    private static ExecutionPlan? PlanOrRefusal(PlanResult result, string? agreed, out Decision? refused)
    {
        var plan = (result as PlanResult.Planned)?.Plan;
        refused = result is PlanResult.Refused { Problem: var problem } ? new Decision.Rejected(NoLonger(problem, agreed))
            : agreed is not null && !plan!.IsNamed(agreed) ? new Decision.Rejected(plan.Changed(agreed))
            : null;
        return refused is null ? plan : null;
    }

    /// <summary>What was possible when the plan was agreed to and is a wrong request by now: the job moved.</summary>
    private static Problem NoLonger(Problem refusal, string? agreed) => agreed is null || refusal.Kind != ErrorKind.Usage ? refusal
        : new Problem(ErrorKind.PlanChanged, "the job moved since the plan was made", refusal.What, "look at the plan again (--dry-run)");

    private static void CreateRun(JobState state, JobEvent.RunCreated e)
    {
        var earlier = state.Runs.ToArray();
        var run = new RunState(e);
        state.Add(run);
        state.BudgetUsd ??= e.Workflow.Budget?.MaxCostUsd;
        if (earlier.Length == 0)
        {
            return;
        }

        state.IsSettled = false;

        // Whatever held the job up was about the run before.
        state.Canceled = false;
        state.CancelRequested = null;
        state.Suspended = null;
        state.Halted = null;
        state.BudgetStop = null;
        if (e.FromStep is { } name && e.Workflow.IndexOf(name) is >= 0 and var first)
        {
            // The person's view of what is to go on stays; a whole rerun starts from the baseline.
            KeepHumanWork(earlier[^1], run, RerunPlan.Executed(e.Workflow, first));
        }
    }

    /// <summary>What a person mended for a step that is executed again is part of its input again.</summary>
    private static void KeepHumanWork(RunState before, RunState run, bool[] executed)
    {
        for (var step = 0; step < executed.Length; step++)
        {
            if (executed[step] && before.Workflow.IndexOf(run.Workflow.Steps[step].Id) is >= 0 and var old)
            {
                run.Tasks[step].Taken = before.Tasks[old].HumanChange is { } pending
                    ? [.. before.Tasks[old].Taken, pending] : before.Tasks[old].Taken;
            }
        }
    }

    private static void Reuse(JobState state, RunState run, TaskState task, JobEvent.TaskReused e)
    {
        var own = e.FromRun == run.Number;
        var from = own ? run : state.RunNumber(e.FromRun);
        var earlier = Outputs.Latest(state, e.Step);
        task.Accepted = from?.Workflow.IndexOf(e.Step) is >= 0 and var index ? from.Tasks[index].Attempt(e.Attempt) : null;
        task.Basis ??= task.Accepted == earlier?.Attempt ? earlier?.Basis : task.Accepted?.Used;
        task.ReusedFrom = own ? null : e.FromRun;
        task.MayKeep = false;
        task.Stale = null;
        task.FinishedAt = e.By.At;
        run.SetStatus(task.Step, own ? TaskStatus.Success : TaskStatus.Reused);
    }
}
