using Logist.Core.Jobs;

namespace Logist.Engine;

/// <summary>Cancel, suspend and interrupt: what is in flight is withdrawn or stopped, and reported when its processes are gone.</summary>
public sealed partial class Worker
{
    private void StopWhatMustStop(bool interrupted)
    {
        var wish = State.IsCanceling ? StopWish.Cancel
            : interrupted || State.StopsNow ? StopWish.Interrupt
            : StopWish.None;
        foreach (var flight in _flights.Values)
        {
            var own = IsCanceledAlone(flight) ? StopWish.Cancel : wish;
            if (own > flight.Wish)
            {
                flight.Wish = own;
                Stop(flight);
            }
            else if (State is { Suspended: not null, Restep: null }
                && flight is { Ahead: true, Wish: StopWish.None, Execution: { } waiting })
            {
                // Nothing new starts while suspended, also not what the host holds ready.
                flight.Wish = StopWish.Interrupt;
                _host!.Withdraw(waiting);
            }
        }
    }

    /// <summary>A person wants this one stopped; or its attempt was, by a decision that came before ours.</summary>
    private bool IsCanceledAlone(Flight flight)
    {
        var task = State.Runs[flight.Run - 1].Tasks[flight.Step];
        return task.CancelRequested is not null || task.Attempt(flight.Attempt) is { Status: AttemptStatus.Canceled };
    }

    /// <summary>A worker that has just ended and whose checks did not begin yet: nobody is at work, so the job does not run.</summary>
    private void InterruptWhatHasNoFlight()
    {
        var run = State.Run!;
        if (State.Restep is { } restep && run.Active.Count == 0 && _flights.Count == 0)
        {
            _ = Do(new JobCommand.ReportInterrupted(Stamp, run.Number, restep.Step, Job.NotStarted, null));
        }

        foreach (var step in run.Active.Where(step => !_flights.ContainsKey((run.Number, step))).ToArray())
        {
            _ = Do(new JobCommand.ReportInterrupted(Stamp, run.Number, step, run.Tasks[step].Attempts.Count, null));
        }
    }

    private void Stop(Flight flight)
    {
        // Before a process and after it the next turn of the flight looks at the wish by itself.
        if (flight is { Phase: FlightPhase.Working or FlightPhase.Checking or FlightPhase.Reviewing, Execution: { } execution })
        {
            _host!.Stop(execution, Grace);
        }
    }

    /// <summary>Who leaves after all takes back what it began: what did not heed the signal yet lives on and is adopted.</summary>
    private void SpareWhatLives()
    {
        foreach (var (execution, flight) in _executions)
        {
            if (flight.Wish == StopWish.Interrupt && State.Suspended is null)
            {
                _host!.Spare(execution);
            }
        }
    }
}
