using Logist.Core;
using Logist.Core.Jobs;
using Logist.Core.Reruns;
using Logist.Engine;
using Logist.Server.Jobs;
using Logist.Stores;
using Logist.Views;

namespace Logist.Server.Api;

/// <param name="Submitted">Its <c>task.scheduled</c> is durable.</param>
internal sealed record SpawnedTask(string TaskId, bool Submitted, [OneOf(Words.TaskStatus)] string TaskStatus, string? Error);

internal sealed record ReadyTask(string TaskId, string StepId);

internal sealed record BlockedTask(string TaskId, string Reason, BlockedDetails Details);

internal sealed record BlockedDetails(IReadOnlyList<OpenDependency> Dependencies);

internal sealed record OpenDependency(string TaskId, [OneOf(Words.TaskStatus)] string Status);

/// <summary>What can start now, and what waits for what, right after a request was recorded.</summary>
internal sealed record DispatchPlan(IReadOnlyList<ReadyTask> Ready, IReadOnlyList<BlockedTask> Blocked)
{
    public static DispatchPlan Of(JobState job, ExecutionPlan plan)
    {
        var run = job.Run!;
        string Id(int step) => $"{job.Id}.{run.Number}.{run.Workflow.Steps[step].Id}";
        var will = plan.Runs.Select(step => step.Step).ToList();
        return new DispatchPlan([.. will.Where(run.Ready.Contains).Select(step => new ReadyTask(Id(step), run.Workflow.Steps[step].Id))],
            [.. will.Where(step => !run.Ready.Contains(step)).Select(step => new BlockedTask(Id(step), "dependencies-not-satisfied",
                new BlockedDetails([.. run.Workflow.Graph.Needs(step).ToArray().Where(need => !run.Tasks[need].Status.IsSatisfied())
                    .Select(need => new OpenDependency(Id(need), PhaseDocument.TaskWord(run.Tasks[need].Status)))])))]);
    }
}

/// <summary>Starts the drive of a job and tells which tasks are scheduled durably by the time of the answer.</summary>
internal static class Dispatch
{
    /// <summary>Git makes the trees first; whoever asked learns the rest from the stream.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <param name="ready">Steps that can start.</param>
    /// <param name="most">At most so many at a time.</param>
    public static async Task<IReadOnlyList<SpawnedTask>> StartAsync(ApiServices services, JobState job, IReadOnlyList<int> ready, int most,
        string by)
    {
        var run = job.Run!;
        var slots = Math.Min(most, WaitReason.Parallel(run));
        var wanted = ready.Take(slots).Select(step => run.Workflow.Steps[step].Id).ToHashSet(StringComparer.Ordinal);
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Changed(LoadedJob loaded, IReadOnlyList<StoredEvent> news)
        {
            foreach (var stored in news)
            {
                if (stored.Event is JobEvent.TaskScheduled scheduled && wanted.Remove(scheduled.Step) && wanted.Count == 0)
                {
                    all.TrySetResult();
                }
            }

            if (loaded.State.Run!.Failed.Count > run.Failed.Count)
            {
                all.TrySetResult();
            }
        }

        var done = services.Driver.StartAsync(JobId.Parse(job.Id), new Promise(job.Id, job.Epoch) { MaxParallel = slots, By = by },
            Changed);
        if (wanted.Count > 0)
        {
            _ = await Task.WhenAny(all.Task, done, Task.Delay(Patience, services.Engine.Time));
        }

        var after = (await LoadedJob.LoadAsync(services.Store, JobId.Parse(job.Id), CancellationToken.None)).State.Runs[run.Number - 1];
        return [.. ready.Take(most).Select(step => Spawned(job, run, after.Tasks[step]))];
    }

    private static SpawnedTask Spawned(JobState job, RunState before, TaskState task)
    {
        var submitted = task.Attempts.Count > before.Tasks[task.Step].Attempts.Count;
        return new SpawnedTask($"{job.Id}.{before.Number}.{before.Workflow.Steps[task.Step].Id}", submitted,
            PhaseDocument.TaskWord(task.Status),
            submitted ? null : task.Failure?.Message ?? "waits for a free slot");
    }
}
