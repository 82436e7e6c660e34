using Logist.Core.Jobs;

namespace Logist.Engine;

/// <summary>From the plan to what is in flight.</summary>
public sealed partial class Worker
{
    private void PerformPlan()
    {
        // Deciding a plan's works can make more work plannable (a finished run, a gate): again until nothing new comes.
        for (var changed = true; changed;)
        {
            changed = false;
            var room = _options.GatesOnly ? 0 : QueuedAhead > EnoughAhead ? 0 : _slots + LookAhead - _flights.Count;
            foreach (var work in Job.Plan(State, Now, room > 0 ? room + Preparing() : 0, _scope))
            {
                changed |= Begin(work, ref room);
            }
        }
    }

    /// <summary>How many wait in the host for a slot. What was decided and not yet sent does not count: it waits for an append.</summary>
    private int QueuedAhead => _executions.Count - _slots;

    /// <param name="room">How many more may be held, with or without a slot.</param>
    /// <returns>Whether the state changed, so that planning again may give more.</returns>
    private bool Begin(Work work, ref int room)
    {
        switch (work)
        {
            case Work.Start start when room > 0 && !_flights.ContainsKey((start.Run, start.Step)):
                var ahead = _flights.Count >= _slots;
                if (ahead && !IsCheap(start))
                {
                    // It is its turn: were cheap ones behind it held ahead, they would take every slot that becomes free.
                    room = 0;
                    return false;
                }

                room--;
                return BeginStart(start, ahead);
            case Work.Verify verify when !_flights.ContainsKey((verify.Run, verify.Step)):
                BeginVerify(verify);
                return false;
            case Work.OpenGate gate when !_flights.ContainsKey((gate.Run, gate.Step)):
                return BeginGate(gate);
            case Work.Stop stop when !_flights.ContainsKey((stop.Run, stop.Step)):
                return Do(stop.Cancel
                    ? new JobCommand.ReportCanceled(Stamp, stop.Run, stop.Step, stop.Attempt, null)
                    : new JobCommand.ReportInterrupted(Stamp, stop.Run, stop.Step, stop.Attempt, null));
            case Work.Keep keep:
                return Do(new JobCommand.KeepOutput(Stamp, keep.Run, keep.Step));
            case Work.FinishRun finish when _flights.Count == 0:
                return Do(new JobCommand.FinishRun(Stamp, finish.Run, finish.Success));
            case Work.FinishCancel when _flights.Count == 0:
                return Do(new JobCommand.FinishCancel(Stamp));
            case Work.BudgetReached reached when _flights.Count == 0:
                return Do(new JobCommand.ReportBudgetReached(Stamp, reached.Scope, reached.Limit, reached.Spent));
            default:
                return false;
        }
    }

    private void ChooseScope()
    {
        var run = State.Run!;
        if (_options.Request is JobCommand.Restep)
        {
            _scope = PlanScope.Nothing;
        }
        else if (_options.Request is JobCommand.RunStale && State.Run!.Tasks.Where(t => t.MayKeep || t.NextKind == AttemptKind.Stale)
            .Select(t => t.Step).ToHashSet() is var stale)
        {
            _scope = new PlanScope(stale.Contains);
        }
        else if (_options.Until is { } last)
        {
            _scope = PlanScope.Until(run.Workflow, last);
        }
        else if (_options.OneStep)
        {
            var candidates = run.Active.Concat(run.ToVerify).Concat(run.Ready).Concat(run.Waiting).Except(run.Canceling).ToList();
            _scope = PlanScope.Only(candidates.Count == 0 ? -1 : candidates.Min());
        }
    }

    /// <summary>Nothing in flight: is there nothing more to start, now or later, within what was asked for?</summary>
    private bool IsDone()
    {
        var run = State.Run!;
        if (State.Restep is not null)
        {
            return false;
        }

        if (_options.GatesOnly)
        {
            return run.Held is not null || run.ToApprove.Count == 0;
        }

        if (run.Held is not null
            || State.Canceled || State.Suspended is not null || State.Halted is not null || State.BudgetStop is not null)
        {
            return true;
        }

        return !run.Waiting.Any(_scope.Includes) && !run.Ready.Any(_scope.Includes) && !run.ToVerify.Any(_scope.Includes);
    }
}
