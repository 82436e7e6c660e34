using Logist.Files;
using Logist.Processes;

namespace Logist.Engine;

/// <summary>The step host dies while it is in use.</summary>
public sealed partial class Worker
{
    private static readonly TimeSpan DyingTime = TimeSpan.FromSeconds(5);

    /// <summary>A killed process closes its files one after another: for a moment the socket is shut and alive.lock still held.</summary>
    private bool IsHostDead()
    {
        var started = _services.Time.GetTimestamp();
        while (StepHostClient.IsAlive(_layout))
        {
            if (_services.Time.GetElapsedTime(started) > DyingTime)
            {
                return false;
            }

            _ = Libc.Poll([], 2);
        }

        return true;
    }

    /// <summary>The host died under us: sweep what it ran, then treat its attempts as a new owner would.</summary>
    private void HostIsGone(string why)
    {
        _host?.Dispose();
        _host = null;
        if (!IsHostDead())
        {
            // It lives and listens to somebody else: we are no longer the owner.
            _superseded = true;
            return;
        }

        var log = HostLog.Read(_layout);
        Sweep(log.Values);
        foreach (var (execution, flight) in _executions.ToArray())
        {
            _ = _executions.Remove(execution);
            if (log.GetValueOrDefault(execution) is { End: { } end })
            {
                _executions[execution] = flight;
                TakeIn([end]);
            }
            else if (flight.Phase == FlightPhase.Checking)
            {
                // Checks have no attempt of their own: they are done again.
                flight.Execution = null;
                StartCheck(flight);
            }
            else if (flight.Wish != StopWish.None)
            {
                Ended(flight, new ProcessEnd(null, null, flight.Wish == StopWish.Cancel ? Agents.EndReason.Canceled
                    : Agents.EndReason.Interrupted, null, 0));
            }
            else
            {
                ReportLost(flight, $"the step host is gone: {why}");
            }
        }
    }
}
