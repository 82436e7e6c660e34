namespace Logist.Core.Jobs;

/// <summary>The commands that go on from where a job stands, ready to type.</summary>
public static class Advice
{
    public static string[] Next(JobState job) => job.Status switch
    {
        JobStatus.Pending or JobStatus.ReviewRequired => [$"logist job run {job.Id}"],
        JobStatus.Running or JobStatus.Reviewing => [$"logist job status {job.Id} --watch"],
        JobStatus.Suspended => [$"logist job resume {job.Id}"],
        JobStatus.ApprovalRequired => Gate(job),
        JobStatus.InterventionRequired => Intervention(job),
        _ => [$"logist job status {job.Id}"],
    };

    private static string[] Gate(JobState job)
    {
        var step = job.Run!.Workflow.Steps[job.Run.OpenGates.Min].Id;
        return [$"logist job approve {job.Id} {step}", $"logist job reject {job.Id} {step} --reason \"…\""];
    }

    private static string[] Intervention(JobState job)
    {
        if (job.BudgetStop is not null)
        {
            return [$"logist job run {job.Id} --budget-usd <more>"];
        }

        var first = $"logist job resubmit {job.Id} --run";
        return job.Run is { Failed.Count: > 0 } run
            ? [first, $"logist job logs {job.Id} {run.Workflow.Steps[run.Failed.Min].Id}"]
            : [first];
    }
}
