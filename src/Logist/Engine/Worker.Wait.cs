using Logist.Core.Jobs;

namespace Logist.Engine;

/// <summary>How things come to the loop: from the host, from the background, by the clock.</summary>
public sealed partial class Worker
{
    /// <summary>
    /// While the host has enough to launch, ends are taken in several at a time: a turn of the loop costs about as much as a spawn.
    /// </summary>
    private static readonly TimeSpan Batch = TimeSpan.FromMilliseconds(1);

    /// <summary>More than git takes for a tree of any usual size; whoever wants to leave is not held by one that hangs.</summary>
    private static readonly TimeSpan BackgroundTime = TimeSpan.FromSeconds(30);

    private readonly List<Task> _background = [];

    private void Drain()
    {
        while (_completions.TryDequeue(out var completion))
        {
            completion();
        }

        if (_host is { } host)
        {
            host.Flush();
            _hostEvents.Clear();
            _ = host.Receive(_hostEvents, TimeSpan.Zero);
            TakeIn(_hostEvents);
        }
    }

    private void Wait(bool interrupted)
    {
        if (!_completions.IsEmpty)
        {
            return;
        }

        _manifest.Tick(_job, durable: _entries.Count == 0);
        _changed(_job, []);
        var wait = _manifest.Due is { } due && due < LookAround ? due : LookAround;
        if (ReportsMayWait is var reports && reports > TimeSpan.Zero && reports < wait)
        {
            wait = reports;
        }

        if (!interrupted && Job.NextWake(State, Now) is { } wake && wake - Now is var until && until < wait)
        {
            wait = until > TimeSpan.Zero ? until : TimeSpan.Zero;
        }

        if (_host is { } host)
        {
            host.Flush();
            if (!interrupted && QueuedAhead > EnoughAhead)
            {
                host.Pause(Batch);
            }

            _hostEvents.Clear();
            _ = host.Receive(_hostEvents, wait);
            TakeIn(_hostEvents);
        }
        else
        {
            _ = _signal.Wait(wait);
            _signal.Reset();
        }
    }

    private void Wake()
    {
        _signal.Set();
        _host?.Wake();
    }

    /// <summary>Runs something slow beside the loop; its end comes back on the loop's thread.</summary>
    private void InBackground(Func<Action> work)
    {
        _ = _background.RemoveAll(task => task.IsCompleted);
        _background.Add(Task.Run(() => RunBeside(work)));
    }

    private void RunBeside(Func<Action> work)
    {
        Action completion;
        try
        {
            completion = work();
        }
#pragma warning disable CA1031 // Whatever it is, it belongs to the loop's thread.
        catch (Exception e)
#pragma warning restore CA1031
        {
            // Rethrown on the loop's thread, where the run ends with it.
            completion = () => System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(e);
        }

        _completions.Enqueue(completion);
        Wake();
    }

    /// <summary>A run that ends early leaves no git of its own at work in trees that the next owner takes over.</summary>
    private async Task BackgroundDoneAsync() =>
        _ = await Task.WhenAny(Task.WhenAll(_background), Task.Delay(BackgroundTime, _services.Time, CancellationToken.None));
}
