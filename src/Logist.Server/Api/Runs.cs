using Logist.Core;
using Logist.Core.Jobs;

namespace Logist.Server.Api;

/// <summary>Runs by id.</summary>
internal static class Runs
{
    /// <exception cref="LogistException">NotFound.</exception>
    public static RunState Find(JobState job, int number) => number <= job.Runs.Count ? job.Runs[number - 1]
        : throw new LogistException(ErrorKind.NotFound, $"{job.Id} has no run {number}", $"its runs are 1 to {job.Runs.Count}");

    public static string Id(JobState job, RunState run) => $"{job.Id}.{run.Number}";

    public static string TaskId(JobState job, RunState run, TaskState task) => $"{Id(job, run)}.{run.Workflow.Steps[task.Step].Id}";

    /// <summary>Requests change a job's latest run only.</summary>
    /// <exception cref="LogistException">NotFound; WrongState: it is not the latest.</exception>
    public static RunState Latest(JobState job, int number)
    {
        var run = Find(job, number);
        return run == job.Run ? run : throw new LogistException(ErrorKind.WrongState, $"{job.Id}.{number} is not the latest run",
            $"that is {job.Id}.{job.Run!.Number}; earlier ones stay as they are");
    }
}
