using Logist.Files;

namespace Logist.Server.Jobs;

/// <summary>A file's times advance in steps: two changes within one look like one.</summary>
internal static class FileAge
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);

    /// <summary>Whatever changes the file from now on changes its status, too. One that is missing has no time to tell by.</summary>
    public static bool IsSettled(FileStatus? file, TimeProvider time) => file is { Changed: var changed }
        && time.GetUtcNow() - DateTimeOffset.UnixEpoch.AddTicks(changed / TimeSpan.NanosecondsPerTick) > Step;
}
