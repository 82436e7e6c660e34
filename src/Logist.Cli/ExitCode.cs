using Logist.Core;
using Logist.Core.Jobs;

namespace Logist.Cli;

/// <summary>What the process tells its caller; the one place that turns failures into numbers.</summary>
internal static class ExitCode
{
    public const int Ok = 0, Failed = 1, Usage = 2, WaitingForPerson = 3, Refused = 5, Budget = 7, StillRunning = 8, Storage = 10,
        Interrupted = 130, Terminated = 143;

    public static readonly (int Code, string Meaning)[] All =
    [
        (0, "ok"),
        (1, "job or step failed or canceled, or Logist itself failed"),
        (2, "wrong usage: unknown command, option, parameter or step"),
        (3, "waiting for a person: approval or intervention"),
        (4, "not authorised"),
        (5, "refused: state conflict, busy, stale plan, suspended"),
        (6, "not found"),
        (7, "budget or deadline reached"),
        (8, "still running when --timeout was over"),
        (9, "invalid workflow or configuration"),
        (10, "storage failed or data is damaged"),
        (130, "interrupted by Ctrl-C"),
        (143, "interrupted by SIGTERM"),
    ];

    /// <summary>How a job stands, for commands that wait for it.</summary>
    public static int Of(JobState job) => job.Status switch
    {
        JobStatus.Success => Ok,
        JobStatus.Canceled => Failed,
        JobStatus.Suspended => Refused,
        JobStatus.ApprovalRequired => WaitingForPerson,
        JobStatus.InterventionRequired => job.Reason switch { "budget" => Budget, "storage" => Storage, "internal" => Failed, _ =>
            WaitingForPerson },
        _ => StillRunning,
    };

    /// <param name="interrupted">The code of the signal that this process got, if any.</param>
    public static int Of(Exception exception, int? interrupted) => exception switch
    {
        LogistException known => known.Problem.Kind.Exit,
        OperationCanceledException => interrupted ?? Interrupted,
        IOException or UnauthorizedAccessException => Storage,
        _ => Failed,
    };
}
