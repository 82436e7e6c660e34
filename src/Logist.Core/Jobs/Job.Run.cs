namespace Logist.Core.Jobs;

public static partial class Job
{
    private static Decision DecideRun(JobState state, JobCommand.RunJob c)
    {
        if (JobVerbs.Guard(state, JobVerb.Run) is { } refused)
        {
            return new Decision.Rejected(refused);
        }

        return state.Run is { StartedAt: null } run
            ? Decision.Accept(new JobEvent.RunStarted(c.By, run.Number, c.Driver))
            : Decision.Nothing;
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
