using Logist.Core.Jobs;
using Logist.Processes;
using Logist.Stores;

namespace Logist.Engine;

/// <summary>Deciding at once in memory, appending once per turn of the loop (group commit), acting only after that.</summary>
public sealed partial class Worker
{
    private readonly List<Entry> _entries = [];
    private readonly ManifestKeeper _manifest;
    private JobStatus _journaledStatus;

    /// <summary>When the oldest decision came that wants an append of its own; 0: there is none.</summary>
    private long _pendingSince;

    private static readonly TimeSpan ReportDelay = TimeSpan.FromMilliseconds(10);

    /// <summary>The state changed after this turn's plan: nobody may conclude from it that nothing is left to do.</summary>
    private bool _planIsOld;

    /// <summary>A command since the last append, what it led to, and what to do once that is durable.</summary>
    private sealed class Entry(JobCommand command, Action? effect, Action? refused, bool lazy)
    {
        public JobCommand Command { get; } = command;

        public Action? Effect { get; } = effect;

        /// <summary>When somebody else's command in between made this one void.</summary>
        public Action? Refused { get; } = refused;

        /// <summary>Rides with the next append, never causes one.</summary>
        public bool Lazy { get; } = lazy;

        public List<StoredEvent> Events { get; } = [];
    }

    /// <summary>What touches files that a decision not yet appended is about: after a kill in between they are all that tells its
    /// outcome.</summary>
    private readonly Queue<Action> _whenDurable = new();

    /// <summary>The last event of the state that is in the journal.</summary>
    private long JournaledSeq => State.Seq - _entries.Sum(entry => entry.Events.Count);

    private bool ResultsAreDurable => _entries.TrueForAll(entry => entry.Command is not (JobCommand.ReportWorkerFinished
        or JobCommand.ReportSucceeded or JobCommand.ReportFailed or JobCommand.ReportInterrupted or JobCommand.ReportCanceled
        or JobCommand.ReportLost));

    private void WhenDurable(Action action) => _whenDurable.Enqueue(action);

    /// <returns>Whether the command led to events.</returns>
    private bool Do(JobCommand command, Action? effect = null, Action? refused = null, bool lazy = false)
    {
        var entry = new Entry(command, effect, refused, lazy);
        Decide(entry);
        if (entry.Events.Count == 0)
        {
            refused?.Invoke();
            return false;
        }

        if (!lazy && _pendingSince == 0)
        {
            _pendingSince = _services.Time.GetTimestamp();
        }

        _entries.Add(entry);
        return true;
    }

    private void Decide(Entry entry)
    {
        entry.Events.Clear();
        foreach (var happened in Refusals.Accepted(Job.Decide(State, entry.Command)))
        {
            entry.Events.Add(_job.Apply(happened));
        }
    }

    /// <summary>Makes everything decided durable, then starts and stops what it says.</summary>
    /// <param name="all">Also what could wait for the next append: there is none.</param>
    /// <returns>False when another owner has taken over.</returns>
    private async Task<bool> FlushAsync(bool all = false)
    {
        if (_entries.Count > 0 && !all && MayWait())
        {
            return true;
        }

        while (_entries.Count > 0)
        {
            _ = JobStatuses.Transition(_journaledStatus, State.Status);
            var events = new List<JobEvent>(_entries.Count * 2);
            foreach (var entry in _entries)
            {
                foreach (var stored in entry.Events)
                {
                    events.Add(stored.Event);
                }
            }

            switch (await _services.Store.AppendAsync(_id, State.Seq - events.Count, events, _lease, CancellationToken.None))
            {
                case AppendResult.Appended:
                    Acknowledge();
                    break;
                case AppendResult.LeaseLost:
                    return false;
                default:
                    await DecideAgainAsync();
                    break;
            }
        }

        while (_whenDurable.TryDequeue(out var action))
        {
            action();
        }

        return true;
    }

    /// <summary>
    /// What only rides along causes no append of its own. And between the end of one step and the start of the next, whose input is
    /// being prepared, nobody shall read that the job rests: both go into one append. A crash in between loses nothing, the host
    /// still knows how the process ended.
    /// </summary>
    private bool MayWait()
    {
        if (_entries.TrueForAll(entry => entry.Lazy))
        {
            // Somebody else's append is only seen by our own (as a conflict) or with nothing of ours pending.
            return _flights.Count > 0 && _manifest.Due != TimeSpan.Zero && !_services.Store.HasNews(_id, JournaledSeq);
        }

        return ReportsMayWait > TimeSpan.Zero || (State.Status == JobStatus.Pending && _journaledStatus is JobStatus.Running
            or JobStatus.Reviewing
            && _flights.Values.Any(flight => flight is { Phase: FlightPhase.Preparing, Wish: StopWish.None }));
    }

    /// <summary>
    /// While the host has enough to launch nobody waits for an append: the ends of several steps share one. Zero: append now.
    /// </summary>
    private TimeSpan ReportsMayWait => _pendingSince != 0 && QueuedAhead > EnoughAhead && State.Status == _journaledStatus
        && _manifest.Due != TimeSpan.Zero
        && !_flights.Values.Any(flight => flight.Wish != StopWish.None)
        && ReportDelay - _services.Time.GetElapsedTime(_pendingSince) is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;

    private void Acknowledge()
    {
        _pendingSince = 0;
        var done = _entries.ToArray();
        _entries.Clear();
        var news = new List<StoredEvent>(done.Length * 2);
        foreach (var entry in done)
        {
            news.AddRange(entry.Events);
        }

        var status = State.Status;
        _manifest.Changed(_job, atOnce: status != _journaledStatus);
        _journaledStatus = status;
        foreach (var entry in done)
        {
            entry.Effect?.Invoke();
        }

        _host?.Flush();
        _changed(_job, news);
    }

    /// <summary>Somebody appended in between: our state ran ahead of a past that changed. Fold anew and decide our commands
    /// again.</summary>
    private async Task DecideAgainAsync()
    {
        var known = JournaledSeq;
        _job = await LoadedJob.LoadAsync(_services.Store, _id, CancellationToken.None);
        _planIsOld = true;
        await TellAsync(known);
        var entries = _entries.ToArray();
        _entries.Clear();
        foreach (var entry in entries)
        {
            Decide(entry);
            if (entry.Events.Count > 0)
            {
                _entries.Add(entry);
            }
            else
            {
                entry.Refused?.Invoke();
            }
        }
    }

    /// <summary>Takes in what others appended. With own decisions pending the append itself will notice.</summary>
    private async Task CatchUpAsync()
    {
        if (_entries.Count == 0 && _services.Store.HasNews(_id, State.Seq))
        {
            var news = await _job.CatchUpAsync(_services.Store, _id, CancellationToken.None);
            if (news.Count > 0)
            {
                Tell(news);
            }
        }
    }

    private async Task TellAsync(long known)
    {
        var news = new List<StoredEvent>();
        await foreach (var stored in _services.Store.ReadAsync(_id, known, CancellationToken.None))
        {
            if (stored.Seq > State.Seq)
            {
                // Newer than what was folded: the next look takes it in.
                break;
            }

            news.Add(stored);
        }

        Tell(news);
    }

    /// <summary>What others appended is in the manifest and told like our own.</summary>
    private void Tell(IReadOnlyList<StoredEvent> news)
    {
        // Also where the status is the one before: a suspend and a resume between two looks leave a manifest that says suspended.
        _manifest.Changed(_job, atOnce: news.Any(stored => stored.Event is not JobEvent.OwnerAcquired));
        _journaledStatus = State.Status;
        _changed(_job, news);
    }

    /// <summary>What was decided and never appended is in no journal: nobody may be told of it.</summary>
    private async Task ForgetWhatIsNotDurableAsync()
    {
        if (_entries.Count > 0)
        {
            _entries.Clear();
            _job = await LoadedJob.LoadAsync(_services.Store, _id, CancellationToken.None);
        }
    }

    /// <summary>An error of our own: stop the agents, tell the journal, leave the details in a log file.</summary>
    private async Task HaltAsync(string reason, Exception error)
    {
        var (file, _) = ErrorLog.Write(_services.LogDirectory, _services.Time, error);
        EndProcesses();
        _flights.Clear();
        _entries.Clear();
        _job = await LoadedJob.LoadAsync(_services.Store, _id, CancellationToken.None);
        _journaledStatus = State.Status;
        InterruptWhatHasNoFlight();
        _ = Do(new JobCommand.Halt(Stamp, reason, error.Message, file));
        _ = await FlushAsync();
    }

    /// <summary>Stops every process and waits until they are gone, a little longer than they are given.</summary>
    private void EndProcesses()
    {
        foreach (var execution in _executions.Keys)
        {
            _host!.Stop(execution, _options.Grace);
        }

        var started = _services.Time.GetTimestamp();
        while (_executions.Count > 0 && _services.Time.GetElapsedTime(started) < _options.Grace + LeaseTime)
        {
            _hostEvents.Clear();
            _host!.Flush();
            _ = _host.Receive(_hostEvents, LookAround);
            foreach (var happened in _hostEvents)
            {
                switch (happened)
                {
                    case HostEvent.Exited e:
                        _ = _executions.Remove(e.Execution);
                        break;
                    case HostEvent.Withdrawn e:
                        _ = _executions.Remove(e.Execution);
                        break;
                    case HostEvent.Gone:
                        return;
                    default:
                        break;
                }
            }
        }
    }
}
