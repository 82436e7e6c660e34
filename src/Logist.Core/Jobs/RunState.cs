using Logist.Core.Workflows;

namespace Logist.Core.Jobs;

/// <summary>One pass over the workflow. Sets and counters are kept with every change of a task, so that planning costs O(1) per
/// event.</summary>
public sealed class RunState
{
    private readonly TaskState[] _tasks;
    private readonly int[] _counts = new int[Enum.GetValues<TaskStatus>().Length];

    internal RunState(JobEvent.RunCreated created)
    {
        Created = created;
        Workflow = created.Workflow;
        _tasks = new TaskState[Workflow.Steps.Count];
        for (var i = 0; i < _tasks.Length; i++)
        {
            _tasks[i] = new TaskState(i) { OpenNeeds = Workflow.Graph.Needs(i).Length };
            KeepReady(i);
        }

        _counts[(int)TaskStatus.Created] = _tasks.Length;
    }

    public JobEvent.RunCreated Created { get; }

    public int Number => Created.Run;

    public WorkflowDefinition Workflow { get; }

    public IReadOnlyList<TaskState> Tasks => _tasks;

    public DateTimeOffset? StartedAt { get; internal set; }

    public DateTimeOffset? FinishedAt { get; internal set; }

    /// <summary><c>success</c>, <c>failed</c> or <c>aborted</c>, as of <see cref="FinishedAt"/>.</summary>
    public string? Outcome { get; internal set; }

    public string? Driver { get; internal set; }

    /// <summary>Nothing of it starts until a person has the job run; null: it is not held.</summary>
    public JobEvent.RunDispatchHeld? Held { get; internal set; }

    /// <summary>The plan of the last partial re-run: what the resets that follow the request belong to.</summary>
    internal string? PartialRerunPlan { get; set; }

    /// <summary>Created with all needs satisfied, lowest first; gates not yet opened included.</summary>
    public SortedSet<int> Ready { get; } = [];

    /// <summary>Those of <see cref="Ready"/> whose gate is to be opened first.</summary>
    public SortedSet<int> ToApprove { get; } = [];

    /// <summary>A process of theirs may be alive.</summary>
    public SortedSet<int> Active { get; } = [];

    /// <summary>The worker is done, checks or review are to come.</summary>
    public SortedSet<int> ToVerify { get; } = [];

    /// <summary>Those that go on when it is time; not those of which a need is being done again.</summary>
    public SortedSet<int> Waiting { get; } = [];

    /// <summary>Those that are to be stopped alone.</summary>
    public SortedSet<int> Canceling { get; } = [];

    public SortedSet<int> OpenGates { get; } = [];

    public SortedSet<int> Failed { get; } = [];

    /// <summary>Failed when a person had them done once more: the job stands until a person decides, whatever else could go on.</summary>
    public SortedSet<int> FailedAlone { get; } = [];

    /// <summary>How often an output that was there already was replaced: as long as it stays the same, nothing became stale.</summary>
    public int OutputsReplaced { get; internal set; }

    public int Count(TaskStatus status) => _counts[(int)status];

    public int Satisfied => Count(TaskStatus.Success) + Count(TaskStatus.Reused) + Count(TaskStatus.Skipped);

    public bool IsComplete => Satisfied == _tasks.Length;

    /// <summary>Done, but with an output that is out of date. Looks at every step.</summary>
    public IEnumerable<TaskState> StaleSteps => _tasks.Where(task => task.IsStale);

    /// <summary>Something may still happen without a person.</summary>
    public bool CanGoOn => Active.Count > 0 || ToVerify.Count > 0 || Waiting.Count > 0 || Ready.Count > 0;

    public int ReviewsActive => Count(TaskStatus.Reviewing);

    internal void SetStatus(int step, TaskStatus to)
    {
        var task = _tasks[step];
        var from = task.Status;
        _counts[(int)from]--;
        _counts[(int)to]++;
        task.Status = to;
        Keep(Active, step, to.IsActive());
        Keep(ToVerify, step, to.AwaitsVerification() || (to == TaskStatus.Running && task.LastAttempt is { WorkerFinished: true }));
        Keep(OpenGates, step, to == TaskStatus.WaitingApproval);
        Keep(Failed, step, to.IsFailed());
        Keep(FailedAlone, step, to.IsFailed() && FailedAlone.Contains(step));
        task.WasSatisfied |= to.IsSatisfied();
        KeepReady(step);
        if (from.IsSatisfied() != to.IsSatisfied())
        {
            Release(step, to.IsSatisfied() ? -1 : 1);
        }
    }

    private void Release(int step, int change)
    {
        foreach (var dependent in Workflow.Graph.Dependents(step))
        {
            _tasks[dependent].OpenNeeds += change;
            KeepReady(dependent);
        }
    }

    private void KeepReady(int step)
    {
        var task = _tasks[step];
        var ready = task is { Status: TaskStatus.Created, OpenNeeds: 0 };
        Keep(Waiting, step, task.Status == TaskStatus.Waiting && (task.OpenNeeds == 0 || task.WorkIsDone));
        Keep(Ready, step, ready);
        Keep(ToApprove, step, ready && Workflow.Steps[step].Approval is not null && task.Gate is not { Approved: true });
    }

    private static void Keep(SortedSet<int> set, int step, bool inside)
    {
        if (inside)
        {
            set.Add(step);
        }
        else if (set.Count > 0)
        {
            set.Remove(step);
        }
    }

    /// <summary>What steps after it see; null: it has none, what comes before it passes through.</summary>
    internal UsedOutput? Output(int step) => _tasks[step] is { Accepted: { } accepted } task
        ? new UsedOutput(Workflow.Steps[step].Id, accepted, task.Basis ?? accepted.Used) : null;

    /// <summary>The accepted attempts that a step's input is made of now.</summary>
    internal UsedOutput[] OutputsBefore(int step)
    {
        if (DirectOutputs(step) is { } direct)
        {
            return direct;
        }

        var lists = new Dictionary<int, UsedOutput[]>();
        var done = new HashSet<int>();
        var open = new Stack<int>([step]);
        while (open.TryPeek(out var at))
        {
            if (!lists.TryGetValue(at, out var list))
            {
                lists[at] = list = Reruns.Staleness.OutputsBefore(Workflow, Output, at);
            }

            var waits = open.Count;
            for (var i = 0; i < list.Length; i++)
            {
                // Through a stale step without files passes what comes before it now, not what it was made from itself.
                var need = Workflow.IndexOf(list[i].Step);
                if (Stands(_tasks[need], list[i].Attempt))
                {
                    continue;
                }

                if (done.Contains(need))
                {
                    list[i] = list[i] with { Basis = lists[need] };
                }
                else
                {
                    open.Push(need);
                }
            }

            if (open.Count == waits)
            {
                done.Add(open.Pop());
            }
        }

        return lists[step];
    }

    /// <summary>What it was made from is what counts for whoever uses it: its tree tells all, or nothing before it has changed.</summary>
    private static bool Stands(TaskState task, AttemptState output) =>
        output.Result?.Tree is not null || task is { Stale: null, Status: TaskStatus.Success or TaskStatus.Reused };

    /// <summary>The usual case, at every start of every step: each need has an output of its own.</summary>
    private UsedOutput[]? DirectOutputs(int step)
    {
        var needs = Workflow.Graph.Needs(step);
        var used = needs.Length == 0 ? [] : new UsedOutput[needs.Length];
        for (var i = 0; i < used.Length; i++)
        {
            var task = _tasks[needs[i]];
            if (Output(task.Step) is not { } output || !Stands(task, output.Attempt))
            {
                return null;
            }

            used[i] = output;
        }

        return used;
    }

    /// <summary>
    /// The commits a step starts from: the accepted outputs of its needs in step order. A need without files of its own
    /// (<c>workspace: none</c>, a gate, skipped) passes its own inputs through.
    /// </summary>
    public IReadOnlyList<(string Step, string Commit)> InputsOf(int step)
    {
        var inputs = new SortedDictionary<int, string>();
        var seen = new HashSet<int> { step };
        var stack = new Stack<int>();
        stack.Push(step);
        while (stack.TryPop(out var at))
        {
            foreach (var need in Workflow.Graph.Needs(at))
            {
                if (!seen.Add(need))
                {
                    continue;
                }

                if (_tasks[need].Accepted?.Result?.Commit is { } commit)
                {
                    inputs[need] = commit;
                }
                else
                {
                    stack.Push(need);
                }
            }
        }

        return [.. inputs.Select(i => (Workflow.Steps[i.Key].Id, i.Value))];
    }
}
