namespace Logist.StepHost;

/// <summary>
/// Descendants that lost their parent. As subreaper this process becomes their parent, so none can leave its tree; the question is
/// only whose they are: their session or environment says so, else every execution that lived when they appeared may be the one.
/// </summary>
internal sealed partial class Host
{
    private readonly Dictionary<int, Orphan> _orphans = [];
    private readonly List<int> _children = [];
    private readonly HashSet<int> _seen = [];
    private readonly List<int> _goneOrphans = [];
    private readonly int _self = Environment.ProcessId;

    private sealed record Orphan(long StartTime, HashSet<Execution> Candidates);

    /// <summary>
    /// Must run at every exit of a leader while that leader still counts as live: then no execution can have come and gone between an
    /// orphan's appearance and its discovery.
    /// </summary>
    private void LookForOrphans()
    {
        _lastOrphanLook = Now();
        ProcessTable.Children(_self, _children);
        _seen.Clear();
        foreach (var pid in _children)
        {
            if (_leaders.ContainsKey(pid) || Native.Reap(pid, out _) != 0)
            {
                continue;
            }

            _seen.Add(pid);
            if (ProcessTable.TryRead(pid, out var entry)
                && (!_orphans.TryGetValue(pid, out var orphan) || orphan.StartTime != entry.StartTime))
            {
                _orphans[pid] = new Orphan(entry.StartTime, Candidates(entry));
            }
        }

        _goneOrphans.Clear();
        foreach (var pid in _orphans.Keys)
        {
            if (!_seen.Contains(pid))
            {
                _goneOrphans.Add(pid);
            }
        }

        foreach (var pid in _goneOrphans)
        {
            _orphans.Remove(pid);
        }
    }

    private HashSet<Execution> Candidates(in ProcessEntry entry)
    {
        var candidates = new HashSet<Execution>();
        foreach (var execution in _live)
        {
            if (entry.Session == execution.Pid || execution.Descendants.Contains((entry.Pid, entry.StartTime)))
            {
                return [execution];
            }
        }

        var attempt = ProcessTable.Variable(entry.Pid, Protocol.AttemptMarker);
        foreach (var execution in _live)
        {
            if (attempt == execution.AttemptId)
            {
                candidates.Add(execution);
            }
        }

        if (candidates.Count == 0)
        {
            candidates.UnionWith(_live);
        }

        return candidates;
    }

    /// <summary>True when an orphan can only be this execution's.</summary>
    private bool Left(Execution execution)
    {
        foreach (var orphan in _orphans.Values)
        {
            if (IsOf(orphan, execution))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsOf(Orphan orphan, Execution execution) => orphan.Candidates.Count == 1 && orphan.Candidates.Contains(execution);

    private void Forget(Execution execution)
    {
        foreach (var orphan in _orphans.Values)
        {
            orphan.Candidates.Remove(execution);
        }
    }

    /// <summary>All live processes that are the execution's: its leader, its orphans, and whatever descends from them.</summary>
    private List<ProcessEntry> Tree(Execution execution)
    {
        var table = ProcessTable.Scan();
        var tree = new List<ProcessEntry>();
        foreach (var entry in table.Values)
        {
            if (entry.IsAlive && TopOf(entry, table) is { } top && Belongs(top, execution))
            {
                tree.Add(entry);
            }
        }

        return tree;
    }

    private bool Belongs(in ProcessEntry top, Execution execution)
    {
        if (_leaders.TryGetValue(top.Pid, out var leader))
        {
            return leader == execution;
        }

        return _orphans.TryGetValue(top.Pid, out var orphan) && orphan.StartTime == top.StartTime && IsOf(orphan, execution);
    }

    /// <summary>The ancestor that is this process's own child, null when it descends from somebody else.</summary>
    private ProcessEntry? TopOf(ProcessEntry entry, Dictionary<int, ProcessEntry> table)
    {
        // The table is no snapshot: a cycle is possible in theory.
        for (var depth = 0; depth < 10_000; depth++)
        {
            if (entry.Parent == _self)
            {
                return entry;
            }

            if (!table.TryGetValue(entry.Parent, out entry))
            {
                return null;
            }
        }

        return null;
    }
}
