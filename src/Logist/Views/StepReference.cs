using Logist.Core;
using Logist.Core.Jobs;
using Logist.Core.Workflows;

namespace Logist.Views;

/// <summary>An attempt and where it was executed: that of a reused step is in an earlier run.</summary>
public sealed record FoundAttempt(RunState Run, TaskState Task, AttemptState Attempt)
{
    public string Step => Run.Workflow.Steps[Task.Step].Id;

    public AttemptId Id(JobId job) => new(job.Value, Run.Number, Step, Attempt.Number);

    /// <summary><c>test #2</c>, in a job of several runs <c>test #2 of run 1</c>.</summary>
    public string Name(JobState job) => job.Runs.Count < 2 ? $"{Step} #{Attempt.Number}" : $"{Step} #{Attempt.Number} of run {Run.Number}";
}

/// <summary>Which run, which step and which of its attempts is meant.</summary>
public static class StepReference
{
    /// <param name="numberOrId">From 1, or a step id.</param>
    /// <exception cref="LogistException">UnknownStep, naming the valid range and ids.</exception>
    public static TaskState Resolve(RunState run, string numberOrId) => run.Tasks[Index(run.Workflow, numberOrId)];

    /// <summary>The same in a workflow that no run has yet.</summary>
    public static int Index(WorkflowDefinition workflow, string numberOrId)
    {
        var index = workflow.Find(numberOrId);
        if (index >= 0)
        {
            return index;
        }

        var ids = workflow.Steps.Select(step => step.Id).ToList();
        var shown = ids.Count <= 30 ? string.Join(", ", ids) : string.Join(", ", ids.Take(30)) + " …";
        var near = DidYouMean.For(numberOrId, ids);
        throw new LogistException(
            ErrorKind.UnknownStep, $"there is no step \"{numberOrId}\"", $"steps are 1..{ids.Count}: {shown}",
                near is null ? [] : [$"did you mean: {near}"]);
    }

    /// <summary>The step that a person most likely asks about: the one that is active, failed, waits or ran last.</summary>
    public static TaskState? MostInteresting(RunState run)
    {
        foreach (var set in (ReadOnlySpan<SortedSet<int>>)[run.Active, run.Failed, run.ToVerify, run.OpenGates, run.Waiting])
        {
            if (set.Count > 0)
            {
                return run.Tasks[set.Min];
            }
        }

        return run.Tasks.Where(task => (task.LastAttempt ?? task.Accepted) is not null)
            .MaxBy(task => (task.LastAttempt ?? task.Accepted)!.ScheduledAt);
    }

    /// <param name="number">Null: the current one.</param>
    /// <exception cref="LogistException">NotFound: no such run.</exception>
    public static RunState Run(JobState job, int? number) =>
        (number is null ? job.Run : job.Runs.FirstOrDefault(run => run.Number == number))
            ?? throw new LogistException(ErrorKind.NotFound, $"{job.Id} has no run {number}", $"runs are 1..{job.Runs.Count}");

    /// <param name="number">Null: the latest; of a step that this run reuses, the one that is reused.</param>
    /// <exception cref="LogistException">NotFound: no such attempt.</exception>
    public static FoundAttempt Attempt(JobState job, RunState run, TaskState task, int? number)
    {
        if (number is null && task.Attempts.Count == 0 && Accepted(job, run, task) is { } reused)
        {
            return reused;
        }

        var (home, at) = Home(job, run, task);
        var step = home.Workflow.Steps[at.Step].Id;
        return (number is { } n ? at.Attempt(n) : at.LastAttempt) is { } attempt ? new FoundAttempt(home, at, attempt)
            : throw new LogistException(ErrorKind.NotFound,
                $"{step} has no attempt {(number is null ? "yet" : number)}{(job.Runs.Count > 1 ? $" in run {home.Number}" : "")}",
                at.Attempts.Count == 0 ? Earlier(job, home, step) : $"attempts are 1..{at.Attempts.Count}");
    }

    /// <summary>The attempt whose output counts in a run, perhaps of an earlier one; null: none.</summary>
    public static FoundAttempt? Accepted(JobState job, RunState run, TaskState task)
    {
        if (task.Accepted is not { } accepted)
        {
            return null;
        }

        var step = run.Workflow.Steps[task.Step].Id;
        var from = task.ReusedFrom is { } number ? Run(job, number) : run;
        return new FoundAttempt(from, from.Tasks[from.Workflow.IndexOf(step)], accepted);
    }

    /// <summary>Every attempt of a step in every run, or in one.</summary>
    /// <param name="only">A run that only reuses the step shows the attempts that it chose from.</param>
    public static IEnumerable<FoundAttempt> All(JobState job, string step, RunState? only)
    {
        foreach (var run in only is null ? job.Runs : [only])
        {
            if (run.Workflow.IndexOf(step) is >= 0 and var index)
            {
                var (home, task) = only is null ? (run, run.Tasks[index]) : Home(job, run, run.Tasks[index]);
                foreach (var attempt in task.Attempts)
                {
                    yield return new FoundAttempt(home, task, attempt);
                }
            }
        }
    }

    /// <summary>The attempt before it: of the same task, else what counted in the run before.</summary>
    public static FoundAttempt? Previous(JobState job, FoundAttempt found)
    {
        if (found.Task.Attempt(found.Attempt.Number - 1) is { } before)
        {
            return found with { Attempt = before };
        }

        for (var number = found.Run.Number - 1; number > 0; number--)
        {
            var run = Run(job, number);
            if (run.Workflow.IndexOf(found.Step) is >= 0 and var index && Accepted(job, run, run.Tasks[index]) is { } accepted)
            {
                return accepted;
            }
        }

        return null;
    }

    /// <summary>Where a step's attempts are: a run that only reuses it has none.</summary>
    private static (RunState Run, TaskState Task) Home(JobState job, RunState run, TaskState task) =>
        task.Attempts.Count == 0 && Accepted(job, run, task) is { } reused ? (reused.Run, reused.Task) : (run, task);

    private static string? Earlier(JobState job, RunState run, string step)
    {
        var runs = All(job, step, null).Where(found => found.Run != run).Select(found => found.Run.Number).Distinct().ToList();
        return runs.Count == 0 ? null : $"run {string.Join(", ", runs)} has attempts of it: --run {runs[^1]}";
    }
}
