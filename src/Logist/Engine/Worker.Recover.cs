using Logist.Core;
using Logist.Core.Jobs;
using Logist.Files;
using Logist.Processes;

namespace Logist.Engine;

/// <summary>
/// What an earlier owner left: attempts that still live are adopted, those that ended meanwhile are harvested, those never launched
/// are launched under the same id, the rest is lost. Nothing of a lost attempt lives on before anything new starts.
/// </summary>
public sealed partial class Worker
{
    private static readonly TimeSpan DyingTime = TimeSpan.FromSeconds(5);

    private void Recover()
    {
        var run = State.Run!;
        if (StepHostClient.IsAlive(_layout))
        {
            _host = StepHostClient.Connect(_layout, _slots);
            var known = _host.List().ToDictionary(e => e.Execution, StringComparer.Ordinal);

            // Read after the list, which a host that is just ending may still have answered.
            var before = HostLog.Read(_layout);
            if (_host.IsFresh)
            {
                // The one that was alive a moment ago was dying: what it ran has no host any more.
                Sweep(before.Values);
            }

            foreach (var step in run.Active.ToArray())
            {
                var execution = ExecutionOf(run, step);
                if (known.TryGetValue(execution, out var found) && found.State != HostExecutionState.Queued)
                {
                    Adopt(step, found);
                }
                else
                {
                    // Of an earlier host, or never launched.
                    Harvest(step, before.GetValueOrDefault(execution));
                }
            }

            StopStrangers(known.Values);
            return;
        }

        var log = HostLog.Read(_layout);
        if (log.Count > 0 || run.Active.Count > 0)
        {
            Sweep(log.Values);
        }

        if ((run.Active.Count > 0 || State.WorkspaceCommit is null) && System.IO.Directory.Exists(_layout.Repository))
        {
            _ = Trees.Repository.CleanAfterCrash();
        }

        foreach (var step in run.Active.ToArray())
        {
            Harvest(step, log.GetValueOrDefault(ExecutionOf(run, step)));
        }
    }

    private string ExecutionOf(RunState run, int step)
    {
        var task = run.Tasks[step];
        var id = new AttemptId(_id.Value, run.Number, run.Workflow.Steps[step].Id, task.Attempts.Count);
        return $"{id.Local}/{(task.Status == Core.Jobs.TaskStatus.Reviewing ? "review" : "worker")}";
    }

    private void Sweep(IEnumerable<HostLogEntry> entries)
    {
        var swept = Orphans.Sweep($"{_id}.", entries);
        if (!swept.IsClean)
        {
            throw new LogistException(ErrorKind.Busy, $"processes of an earlier attempt of {_id} cannot be ended",
                $"pids {string.Join(", ", swept.Survivors.Select(p => p.Pid))} survive SIGKILL", "end them, then run the command again");
        }
    }

    private Flight Rebuild(int step)
    {
        var run = State.Run!;
        var task = run.Tasks[step];
        var attempt = task.LastAttempt!;
        var flight = new Flight(run.Number, step, attempt.Number, run.Workflow.Steps[step])
        {
            Kind = attempt.Kind, Input = attempt.Input, Place = attempt.Place, Started = true,
        };
        _flights[(run.Number, step)] = flight;
        flight.Execution = ExecutionOf(run, step);
        if (flight.Definition.IsAgent)
        {
            flight.Worker = Resolve(attempt.Agent ?? WorkerName(flight), run);
        }

        if (task.Status == Core.Jobs.TaskStatus.Reviewing)
        {
            flight.Phase = FlightPhase.Reviewing;
            flight.Supervisor = Resolve(flight.Definition.Review!.Agent, run);
            flight.Place = flight.UsesGit ? $"worktrees/{Id(flight).Local}-review" : "scratch";
        }
        else
        {
            flight.Phase = FlightPhase.Working;
        }

        if (flight.UsesGit)
        {
            Trees.Take(flight.Place);
            flight.Tree = Trees.Open(flight.Place);
        }

        return flight;
    }

    private void Adopt(int step, HostExecution known)
    {
        var flight = Rebuild(step);
        switch (known)
        {
            case { State: HostExecutionState.Running }:
                _executions[known.Execution] = flight;
                _ = Do(new JobCommand.ReportAdopted(Stamp, flight.Run, flight.Step, flight.Attempt), lazy: true);
                if (known.Last is { } started && State.Run!.Tasks[step].Status == Core.Jobs.TaskStatus.Scheduled)
                {
                    flight.Started = false;
                    TakeIn([started]);
                }

                break;
            case { Last: { } end }:
                _executions[known.Execution] = flight;
                TakeIn([end]);
                break;
            default:
                break;
        }
    }

    /// <summary>
    /// No living host knows it: what the log of a dead one says counts. Of an earlier boot not even an exit code counts: neither the log
    /// nor what the process wrote was flushed, and a success without its files would be accepted for ever. Without files of the job's
    /// (<c>workspace: none</c>) nobody can look whether the effect survived, so that the step's <c>on_interrupt</c> decides there too.
    /// </summary>
    private void Harvest(int step, HostLogEntry? entry)
    {
        var flight = Rebuild(step);
        var sameBoot = State.Run!.Tasks[step].LastAttempt!.LaunchSeq > State.BootSeq;
        switch (entry)
        {
            // What was never started wrote nothing that could be missing.
            case { End: { } end } when sameBoot || end is HostEvent.StartFailed:
                _executions[flight.Execution!] = flight;
                TakeIn([end]);
                break;
            case null when sameBoot:
                LaunchAgain(flight);
                break;
            default:
                ReportLost(flight, sameBoot ? "the step host was killed" : "the machine was restarted");
                break;
        }
    }

    /// <summary>The intent was durable, the launch never happened: the same attempt, so that nothing runs twice.</summary>
    private void LaunchAgain(Flight flight)
    {
        flight.Started = false;
        if (flight.Phase == FlightPhase.Reviewing)
        {
            // Ask for the review anew; its process never existed.
            flight.Execution = null;
            Report(flight, new JobCommand.ReportInterrupted(Stamp, flight.Run, flight.Step, flight.Attempt, null));
            return;
        }

        flight.Phase = FlightPhase.Preparing;
        if (!flight.UsesGit && !flight.Definition.IsAgent)
        {
            Prepared(flight, CommandRequest(flight, flight.Definition.Run!, flight.Execution!, "worker", "output.log"));
        }
        else
        {
            Prepare(flight, null);
        }
    }

    private void ReportLost(Flight flight, string why)
    {
        WorkResult? result = null;
        flight.Execution = null;
        if (flight is { Tree: { } tree, Phase: FlightPhase.Working, Input: not null })
        {
            // What it left is kept as the attempt's tree, and never taken for a person's change.
            _ = tree.RepairAfterCrash(Now);
            if (tree.CurrentCommit is not null)
            {
                var snapshot = tree.Snapshot(Commit(flight, Now, []));
                result = new WorkResult { Commit = snapshot.Commit, Tree = snapshot.Tree };
            }
        }

        Report(flight, new JobCommand.ReportLost(Stamp, flight.Run, flight.Step, flight.Attempt, result, why));
    }

    /// <summary>Processes that belong to no task in flight, such as a review that was stopped half-way: their result would be
    /// nobody's.</summary>
    private void StopStrangers(IEnumerable<HostExecution> known)
    {
        foreach (var execution in known)
        {
            if (_executions.ContainsKey(execution.Execution))
            {
                continue;
            }

            if (execution.State == HostExecutionState.Running)
            {
                _host!.Stop(execution.Execution, _options.Grace);
            }
            else
            {
                _host!.Acknowledge(execution.Execution);
            }
        }
    }

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
