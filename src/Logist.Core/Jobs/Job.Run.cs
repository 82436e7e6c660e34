namespace Logist.Core.Jobs;

public static partial class Job
{
    private static Decision DecideRun(JobState state, JobCommand.RunJob c)
    {
        if (JobVerbs.Guard(state, JobVerb.Run) is { } refused)
        {
            return new Decision.Rejected(refused);
        }

        var events = new List<JobEvent>();
        if (state.Run is { StartedAt: null } begun)
        {
            events.Add(new JobEvent.RunStarted(c.By, begun.Number, c.Driver));
        }

        // A step that is done again apart from the run leaves that as it is.
        if (state is { Run: { Held: not null } held, Restep: null })
        {
            events.Add(new JobEvent.RunDispatchReleased(c.By, held.Number));
        }

        return new Decision.Accepted(events);
    }

    private static Decision DecideFinishRun(JobState state, JobCommand.FinishRun c)
    {
        // A person may have made failed tasks ready again since this was planned.
        var run = Current(state, c.Run);
        return run is null || state.Canceled || IsFinished(run) || run.CanGoOn || c.Success != run.IsComplete
            || (!c.Success && run.Failed.Count == 0)
            ? Decision.Nothing
            : Decision.Accept(new JobEvent.RunFinished(c.By, c.Run, c.Success ? "success" : "failed"));
    }
}
