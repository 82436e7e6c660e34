using Logist.Core;
using Logist.Core.Jobs;
using Logist.Views;

namespace Logist.Engine.Requests;

/// <summary>From what was said to the command.</summary>
public static class PartialRerunRequest
{
    /// <param name="named">Numbers from 1 or ids; null: everything that failed.</param>
    /// <exception cref="LogistException">UnknownStep.</exception>
    public static JobCommand.PartialRerun Of(JobState job, IReadOnlyList<string>? named, string reason, Stamp stamp)
    {
        var run = job.Run!;
        int[] steps = named is null ? [.. run.Failed] : [.. named.Select(name => StepReference.Resolve(run, name).Step)];
        return new JobCommand.PartialRerun(stamp, steps, reason)
        {
            Named = named is null ? [] : [.. steps.Select(step => run.Workflow.Steps[step].Id)],
        };
    }
}
