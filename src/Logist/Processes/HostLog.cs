using Logist.Files;
using Logist.StepHost;
using Logist.Stores;

namespace Logist.Processes;

/// <summary>The last that hosts recorded of one execution.</summary>
/// <param name="Host">The host that wrote it, with its boot.</param>
/// <param name="Leader">null: at most the intent was recorded, so that a process may or may not exist.</param>
/// <param name="End">Its <see cref="HostEvent.Exited"/> or <see cref="HostEvent.StartFailed"/>; null when it was not seen to end.</param>
internal sealed record HostLogEntry(
    string Execution, string AttemptId, string BootId, ProcessIdentity Host, ProcessIdentity? Leader, HostEvent? End);

/// <summary>
/// Reads host.log, the record that outlives every host of the job. Never synced: after a machine crash its end may be missing.
/// Torn or unreadable lines say nothing and are skipped.
/// </summary>
internal static class HostLog
{
    /// <summary>By execution; of several launches of one execution the last counts.</summary>
    public static IReadOnlyDictionary<string, HostLogEntry> Read(JobLayout job)
    {
        var entries = new Dictionary<string, HostLogEntry>(StringComparer.Ordinal);
        // A living host may be appending: what is complete by now counts.
        if (OwnFiles.TryReadText(job.HostLog, int.MaxValue) is not { } content)
        {
            return entries;
        }

        var boot = "";
        var host = default(ProcessIdentity);
        var text = content.AsSpan();
        for (int end; (end = text.IndexOf('\n')) >= 0; text = text[(end + 1)..])
        {
            var fields = text[..end].ToString().Split(' ');
            if (fields is [HostRecord.Host, var bootId, var pid, var start]
                && HostRecord.Number(pid) is { } p && HostRecord.Number(start) is { } s)
            {
                (boot, host) = (bootId, new ProcessIdentity((int)p, s));
            }
            else
            {
                Apply(entries, fields, boot, host);
            }
        }

        return entries;
    }

    private static void Apply(Dictionary<string, HostLogEntry> entries, string[] fields, string boot, ProcessIdentity host)
    {
        switch (fields)
        {
            case [HostRecord.Intent, var execution, var attempt]:
                entries[execution] = new HostLogEntry(execution, attempt, boot, host, null, null);
                break;
            case [HostRecord.Started, var execution, var pid, var start] when entries.TryGetValue(execution, out var known):
                if (HostRecord.Number(pid) is { } p && HostRecord.Number(start) is { } s)
                {
                    entries[execution] = known with { Leader = new ProcessIdentity((int)p, s) };
                }

                break;
            case [HostRecord.Failed, var execution, var errno, .. var message]:
                var before = entries.GetValueOrDefault(execution) ?? new HostLogEntry(execution, "", boot, host, null, null);
                entries[execution] = before with
                {
                    End = new HostEvent.StartFailed(execution, (int)(HostRecord.Number(errno) ?? 0), string.Join(' ', message)),
                };
                break;
            case [HostRecord.Exit, var execution, .. { Length: 7 } rest]
                when entries.TryGetValue(execution, out var known) && Exit(execution, rest) is { } end:
                entries[execution] = known with { End = end };
                break;
            default:
                break;
        }
    }

    private static HostEvent.Exited? Exit(string execution, string[] fields)
    {
        var reason = HostRecord.ParseReason(fields[2]);
        Span<long> numbers = stackalloc long[7];
        for (var i = 0; i < numbers.Length; i++)
        {
            if (i == 2)
            {
                continue;
            }

            if (HostRecord.Number(fields[i]) is not { } number)
            {
                return null;
            }

            numbers[i] = number;
        }

        return reason is null ? null : new HostEvent.Exited(
            execution, (int)numbers[0], (int)numbers[1], reason.Value, DateTimeOffset.FromUnixTimeMilliseconds(numbers[3]),
            numbers[4], numbers[5], (int)numbers[6]);
    }
}
