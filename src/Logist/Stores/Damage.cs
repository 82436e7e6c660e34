using Logist.Core;

namespace Logist.Stores;

/// <summary>State on disk that cannot be trusted, as a person reads it: which file, where, why, what to type.</summary>
internal static class Damage
{
    internal const string Update = "update logist";

    public static JobStateException InJournal(JobLayout layout, long offset, string reason) =>
        new(new Problem(ErrorKind.Corrupt, $"{layout.Journal} is damaged at byte {offset}", reason,
            $"logist job recover {layout.JobName()}", $"logist job recover {layout.JobName()} --accept"));

    public static JobStateException InManifest(JobLayout layout, string reason, Exception? inner = null) =>
        new(new Problem(ErrorKind.Corrupt, $"{layout.Manifest} cannot be trusted", reason, $"logist job recover {layout.JobName()}"),
            inner);

    public static JobStateException Newer(string path, string what) =>
        new(new Problem(ErrorKind.Corrupt, $"{path} was made by a newer logist", $"this version does not know {what}", Update));

    /// <summary>Whole data of a later version: never to be repaired.</summary>
    public static bool IsNewer(JobStateException e) => e.Problem.Fix is [Update];

    public static LogistException UnknownJob(JobId job) =>
        new(ErrorKind.UnknownJob, $"there is no job {job}", null, "logist job list");

    public static string JobName(this JobLayout layout) => Path.GetFileName(layout.Directory);
}
