using Logist.Core.Jobs;

namespace Logist.Core.Tests.Jobs;

/// <summary>What may go wrong, and what people may ask for.</summary>
internal sealed partial class Walk
{
    private static readonly string[] Categories =
    [
        FailureCategory.CommandFailed, FailureCategory.AgentError, FailureCategory.AgentStuck,
        FailureCategory.InvalidResponse, FailureCategory.Timeout,
        FailureCategory.Auth, FailureCategory.MissingTool, FailureCategory.MergeConflict, FailureCategory.EvidenceMissing,
        FailureCategory.Tampered,
    ];

    private static readonly string[] Actions = ["COMPLETED", "COMPLETED", "RETRY", "RETRY", "STUCK"];

    private void Finish(int step, int attempt, Phase phase, bool well)
    {
        if (phase == Phase.Worker && _random.Next(2) == 0)
        {
            Send(new JobCommand.ReportStarted(By(), 1, step, attempt, 4711, 1));
        }

        _inFlight.Remove((step, attempt));
        if (!well && _random.Next(3) == 0)
        {
            Fail(step, attempt, phase);
        }
        else if (phase == Phase.Checks)
        {
            Checked(step, attempt);
        }
        else if (phase == Phase.Review)
        {
            var action = well ? "COMPLETED" : Actions[_random.Next(Actions.Length)];
            Send(new JobCommand.ReportReviewFinished(By(), 1, step, attempt, action,
                _random.Next(3) == 0 ? "same" : $"{attempt}", Usage(step)));
        }
        else if (_workflow.Steps[step] is { Review: null, Checks.Count: 0 })
        {
            Send(new JobCommand.ReportSucceeded(By(), 1, step, attempt, Result(step)));
        }
        else
        {
            Send(new JobCommand.ReportWorkerFinished(By(), 1, step, attempt, Result(step)));
        }
    }

    private void Fail(int step, int attempt, Phase phase)
    {
        // A check's failure brings the worker's result along, a review's its own usage.
        var result = phase == Phase.Checks ? _state.Run!.Tasks[step].Attempt(attempt)?.Result : Result(step);
        switch (_random.Next(4))
        {
            case 0:
                Send(new JobCommand.ReportLost(By(), 1, step, attempt, null, "host gone"));
                break;
            case 1 when phase != Phase.Checks:
                Send(new JobCommand.ReportFailed(By(), 1, step, attempt,
                    new Failure(FailureCategory.RateLimited, "later") { RetryAt = _now.AddSeconds(_random.Next(60)) }, result));
                break;
            default:
                var category = phase == Phase.Checks ? FailureCategory.CheckFailed : Categories[_random.Next(Categories.Length)];
                Send(new JobCommand.ReportFailed(By(), 1, step, attempt, new Failure(category, "no"), result));
                break;
        }
    }

    private void Person()
    {
        var step = _random.Next(_workflow.Steps.Count);
        Send(_random.Next(14) switch
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
            _ => new JobCommand.RunJob(Ann(), "foreground"),
        });
        Commit();
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
                    Send(new JobCommand.ReportAdopted(By(), 1, step, attempt));
                    _inFlight[(step, attempt)] = phase;
                    break;
                case 1 when before.ContainsKey((step, attempt)):
                    Finish(step, attempt, phase, _onlySuccess);
                    break;
                default:
                    Send(new JobCommand.ReportLost(By(), 1, step, attempt, null, "host gone"));
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
            Send(new JobCommand.ReportInterrupted(By(), 1, step, _state.Run.Tasks[step].Attempts.Count, null));
        }

        _inFlight.Clear();
        Commit();
        _state.Run.Active.ShouldBeEmpty("an attempt is called active that was stopped");
    }

    private WorkResult Result(int step) => Some.Result($"c{_journal.Count}") with { Usage = Usage(step) };

    // A worker and its reviews, failed ones included, stay below the step's limit together.
    private Usage? Usage(int step) => !_workflow.Steps[step].IsAgent || _random.Next(5) == 0
        ? null
        : new Usage(_random.Next(200), null, 10, _random.Next(1, 10) / 100m * RandomWorkflow.StepLimit);
}
