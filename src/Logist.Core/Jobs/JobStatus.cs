using Logist.Core.Reruns;

namespace Logist.Core.Jobs;

public enum JobStatus { Pending, Running, ReviewRequired, Reviewing, ApprovalRequired, InterventionRequired, Suspended, Success, Canceled }

/// <summary>The state machine: how a status is derived, which changes may occur, and which commands a status allows.</summary>
public static class JobStatuses
{
    public static readonly IReadOnlyList<JobStatus> All = Enum.GetValues<JobStatus>();

    /// <summary>The word in manifest and CLI.</summary>
    public static string Text(this JobStatus status) => status switch
    {
        JobStatus.Pending => "PENDING",
        JobStatus.Running => "RUNNING",
        JobStatus.ReviewRequired => "REVIEW_REQUIRED",
        JobStatus.Reviewing => "REVIEWING",
        JobStatus.ApprovalRequired => "APPROVAL_REQUIRED",
        JobStatus.InterventionRequired => "INTERVENTION_REQUIRED",
        JobStatus.Suspended => "SUSPENDED",
        JobStatus.Success => "SUCCESS",
        _ => "CANCELED",
    };

    public static JobStatus? Parse(string? text)
    {
        foreach (var status in All)
        {
            if (status.Text().Equals(text, StringComparison.OrdinalIgnoreCase))
            {
                return status;
            }
        }

        return null;
    }

    /// <summary>Precedence of design §1: the first that applies.</summary>
    public static JobStatus Of(JobState job)
    {
        if (job is { Restep: not null, Run: { } again })
        {
            return again.Active.Count > 0 && again.Active.Count == again.ReviewsActive ? JobStatus.Reviewing : JobStatus.Running;
        }

        if (job.Canceled)
        {
            return JobStatus.Canceled;
        }

        if (job.Suspended is not null)
        {
            return JobStatus.Suspended;
        }

        if (job.Run is not { } run)
        {
            return JobStatus.Pending;
        }

        if (run.Active.Count > 0)
        {
            return run.Active.Count == run.ReviewsActive ? JobStatus.Reviewing : JobStatus.Running;
        }

        // Before REVIEW_REQUIRED: after an error of our own a person looks first, also when a review was interrupted by it. The same
        // after a re-step that failed, whatever the run could still do.
        if (job.Halted is not null || (run.FailedAlone.Count > 0 && job.CancelRequested is null))
        {
            return JobStatus.InterventionRequired;
        }

        if (run.Count(TaskStatus.ReviewRequired) > 0)
        {
            return JobStatus.ReviewRequired;
        }

        // Until job.canceled follows, tasks that a cancel ended are no failures that ask for a person.
        var failed = job.CancelRequested is null ? run.Failed.Count : run.Failed.Count - run.Count(TaskStatus.Canceled);
        if (job.BudgetStop is not null || (failed > 0 && !run.CanGoOn))
        {
            return JobStatus.InterventionRequired;
        }

        if (run.OpenGates.Count > 0 && !run.CanGoOn)
        {
            return JobStatus.ApprovalRequired;
        }

        return run.IsComplete ? JobStatus.Success : JobStatus.Pending;
    }

    internal static string ReasonOf(JobState job)
    {
        if (job.Halted is { } halted)
        {
            return halted.Reason;
        }

        if (job.BudgetStop is not null)
        {
            return "budget";
        }

        var run = job.Run!;
        return run.Failed.Count == 0 ? "step_failed" : run.Tasks[run.Failed.Min].Failure?.Category switch
        {
            FailureCategory.AgentStuck => "agent_stuck",
            FailureCategory.ReviewRounds => "review_rounds",
            FailureCategory.MergeConflict => "merge_conflict",
            FailureCategory.ApprovalRejected => "approval_rejected",
            FailureCategory.Lost or FailureCategory.Interrupted => "lost_attempt",
            FailureCategory.Tampered => "tampered",
            FailureCategory.Storage => "storage",
            FailureCategory.Budget => "budget",
            _ => "step_failed",
        };
    }

    /// <summary>
    /// Which status may follow which, between two appends. SUCCESS and CANCELED are left only by re-execution. A reviewed step is
    /// accepted only out of REVIEWING, and a person's command that ends INTERVENTION_REQUIRED is an append of its own before any start.
    /// </summary>
    private static readonly Dictionary<JobStatus, JobStatus[]> Next = new()
    {
        [JobStatus.Pending] = [JobStatus.Running, JobStatus.ReviewRequired, JobStatus.Reviewing, JobStatus.ApprovalRequired,
            JobStatus.InterventionRequired, JobStatus.Suspended, JobStatus.Success, JobStatus.Canceled],
        [JobStatus.Running] = [JobStatus.Pending, JobStatus.ReviewRequired, JobStatus.Reviewing, JobStatus.ApprovalRequired,
            JobStatus.InterventionRequired, JobStatus.Suspended, JobStatus.Success, JobStatus.Canceled],
        [JobStatus.ReviewRequired] = [JobStatus.Pending, JobStatus.Running, JobStatus.Reviewing, JobStatus.ApprovalRequired,
            JobStatus.InterventionRequired, JobStatus.Suspended, JobStatus.Canceled],
        [JobStatus.Reviewing] = [JobStatus.Pending, JobStatus.Running, JobStatus.ReviewRequired, JobStatus.ApprovalRequired,
            JobStatus.InterventionRequired, JobStatus.Suspended, JobStatus.Success, JobStatus.Canceled],
        [JobStatus.ApprovalRequired] = [JobStatus.Pending, JobStatus.Running, JobStatus.InterventionRequired, JobStatus.Suspended,
            JobStatus.Success, JobStatus.Canceled],
        [JobStatus.InterventionRequired] = [JobStatus.Pending, JobStatus.Running, JobStatus.ReviewRequired, JobStatus.ApprovalRequired,
            JobStatus.Suspended, JobStatus.Success, JobStatus.Canceled],
        [JobStatus.Suspended] = [JobStatus.Pending, JobStatus.Running, JobStatus.ReviewRequired, JobStatus.Reviewing,
            JobStatus.ApprovalRequired, JobStatus.InterventionRequired, JobStatus.Success, JobStatus.Canceled],
        [JobStatus.Success] = [JobStatus.Pending, JobStatus.Running, JobStatus.InterventionRequired],
        [JobStatus.Canceled] = [JobStatus.Pending, JobStatus.Running],
    };

    public static IReadOnlyList<JobStatus> Allowed(JobStatus from) => Next[from];

    public static bool MayFollow(JobStatus from, JobStatus to) => from == to || Next[from].Contains(to);

    /// <returns><paramref name="to"/>.</returns>
    /// <exception cref="JobStateException">The state machine does not know this change.</exception>
    public static JobStatus Transition(JobStatus from, JobStatus to) => MayFollow(from, to)
        ? to
        : throw new JobStateException(new Problem(ErrorKind.WrongState, $"a job cannot go from {from.Text()} to {to.Text()}",
            Next[from].Length == 0 ? $"{from.Text()} is final"
                : $"from {from.Text()} a job can go to {string.Join(", ", Next[from].Select(Text))}")
        {
            From = from.Text(), Wanted = to.Text(), Allowed = [.. Next[from].Select(Text)],
        });
}

/// <summary>What a person can ask of a job; the table of which status allows it is <see cref="JobVerbs.Allowed"/>.</summary>
public enum JobVerb
{
    Run, Step, Cancel, CancelTask, Suspend, Resume, Resubmit, Approve, Reject, Rerun, Restep, PartialRerun, RunStale, Resolve,
}

public static class JobVerbs
{
    public static readonly IReadOnlyList<JobVerb> All = Enum.GetValues<JobVerb>();

    /// <summary>
    /// RUNNING and REVIEWING allow run and step because a job whose owner was killed still says so; that nobody else drives it is
    /// the lease's business. A gate may be decided in any status but the final ones.
    /// </summary>
    public static IReadOnlyList<JobStatus> Allowed(JobVerb verb) => verb switch
    {
        JobVerb.Run or JobVerb.Step => [JobStatus.Pending, JobStatus.Running, JobStatus.ReviewRequired, JobStatus.Reviewing],
        JobVerb.Cancel => [.. JobStatuses.All.Where(s => s is not (JobStatus.Success or JobStatus.Canceled))],
        // Elsewhere nothing is at work and nothing waits for its time, or a person has to look first.
        JobVerb.CancelTask => [JobStatus.Pending, JobStatus.Running, JobStatus.ReviewRequired, JobStatus.Reviewing,
            JobStatus.Suspended],
        JobVerb.Suspend => [.. JobStatuses.All.Where(s => s is not (JobStatus.Success or JobStatus.Canceled or JobStatus.Suspended))],
        JobVerb.Rerun or JobVerb.Restep or JobVerb.Resolve =>
            [.. JobStatuses.All.Where(s => s is not (JobStatus.Running or JobStatus.Reviewing))],
        // In SUCCESS too: that nothing failed is wrong with the request, not with the moment.
        JobVerb.PartialRerun => [JobStatus.Pending, JobStatus.ReviewRequired, JobStatus.ApprovalRequired, JobStatus.InterventionRequired,
            JobStatus.Success],
        JobVerb.RunStale => [JobStatus.Pending, JobStatus.ReviewRequired, JobStatus.ApprovalRequired, JobStatus.Success],
        JobVerb.Resume => [JobStatus.Suspended],
        JobVerb.Resubmit => [JobStatus.InterventionRequired],
        JobVerb.Approve or JobVerb.Reject => [.. JobStatuses.All.Where(s => s is not (JobStatus.Success or JobStatus.Canceled))],
        _ => [],
    };

    /// <returns>Null when the job's status allows the verb, else the refusal.</returns>
    public static Problem? Guard(JobState job, JobVerb verb)
    {
        var status = job.Status;
        var allowed = Allowed(verb);
        return allowed.Contains(status) ? null : new Problem(ErrorKind.WrongState, $"cannot {Word(verb)} {job.Id}: it is {status.Text()}",
            $"{Word(verb)} needs {string.Join(" or ", allowed.Select(s => s.Text()))}", Advice.Next(job))
        {
            From = status.Text(), Wanted = Word(verb), Allowed = [.. allowed.Select(s => s.Text())],
        };
    }

    /// <summary>What can be said before the request is known in detail.</summary>
    /// <returns>Null when the verb may be asked for, else the refusal.</returns>
    public static Problem? Refusal(JobState job, JobVerb verb) => verb switch
    {
        JobVerb.Rerun or JobVerb.Restep or JobVerb.RunStale => PlanParts.NotAtRest(job, verb),
        JobVerb.PartialRerun => PartialRerunPlan.NotNow(job) ?? (job.Run is { Failed.Count: > 0 } ? null
            : new Problem(ErrorKind.Usage, $"nothing failed in {job.Id}", null, Advice.Next(job))),
        _ => Guard(job, verb),
    };

    public static string Word(this JobVerb verb) => verb switch
    {
        JobVerb.PartialRerun => "rerun parts of",
        JobVerb.CancelTask => "cancel a step of",
        JobVerb.RunStale => "run what is stale in",
        _ => verb.ToString().ToLowerInvariant(),
    };
}
