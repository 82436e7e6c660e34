using Logist.Core.Jobs;
using Logist.Core.Reruns;

namespace Logist.Core.Tests.Jobs;

/// <summary>A plan is made, and then everything goes well: what was executed is what the plan said.</summary>
internal sealed partial class Walk
{
    /// <returns>The kind of the plan that was compared; null: it was refused, or a limit stood in the way.</returns>
    public string? PlanIsWhatRuns()
    {
        Wild();
        Calm();
        for (var i = 0; i < 8; i++)
        {
            var request = _random.Next(4) == 0 ? null : Request();
            if (Planned(request) is { } plan && plan.Runs.Any())
            {
                return IsWhatRuns(plan, request) ? plan.Kind : null;
            }
        }

        return null;
    }

    /// <summary>A job that is through, or nearly, of which parts are done again: outputs that differ, and some that do not.</summary>
    private void Calm()
    {
        CtrlC();
        var times = _random.Next(2) * _random.Next(1, 8);
        for (var i = times; i > 0 && Drive(); i--)
        {
            Send(_random.Next(4) > 0 ? new JobCommand.Restep(Ann(), _random.Next(_workflow.Steps.Count), null) : Request());
            Commit();
            _scope = _state.Restep is null ? PlanScope.Everything : PlanScope.Nothing;
        }

        _ = times > 0 && Drive();
        _scope = PlanScope.Everything;
    }

    private ExecutionPlan? Planned(JobCommand.Reexecution? request)
    {
        var before = StateDump.Of(_state);
        var result = request is null ? ContinuePlan.Of(_state, onlyOne: false, ReexecutionFacts.None) : Planner.Of(_state, request);
        StateDump.Of(_state).ShouldBe(before, "making a plan changed something");
        if (result is PlanResult.Refused && request is not null)
        {
            Send(request).ShouldBe(0, "what has no plan was accepted");
        }

        return (result as PlanResult.Planned)?.Plan;
    }

    /// <returns>False: a limit stood in the way.</returns>
    private bool IsWhatRuns(ExecutionPlan plan, JobCommand.Reexecution? request)
    {
        var asked = request is null ? 0 : Send(request with { PlanHash = plan.Hash });
        Commit();
        var from = _journal.Count;
        var begun = _journal.Skip(from - asked).ToList();
        var stale = _state.Run!.Tasks.Where(t => t.MayKeep).Select(t => t.Step).ToHashSet();
        _scope = request switch
        {
            JobCommand.RunStale => new PlanScope(stale.Contains),
            JobCommand.Restep => PlanScope.Nothing,
            _ => PlanScope.Everything,
        };
        if (_state.Run.Held is not null)
        {
            Send(new JobCommand.RunJob(By(), "foreground"));
            Commit();
        }

        if (!Drive())
        {
            return false;
        }

        NothingElse(plan, _journal.Skip(from), begun);
        _scope = request is JobCommand.Restep ? _scope : PlanScope.Everything;
        if (!Drive())
        {
            return false;
        }

        Everything(plan, [.. _journal.Skip(from)]);
        return true;
    }

    /// <returns>False: a limit was reached.</returns>
    private bool Drive()
    {
        for (var i = 0; i < 400 && _state.BudgetStop is null; i++)
        {
            if (!Tick(wellOnly: true) && !Wait())
            {
                return true;
            }
        }

        _state.BudgetStop.ShouldNotBeNull("the job never came to rest");
        return false;

        bool Wait()
        {
            if (Job.NextWake(_state, _now) is { } wake)
            {
                _now = wake;
                return true;
            }

            var gate = _state.Run!.OpenGates.Where(step => _scope.Includes(step) && _state.Run.Tasks[step].OpenNeeds == 0)
            .DefaultIfEmpty(-1)
                .First();
            var approved = gate >= 0 && Send(new JobCommand.Approve(Ann(), gate, null, null)) > 0;
            Commit();
            return approved;
        }
    }

    private void NothingElse(ExecutionPlan plan, IEnumerable<JobEvent> happened, List<JobEvent> begun)
    {
        var touched = Touched(happened);
        foreach (var step in plan.Steps.Where(step => step.Action != PlanAction.Run))
        {
            touched.ShouldNotContain(step.Id, $"{step.Id} was to be {step.Action} in a {plan.Kind}");
            var task = _state.Run!.Tasks[step.Step];
            switch (step.Action)
            {
                case PlanAction.Reuse:
                    (task.Accepted?.Number, task.ReusedFrom).ShouldBe((step.AttemptTo, step.FromRun), step.Id);
                    break;
                case PlanAction.Skip:
                    begun.OfType<JobEvent.TaskSkipped>().ShouldContain(e => e.Step == step.Id);
                    break;
                default:
                    (task.Accepted ?? task.LastAttempt)?.Number.ShouldBe(step.AttemptTo!.Value, step.Id);
                    break;
            }
        }
    }

    private static void Everything(ExecutionPlan plan, List<JobEvent> happened)
    {
        var touched = Touched(happened);
        foreach (var step in plan.Runs)
        {
            touched.ShouldContain(step.Id, $"{step.Id} was to be executed in a {plan.Kind}");
            if (happened.OfType<JobEvent.TaskScheduled>().FirstOrDefault(e => e.Step == step.Id) is { } first
                && !happened.OfType<JobEvent.TaskReviewFinished>().Any(e => e.Step == step.Id && e.Attempt < first.Attempt))
            {
                first.Attempt.ShouldBe(step.AttemptTo!.Value, $"the attempt of {step.Id} in a {plan.Kind}");
            }
        }
    }

    /// <summary>Steps that were executed, finished or found valid again.</summary>
    private static HashSet<string> Touched(IEnumerable<JobEvent> happened) => [.. happened.Select(e => e switch
    {
        JobEvent.TaskScheduled s => s.Step,
        JobEvent.TaskSucceeded s => s.Step,
        JobEvent.TaskReused s => s.Step,
        _ => "",
    })];
}
