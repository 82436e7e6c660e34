using Logist.Core.Jobs;

namespace Logist.Core.Reruns;

/// <summary>One step once more: from which tree, and whom a new output would leave stale.</summary>
public static class RestepPlan
{
    /// <param name="From">Decided, with the reason.</param>
    /// <param name="Input">The original tree's commit; null: what its needs give, or a step without files.</param>
    public sealed record Choice(RestepInput From, string Why, string? Input, AttemptState? First);

    public static PlanResult Of(JobState job, JobCommand.Restep request)
    {
        if ((PlanParts.NotAtRest(job, JobVerb.Restep) ?? Refusal(job, job.Run!, request)) is { } refused)
        {
            return new PlanResult.Refused(refused);
        }

        var run = job.Run!;
        var choice = Choose(job, request);
        var steps = new List<PlannedStep>(run.Tasks.Count);
        var consumers = Consequences.Consumers(run, request.Step).ToHashSet();
        var id = run.Workflow.Steps[request.Step].Id;
        for (var step = 0; step < run.Tasks.Count; step++)
        {
            var task = run.Tasks[step];
            steps.Add(step == request.Step
                ? PlanParts.Executed(job, run, step, id, choice.Why) with
                {
                    Input = choice.Input, AttemptFrom = task.Accepted?.Number ?? task.LastAttempt?.Number,
                }
                : consumers.Contains(step) && task.Basis is not null
                    ? PlanParts.Kept(run, step, $"uses the output of {id}: stale when that changes") with { Action = PlanAction.Stale }
                    : PlanParts.Kept(run, step, PlanParts.Standing(task)));
        }

        var edit = choice.From == RestepInput.Current ? request.Facts.Edit : null;
        return new PlanResult.Planned(new ExecutionPlan(job.Id, PlanKind.Restep, run.Number, steps,
            [
                .. PlanParts.Warnings(job, run.Workflow, steps, edit).Where(w => w.Code != PlanWarning.Approval),
                .. Approval(run, request, choice),
            ],
            string.Join('\n', choice.From, request.Difference, edit?.Tree)));
    }

    /// <summary>The original tree, unless it would leave out what changed since: another output before it, or a person's work.</summary>
    public static Choice Choose(JobState job, JobCommand.Restep request)
    {
        var run = job.Run!;
        var task = run.Tasks[request.Step];
        var first = First(job, task);
        if (first is null)
        {
            return new Choice(RestepInput.Current, "it never ran: from what its needs give", null, null);
        }

        var change = Staleness.In(run).Change(request.Step, first.Used);
        var why = change is not null ? $"{change} has a new output since it first ran"
            : request.Facts.Edit is { } edit ? $"a person changed {PlanParts.Files(edit.Files)}"
            : task.HumanChange is { } pending ? $"a person changed {PlanParts.Files(pending.Files)}"
            : task.Taken.Count > first.Took ? "a person changed files since it first ran" : null;
        return (request.From ?? (why is null ? RestepInput.Original : RestepInput.Current)) == RestepInput.Original
            ? new Choice(RestepInput.Original, request.From is null ? "from the tree it first saw" : "from the tree it first saw, as asked",
                first.Input, first)
            : new Choice(RestepInput.Current, request.From is null ? $"from the current state: {why}" : "from the current state, as asked",
                null, first);
    }

    /// <summary>The attempt that first saw the step's input in this run; of a reused step, the one that is reused.</summary>
    internal static AttemptState? First(JobState job, TaskState task) =>
        task.Attempts.Count > 0 ? task.Attempts[0]
        : task is { Accepted: { } accepted, ReusedFrom: { } from } && job.RunNumber(from) is { } run
            && run.Workflow.IndexOf(job.Run!.Workflow.Steps[task.Step].Id) is >= 0 and var index
            ? Outputs.Chain(run.Tasks[index], accepted).Last() : null;

    private static Problem? Refusal(JobState job, RunState run, JobCommand.Restep request)
    {
        if (request.Step < 0 || request.Step >= run.Tasks.Count)
        {
            return new Problem(ErrorKind.UnknownStep, $"there is no step {request.Step + 1}", PlanParts.Range(run.Workflow));
        }

        var task = run.Tasks[request.Step];
        var step = run.Workflow.Steps[request.Step];
        Problem Refuse(string why, params string[] fix) =>
            new(ErrorKind.WrongState, $"cannot restep {step.Id} of {job.Id}: {why}", null, fix);
        if (step.IsGateOnly)
        {
            return Refuse("it is a gate and executes nothing", $"logist job rerun {job.Id} --step {step.Id}");
        }

        if (task is { Attempts.Count: 0, Accepted: null, Gate: not { Approved: true } } && step.Approval is not null
            && task.Status != Jobs.TaskStatus.WaitingApproval)
        {
            return Refuse("it was never approved", task.Status.IsFailed() ? $"logist job resubmit {job.Id}" : $"logist job run {job.Id}");
        }

        if (task.Failure?.Category == FailureCategory.ApprovalRejected)
        {
            return Refuse("it was rejected", $"logist job resubmit {job.Id}");
        }

        if (task.Status == Jobs.TaskStatus.WaitingApproval)
        {
            return Refuse("it waits for approval", $"logist job approve {job.Id} {step.Id}");
        }

        if (task.WorkIsDone)
        {
            return Refuse("its last attempt is not over, checks or review are to come", $"logist job step {job.Id}");
        }

        var missing = task.Attempts.Count > 0 || task.Accepted is not null ? [] : run.Workflow.Graph.Needs(request.Step).ToArray()
            .Where(need => run.Tasks[need].Accepted is null && !run.Tasks[need].Status.IsSatisfied())
            .Select(need => run.Workflow.Steps[need].Id).ToArray();
        return missing.Length > 0
            ? Refuse($"it never ran and has no input: {string.Join(", ", missing)} {(missing.Length == 1 ? "has" : "have")} no output yet",
                $"logist job run {job.Id} --until {step.Id}")
            : request.From == RestepInput.Original && task.Attempts.Count == 0 && task.Accepted is null
                ? new Problem(ErrorKind.Usage, $"{step.Id} never ran: there is no original tree", null,
                    $"logist job restep {job.Id} {step.Id}")
            : Budgets.Admission.WouldRefuse(job, run, request.Step) is { } limit
                ? new Problem(ErrorKind.BudgetReached, $"cannot restep {step.Id}: the {limit.Scope} budget is used up",
                    $"limit {limit.Limit}, spent {limit.Spent}", $"logist job run {job.Id} --budget-usd <more>")
            : null;
    }

    /// <summary>An approval is about a tree: the same tree keeps it.</summary>
    private static IEnumerable<PlanWarning> Approval(RunState run, JobCommand.Restep request, Choice choice)
    {
        var step = run.Workflow.Steps[request.Step];
        if (step.Approval is not null && (choice.From == RestepInput.Current || run.Tasks[request.Step].Gate is not { Approved: true }))
        {
            yield return new PlanWarning(PlanWarning.Approval, step.Id,
                $"{step.Id} was approved for another input, or never: this re-step does not ask again");
        }
    }
}
