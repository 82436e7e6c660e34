using Logist.Core.Budgets;

namespace Logist.Core.Jobs;

public static partial class Job
{
    /// <summary>A person fixed it: failed tasks become ready again with fresh attempts. After a budget stop nothing failed: it just goes
    /// on.</summary>
    private static Decision DecideResubmit(JobState state, JobCommand.Resubmit c)
    {
        if (JobVerbs.Guard(state, JobVerb.Resubmit) is { } refused)
        {
            return new Decision.Rejected(refused);
        }

        var events = new List<JobEvent>();
        if (c.BudgetUsd is { } limit)
        {
            if (BudgetTooLow(state, limit) is { } low)
            {
                return low;
            }

            events.Add(new JobEvent.BudgetRaised(c.By, limit));
        }
        else if (state.BudgetStop is not null)
        {
            // Also with failed tasks: they would be ready again and the job would stand where it stood.
            return Decision.Reject(ErrorKind.WrongState, $"cannot resubmit {state.Id}: its budget is used up",
                $"limit {state.BudgetStop.Limit}, spent {state.BudgetStop.Spent}", $"logist job resubmit {state.Id} --budget-usd <more>");
        }

        if (state.BudgetStop is null || state.Halted is not null || state.Run!.Failed.Count > 0)
        {
            events.AddRange(Voided(state.Run!, c.By with { CommandId = null }, state.Run!.Failed));
            events.Add(new JobEvent.JobResubmitted(c.By, c.Note));
        }

        return new Decision.Accepted(events);
    }

    private static Decision DecideRaiseBudget(JobState state, JobCommand.RaiseBudget c)
    {
        if (state.Status is JobStatus.Canceled or JobStatus.Success)
        {
            return new Decision.Rejected(new Problem(ErrorKind.WrongState,
                $"cannot raise the budget of {state.Id}: it is {state.Status.Text()}")
            {
                From = state.Status.Text(), Wanted = "raise the budget",
                Allowed = [.. JobStatuses.All.Where(s => s is not (JobStatus.Canceled or JobStatus.Success)).Select(s => s.Text())],
            });
        }

        return BudgetTooLow(state, c.LimitUsd)
            ?? (state.BudgetUsd == c.LimitUsd && state.BudgetStop is null ? Decision.Nothing
                : Decision.Accept(new JobEvent.BudgetRaised(c.By, c.LimitUsd)));
    }

    private static Decision? BudgetTooLow(JobState state, decimal limit) => limit > (state.CostUsd ?? 0)
        ? null
        : Decision.Reject(ErrorKind.Usage, $"a budget of ${limit} is not more than the ${state.CostUsd ?? 0} spent already", null,
            $"logist job run {state.Id} --budget-usd <more>");

    /// <summary>What stands in the way now counts: the limit may have been raised since, or the job canceled.</summary>
    private static Decision DecideBudgetReached(JobState state, JobCommand.ReportBudgetReached c)
    {
        if (state.BudgetStop is not null || state.Run is not { } run || (state.Restep is null && !MayStart(state)))
        {
            return Decision.Nothing;
        }

        IEnumerable<int> next = state.Restep is { } restep ? [restep.Step] : run.Ready.Concat(run.Waiting);
        return next.Select(step => Admission.WouldRefuse(state, run, step)).FirstOrDefault(limit => limit?.Scope == c.Scope) is { } reached
            ? Decision.Accept(new JobEvent.BudgetReached(c.By, reached.Scope, reached.Limit, reached.Spent))
            : Decision.Nothing;
    }
}
