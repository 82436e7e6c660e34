using Logist.Core.Jobs;
using Logist.Core.Workflows;

namespace Logist.Core.Tests.Jobs;

/// <summary>How things end, well or not.</summary>
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
            Send(new JobCommand.ReportStarted(By(), Run, step, attempt, 4711, 1));
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
            Send(new JobCommand.ReportReviewFinished(By(), Run, step, attempt, action,
                _random.Next(3) == 0 ? "same" : $"{attempt}", new WorkResult { Usage = Usage(step), DurationMs = 500 }));
        }
        else if (_workflow.Steps[step] is { Review: null, Checks.Count: 0 })
        {
            Send(new JobCommand.ReportSucceeded(By(), Run, step, attempt, Result(step)));
        }
        else
        {
            Send(new JobCommand.ReportWorkerFinished(By(), Run, step, attempt, Result(step)));
        }
    }

    private void Fail(int step, int attempt, Phase phase)
    {
        // A check's failure brings the worker's result along, a review's its own usage.
        var result = phase == Phase.Checks ? _state.Run!.Tasks[step].Attempt(attempt)?.Result : Result(step);
        switch (_random.Next(4))
        {
            case 0:
                Send(new JobCommand.ReportLost(By(), Run, step, attempt, null, "host gone"));
                break;
            case 1 when phase != Phase.Checks:
                DateTimeOffset? until = _random.Next(5) == 0 ? null : _now.AddSeconds(_random.Next(60));
                Send(new JobCommand.ReportFailed(By(), Run, step, attempt,
                    new Failure(FailureCategory.RateLimited, "later") { RetryAt = until }, result));
                break;
            default:
                var category = phase == Phase.Checks ? FailureCategory.CheckFailed : Categories[_random.Next(Categories.Length)];
                Send(new JobCommand.ReportFailed(By(), Run, step, attempt, new Failure(category, "no"), result));
                break;
        }
    }

    /// <summary>Few trees per step, so that outputs return to what they were.</summary>
    private WorkResult Result(int step) => _workflow.Steps[step].Workspace == WorkspaceMode.None
        ? new WorkResult { Usage = Usage(step), DurationMs = 1000 }
        : Some.Result($"c{_journal.Count}") with { Tree = $"tree{_random.Next(2)}-of-s{step}", Usage = Usage(step) };

    // A worker and its reviews, failed ones included, stay below the step's limit together.
    private Usage? Usage(int step) => !_workflow.Steps[step].IsAgent || _random.Next(5) == 0
        ? null
        : new Usage(_random.Next(200), null, 10, _random.Next(1, 10) / 100m * RandomWorkflow.StepLimit);
}
