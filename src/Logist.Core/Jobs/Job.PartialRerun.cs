using Logist.Core.Reruns;

namespace Logist.Core.Jobs;

public static partial class Job
{
    /// <summary>Failed branches in the same run: their tasks are ready again, everything else stays.</summary>
    private static Decision DecidePartialRerun(JobState state, JobCommand.PartialRerun c)
    {
        if (PlanOrRefusal(PartialRerunPlan.Of(state, c), c.PlanHash, out var refused) is not { } plan)
        {
            return refused!;
        }

        var run = state.Run!;
        var selected = c.Steps.Distinct().Order().ToArray();
        var names = selected.Select(step => run.Workflow.Steps[step].Id).ToArray();
        var events = new List<JobEvent>(Voided(run, c.By with { CommandId = null }, selected))
        {
            new JobEvent.RunPartialRerunRequested(c.By, run.Number, names, c.Named, c.Reason) { PlanHash = plan.Hash },
        };
        events.AddRange(selected.Select(step => new JobEvent.TaskPartialRerunReset(c.By with { CommandId = null }, run.Number,
            run.Workflow.Steps[step].Id, RestWord(run.Tasks[step].Status), c.Reason)));
        if (c.Hold)
        {
            events.Add(new JobEvent.RunDispatchHeld(c.By with { CommandId = null }, run.Number, c.Reason));
        }

        return new Decision.Accepted(events);
    }

    private static string RestWord(TaskStatus status) => status switch
    {
        TaskStatus.Canceled => "canceled",
        TaskStatus.SubmitFailed => "submit-failed",
        _ => "failed",
    };

    private static void ResetForRerun(RunState run, TaskState task, JobEvent.TaskPartialRerunReset e)
    {
        task.Reruns = [.. task.Reruns, new PartialRerunRecord(e.By.Actor, e.Reason, e.By.At, task.Attempts.Count + 1)];
        MakeReady(run, task.Step, AttemptKind.PartialRerun, $"{e.By.Actor}: {e.Reason}");
        task.NextBy = new AttemptRequest(e.By.Actor, e.Reason, run.PartialRerunPlan);
    }
}
