namespace Logist.Core.Jobs;

public static partial class Job
{
    private static Decision DecideCancel(JobState state, JobCommand.Cancel c)
    {
        if ((state.Canceled && state.Restep is null) || state.IsCanceling)
        {
            return Decision.Nothing;
        }

        return JobVerbs.Guard(state, JobVerb.Cancel) is { } refused
            ? new Decision.Rejected(refused)
            : Decision.Accept(new JobEvent.JobCancelRequested(c.By, c.Reason, (long?)c.Grace?.TotalMilliseconds));
    }

    /// <summary>Only when no attempt is alive any more.</summary>
    private static Decision DecideFinishCancel(JobState state, JobCommand.FinishCancel c)
    {
        if (!state.IsCanceling || state.Run is { Active.Count: > 0 })
        {
            return Decision.Nothing;
        }

        var events = new List<JobEvent>();
        if (state is { Restep: { JobWasOver: true } again, Run: { } current })
        {
            // The job was finished before: what is canceled is the re-step alone.
            return Decision.Accept(new JobEvent.TaskCanceled(c.By, current.Number, current.Workflow.Steps[again.Step].Id,
                OpenOrNotStarted(current.Tasks[again.Step]), null));
        }

        if (state.Run is { } run)
        {
            events.AddRange(LeftOpen(run, c.By));
            events.Add(new JobEvent.RunAborted(c.By, run.Number));
        }

        events.Add(new JobEvent.JobCanceled(c.By));
        return new Decision.Accepted(events);
    }
}
