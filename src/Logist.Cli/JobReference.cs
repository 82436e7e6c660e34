using Logist.Core;

namespace Logist.Cli;

/// <summary>Which job is meant: an id, a unique prefix of at least 4 characters, or nothing (LOGIST_JOB_ID, then the selected
/// job).</summary>
internal static class JobReference
{
    /// <returns>A job that exists, perhaps damaged.</returns>
    /// <exception cref="LogistException">Usage: no job given and none selected, not an id, or an ambiguous prefix; UnknownJob.</exception>
    public static JobId Resolve(Session session, string? given)
    {
        var jobs = session.Jobs;
        var text = given ?? session.Surroundings.Get("LOGIST_JOB_ID") ?? jobs?.Current()?.Value
            ?? throw new LogistException(ErrorKind.Usage, "which job?",
                "no <job> is given, LOGIST_JOB_ID is not set and no job is selected",
                "logist job list", "logist job select <job>");
        return !Names.IsValid(text)
            ? throw new LogistException(ErrorKind.Usage, $"\"{text}\" is not a job id", $"ids match {Names.Pattern}", "logist job list")
            : jobs?.Find(text)
            ?? throw new LogistException(ErrorKind.UnknownJob, $"there is no job \"{text}\"", $"{session.JobsDirectory} does not exist",
                "logist job create");
    }
}
