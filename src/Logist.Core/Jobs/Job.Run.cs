namespace Logist.Core.Jobs;

public static partial class Job
{
    private static Decision DecideRun(JobState state, JobCommand.RunJob c)
    {
        if (JobVerbs.Guard(state, JobVerb.Run) is { } refused)
        {
            return new Decision.Rejected(refused);
        }

        return state.Run switch
        {
            { StartedAt: null } run => Decision.Accept(new JobEvent.RunStarted(c.By, run.Number, c.Driver)),

            // A step that is done again apart from the run leaves that as it is.
            { Held: not null } run when state.Restep is null => Decision.Accept(new JobEvent.RunDispatchReleased(c.By, run.Number)),
            _ => Decision.Nothing,
        };
    }

    private static Decision DecideFinishRun(JobState state, JobCommand.FinishRun c)
    {
        // A person may have made failed tasks ready again since this was planned.
        var run = Current(state, c.Run);
        return run is null || IsFinished(run) || run.CanGoOn || c.Success != run.IsComplete
            || (!c.Success && run.Failed.Count == 0)
            ? Decision.Nothing
            : Decision.Accept(new JobEvent.RunFinished(c.By, c.Run, c.Success ? "success" : "failed"));
    }
}
