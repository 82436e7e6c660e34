using Logist.Files;
using Logist.StepHost;

namespace Logist.Processes;

/// <param name="Killed">Processes that a signal was sent to.</param>
/// <param name="Survivors">Still alive at the end: nothing new may be started beside them.</param>
internal sealed record SweepResult(int Killed, IReadOnlyList<ProcessIdentity> Survivors)
{
    public bool IsClean => Survivors.Count == 0;
}

/// <summary>What a host that died left running.</summary>
internal static class Orphans
{
    internal const int Rounds = 200;

    /// <summary>
    /// Ends everything that carries an attempt id with this prefix, and everything that the dead hosts recorded, with its session and
    /// descendants; looks again until nothing is left, at most some ten seconds. Processes under a living step host are never touched:
    /// another jobs directory may have a job of the same name.
    /// Call it with the job's run.lock held and no host alive (<see cref="StepHostClient.IsAlive"/>).
    /// </summary>
    /// <param name="attemptIdPrefix">A job's <c>fix-login.</c>, or one attempt's whole id.</param>
    /// <param name="entries">Of the job's <see cref="HostLog"/>; those of another boot count only by their attempt id.</param>
    public static SweepResult Sweep(string attemptIdPrefix, IEnumerable<HostLogEntry> entries)
    {
        ArgumentException.ThrowIfNullOrEmpty(attemptIdPrefix);
        var search = new Search(attemptIdPrefix, entries);
        var killed = new HashSet<ProcessIdentity>();
        for (var round = 0; round < Rounds; round++)
        {
            var stopped = new HashSet<ProcessIdentity>();
            List<ProcessIdentity> found;

            // Stop all of them first, so that none can fork away while others are killed.
            do
            {
                found = search.Find();
                found.RemoveAll(process => !stopped.Add(process));
                found.ForEach(process => Native.Signal(process.Pid, process.StartTime, Native.SIGSTOP));
            }
            while (found.Count > 0 && stopped.Count < 100_000);

            if (stopped.Count == 0)
            {
                return new SweepResult(killed.Count, []);
            }

            foreach (var process in stopped)
            {
                Native.Signal(process.Pid, process.StartTime, Native.SIGKILL);
            }

            killed.UnionWith(stopped);
            _ = Libc.Poll([], Math.Min(50, 2 << Math.Min(round, 5)));
        }

        return new SweepResult(killed.Count, search.Find());
    }

    private sealed class Search
    {
        private readonly string _prefix;
        private readonly HashSet<int> _sessions = [];
        private readonly Dictionary<int, long> _leaders = [];

        /// <summary>A marked process that was seen once stays ours, also when it can no longer be asked.</summary>
        private readonly HashSet<ProcessIdentity> _ours = [];

        /// <summary>Ourselves and whoever started us, up to init: never signalled, and a host among them hides nothing from us.</summary>
        private readonly HashSet<int> _ancestors = [];

        public Search(string prefix, IEnumerable<HostLogEntry> entries)
        {
            _prefix = prefix;
            for (var pid = Environment.ProcessId; ProcessTable.TryRead(pid, out var self) && _ancestors.Add(pid);)
            {
                pid = self.Parent;
            }

            foreach (var entry in entries)
            {
                // The numbers of what has ended may belong to anybody by now.
                if (entry is { Leader: { } leader, End: null } && entry.BootId == BootId.Current
                    && entry.AttemptId.StartsWith(prefix, StringComparison.Ordinal))
                {
                    _leaders[leader.Pid] = leader.StartTime;
                    _sessions.Add(leader.Pid);
                }
            }
        }

        public List<ProcessIdentity> Find()
        {
            var table = ProcessTable.Scan();
            foreach (var entry in table.Values)
            {
                if (entry.IsAlive && !_ancestors.Contains(entry.Pid) && IsRoot(entry, table) && !IsUnderHost(entry, table))
                {
                    _ours.Add(new ProcessIdentity(entry.Pid, entry.StartTime));
                }
            }

            var found = new List<ProcessIdentity>();
            foreach (var entry in table.Values)
            {
                if (entry.IsAlive && !_ancestors.Contains(entry.Pid) && Descends(entry, table) && !IsUnderHost(entry, table))
                {
                    found.Add(new ProcessIdentity(entry.Pid, entry.StartTime));
                }
            }

            return found;
        }

        private bool IsRoot(in ProcessEntry entry, Dictionary<int, ProcessEntry> table)
        {
            if (_leaders.TryGetValue(entry.Pid, out var start))
            {
                return start == entry.StartTime;
            }

            // A session lives under its leader's number; if that number belongs to another process now, so does the session.
            if (_sessions.Contains(entry.Session) && entry.StartTime >= _leaders[entry.Session]
                && (!table.TryGetValue(entry.Session, out var leader) || leader.StartTime == _leaders[entry.Session]))
            {
                return true;
            }

            var identity = new ProcessIdentity(entry.Pid, entry.StartTime);
            if (_ours.Contains(identity))
            {
                return true;
            }

            return ProcessTable.Variable(entry.Pid, Protocol.AttemptMarker)?.StartsWith(_prefix, StringComparison.Ordinal) == true;
        }

        private bool Descends(ProcessEntry entry, Dictionary<int, ProcessEntry> table)
        {
            for (var depth = 0; depth < 10_000; depth++)
            {
                if (_ours.Contains(new ProcessIdentity(entry.Pid, entry.StartTime)))
                {
                    return true;
                }

                if (!table.TryGetValue(entry.Parent, out entry))
                {
                    return false;
                }
            }

            return false;
        }

        private bool IsUnderHost(ProcessEntry entry, Dictionary<int, ProcessEntry> table)
        {
            for (var depth = 0; depth < 10_000; depth++)
            {
                if (_ancestors.Contains(entry.Pid))
                {
                    return false;
                }

                if (ProcessTable.Variable(entry.Pid, Protocol.HostMarker) is not null)
                {
                    return true;
                }

                if (!table.TryGetValue(entry.Parent, out entry))
                {
                    return false;
                }
            }

            return false;
        }
    }
}
