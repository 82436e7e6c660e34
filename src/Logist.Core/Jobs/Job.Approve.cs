namespace Logist.Core.Jobs;

public static partial class Job
{
    /// <summary>The gate shows the input it asks about, and opens before its step.</summary>
    private static Decision DecideOpenGate(JobState state, JobCommand.OpenGate c)
    {
        var run = Current(state, c.Run);
        if (run is null || !MayStart(state) || !run.Ready.Contains(c.Step)
            || run.Workflow.Steps[c.Step].Approval is null || run.Tasks[c.Step].Gate is { Approved: true })
        {
            return Decision.Nothing;
        }

        var step = run.Workflow.Steps[c.Step];
        var requested = new JobEvent.ApprovalRequested(c.By, c.Run, step.Id, c.Input, c.Tree, step.Approval?.Message);
        return run.Tasks[c.Step].LastApproval is { Tree: { } tree, DecidedBy: { } who } && tree == c.Tree
            ? new Decision.Accepted([requested, .. Opened(run, c.Step,
                new JobEvent.ApprovalApproved(new Stamp(c.By.At, who), c.Run, step.Id, "approved before for the same tree", tree))])
            : Decision.Accept(requested);
    }

    /// <summary>An open gate lets its step start; one that is nothing but a gate is done.</summary>
    private static List<JobEvent> Opened(RunState run, int step, JobEvent.ApprovalApproved approved)
    {
        var events = new List<JobEvent> { approved };
        if (run.Workflow.Steps[step].IsGateOnly)
        {
            events.Add(new JobEvent.TaskSucceeded(approved.By, run.Number, approved.Step, 0, null));
            events.AddRange(Reruns.Consequences.Of(run, step, null, approved.By with { CommandId = null }));
            if (run.Satisfied + 1 == run.Tasks.Count)
            {
                // Nobody drives the job, and a job in SUCCESS is driven no more: this is the only chance to record the end.
                events.Add(new JobEvent.RunFinished(approved.By, run.Number, "success"));
            }
        }

        return events;
    }

    private static Decision DecideApprove(JobState state, JobCommand.Approve c)
    {
        if (OpenGateOrRefusal(state, c.Step, JobVerb.Approve, out var refused) is not { } run)
        {
            return refused!;
        }

        var step = run.Workflow.Steps[c.Step];
        var gate = run.Tasks[c.Step].Gate!;
        if (c.Tree is not null && gate.Tree is not null && c.Tree != gate.Tree)
        {
            return Decision.Reject(ErrorKind.PlanChanged,
                $"the gate of {step.Id} now asks about tree {Short(gate.Tree)}, not {Short(c.Tree)}",
                null, $"logist job status {state.Id}");
        }

        return new Decision.Accepted(Opened(run, c.Step,
            new JobEvent.ApprovalApproved(c.By, run.Number, step.Id, c.Comment, gate.Tree)));
    }

    private static Decision DecideReject(JobState state, JobCommand.Reject c)
    {
        if (OpenGateOrRefusal(state, c.Step, JobVerb.Reject, out var refused) is not { } run)
        {
            return refused!;
        }

        var step = run.Workflow.Steps[c.Step].Id;
        var rejected = new JobEvent.ApprovalRejected(c.By, run.Number, step, c.Reason, c.SendBack);
        if (!c.SendBack)
        {
            return Decision.Accept(rejected, new JobEvent.TaskFailed(c.By, run.Number, step, 0,
                new Failure(FailureCategory.ApprovalRejected, c.Reason), null));
        }

        var sentBack = SentBack(run, c.Step);
        return sentBack.Count > 0
            ? Decision.Accept([rejected, .. Voided(run, c.Step, sentBack).Select(s =>
                new JobEvent.ApprovalVoided(c.By, run.Number, run.Workflow.Steps[s].Id, $"what it asks about was rejected at {step}"))])
            : Decision.Reject(ErrorKind.Usage, $"nothing to send back: no agent step comes before {step}", null,
                $"logist job reject {state.Id} {step} --reason \"…\" --then stop");
    }

    private static string Short(string tree) => tree[..Math.Min(12, tree.Length)];

    private static RunState? OpenGateOrRefusal(JobState state, int step, JobVerb verb, out Decision? refused)
    {
        refused = JobVerbs.Guard(state, verb) is { } problem ? new Decision.Rejected(problem) : null;
        if (state.CancelRequested is not null || state.Canceled)
        {
            // Approving the last gate would make a job SUCCESS whose cancel was acknowledged.
            refused ??= Decision.Reject(ErrorKind.WrongState, $"cannot {verb.Word()} a step of {state.Id}: it is being canceled",
                null, $"logist job status {state.Id}");
        }

        if (refused is not null)
        {
            return null;
        }

        var run = state.Run;
        if (run is null || step < 0 || step >= run.Tasks.Count || !run.OpenGates.Contains(step))
        {
            var name = run is not null && step >= 0 && step < run.Tasks.Count ? run.Workflow.Steps[step].Id : "?";
            refused = Decision.Reject(ErrorKind.WrongState, $"step {name} of {state.Id} waits for no approval",
                null, $"logist job status {state.Id}");
            return null;
        }

        if (state.Restep is { } restep && run.Workflow.Graph.WithDescendants([restep.Step])[step])
        {
            refused = Decision.Reject(ErrorKind.WrongState,
                $"cannot {verb.Word()} {run.Workflow.Steps[step].Id} of {state.Id}: what it asks about is being done again",
                $"{run.Workflow.Steps[restep.Step].Id} is re-stepped", $"logist job status {state.Id} --watch");
            return null;
        }

        return run;
    }

    /// <summary>Rejected with "rerun": the nearest agent steps before the gate, and what lies between them and the gate.</summary>
    internal static IReadOnlyCollection<int> SentBack(RunState run, int gate)
    {
        var graph = run.Workflow.Graph;
        var agents = new HashSet<int>();
        var before = new HashSet<int>();
        var stack = new Stack<int>([gate]);
        while (stack.TryPop(out var at))
        {
            foreach (var need in graph.Needs(at))
            {
                if (run.Workflow.Steps[need].IsAgent)
                {
                    agents.Add(need);
                }
                else if (before.Add(need))
                {
                    stack.Push(need);
                }
            }
        }

        // What is being redone already because another gate rejected it goes on: resetting it would orphan a live attempt.
        var after = graph.WithDescendants(agents);
        return [.. agents.Concat(before.Where(step => after[step] && !agents.Contains(step)))
            .Where(step => run.Tasks[step].Status.IsSatisfied() || run.Tasks[step].Status.IsFailed())];
    }

    /// <summary>Other gates, open or approved for a start that is still to come, that asked about a result which is redone now.</summary>
    private static IEnumerable<int> Voided(RunState run, int gate, IEnumerable<int> sentBack)
    {
        var after = run.Workflow.Graph.WithDescendants(sentBack);
        return run.Tasks.Where(t => t.Step != gate && after[t.Step] && t.HasOpenApproval).Select(t => t.Step);
    }

    /// <summary>Gates that asked about what is done again.</summary>
    private static IEnumerable<JobEvent> Voided(RunState run, Stamp by, IReadOnlyCollection<int> again) =>
        Voided(run, -1, again).Where(step => !again.Contains(step)).Select(step => new JobEvent.ApprovalVoided(by, run.Number,
            run.Workflow.Steps[step].Id, "a step before it is done again"));
}
