using Logist.Core.Jobs;
using Logist.Core.Workflows;

namespace Logist.Core.Reruns;

/// <summary>A new run: which steps it executes, and whose earlier outputs it takes over.</summary>
public static class RerunPlan
{
    public static PlanResult Of(JobState job, JobCommand.Rerun request)
    {
        if (PlanParts.NotAtRest(job, JobVerb.Rerun) is { } refused)
        {
            return new PlanResult.Refused(refused);
        }

        var workflow = request.Workflow;
        if (request.FromStep is { } first && (first < 0 || first >= workflow.Steps.Count))
        {
            return PlanResult.Refuse(ErrorKind.UnknownStep, $"there is no step {first + 1}", PlanParts.Range(workflow));
        }

        var executed = Executed(workflow, request.FromStep);
        var found = workflow.Steps.Select((step, index) => executed[index] ? null : Outputs.Latest(job, step.Id)).ToArray();
        var staleness = new Staleness(workflow, step => found[step] is { Attempt: { } attempt } from
            ? new UsedOutput(workflow.Steps[step].Id, attempt, from.Basis ?? attempt.Used) : null);
        var steps = new List<PlannedStep>(workflow.Steps.Count);
        for (var step = 0; step < workflow.Steps.Count; step++)
        {
            var id = workflow.Steps[step].Id;
            steps.Add(executed[step]
                ? PlanParts.Executed(job, null, step, id, Why(job, workflow, request, step)) with
                {
                    Input = InputOf(job, request, executed, step),
                }
                : TakenOver(step, id, found[step]) with
                {
                    Stale = found[step]?.Basis is { } basis && staleness.Change(step, basis) is { } changed
                        ? Staleness.Because(changed) : null,
                });
        }

        List<PlanWarning> warnings = [.. PlanParts.Warnings(job, workflow, steps, request.FromStep is null ? null : request.Facts.Edit),
            .. AboutReused(request, steps)];
        if (request.FromStep is null && request.Facts.Edit is { } edit)
        {
            warnings.Add(new PlanWarning(PlanWarning.HumanChange, null,
                $"a person changed {PlanParts.Files(edit.Files)} in the workspace: kept in the history, no part of a whole rerun"));
        }

        return new PlanResult.Planned(new ExecutionPlan(job.Id, PlanKind.Rerun, job.Runs.Count + 1, steps, warnings, Details(request)));
    }

    /// <summary>All, or a step, every later one in file order, and everything that needs one of those.</summary>
    public static bool[] Executed(WorkflowDefinition workflow, int? fromStep) => fromStep is { } first
        ? workflow.Graph.WithDescendants(Enumerable.Range(first, workflow.Steps.Count - first))
        : [.. Enumerable.Repeat(true, workflow.Steps.Count)];

    private static PlannedStep TakenOver(int step, string id, Outputs.Found? earlier) => earlier is { } found
        ? new PlannedStep(step, id, PlanAction.Reuse, $"{(found.Attempt is null ? "passed" : "succeeded")} in run {found.Run}")
        {
            AttemptFrom = found.Attempt?.Number, AttemptTo = found.Attempt?.Number, FromRun = found.Run, Input = found.Attempt?.Input,
        }
        : new PlannedStep(step, id, PlanAction.Skip, "it has no accepted output; what comes before it passes through");

    private static string Why(JobState job, WorkflowDefinition workflow, JobCommand.Rerun request, int step)
    {
        if (request.FromStep is not { } first)
        {
            return "the whole workflow runs again";
        }

        var name = workflow.Steps[first].Id;
        return step == first
            ? job.Run!.Workflow.IndexOf(name) is >= 0 and var now ? $"chosen ({PlanParts.Standing(job.Run.Tasks[now])})" : "chosen (new)"
            : step > first ? $"comes after {name}" : $"needs what {name} or a later step makes";
    }

    /// <summary>Known when nothing has to be merged and no executed step comes before it.</summary>
    private static string? InputOf(JobState job, JobCommand.Rerun request, bool[] executed, int step)
    {
        var needs = request.Workflow.Steps[step].Needs;
        var merged = request.FromStep is not null && request.Facts.Edit is not null;
        return merged || request.Workflow.Steps[step].Workspace == WorkspaceMode.None ? null : needs.Count switch
        {
            0 => request.BaseCommit ?? job.Run!.Created.BaseCommit ?? job.Created?.BaseCommit,
            1 when request.Workflow.IndexOf(needs[0]) is >= 0 and var need && !executed[need] =>
                Outputs.Latest(job, needs[0])?.Attempt?.Result?.Commit,
            _ => null,
        };
    }

    private static IEnumerable<PlanWarning> AboutReused(JobCommand.Rerun request, List<PlannedStep> steps)
    {
        foreach (var step in steps.Where(s => s.Action == PlanAction.Reuse))
        {
            if (step.Stale is { } changed)
            {
                yield return new PlanWarning(PlanWarning.Stale, step.Id, $"{step.Id} is reused although it is stale: {changed}");
            }

            if (request.Facts.ChangedDefinitions.Contains(step.Id))
            {
                yield return new PlanWarning(PlanWarning.Definition, step.Id, $"{step.Id} is reused although its definition changed");
            }

            if (request.Facts.UsesChangedParam.Contains(step.Id))
            {
                yield return new PlanWarning(PlanWarning.Param, step.Id, $"{step.Id} is reused although it uses a parameter that changes");
            }
        }
    }

    private static string Details(JobCommand.Rerun request) => string.Join('\n',
        request.FromStep, request.WorkflowSha, request.BaseCommit, request.Facts.Edit?.Tree,
        string.Join(',', request.Params.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key}={p.Value.Length}:{p.Value}")));
}
