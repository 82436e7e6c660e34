using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Logist.Core;
using Logist.Stores;

namespace Logist.Server.Feed;

/// <summary>
/// All changes of all jobs, whoever made them, in one numbered order: what streams are fed from. Readers pull, so a slow one holds
/// nothing but its place.
/// </summary>
internal sealed class EventFeed : IDisposable
{
    /// <summary>So many entries are looked at together.</summary>
    private const int Batch = 1000;

    /// <summary>Some 20 megabytes of file and 30 of memory; then a new numbering begins, and listeners look again.</summary>
    private const int MostEntries = 1_000_000;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly FileJobStore _store;
    private readonly Lock _guard = new();
    private readonly int _most;
    private FeedFile _file;
    private readonly List<Channel<bool>> _readers = [];

    public EventFeed(FileJobStore store, int most = MostEntries)
    {
        (_store, _most) = (store, most);
        _file = FeedFile.Open(store.JobsDirectory, store.Ends());
    }

    /// <summary>What happens after it is still to come.</summary>
    public FeedCursor Now
    {
        get
        {
            lock (_guard)
            {
                return new FeedCursor(_file.Name, _file.Entries.Count);
            }
        }
    }

    /// <summary>Follows the jobs directory until cancelled. What happened while no server ran comes first.</summary>
    public async Task FollowAsync(CancellationToken ct)
    {
        while (true)
        {
            try
            {
                await FollowOnceAsync(ct);
            }
            catch (Exception e) when (e is LogistException or IOException or UnauthorizedAccessException)
            {
                // A full disk, say: the next watch begins with everything that may have been missed.
                await Task.Delay(Pause, ct);
            }
        }
    }

    /// <returns>Null: not a cursor of this numbering.</returns>
    public FeedCursor? Parse(string? cursor)
    {
        if (cursor?.Split('-') is not [var name, var number] || !int.TryParse(number, out var next))
        {
            return null;
        }

        lock (_guard)
        {
            return name == _file.Name && next >= 0 && next <= _file.Entries.Count ? new FeedCursor(name, next) : null;
        }
    }

    /// <summary>From a number on, until cancelled, or until another numbering begins.</summary>
    /// <param name="beat">After so long without a change comes <see cref="FeedChange.Beat"/>.</param>
    public async IAsyncEnumerable<FeedChange> ReadAsync(FeedCursor from, TimeSpan beat, [EnumeratorCancellation] CancellationToken ct)
    {
        var next = from.Next;
        var wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        lock (_guard)
        {
            _readers.Add(wake);
        }

        try
        {
            while (Now.Name == from.Name)
            {
                var changes = After(next);
                foreach (var change in changes)
                {
                    yield return change;
                    next = change.Next;
                }

                if (changes.Count == 0 && !await IsWokenAsync(wake.Reader, beat, ct))
                {
                    yield return FeedChange.Beat;
                }
            }
        }
        finally
        {
            lock (_guard)
            {
                _readers.Remove(wake);
            }
        }
    }

    public void Dispose() => _file.Dispose();

    private async Task FollowOnceAsync(CancellationToken ct)
    {
        await foreach (var change in _store.WatchAsync(new Cursor("all"), ct))
        {
            lock (_guard)
            {
                if (_file.Add(change.Job, change.Seq))
                {
                    // Not for many jobs alone: each has an entry in any numbering.
                    if (_file.Entries.Count > Math.Max(_most, 2 * _file.Jobs))
                    {
                        var anew = _file.Anew(_store.JobsDirectory);
                        _file.Dispose();
                        _file = anew;
                    }

                    _readers.ForEach(reader => reader.Writer.TryWrite(true));
                }
            }
        }
    }

    private static async Task<bool> IsWokenAsync(ChannelReader<bool> wake, TimeSpan beat, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(beat);
        try
        {
            return await wake.ReadAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <returns>The number of the change that brought this event; null: not seen yet.</returns>
    public int? PlaceOf(JobId job, long seq)
    {
        lock (_guard)
        {
            for (var i = _file.Entries.Count - 1; i >= 0; i--)
            {
                if (_file.Entries[i] is var entry && entry.Job == job && entry.After < seq && seq <= entry.Last)
                {
                    return i;
                }
            }
        }

        return null;
    }

    /// <summary>The next changes from a number on; none: nothing happened since.</summary>
    /// <remarks>Appends of one job in a row become one change; others' in between would be skipped or doubled after a reconnect.</remarks>
    public IReadOnlyList<FeedChange> After(int from)
    {
        var changes = new List<FeedChange>();
        lock (_guard)
        {
            for (var i = from; i < Math.Min(_file.Entries.Count, from + Batch); i++)
            {
                var entry = _file.Entries[i];
                if (changes.Count > 0 && changes[^1].Job == entry.Job)
                {
                    changes[^1] = changes[^1] with { Last = entry.Last, Next = i + 1 };
                }
                else
                {
                    changes.Add(new FeedChange(entry.Job, entry.After, entry.Last, i + 1));
                }
            }
        }

        return changes;
    }
}

/// <summary>A place in the feed, as listeners remember it.</summary>
/// <param name="Name">Of the numbering.</param>
internal readonly record struct FeedCursor(string Name, int Next)
{
    public override string ToString() => $"{Name}-{Next}";
}

/// <param name="After">Events after this number …</param>
/// <param name="Last">… up to this one.</param>
/// <param name="Next">The number of the feed behind it.</param>
internal readonly record struct FeedChange(JobId Job, long After, long Last, int Next)
{
    /// <summary>Nothing happened for a while.</summary>
    public static readonly FeedChange Beat;

    public bool IsBeat => Next == 0;
}
