using System.Diagnostics.CodeAnalysis;
using Logist.Core;

namespace Logist.Server.Logs;

/// <summary>Which log of an attempt, in which form.</summary>
/// <param name="Time">Counts up when it begins anew.</param>
internal readonly record struct LogKey(AttemptId Attempt, string Part, bool Rendered, int Time);

/// <summary>The logs that were looked at last: a live one that is polled is not read from its start each time.</summary>
internal sealed class LogCache : IDisposable
{
    /// <summary>An agent's log holds back a line of up to 16 MiB.</summary>
    public const int Most = 16;

    private readonly Lock _guard = new();
    private readonly Dictionary<LogKey, FollowedLog> _logs = [];
    private readonly LinkedList<LogKey> _latestFirst = [];

    /// <summary>One at a time has a log.</summary>
    public TResult Use<TLog, TResult>(LogKey key, Func<TLog> make, Func<TLog, TResult> use) where TLog : FollowedLog
    {
        while (true)
        {
            var log = Get(key, make);
            lock (log)
            {
                // Otherwise others have pushed it out meanwhile.
                if (!log.IsDisposed)
                {
                    return UseOrDrop(key, log, use);
                }
            }
        }
    }

    public void Dispose()
    {
        lock (_guard)
        {
            foreach (var log in _logs.Values)
            {
                log.Dispose();
            }

            _logs.Clear();
        }
    }

    private TResult UseOrDrop<TLog, TResult>(LogKey key, TLog log, Func<TLog, TResult> use) where TLog : FollowedLog
    {
        try
        {
            return use(log);
        }
        catch
        {
            // Half of something may be taken in: it begins anew the next time.
            lock (_guard)
            {
                _ = _logs.Remove(key);
                _ = _latestFirst.Remove(key);
            }

            log.Dispose();
            throw;
        }
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "The cache disposes what it pushes out.")]
    private TLog Get<TLog>(LogKey key, Func<TLog> make) where TLog : FollowedLog
    {
        FollowedLog? pushedOut = null;
        TLog wanted;
        lock (_guard)
        {
            _ = _latestFirst.Remove(key);
            _ = _latestFirst.AddFirst(key);
            if (_logs.TryGetValue(key, out var known))
            {
                return (TLog)known;
            }

            _logs[key] = wanted = make();
            if (_logs.Count > Most)
            {
                _ = _logs.Remove(_latestFirst.Last!.Value, out pushedOut);
                _latestFirst.RemoveLast();
            }
        }

        if (pushedOut is not null)
        {
            lock (pushedOut)
            {
                pushedOut.Dispose();
            }
        }

        return wanted;
    }
}
