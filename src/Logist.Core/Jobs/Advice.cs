namespace Logist.Core.Jobs;

/// <param name="For">In a few words, what it is for where there is a choice; null: it is the obvious one.</param>
public sealed record AdvisedCommand(string Command, string? For = null);

/// <summary>The commands that go on from where a job stands, ready to type.</summary>
public static class Advice
{
    public static string[] Next(JobState job) => Array.ConvertAll(Of(job), advised => advised.Command);

    public static AdvisedCommand[] Of(JobState job) => job.Status switch
    {
        JobStatus.Pending or JobStatus.ReviewRequired =>
            [new($"logist job run {job.Id}", job.Run?.Held is null ? null : "ends the hold"), .. Stale(job)],
        JobStatus.Running or JobStatus.Reviewing => [new($"logist job status {job.Id} --watch")],
        JobStatus.Suspended => [new($"logist job resume {job.Id}")],
        JobStatus.ApprovalRequired => [.. Gate(job, job.Run!.Tasks[job.Run.OpenGates.Min]), .. Stale(job)],
        JobStatus.InterventionRequired => Intervention(job),
        JobStatus.Success => Done(job.Id, job.Run!.StaleSteps.Count()),
        JobStatus.Canceled when job.Run is { StartedAt: not null } run => Canceled(job, run),
        _ => [new($"logist job status {job.Id}")],
    };

    /// <summary>What goes on from one step of the current run; none when it needs nobody.</summary>
    public static AdvisedCommand[] Of(JobState job, TaskState task) => task.Status switch
    {
        TaskStatus.WaitingApproval when !job.IsCanceling => Gate(job, task),
        _ when task.Status.IsFailed() && job is { Status: JobStatus.InterventionRequired, BudgetStop: null } =>
            Failed(job, job.Run!, task),
        _ when task.Status.IsFailed() => Of(job),
        _ when task.IsStale => Stale(job),
        _ => [],
    };

    /// <param name="stale">How many steps are out of date.</param>
    public static AdvisedCommand[] Done(string job, int stale) => [.. stale > 0 ? [Stale(job, stale)] : Array.Empty<AdvisedCommand>(),
        new($"logist job rerun {job}", "all, as a new run"), new($"logist job restep {job} <step>", "one step again")];

    /// <summary>Brings what is out of date up to date; none when nothing is.</summary>
    public static AdvisedCommand[] Stale(JobState job) => job.Run?.StaleSteps.Count() is > 0 and var count
        ? [Stale(job.Id, count)] : [];

    public static AdvisedCommand Stale(string job, int count) =>
        new($"logist job run {job} --stale", count == 1 ? "the stale step" : $"the {count} stale steps");

    private static AdvisedCommand[] Gate(JobState job, TaskState gate)
    {
        var step = job.Run!.Workflow.Steps[gate.Step].Id;
        return [new($"logist job approve {job.Id} {step}"), new($"logist job reject {job.Id} {step} --reason \"…\"")];
    }

    private static AdvisedCommand[] Canceled(JobState job, RunState run)
    {
        List<AdvisedCommand> choices = [new($"logist job rerun {job.Id}", "all, as a new run"), .. FromThere(job, run)];
        var stopped = run.Failed.Count > 0 ? run.Failed.Min : run.Ready.Count > 0 ? run.Ready.Min : -1;
        if (stopped >= 0 && run.Workflow.Steps[stopped] is { IsGateOnly: false } step)
        {
            choices.Add(new($"logist job restep {job.Id} {step.Id}", "only that step"));
        }

        return [.. choices];
    }

    /// <summary>From the first step that has something left to do: a later one would skip those before it that have no output.</summary>
    private static IEnumerable<AdvisedCommand> FromThere(JobState job, RunState run) => run.Tasks
        .Where(task => !task.Status.IsSatisfied()).Take(1)
        .Select(task => new AdvisedCommand($"logist job rerun {job.Id} --step {run.Workflow.Steps[task.Step].Id}", "new run from there"));

    private static AdvisedCommand[] Intervention(JobState job)
    {
        if (job.BudgetStop is not null)
        {
            return [new($"logist job run {job.Id} --budget-usd <more>")];
        }

        return job.Run is { Failed.Count: > 0 } run ? Failed(job, run, run.Tasks[run.Failed.Min]) : [new(Resubmit(job))];
    }

    private static string Resubmit(JobState job) => $"logist job resubmit {job.Id} --run";

    private static AdvisedCommand[] Failed(JobState job, RunState run, TaskState task)
    {
        var step = run.Workflow.Steps[task.Step];
        List<AdvisedCommand> choices = [new(Resubmit(job), "the cause is fixed: go on")];
        if (!step.IsGateOnly)
        {
            choices.Add(new($"logist job restep {job.Id} {step.Id}", "only that step again"));
        }

        choices.Add(new($"logist job rerun {job.Id} --failed --reason \"…\"", "failed steps, same run"));
        choices.AddRange(FromThere(job, run));
        choices.Add(task.Accepted is null
            ? new($"logist job resolve {job.Id} {step.Id} --outcome success --reason \"…\"", "done by hand")
            : new($"logist job resolve {job.Id} {step.Id} --outcome success --keep --reason \"…\"", "its last good output"));
        return [.. choices];
    }
}
