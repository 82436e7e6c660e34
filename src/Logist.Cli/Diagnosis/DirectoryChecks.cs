using Logist.Diagnosis;

namespace Logist.Cli.Diagnosis;

/// <summary>What the jobs directory must offer. Nothing is made: for a directory that does not exist yet its nearest parent
/// answers.</summary>
internal static class DirectoryChecks
{
    private const long LittleSpace = 1L << 30, NoSpace = 64L << 20;
    private static readonly string[] NetworkFormats = ["nfs", "nfs4", "smb", "smb2", "cifs", "afs", "ceph", "lustre", "9p", "v9fs", "ncp",
        "coda", "ocfs2", "gfs"];

    public static IEnumerable<Check> All(string jobsDirectory)
    {
        var existing = jobsDirectory;
        while (!Directory.Exists(existing) && Path.GetDirectoryName(existing) is { } parent)
        {
            existing = parent;
        }

        yield return Writable(jobsDirectory, existing);
        var drive = new DriveInfo(existing);
        yield return Local(jobsDirectory, drive.DriveFormat);
        yield return Space(drive.AvailableFreeSpace);
    }

    public static Check Local(string jobsDirectory, string format) =>
        Array.IndexOf(NetworkFormats, format) >= 0
            ? Check.Fail("file system", $"{jobsDirectory} is on {format}, a network file system: locks are not reliable there",
                "use --jobs-dir on a local disk")
        : format.StartsWith("fuse", StringComparison.Ordinal)
            ? Check.Warn("file system", $"{jobsDirectory} is on {format}: locks and syncs depend on its driver",
                "use --jobs-dir on a local disk")
        : Check.Ok("file system", format);

    public static Check Space(long free) => free switch
    {
        < NoSpace => Check.Fail("free space", Megabytes(free), "free some space"),
        < LittleSpace => Check.Warn("free space", Megabytes(free), "free some space: working trees and logs are kept"),
        _ => Check.Ok("free space", Megabytes(free)),
    };

    private static Check Writable(string jobsDirectory, string existing)
    {
        var missing = existing == jobsDirectory ? "" : " (made on first use)";
        try
        {
            var probe = Path.Combine(existing, $".logist-doctor-{Environment.ProcessId}");
            using (new FileStream(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose))
            {
                return Check.Ok("jobs directory", jobsDirectory + missing);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Check.Fail("jobs directory", $"cannot write in {existing}: {e.Message}",
                "use --jobs-dir or LOGIST_JOBS_DIR with a directory you may write to");
        }
    }

    private static string Megabytes(long bytes) => bytes >= 10L << 30 ? $"{bytes >> 30} GiB" : $"{bytes >> 20} MiB";
}
