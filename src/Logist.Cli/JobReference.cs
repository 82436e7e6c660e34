using System.Text.Json;
using Logist.Core;

namespace Logist.Cli;

/// <summary>Which job is meant: an id, a unique prefix of at least 4 characters, or nothing (LOGIST_JOB_ID, then the selected job).</summary>
internal static class JobReference
{
    private const int ShortestPrefix = 4;

    /// <returns>A job whose directory exists.</returns>
    /// <exception cref="LogistException">Usage: no job given and none selected, not an id, or an ambiguous prefix; UnknownJob.</exception>
    public static JobId Resolve(Session session, string? given)
    {
        var text = given ?? session.Surroundings.Get("LOGIST_JOB_ID") ?? Selected(session.JobsDirectory)
            ?? throw new LogistException(ErrorKind.Usage, "which job?", "no <job> is given, LOGIST_JOB_ID is not set and no job is selected",
                "logist job list", "logist job select <job>");
        if (!JobId.TryParse(text, out var id))
        {
            throw new LogistException(ErrorKind.Usage, $"\"{text}\" is not a job id", $"ids match {Names.Pattern}", "logist job list");
        }

        if (Directory.Exists(Path.Combine(session.JobsDirectory, id.Value)))
        {
            return id;
        }

        var all = All(session.JobsDirectory);
        var matches = text.Length >= ShortestPrefix ? all.FindAll(name => name.StartsWith(text, StringComparison.Ordinal)) : [];
        return matches switch
        {
            [var only] => JobId.Parse(only),
            [] => throw Unknown(text, all, session.JobsDirectory),
            _ => throw new LogistException(ErrorKind.Usage, $"\"{text}\" could be {string.Join(", ", matches)}", "a prefix has to be unique"),
        };
    }

    /// <summary>Ids of the jobs that exist, sorted.</summary>
    public static List<string> All(string jobsDirectory)
    {
        var names = new List<string>();
        if (Directory.Exists(jobsDirectory))
        {
            foreach (var directory in Directory.EnumerateDirectories(jobsDirectory))
            {
                var name = Path.GetFileName(directory);
                if (Names.IsValid(name))
                {
                    names.Add(name);
                }
            }
        }

        names.Sort(StringComparer.Ordinal);
        return names;
    }

    private static LogistException Unknown(string text, List<string> all, string jobsDirectory) =>
        new(ErrorKind.UnknownJob, $"no job \"{text}\" in {jobsDirectory}", null,
            DidYouMean.For(text, all) is { } near ? $"did you mean: {near}" : "logist job list");

    /// <summary>The index is only a cache: unreadable is the same as nothing selected.</summary>
    private static string? Selected(string jobsDirectory)
    {
        var file = Path.Combine(jobsDirectory, "jobs_index.json");
        if (!File.Exists(file))
        {
            return null;
        }

        try
        {
            var reader = new Utf8JsonReader(File.ReadAllBytes(file));
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1 && reader.ValueTextEquals("current_job_id"))
                {
                    return reader.Read() ? reader.GetString() : null;
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }

        return null;
    }
}
