using Logist.Agents;
using Logist.Core;
using Logist.Core.Jobs;
using Logist.Processes;

namespace Logist.Engine;

/// <summary>
/// What an earlier owner left: attempts that still live are adopted, those that ended meanwhile are harvested, those never launched
/// are launched under the same id, the rest is lost. Nothing of a lost attempt lives on before anything new starts.
/// </summary>
public sealed partial class Worker
{
    private void Recover()
    {
        if (StepHostClient.IsAlive(_layout) && TakeOverHost())
        {
            return;
        }

        var run = State.Run!;
        var log = HostLog.Read(_layout);
        if (log.Count > 0 || run.Active.Count > 0)
        {
            Sweep(log.Values);
        }

        if ((run.Active.Count > 0 || !State.IsSettled) && System.IO.Directory.Exists(_layout.Repository))
        {
            _ = Trees.Repository.CleanAfterCrash();
        }

        foreach (var step in run.Active.ToArray())
        {
            var execution = ExecutionOf(run, step, log.ContainsKey, out var turn);
            Harvest(step, turn, execution, log.GetValueOrDefault(execution));
        }
    }

    /// <returns>False: it died while it was asked, so that whatever it ran has no host any more.</returns>
    private bool TakeOverHost()
    {
        _host = StepHostClient.Connect(_layout, _slots);
        if (_host.List() is not { } list)
        {
            _host.Dispose();
            _host = null;
            return IsHostDead() ? false : throw new LogistException(ErrorKind.Busy, $"the step host of {_id} does not answer",
                $"its process holds {_layout.AliveLock}", "end that process, then run the command again");
        }

        var run = State.Run!;
        var known = list.ToDictionary(e => e.Execution, StringComparer.Ordinal);

        // Read after the list, which a host that is just ending may still have answered.
        var before = HostLog.Read(_layout);
        if (_host.IsFresh)
        {
            // The one that was alive a moment ago was dying: what it ran has no host any more.
            Sweep(before.Values);
        }

        foreach (var step in run.Active.ToArray())
        {
            var execution = ExecutionOf(run, step, e => known.ContainsKey(e) || before.ContainsKey(e), out var turn);
            if (known.TryGetValue(execution, out var found) && found.State != HostExecutionState.Queued)
            {
                Adopt(step, turn, found);
            }
            else
            {
                // Of an earlier host, or never launched.
                Harvest(step, turn, execution, before.GetValueOrDefault(execution));
            }
        }

        StopStrangers(known.Values);
        return true;
    }

    /// <summary>The latest process of the attempt that any host knows.</summary>
    private string ExecutionOf(RunState run, int step, Func<string, bool> isKnown, out int turn)
    {
        turn = 1;
        var task = run.Tasks[step];
        var id = new AttemptId(_id.Value, run.Number, run.Workflow.Steps[step].Id, task.Attempts.Count);
        if (task.Status == Core.Jobs.TaskStatus.Reviewing)
        {
            return $"{id.Local}/{ReviewPart(task.LastAttempt!)}";
        }

        for (turn = MaxTurns; turn > 1 && !isKnown($"{id.Local}/{WorkerPart(turn)}"); turn--)
        {
        }

        return $"{id.Local}/{WorkerPart(turn)}";
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

    private Flight Rebuild(int step, int turn, string execution)
    {
        var run = State.Run!;
        var task = run.Tasks[step];
        var attempt = task.LastAttempt!;
        var flight = new Flight(run.Number, step, attempt.Number, Job.Definition(State, run, step))
        {
            Kind = attempt.Kind, Input = attempt.Input, Place = attempt.Place, Started = true,
            Turn = turn, Session = attempt.Session, Execution = execution,
        };
        _flights[(run.Number, step)] = flight;
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

    private void Adopt(int step, int turn, HostExecution known)
    {
        var flight = Rebuild(step, turn, known.Execution);
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
    private void Harvest(int step, int turn, string execution, HostLogEntry? entry)
    {
        var flight = Rebuild(step, turn, execution);
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
        if (flight is { Worker: { } agent, Phase: FlightPhase.Working })
        {
            // Its session may go on, and what it spent until then is spent.
            var finished = Finished(flight, AgentRole.Worker, new ProcessEnd(null, null, EndReason.Interrupted, null, 0), flight.Turn);
            var call = Call(flight, agent, AgentRole.Worker, "", Model(flight), 1);
            var (outcome, earlier) = Judge(agent, finished);
            result = MadeBy(new WorkResult(), agent, call, outcome, earlier);
        }

        if (flight is { Tree: { } tree, Phase: FlightPhase.Working, Input: not null })
        {
            // What it left is kept as the attempt's tree, and never taken for a person's change.
            _ = tree.RepairAfterCrash(Now);
            if (tree.CurrentCommit is not null)
            {
                var snapshot = tree.Snapshot(Commit(flight, Now, []));
                result = (result ?? new WorkResult()) with { Commit = snapshot.Commit, Tree = snapshot.Tree };
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
}
