using System.Diagnostics;
using System.Text;

namespace Logist.StepHost;

/// <summary>
/// One thread, one epoll: owns the process trees of one job, so that they outlive whoever drives it. The order within a turn is the
/// contract: exits reach host.log, then the owner, before anything new starts; intents reach host.log before the spawn.
/// </summary>
internal sealed partial class Host : IDisposable
{
    internal const long StartupLimitMs = 10_000, OrphanLookMs = 1_000, StartNewsMs = 10, WriteAgainMs = 200;

    private readonly Log _log;
    private readonly Watches _watches = new();
    private readonly List<(int Watch, uint Generation)> _ready = [];

    /// <summary>Every execution that is queued, lives, or ended without an acknowledgement.</summary>
    private readonly Dictionary<string, Execution> _known = new(StringComparer.Ordinal);
    private readonly List<Execution> _live = [];
    private readonly byte[] _bytes = new byte[64 << 10];
    private readonly long _born = Now();
    private int _listening;
    private long _lastOrphanLook;

    public Host(Log log)
    {
        _log = log;
        Libc.OwnDescendants();
        Libc.CloseOnExec(Protocol.AliveFd);
        Libc.CloseOnExec(Protocol.ListenFd);
        Libc.NonBlocking(Protocol.ListenFd);
        _listening = _watches.Add(Protocol.ListenFd, WatchKind.Listening, null);
        var start = ProcessTable.TryRead(Environment.ProcessId, out var self) ? self.StartTime : 0;
        Span<byte> boot = stackalloc byte[64];
        var length = Native.ReadFile("/proc/sys/kernel/random/boot_id", boot);
        var bootId = Encoding.ASCII.GetString(boot[..Math.Max(0, length)]).Trim();
        _log.Add($"{HostRecord.Host} {bootId} {Environment.ProcessId} {start}");
    }

    public void Run()
    {
        while (!MayEnd())
        {
            _watches.Wait(WaitMilliseconds(), _ready);
            foreach (var ready in _ready)
            {
                if (_watches.TryGet(ready, out var kind, out var execution))
                {
                    Handle(kind, execution);
                }
            }

            CheckClocks();
            Launch();
            Tell();
        }

        // While alive.lock is held nobody else can have bound this name.
        _ = Native.Unlink("host.sock");
        _ = _log.Flush();
    }

    public void Dispose()
    {
        _watches.Close(ref _owner);
        _watches.Close(ref _listening);
        _watches.Dispose();
    }

    private static long Now() => Stopwatch.GetTimestamp() / (Stopwatch.Frequency / 1000);

    private void Handle(WatchKind kind, Execution? execution)
    {
        switch (kind)
        {
            case WatchKind.Listening:
                Accept();
                break;
            case WatchKind.Owner:
                Converse();
                break;
            case WatchKind.Exit:
                LeaderExited(execution!);
                break;
            case WatchKind.Output:
                Drain(execution!, ref execution!.OutputWatch, errors: false, untilEmpty: false);
                break;
            case WatchKind.Errors:
                Drain(execution!, ref execution!.ErrorsWatch, errors: true, untilEmpty: false);
                break;
            default:
                throw new UnreachableException();
        }
    }

    /// <summary>Log first, owner second: what the owner knows, a later owner can read.</summary>
    private void Tell()
    {
        _ = _log.Flush();

        // That something started is no news anybody waits for: the end of a short step mostly follows within milliseconds, and
        // waking the owner only once for both spares a core that the step itself needs.
        if (_startNews is not { } since || Now() - since >= StartNewsMs)
        {
            Send();
        }
    }

    /// <summary>On a full disk only this process knows how its steps ended: it stays until that is written or an owner has asked.</summary>
    private bool MustRemember => !_log.IsWritten && _known.Count > 0 && CanBeAsked();

    /// <summary>An owner connects by this name: of a job that was removed nobody ever will.</summary>
    private static bool CanBeAsked()
    {
        // A socket cannot be opened; that it is there is all that is asked.
        var fd = Native.Open("host.sock", Native.ReadOnly | Native.NoFollow | Native.NonBlock);
        if (fd >= 0)
        {
            Native.Close(fd);
            return true;
        }

        return Native.Errno != Native.ENOENT;
    }

    private bool MayEnd()
    {
        if (_owner >= 0 || _live.Count > 0)
        {
            return false;
        }

        // An owner may have connected since the last turn: its frames are already in the socket.
        Accept();
        return _owner < 0 && !MustRemember && (_everOwned || Now() - _born > StartupLimitMs);
    }

    private int WaitMilliseconds()
    {
        var now = Now();
        var next = _everOwned ? long.MaxValue : _born + StartupLimitMs + 1;
        foreach (var execution in _live)
        {
            next = Math.Min(next, execution.NextTick());
        }

        if (_startNews is { } since)
        {
            next = Math.Min(next, since + StartNewsMs);
        }

        if (_live.Count > 0)
        {
            next = Math.Min(next, _lastOrphanLook + OrphanLookMs);
        }

        if (MustRemember)
        {
            next = Math.Min(next, now + WriteAgainMs);
        }

        return next == long.MaxValue ? -1 : (int)Math.Clamp(next - now, 0, 60_000);
    }

    private void CheckClocks()
    {
        var now = Now();
        if (_live.Count > 0 && now - _lastOrphanLook >= OrphanLookMs)
        {
            LookForOrphans();
        }

        for (var i = _live.Count - 1; i >= 0; i--)
        {
            var execution = _live[i];
            if (execution.State == ExecutionState.Running && execution.KillTick is null)
            {
                CheckLimits(execution, now);
            }

            if ((!execution.Killing && execution.KillTick <= now) || execution.LookTick <= now)
            {
                ClearTree(execution);
            }
        }
    }

    private void CheckLimits(Execution execution, long now)
    {
        if (execution.TimeoutMs >= 0 && now - execution.StartedTick >= execution.TimeoutMs)
        {
            Stop(execution, ExitReason.Timeout, execution.GraceMs);
        }
        else if (execution.InactivityMs >= 0 && now - execution.LastOutputTick >= execution.InactivityMs)
        {
            Stop(execution, ExitReason.Inactive, execution.GraceMs);
        }
    }
}
