namespace Logist.Core.Jobs;

public static partial class Job
{
    private static void EvolveGate(JobState state, JobEvent happened)
    {
        switch (happened)
        {
            case JobEvent.ApprovalRequested e when Locate(state, e.Run, e.Step) is var (run, task):
                task.Gate = new GateState(e.By.At, e.Input, e.Tree, e.Message);
                run.SetStatus(task.Step, TaskStatus.WaitingApproval);
                break;
            case JobEvent.ApprovalApproved e when Locate(state, e.Run, e.Step) is var (run, task) && task.Gate is { } gate:
                task.Gate = gate with { Approved = true, DecidedBy = e.By.Actor, Comment = e.Comment };
                task.LastApproval = task.Gate;
                run.SetStatus(task.Step, TaskStatus.Created);
                break;
            case JobEvent.ApprovalRejected { Rerun: true } e when Locate(state, e.Run, e.Step) is var (run, task):
                SendBack(run, task, e);
                break;
            case JobEvent.ApprovalVoided e when Locate(state, e.Run, e.Step) is var (run, task):
                task.Gate = null;
                task.WaitUntil = null;
                task.WaitReason = null;
                run.SetStatus(task.Step, TaskStatus.Created);
                break;
            default:
                EvolveAgain(state, happened);
                break;
        }
    }

    /// <summary>What re-executions do to a task.</summary>
    private static void EvolveAgain(JobState state, JobEvent happened)
    {
        switch (happened)
        {
            case JobEvent.TaskReused e when Locate(state, e.Run, e.Step) is var (run, task):
                Reuse(state, run, task, e);
                break;
            case JobEvent.TaskSkipped e when Locate(state, e.Run, e.Step) is var (run, task):
                run.SetStatus(task.Step, TaskStatus.Skipped);
                break;
            case JobEvent.TaskRestepRequested e when Locate(state, e.Run, e.Step) is var (run, task):
                BeginRestep(state, run, task, e);
                break;
            case JobEvent.TaskPartialRerunReset e when Locate(state, e.Run, e.Step) is var (run, task):
                ResetForRerun(run, task, e);
                break;
            case JobEvent.TaskMarkedStale e when Locate(state, e.Run, e.Step) is var (_, task):
                task.Stale = e.Why;
                break;
            case JobEvent.TaskStaleCleared e when Locate(state, e.Run, e.Step) is var (_, task):
                task.Stale = null;
                break;
            case JobEvent.TaskResolved e when Locate(state, e.Run, e.Step) is var (run, task):
                Resolve(state, run, task, e);
                break;
            default:
                EvolveEnd(state, happened);
                break;
        }
    }

    private static void SendBack(RunState run, TaskState gate, JobEvent.ApprovalRejected e)
    {
        gate.Gate = null;
        gate.LastApproval = null;
        var waiting = run.Waiting.ToArray();
        run.SetStatus(gate.Step, TaskStatus.Created);
        var sentBack = SentBack(run, gate.Step);
        foreach (var step in sentBack)
        {
            MakeReady(run, step, AttemptKind.Rejected, $"{e.By.Actor} rejected the result: {e.Reason}");
            run.Tasks[step].NextBy = new AttemptRequest(e.By.Actor, e.Reason, null);
        }

        // A retry that waited for its time now waits for its needs: it must not start from the rejected result.
        var after = run.Workflow.Graph.WithDescendants(sentBack);
        foreach (var step in waiting.Where(s => after[s] && run.Tasks[s] is { OpenNeeds: > 0, WorkIsDone: false }))
        {
            Next(run, step, run.Tasks[step].NextKind, run.Tasks[step].NextWhy);
        }
    }
}
