using Logist.Core;
using Logist.Core.Jobs;
using Logist.Core.Workflows;
using Logist.Git;
using Logist.Stores;

namespace Logist.Engine;

/// <summary>A person did the step by hand: the workspace as it is now becomes the step's output.</summary>
public sealed partial class Worker
{
    /// <param name="request">Without input and result: they are found here.</param>
    /// <returns>The job afterwards, at rest.</returns>
    /// <exception cref="LogistException">The refusal, or that somebody else drives the job; nothing was written.</exception>
    public static async Task<LoadedJob> ResolveAsync(EngineServices services, JobId id, JobCommand.Resolve request, LoadedJob job)
    {
        _ = Refusals.Accepted(Job.Decide(job.State, request));
        var leased = await services.Store.TryLeaseAsync(id, ThisProcess.Owner(new RunOptions()), LeaseTime, CancellationToken.None) switch
        {
            LeaseResult.Leased free => free,
            LeaseResult.Held held => throw IsHeld(id, held),
            _ => throw new InvalidOperationException(),
        };
        await using (leased.Lease)
        {
            using var worker = new Worker(services, id, new RunOptions(), job, (_, _) => { }) { _lease = leased.Lease.Token };
            await worker.ResolveAsync(request);
            return worker._job;
        }
    }

    private static LogistException IsHeld(JobId id, LeaseResult.Held held) => new(ErrorKind.Busy, $"{id} is driven by another process",
        $"{held.Owner} since {held.Since:HH:mm:ss}", $"logist job status {id} --watch", $"logist job cancel {id}");

    private async Task ResolveAsync(JobCommand.Resolve request)
    {
        _ = await _job.CatchUpAsync(_services.Store, _id, CancellationToken.None);
        _journaledStatus = State.Status;
        _ = Refusals.Accepted(Job.Decide(State, request));
        _ = Do(request is { Success: true, Keep: false } ? WithWorkspace(request) : request);
        _ = await FlushAsync(all: true);
        await RestAsync();
        _manifest.Save(_job);
    }

    /// <summary>The tree of <c>workspace/</c>, recorded on top of what the step would start from.</summary>
    private JobCommand.Resolve WithWorkspace(JobCommand.Resolve request)
    {
        var run = State.Run!;
        var step = run.Workflow.Steps[request.Step];
        if (step.Workspace == WorkspaceMode.None || step.IsGateOnly || !System.IO.Directory.Exists(_layout.Repository)
            || Trees.Open(JobTrees.Workspace) is not { CurrentCommit: not null } workspace)
        {
            return request with { Result = new WorkResult() };
        }

        var input = Trees.Find(JobTrees.Ask(State, run, request.Step, AttemptKind.Human)) switch
        {
            StepInput.Ready ready => ready.Commit,
            StepInput.Conflict { Marked: { } marked } => marked,
            _ => Trees.Baseline(run.Created.BaseCommit),
        };
        var number = run.Tasks[request.Step].Attempts.Count + 1;
        var snapshot = workspace.Snapshot(new SnapshotRequest
        {
            Author = Signature.Logist with { Name = request.By.Actor }, Parent = input,
            Message = $"{step.Title ?? step.Id} by hand ({_id.Value})", At = Now,
            Trailers = Trailers(run.Number, step.Id, number), Keep = step.Keep,
        });
        return request with
        {
            Input = input, Result = new WorkResult { Commit = snapshot.Commit, Tree = snapshot.Tree, Warnings = snapshot.Warnings },
        };
    }
}
