using Logist.Core.Jobs;

namespace Logist.Core.Tests.Jobs;

/// <summary>What re-executions may not do: touch what is over, touch what they are not about, leave a wrong mark.</summary>
internal sealed partial class Invariants
{
    private readonly Dictionary<(int Run, int Step, int Attempt), object> _over = [];
    private readonly Dictionary<int, string> _earlierRuns = [];
    private (int Step, (int, string?)[] Tasks)? _restep;

    public void AfterEnd(JobState state)
    {
        Must(state.Runs.All(r => r.Active.Count == 0 && r.Tasks.All(t => t.Attempts.All(a => a.Status != AttemptStatus.Running))),
            "an attempt of a finished job is called running");
        foreach (var (run, dump) in _earlierRuns)
        {
            Must(StateDump.Of(state.Runs[run - 1]) == dump, $"run {run} changed after it was over");
        }
    }

    private void Watch(JobState state, JobEvent happened)
    {
        if (_restep is { } restep)
        {
            Must(Outputs(state.Run!).Where((_, step) => step != restep.Step)
                .SequenceEqual(restep.Tasks.Where((_, step) => step != restep.Step)), "a re-step touched another step");
            _restep = state.Restep is null ? null : _restep;
        }

        switch (happened)
        {
            case JobEvent.RunCreated { Run: > 1 }:
                _earlierRuns[state.Run!.Number] = StateDump.Of(state.Run);
                break;
            case JobEvent.TaskRestepRequested e:
                _restep = (state.Run!.Workflow.IndexOf(e.Step), Outputs(state.Run));
                break;
            default:
                break;
        }
    }

    private void Again(JobState state)
    {
        var run = state.Run!;

        // One that no reviewer judged may go on: another review of the same result.
        foreach (var (task, attempt) in run.Tasks.SelectMany(t => t.Attempts, (t, a) => (t, a))
            .Where(x => x.a is { Status: not AttemptStatus.Running } and not { WorkerFinished: true, ReviewAction: Job.ReviewFailed }))
        {
            var now = (attempt.Status, attempt.Kind, attempt.Input, attempt.Result, attempt.Failure, attempt.CostUsd, attempt.FinishedAt,
                (attempt.RequestedBy, string.Join(' ', attempt.Used.Select(used => $"{used.Step}#{used.Attempt.Number}"))));
            var key = (run.Number, task.Step, attempt.Number);
            Must(_over.TryAdd(key, now) || _over[key].Equals(now), $"attempt {attempt.Number} changed after its end");
        }

        foreach (var task in run.Tasks.Where(t => t.Status is TaskStatus.Success or TaskStatus.Reused && t.Basis is not null))
        {
            Must(Differs(run, task.Step, task.Basis!) == task.Stale is not null,
                $"{run.Workflow.Steps[task.Step].Id} is {(task.Stale is null ? "not " : "")}called stale");
        }
    }

    private static (int, string?)[] Outputs(RunState run) =>
        [.. run.Tasks.Select(t => (t.Attempts.Count, t.Accepted is { } a ? $"{t.ReusedFrom} {a.Number} {a.Result?.Commit}" : null))];

    /// <summary>The rule as it is said, without any economy.</summary>
    private static bool Differs(RunState run, int step, IReadOnlyList<UsedOutput> basis)
    {
        var now = Given(run, step).ToDictionary(g => g.Need, g => g.Output);
        return !now.Keys.ToHashSet().SetEquals(basis.Select(used => run.Workflow.IndexOf(used.Step)))
            || basis.Any(used => now[run.Workflow.IndexOf(used.Step)] is var output && used.Attempt.Result?.Tree is { } tree
                ? output.Result?.Tree != tree
                : output != used.Attempt || Differs(run, run.Workflow.IndexOf(used.Step), used.Basis));
    }

    private static IEnumerable<(int Need, AttemptState Output)> Given(RunState run, int step) =>
        run.Workflow.Graph.Needs(step).ToArray().SelectMany(need => run.Tasks[need].Accepted is { } output
            ? [(need, output)] : Given(run, need)).Distinct();
}
