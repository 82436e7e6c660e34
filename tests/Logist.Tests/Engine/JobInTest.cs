using System.Diagnostics;
using Logist.Agents;
using Logist.Core;
using Logist.Core.Jobs;
using Logist.Engine;
using Logist.Git;
using Logist.Processes;
using Logist.Stores;
using Logist.Testing;
using Logist.Tests.Processes;
using Logist.Views;
using Logist.Workflows;

namespace Logist.Tests.Engine;

/// <summary>
/// One job driven in this process: a real source repository, a real journal, a real step host, real children. At every callback of the
/// worker it is checked that what was told is on disk; at the end of every run that the journal folds to what the worker believed.
/// </summary>
internal sealed partial class JobInTest : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _root = Directory.CreateTempSubdirectory("logist-engine-").FullName;
    private readonly List<FileJobStore> _stores = [];
    private readonly Lock _guard = new();
    private CancellationTokenSource _interrupt = new();
    private CancellationTokenSource _detach = new();
    private bool _interrupted;

    private JobInTest()
    {
        Source = new TempRepo();
        Marks = Directory.CreateDirectory(Path.Combine(_root, "marks")).FullName;
        Variables = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["PATH"] = "/usr/local/bin:/usr/bin:/bin", ["HOME"] = _root, ["SECRET_OF_THE_DRIVER"] = "s3cret",
        };
    }

    public TempRepo Source { get; }

    /// <summary>A directory outside the job, where steps leave and await marks.</summary>
    public string Marks { get; }

    public Dictionary<string, string> Variables { get; }

    public JobId Id { get; private set; }

    public JobLayout Layout => JobLayout.For(JobsDirectory, Id);

    public string Branch => $"refs/heads/logist/{Id}";

    /// <summary>Called on the worker's thread with what became durable and the job after it.</summary>
    public Action<StoredEvent, JobState>? Happened { get; set; }

    /// <summary>Statuses in order as the callback told them, and as the manifest on disk told them at the same moments.</summary>
    public List<string> Told { get; } = [];

    public List<string> OnDisk { get; } = [];

    private string JobsDirectory => Path.Combine(_root, "jobs");

    /// <param name="workflow">YAML; <c>MARKS</c> in it becomes the directory of the marks.</param>
    public static async Task<JobInTest> CreateAsync(string workflow, decimal? budget = null, string[]? parameters = null,
        Action<TempRepo>? source = null, string? agent = null)
    {
        var job = new JobInTest();
        job.Source["README.md"] = "hello\n";
        source?.Invoke(job.Source);
        job.Source.Commit("base");
        var file = job.Source.Beside("test.yaml");
        await File.WriteAllTextAsync(file, workflow.Replace("MARKS", job.Marks, StringComparison.Ordinal));
        var compiled = WorkflowFile.Load(file, agent: agent).OrThrow();
        var request = new NewJob(compiled, Params.Bind(compiled, parameters ?? []).OrThrow(), "ann")
        {
            Name = "t" + Guid.NewGuid().ToString("n")[..10], Source = SourceRepository.Inspect(job.Source.Directory, null),
                BudgetUsd = budget, Agent = agent,
        };
        job.Id = await JobCreation.CreateAsync(job.Services(), request, CancellationToken.None);
        return job;
    }

    /// <summary>As another process would have it: nothing is shared but the files.</summary>
    public FileJobStore Store()
    {
        var store = new FileJobStore(JobsDirectory, TimeProvider.System, CompiledWorkflow.Load);
        lock (_guard)
        {
            _stores.Add(store);
        }

        return store;
    }

    /// <summary>The driving worker's clock.</summary>
    public TimeProvider Time { get; set; } = TimeProvider.System;

    public EngineServices Services() => new(Store(), JobsDirectory, Time, Variables, ScriptedAgent.ThisProgram())
    {
        LogDirectory = Path.Combine(_root, "logs"),
    };

    /// <summary>Drives the job until it rests.</summary>
    public async Task<JobState> RunAsync(RunOptions? options = null)
    {
        (_interrupted, _interrupt, _detach) = (false, new CancellationTokenSource(), new CancellationTokenSource());
        using var interrupt = _interrupt;
        using var detach = _detach;
        interrupt.CancelAfter(Patience);
        var services = Services();
        var result = await Task.Run(() => Worker.RunAsync(services, Id, options ?? new RunOptions(), (job, news) =>
            Changed(services.Store, job, news),
            interrupt.Token, detach.Token), TestContext.Current.CancellationToken);
        if (!_interrupted)
        {
            interrupt.IsCancellationRequested.ShouldBeFalse($"the job did not come to rest:\n{await HistoryAsync()}");
        }

        End = result.End;
        await AssertSettledAsync(result);
        return result.Job.State;
    }

    public RunEnd End { get; private set; }

    /// <summary>A re-execution, driven until it rests.</summary>
    public Task<JobState> AgainAsync(Func<JobState, Stamp, JobCommand.Reexecution> request, bool noRun = false)
    {
        var job = LoadedJob.LoadAsync(Store(), Id, CancellationToken.None).GetAwaiter().GetResult();
        return RunAsync(new RunOptions { Request = request(job.State, Bob()), NoRun = noRun });
    }

    public Task<JobState> RestepAsync(string step, RestepInput? from = null, AttemptDifference? difference = null) =>
        AgainAsync((job, by) => new JobCommand.Restep(by, job.Run!.Workflow.IndexOf(step), from)
        {
            Difference = difference, Reason = "again",
        });

    public Task<JobState> RerunAsync(string? from = null, bool noRun = false) => AgainAsync((job, by) => new JobCommand.Rerun(by,
        from is null ? null : job.Run!.Workflow.IndexOf(from), job.Run!.Created.WorkflowSha, job.Run.Workflow, job.Run.Created.Params),
        noRun);

    public Task<JobState> PartialRerunAsync(params string[] steps) => AgainAsync((job, by) =>
        new JobCommand.PartialRerun(by, [.. steps.Select(job.Run!.Workflow.IndexOf)], "disk fixed"));

    public Task<JobState> RunStaleAsync() => AgainAsync((_, by) => new JobCommand.RunStale(by));

    public async Task<JobState> ResolveAsync(string step, bool success = true, bool keep = false)
    {
        var services = Services();
        var job = await LoadedJob.LoadAsync(services.Store, Id, CancellationToken.None);
        return (await Worker.ResolveAsync(services, Id, new JobCommand.Resolve(Bob(), Step(step), success, "by hand") { Keep = keep },
            job)).State;
    }

    private static Stamp Bob() => new(Stamps.Now(TimeProvider.System), "bob", Guid.NewGuid().ToString("n"));

    /// <summary>The first Ctrl-C of the run.</summary>
    public Task InterruptAsync()
    {
        _interrupted = true;
        return _interrupt.CancelAsync();
    }

    /// <summary>The second one.</summary>
    public Task DetachAsync() => _detach.CancelAsync();

    /// <summary>What a person asks from elsewhere.</summary>
    public async Task<JobState> AskAsync(Func<Stamp, JobCommand> command)
    {
        var stamp = Bob();
        var store = Store();
        var job = await new JobHandler(store).HandleAsync(Id, _ => command(stamp), CancellationToken.None);
        var document = ManifestDocument.Render(job.State, job.Recent, store.PositionAt(Id, job.State.Seq).Offset, Layout);
        _ = await store.SaveManifestAsync(Id, document, CancellationToken.None);
        return job.State;
    }

    public Task<JobState> CancelAsync() => AskAsync(by => new JobCommand.Cancel(by, "enough", null));

    public Task<JobState> CancelTaskAsync(string step) => AskAsync(by => new JobCommand.CancelTask(by, Step(step), "wrong input"));

    public Task<JobState> SuspendAsync(bool now = false) => AskAsync(by => new JobCommand.Suspend(by, now, null));

    public Task<JobState> ResumeAsync() => AskAsync(by => new JobCommand.Resume(by, null));

    public Task<JobState> ResubmitAsync(decimal? budget = null) => AskAsync(by => new JobCommand.Resubmit(by, "fixed", budget));

    public Task<JobState> ApproveAsync(string step, string? tree = null) =>
        AskAsync(by => new JobCommand.Approve(by, Step(step), null, tree));

    public Task<JobState> RejectAsync(string step, string reason, bool rerun) =>
        AskAsync(by => new JobCommand.Reject(by, Step(step), reason, rerun));

    public string Mark(string name) => Path.Combine(Marks, name);

    public void Put(string mark) => File.WriteAllText(Mark(mark), "");

    public Task AwaitMarkAsync(string name) => UntilAsync(() => File.Exists(Mark(name)), $"no mark {name}");

    public static async Task UntilAsync(Func<bool> condition, string what)
    {
        var start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Stopwatch.GetElapsedTime(start).ShouldBeLessThan(Patience, what);
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (StepHostClient.IsAlive(Layout) && File.Exists(Layout.HostLog))
        {
            // With nothing to run and nobody connected it ends by itself; else it is ended with what it runs.
            var start = Stopwatch.GetTimestamp();
            while (StepHostClient.IsAlive(Layout) && Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(2))
            {
                await Task.Delay(5, CancellationToken.None);
            }

            if (StepHostClient.IsAlive(Layout))
            {
                HostedJob.Kill(HostedJob.HostPid(Layout));
                await UntilAsync(() => !StepHostClient.IsAlive(Layout), "the host survives kill -9");
            }
        }

        _ = Orphans.Sweep($"{Id}.", HostLog.Read(Layout).Values);
        _interrupt.Dispose();
        _detach.Dispose();
        lock (_guard)
        {
            _stores.ForEach(store => store.Dispose());
        }

        // A host that has just let go of its lock may still be writing its last line.
        TempRepo.Shell("/",
            $"chmod -R u+rwX '{_root}'; rm -rf '{_root}' 2>/dev/null || {{ ls -laR '{_root}' >&2; sleep 0.2; rm -rf '{_root}'; }}");
        Source.Dispose();
    }

    private int Step(string id) =>
        LoadedJob.LoadAsync(Store(), Id, CancellationToken.None).GetAwaiter().GetResult().State.Run!.Workflow.IndexOf(id);
}
