using System.Diagnostics.CodeAnalysis;
using Logist.Files;

namespace Logist.Stores;

/// <summary>
/// Wakes when a journal may have changed: at once by inotify where it works, and at least every half second, as watches
/// can be lost or refused. The wake-up is a hint; whoever waits looks for itself.
/// </summary>
[SuppressMessage("Usage", "CA2213", Justification = "The pump disposes both when it ends.")]
internal sealed class JournalWatch : IDisposable
{
    internal const int PollMilliseconds = 400;

    private readonly SemaphoreSlim _changed = new(0);
    private readonly Microsoft.Win32.SafeHandles.SafeFileHandle? _inotify = Libc.Inotify();
    private volatile bool _stopped;

    public JournalWatch(string jobsDirectory, bool wholeDirectory)
    {
        if (_inotify is null)
        {
            return;
        }

        if (wholeDirectory)
        {
            _ = Libc.InotifyAdd(_inotify, jobsDirectory, Libc.InotifyCreate | Libc.InotifyMovedTo);
        }

        new Thread(Pump) { IsBackground = true, Name = "journal watch" }.Start();
    }

    public void Add(string journal)
    {
        if (_inotify is not null)
        {
            _ = Libc.InotifyAdd(_inotify, journal, Libc.InotifyModify);
        }
    }

    public Task ChangedAsync(CancellationToken ct) => _changed.WaitAsync(PollMilliseconds, ct);

    // The pump ends with its next wake-up and closes the descriptor itself: closing it here could hit a reused number.
    public void Dispose()
    {
        _stopped = true;
    }

    private void Pump()
    {
        while (!_stopped)
        {
            Libc.WaitAndDrain(_inotify!, PollMilliseconds);
            if (_changed.CurrentCount == 0)
            {
                _changed.Release();
            }
        }

        _inotify!.Dispose();
        _changed.Dispose();
    }
}
