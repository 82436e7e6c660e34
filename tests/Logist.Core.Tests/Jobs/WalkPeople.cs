using Logist.Core.Jobs;

namespace Logist.Core.Tests.Jobs;

/// <summary>What people ask for, and what is done to the owner.</summary>
internal sealed partial class Walk
{
    private void Person()
    {
        var step = _random.Next(_workflow.Steps.Count);
        Send(_random.Next(15) switch
        {
            0 => new JobCommand.Suspend(Ann(), _random.Next(2) == 0, null),
            1 or 2 => new JobCommand.Resume(Ann(), null),
            3 when _random.Next(3) == 0 => new JobCommand.Cancel(Ann(), null, null),
            4 or 5 => new JobCommand.Resubmit(Ann(), null, _random.Next(2) == 0 ? null : (_state.BudgetUsd ?? 5) + 1),
            6 => new JobCommand.RaiseBudget(Ann(), (_state.BudgetUsd ?? 5) + 1),
            7 or 8 => new JobCommand.Approve(Ann(), step, null, null),
            9 or 10 => new JobCommand.Reject(Ann(), step, "no", _random.Next(3) > 0),
            11 when _random.Next(3) == 0 => new JobCommand.Halt(By(), "internal", "broken", null),
            12 => new JobCommand.Approve(Ann(), _random.Next(-2, 10), null, "fedcba9876543210"),
            13 => new JobCommand.CancelTask(Ann(), step, null),
            _ => new JobCommand.RunJob(Ann(), "foreground"),
        });
        Commit();
    }

    /// <summary>Only with the lease: nobody else drives, nothing is in flight.</summary>
    private void AskAgain()
    {
        if (_inFlight.Count > 0)
        {
            return;
        }

        if (_random.Next(5) == 0)
        {
            var id = $"h{_journal.Count}";
            Send(new JobCommand.RecordHumanChange(Ann(), "base", id, $"tree-of-{id}", ["file.txt"]));
        }
        else
        {
            Send(_random.Next(6) == 0 ? Resolved() : Request());
        }

        Commit();
    }

    private JobCommand.Reexecution Request()
    {
        var run = _state.Run!;
        var step = _random.Next(-1, _workflow.Steps.Count + 1);
        return _random.Next(6) switch
        {
            0 => new JobCommand.Rerun(Ann(), _random.Next(2) == 0 ? null : step, "sha", _workflow, run.Created.Params),
            1 => new JobCommand.PartialRerun(Ann(), [.. run.Failed], "again") { Hold = _random.Next(3) == 0 },
            2 => new JobCommand.PartialRerun(Ann(), [.. run.Failed.Where(_ => _random.Next(2) == 0)], "again"),
            3 => new JobCommand.RunStale(Ann()),
            _ => new JobCommand.Restep(Ann(), step, _random.Next(3) switch
            {
                0 => RestepInput.Original, 1 => RestepInput.Current, _ => null,
            }),
        };
    }

    private JobCommand.Resolve Resolved()
    {
        var step = _random.Next(_workflow.Steps.Count);
        return _random.Next(3) switch
        {
            0 => new JobCommand.Resolve(Ann(), step, Success: true, "good enough") { Keep = true },
            1 => new JobCommand.Resolve(Ann(), step, Success: false, "given up"),
            _ => new JobCommand.Resolve(Ann(), step, Success: true, "by hand") { Result = Result(step) with { Usage = null } },
        };
    }

    /// <summary>The owner is killed: what it knew is gone; some processes live on, some ended meanwhile, some vanished.</summary>
    private void Crash()
    {
        var folded = Job.Fold(_journal);
        StateDump.Of(folded).ShouldBe(StateDump.Of(_state));
        _state = folded;
        var before = _inFlight.ToDictionary();
        _inFlight.Clear();
        Send(new JobCommand.TakeOwnership(By(), _state.Epoch + 1, new Owner("logist", "here", 1, "boot", 1)));
        foreach (var step in _state.Run!.Active.ToArray())
        {
            var attempt = _state.Run.Tasks[step].Attempts.Count;
            var phase = before.GetValueOrDefault((step, attempt), Phase.Worker);
            switch (_random.Next(3))
            {
                case 0:
                    Send(new JobCommand.ReportAdopted(By(), Run, step, attempt));
                    _inFlight[(step, attempt)] = phase;
                    break;
                case 1 when before.ContainsKey((step, attempt)):
                    Finish(step, attempt, phase, _onlySuccess);
                    break;
                default:
                    Send(new JobCommand.ReportLost(By(), Run, step, attempt, null, "host gone"));
                    break;
            }
        }

        Commit();
    }

    private void CtrlC()
    {
        // Also what was harvested a moment ago and is not in flight yet: its checks are still to come.
        foreach (var step in _inFlight.Keys.Select(k => k.Step).Union(_state.Run!.Active).ToArray())
        {
            Send(new JobCommand.ReportInterrupted(By(), Run, step, _state.Run.Tasks[step].Attempts.Count, null));
        }

        _inFlight.Clear();
        if (_state.Restep is { } restep)
        {
            Send(new JobCommand.ReportInterrupted(By(), Run, restep.Step, Job.NotStarted, null));
        }

        Commit();
        _state.Restep.ShouldBeNull("a re-step goes on although it was stopped");
        _state.Run.Active.ShouldBeEmpty("an attempt is called active that was stopped");
    }
}
