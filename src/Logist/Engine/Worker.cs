using System.Collections.Concurrent;
using Logist.Agents;
using Logist.Core;
using Logist.Core.Jobs;
using Logist.Processes;
using Logist.Stores;

namespace Logist.Engine;

/// <summary>
/// The owner of one job while it is driven: lease, then in a loop: take in what happened, plan, perform, append once, wait.
/// One thread decides; git and prompts are prepared in the background and come back as completions.
/// </summary>
public sealed partial class Worker : IDisposable
{
    /// <summary>Starts held ahead of free slots in the host, for steps that cost nothing to withdraw.</summary>
    private const int LookAhead = 8;

    /// <summary>The queue ahead is filled up when half of it is used: one append, sync and send for several steps.</summary>
    private const int EnoughAhead = LookAhead / 2;

    /// <summary>How often an idle owner looks whether somebody asked for something.</summary>
    private static readonly TimeSpan LookAround = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(10);

    private readonly EngineServices _services;
    private readonly RunOptions _options;
    private readonly JobId _id;
    private readonly JobLayout _layout;
    private readonly Action<LoadedJob, IReadOnlyList<StoredEvent>> _changed;
    private readonly ConcurrentQueue<Action> _completions = new();
    private readonly Dictionary<(int Run, int Step), Flight> _flights = [];
    private readonly Dictionary<string, Flight> _executions = new(StringComparer.Ordinal);
    private readonly List<HostEvent> _hostEvents = [];
    private readonly ManualResetEventSlim _signal = new();
    private LoadedJob _job;
    private LeaseToken _lease = null!;
    private StepHostClient? _host;
    private bool _superseded;
    private PlanScope _scope = PlanScope.Everything;
    private int _slots;

    private Worker(EngineServices services, JobId id, RunOptions options, LoadedJob job,
        Action<LoadedJob, IReadOnlyList<StoredEvent>> changed)
    {
        _services = services;
        _options = options;
        _id = id;
        _layout = services.LayoutOf(id);
        _job = job;
        _changed = changed;
        _manifest = new ManifestKeeper(services.Store, id, _layout, services.Time);
        _environment = new AttemptEnvironment(services.Environment);
        _agents = new AgentCatalogue(services.OwnProgram);
    }

    private JobState State => _job.State;

    private DateTimeOffset Now => _services.Now;

    private Stamp Stamp => new(Now);

    /// <summary>Drives the job until it rests, or until the caller stops or leaves it.</summary>
    /// <param name="interrupt">Stop the attempts and end.</param>
    /// <param name="detach">End at once, attempts live on.</param>
    /// <param name="known">The job as the caller has read it, then the worker's own.</param>
    /// <exception cref="LogistException">The job's state refuses a run, somebody else drives it, or storage failed.</exception>
    public static async Task<RunResult> RunAsync(EngineServices services, JobId id, RunOptions options,
        Action<LoadedJob, IReadOnlyList<StoredEvent>> changed, CancellationToken interrupt, CancellationToken detach,
        LoadedJob? known = null)
    {
        // Decide first, lease second: a refusal takes no lease and appends nothing.
        var job = known ?? await LoadedJob.LoadAsync(services.Store, id, CancellationToken.None);
        if (options.Request is null)
        {
            Guard(job.State, options);
        }

        CheckAgent(services, job.State, options);
        switch (await services.Store.TryLeaseAsync(id, ThisProcess.Owner(options), LeaseTime, CancellationToken.None))
        {
            case LeaseResult.Held held:
                throw IsHeld(id, held);
            case LeaseResult.Leased leased:
                await using (leased.Lease)
                {
                    using var worker = new Worker(services, id, options, job, changed) { _lease = leased.Lease.Token };
                    return await worker.DriveAsync(interrupt, detach);
                }

            default:
                throw new InvalidOperationException();
        }
    }

    private static void Guard(JobState state, RunOptions options)
    {
        // A cancel that nobody carried out yet is finished by whoever drives next.
        if (!state.IsCanceling && !options.GatesOnly)
        {
            _ = Refusals.Accepted(Job.Decide(state, new JobCommand.RunJob(new Stamp(default), options.Driver)));
        }
    }

    private async Task<RunResult> DriveAsync(CancellationToken interrupt, CancellationToken detach)
    {
        // A command that came between the look at the job and its lease may have changed its status.
        _journaledStatus = State.Status;
        Tell(await _job.CatchUpAsync(_services.Store, _id, CancellationToken.None));
        _manifest.Changed(_job, atOnce: false);
        _slots = _options.MaxParallel ?? State.Run!.Workflow.MaxParallel ?? Math.Max(2, Environment.ProcessorCount);
        await using var onInterrupt = interrupt.Register(Wake);
        await using var onDetach = detach.Register(Wake);
        try
        {
            if (_options.Request is { } request)
            {
                Refuse(request);
                if (!await BeginAsync(request))
                {
                    return new RunResult(_job, RunEnd.Superseded);
                }

                if (_options.NoRun)
                {
                    return new RunResult(_job, RunEnd.AtRest);
                }
            }

            Guard(State, _options);
            if (!_options.GatesOnly && !State.IsCanceling)
            {
                // Refused in every status that waits for a person; a cancel is carried out in those, too.
                // Who ends a hold is worth knowing, and costs a look at git's configuration.
                var who = State.Run is { Held: not null } ? _options.Request?.By.Actor ?? _options.Who?.Invoke() : null;
                Do(new JobCommand.RunJob(who is null ? Stamp : new Stamp(Now, who), _options.Driver));
            }

            Recover();
            TakeInHumanChange();
            ChooseScope();
            var end = await LoopAsync(interrupt, detach);
            await ForgetWhatIsNotDurableAsync();
            return new RunResult(_job, end);
        }
        catch (LogistException) when (!System.IO.Directory.Exists(_layout.Directory))
        {
            // Nobody could ever adopt or harvest what it runs.
            EndProcesses();
            throw;
        }
        catch (LogistException e) when (e.Problem.Kind == ErrorKind.Tampered)
        {
            await HaltAsync("tampered", e);
            throw;
        }
        catch (Exception e) when (e is not LogistException { Problem.Kind: var kind } || IsOurs(kind))
        {
            await HaltAsync("internal", e);
            throw;
        }
        finally
        {
            await BackgroundDoneAsync();

            // The manifest never tells more than the journal: with an append that failed or was refused it stays as it is.
            if (_entries.Count == 0)
            {
                _manifest.Save(_job);
            }
        }
    }

    /// <summary>Not the storage's and not the caller's: whatever cannot go on by running again needs a person to look.</summary>
    private static bool IsOurs(ErrorKind kind) => kind == ErrorKind.Git || kind == ErrorKind.Internal;

    private async Task<RunEnd> LoopAsync(CancellationToken interrupt, CancellationToken detach)
    {
        while (true)
        {
            Drain();
            await CatchUpAsync();
            var leaving = detach.IsCancellationRequested;
            var interrupted = interrupt.IsCancellationRequested && !leaving;
            StopWhatMustStop(interrupted);
            if (interrupted)
            {
                InterruptWhatHasNoFlight();
            }

            _planIsOld = false;
            if (!interrupted && !leaving)
            {
                PerformPlan();
            }

            if (_superseded || !await FlushAsync(all: leaving))
            {
                return RunEnd.Superseded;
            }

            if (leaving)
            {
                SpareWhatLives();
                return RunEnd.Detached;
            }

            if (_planIsOld)
            {
                continue;
            }

            if (_completions.IsEmpty && _flights.Count == 0 && _releasing == 0 && _entries.Count == 0 && (interrupted || IsDone()))
            {
                await RestAsync();
                return interrupted ? RunEnd.Interrupted : RunEnd.AtRest;
            }

            Wait(interrupted);
        }
    }

    public void Dispose()
    {
        _host?.Dispose();
        _signal.Dispose();
    }
}
