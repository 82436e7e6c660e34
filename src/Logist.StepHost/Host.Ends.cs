namespace Logist.StepHost;

/// <summary>From an exit, a stop or a limit to a tree that is known to be empty.</summary>
internal sealed partial class Host
{
    // What a program may ask for without privileges; the usual pipe holds 64 KiB.
    internal const int PipeBytesMax = 1 << 20;

    private readonly Dictionary<int, Execution> _leaders = [];

    private void Stop(Execution execution, ExitReason reason, long graceMs)
    {
        if (execution.State == ExecutionState.Running && execution.Reason == ExitReason.Exit)
        {
            execution.Reason = reason;
        }

        var first = execution.KillTick is null;
        execution.KillTick = Math.Min(execution.KillTick ?? long.MaxValue, Now() + graceMs);
        if (first && graceMs > 0)
        {
            foreach (var process in Tree(execution))
            {
                // Its parent may die of the signal and leave it without a trace of whose it was.
                execution.Descendants.Add((process.Pid, process.StartTime));
                Native.Signal(process.Pid, process.StartTime, Native.SIGTERM);

                // A stopped process must wake up to hear it.
                Native.Signal(process.Pid, process.StartTime, Native.SIGCONT);
            }
        }
    }

    private static void Spare(Execution execution)
    {
        if (execution is { State: ExecutionState.Running, Reason: ExitReason.Stopped, Killing: false })
        {
            execution.Reason = ExitReason.Exit;
            execution.KillTick = null;
        }
    }

    private void LeaderExited(Execution execution)
    {
        var rc = Native.Reap(execution.Pid, out var status);
        if (rc == 0)
        {
            return;
        }

        execution.Signal = rc < 0 ? Native.SIGKILL : status & 0x7F;
        execution.Code = rc < 0 || execution.Signal != 0 ? 0 : (status >> 8) & 0xFF;
        execution.DurationMs = Now() - execution.StartedTick;
        _watches.Close(ref execution.ExitWatch);

        // Everything it left behind came to this process at its exit, before waitpid could tell: no children, no tree.
        LookForOrphans();
        execution.State = ExecutionState.Clearing;
        execution.LookTick = null;
        _leaders.Remove(execution.Pid);
        if (Left(execution))
        {
            ClearTree(execution);
        }
        else
        {
            Finish(execution);
        }
    }

    /// <summary>
    /// Looks whether the tree is empty. Before its grace is over it is only watched; after that all of it is stopped, so that nothing
    /// can fork away, and then killed, again and again until a look finds nothing.
    /// </summary>
    private void ClearTree(Execution execution)
    {
        if (execution.State == ExecutionState.Running && execution.ExitWatch < 0)
        {
            execution.LookTick = Now() + 20;
            LeaderExited(execution);
            if (execution.State != ExecutionState.Running || execution.KillTick is null)
            {
                return;
            }
        }

        LookForOrphans();
        var tree = Tree(execution);
        if (tree.Count == 0 && execution.State == ExecutionState.Clearing)
        {
            Finish(execution);
        }
        else if (execution.KillTick > Now())
        {
            execution.LookTick = execution.State == ExecutionState.Clearing ? Now() + 20 : null;
        }
        else if (execution.State == ExecutionState.Clearing || execution.KillTick is not null)
        {
            execution.Killing = true;
            KillAll(execution, tree);
            execution.LookTick = Now() + Math.Min(100, 2 << Math.Min(execution.Looks++, 6));
        }
    }

    private void KillAll(Execution execution, List<ProcessEntry> tree)
    {
        var stopped = new HashSet<(int Pid, long StartTime)>();
        for (var round = 0; round < 20; round++)
        {
            var news = false;
            foreach (var process in tree)
            {
                if (stopped.Add((process.Pid, process.StartTime)))
                {
                    news = true;
                    Native.Signal(process.Pid, process.StartTime, Native.SIGSTOP);
                }
            }

            if (!news)
            {
                break;
            }

            LookForOrphans();
            tree = Tree(execution);
        }

        foreach (var (pid, startTime) in stopped)
        {
            Native.Signal(pid, startTime, Native.SIGKILL);
        }
    }

    private void Finish(Execution execution)
    {
        Drain(execution, ref execution.OutputWatch, errors: false, untilEmpty: true);
        Drain(execution, ref execution.ErrorsWatch, errors: true, untilEmpty: true);
        _watches.Close(ref execution.OutputWatch);
        _watches.Close(ref execution.ErrorsWatch);
        execution.Output.Finish();
        execution.State = ExecutionState.Exited;
        _live.Remove(execution);
        Forget(execution);
        _log.Add($"{HostRecord.Exit} {execution.Key} {execution.Code} {execution.Signal} {HostRecord.ReasonText(execution.Reason)} "
            + $"{execution.StartedAtUnixMs} {execution.DurationMs} {execution.Output.Total} {execution.Output.Errno}");
        _startNews = null;
        Answer(execution);
    }

    /// <summary>
    /// Takes what a pipe holds. At the end until it is empty, not until it is closed: a descendant that is not this execution's to
    /// kill may hold the other end. It may even go on writing faster than this reads: no more than a pipe can hold.
    /// </summary>
    private void Drain(Execution execution, ref int watch, bool errors, bool untilEmpty)
    {
        for (var left = PipeBytesMax; watch >= 0 && left > 0;)
        {
            var n = Native.Read(_watches.Fd(watch), _bytes);
            if (n > 0)
            {
                execution.LastOutputTick = Now();
                execution.Output.Write(_bytes.AsSpan(0, n), errors);
                left -= n;
            }
            else if (n == 0)
            {
                _watches.Close(ref watch);
            }

            if (n < 0 || !untilEmpty)
            {
                return;
            }
        }
    }
}
