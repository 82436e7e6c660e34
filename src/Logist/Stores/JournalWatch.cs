using System.Diagnostics.CodeAnalysis;
using Logist.Core;
using Logist.Files;

namespace Logist.Stores;

/// <summary>
/// Says which journals may have changed: at once by inotify where it works, and by looking at all of them now and then, as watches
/// can be lost or refused. What it says is a hint; whoever waits looks for itself.
/// </summary>
[SuppressMessage("Usage", "CA2213", Justification = "The pump disposes both when it ends.")]
internal sealed class JournalWatch : IDisposable
{
    internal const int PollMilliseconds = 400;

    private const uint OfJournal = Libc.InotifyModify | Libc.InotifyDeleteSelf | Libc.InotifyMoveSelf | Libc.InotifyDoNotFollow;
    private const uint OfDirectory = Libc.InotifyCreate | Libc.InotifyMovedTo | Libc.InotifyMovedFrom | Libc.InotifyDelete;

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(PollMilliseconds);

    private readonly SemaphoreSlim _wake = new(0);
    private readonly Microsoft.Win32.SafeHandles.SafeFileHandle? _inotify = Libc.Inotify();
    private readonly TimeProvider _time;
    private readonly TimeSpan _lookEvery;
    private readonly Lock _guard = new();
    private readonly Dictionary<int, JobId> _jobs = [];
    private readonly Dictionary<JobId, int> _watched = [];
    private readonly HashSet<JobId> _unwatched = [];
    private HashSet<JobId> _changed = [];
    private bool _anything;
    private long _looked, _polled;
    private volatile bool _stopped;

    /// <param name="directory">The jobs directory, to hear of jobs that come and go; null: only of those that are added.</param>
    /// <param name="lookEvery">After so long everything may have changed, whatever was heard.</param>
    public JournalWatch(string? directory, TimeSpan lookEvery, TimeProvider time)
    {
        (_time, _lookEvery) = (time, _inotify is null ? Poll : lookEvery);
        _looked = _polled = time.GetTimestamp();
        if (_inotify is null)
        {
            return;
        }

        if (directory is not null && Libc.InotifyAdd(_inotify, directory, OfDirectory) < 0)
        {
            _lookEvery = Poll;
        }

        new Thread(Pump) { IsBackground = true, Name = "journal watch" }.Start();
    }

    /// <summary>From now on, unless it is watched already; who looks at the journal after this misses nothing.</summary>
    /// <returns>Whether a watch began: what happened before it was not heard of.</returns>
    public bool Begin(JobId job, string journal)
    {
        lock (_guard)
        {
            if (_watched.ContainsKey(job))
            {
                return false;
            }

            // Under the lock: the pump may be told of the watch before this knows its number.
            var watch = _inotify is null ? -1 : Libc.InotifyAdd(_inotify, journal, OfJournal);
            if (watch < 0)
            {
                _unwatched.Add(job);
                return false;
            }

            _unwatched.Remove(job);
            (_jobs[watch], _watched[job]) = (job, watch);
            return true;
        }
    }

    /// <summary>It is gone, or another file now.</summary>
    public void Forget(JobId job)
    {
        lock (_guard)
        {
            _unwatched.Remove(job);
            if (_watched.Remove(job, out var watch))
            {
                _jobs.Remove(watch);
            }
        }
    }

    /// <returns>The jobs to look at, maybe none; null: all of them.</returns>
    public async Task<IReadOnlyCollection<JobId>?> ChangedAsync(CancellationToken ct)
    {
        await _wake.WaitAsync(Wait(), ct);
        lock (_guard)
        {
            if (_anything || _time.GetElapsedTime(_looked) >= _lookEvery)
            {
                (_anything, _changed, _looked, _polled) = (false, [], _time.GetTimestamp(), _time.GetTimestamp());
                return null;
            }

            var changed = _changed;
            _changed = [];
            if (_unwatched.Count > 0 && _time.GetElapsedTime(_polled) >= Poll)
            {
                changed.UnionWith(_unwatched);
                _polled = _time.GetTimestamp();
            }

            return changed;
        }
    }

    // The pump ends with its next wake-up and closes the descriptor itself: closing it here could hit a reused number.
    public void Dispose()
    {
        _stopped = true;
    }

    private TimeSpan Wait()
    {
        lock (_guard)
        {
            var left = _lookEvery - _time.GetElapsedTime(_looked);
            return left < TimeSpan.Zero ? TimeSpan.Zero : _unwatched.Count > 0 && left > Poll ? Poll : left;
        }
    }

    private void Pump()
    {
        var events = new List<Libc.InotifyEvent>();
        while (!_stopped)
        {
            Libc.WaitForEvents(_inotify!, PollMilliseconds, events);
            if (events.Count == 0)
            {
                continue;
            }

            lock (_guard)
            {
                events.ForEach(Note);
            }

            events.Clear();
            if (_wake.CurrentCount == 0)
            {
                _wake.Release();
            }
        }

        _inotify!.Dispose();
        _wake.Dispose();
    }

    private void Note(Libc.InotifyEvent happened)
    {
        if (_jobs.TryGetValue(happened.Watch, out var job) || JobId.TryParse(happened.Name, out job))
        {
            _changed.Add(job);
        }

        if ((happened.Mask & Libc.InotifyIgnored) != 0 && _jobs.Remove(happened.Watch))
        {
            // The file is no more. Another one of its name, maybe even with its number, has no watch yet.
            _watched.Remove(job);
        }

        _anything |= (happened.Mask & Libc.InotifyOverflow) != 0;
    }
}
