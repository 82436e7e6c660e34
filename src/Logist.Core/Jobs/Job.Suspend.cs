using Logist.Core.Reruns;

namespace Logist.Core.Jobs;

public static partial class Job
{
    private static Decision DecideSuspend(JobState state, JobCommand.Suspend c)
    {
        if (state.Status == JobStatus.Suspended)
        {
            // Suspended already, but now with --now: the wish got stronger.
            if (!c.Now || state.Suspended!.Now)
            {
                return Decision.Nothing;
            }
        }
        else if (JobVerbs.Guard(state, JobVerb.Suspend) is { } refused)
        {
            return new Decision.Rejected(refused);
        }

        var events = new List<JobEvent> { new JobEvent.JobSuspended(c.By, c.Now, c.Reason) };
        if (state.Suspended is null && state.Run is { StartedAt: not null } run)
        {
            events.Add(new JobEvent.RunPaused(c.By, run.Number));
        }

        return new Decision.Accepted(events);
    }

    private static Decision DecideResume(JobState state, JobCommand.Resume c)
    {
        if ((JobVerbs.Guard(state, JobVerb.Resume) ?? PlanParts.BeingCanceled(state, JobVerb.Resume)) is { } refused)
        {
            return new Decision.Rejected(refused);
        }

        var events = new List<JobEvent> { new JobEvent.JobResumed(c.By, c.Reason) };
        if (state.Run is { StartedAt: not null } run)
        {
            events.Add(new JobEvent.RunResumed(c.By, run.Number));
        }

        return new Decision.Accepted(events);
    }
}
