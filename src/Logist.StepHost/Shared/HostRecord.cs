using System.Globalization;

namespace Logist.StepHost;

/// <summary>
/// host.log: one line per record, fields separated by blanks, readable by eye and after any death of the host.
/// A line without its LF is torn and void; lines that do not parse are void too (a machine crash may leave zeros: nothing is synced).
/// </summary>
internal static class HostRecord
{
    /// <summary><c>host bootid pid starttime</c>: what follows was written by this host.</summary>
    public const string Host = "host";

    /// <summary><c>intent execution attempt</c>: written before the spawn.</summary>
    public const string Intent = "intent";

    /// <summary><c>started execution pid starttime</c>.</summary>
    public const string Started = "started";

    /// <summary><c>exit execution code signal reason startedAtUnixMs durationMs outputBytes outputErrno</c>.</summary>
    public const string Exit = "exit";

    /// <summary><c>failed execution errno message…</c>: nothing was started.</summary>
    public const string Failed = "failed";

    /// <summary><c>crash text…</c>: the host met a bug of its own and left.</summary>
    public const string Crash = "crash";

    public static string ReasonText(ExitReason reason) => reason switch
    {
        ExitReason.Timeout => "timeout",
        ExitReason.Inactive => "inactive",
        ExitReason.Stopped => "stopped",
        _ => "exit",
    };

    public static ExitReason? ParseReason(string text) => text switch
    {
        "exit" => ExitReason.Exit,
        "timeout" => ExitReason.Timeout,
        "inactive" => ExitReason.Inactive,
        "stopped" => ExitReason.Stopped,
        _ => null,
    };

    public static long? Number(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : null;
}
