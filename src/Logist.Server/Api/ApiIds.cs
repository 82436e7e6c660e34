using Logist.Core;

namespace Logist.Server.Api;

/// <summary>What a request is about: a job, or its latest run by id.</summary>
internal readonly record struct Target(JobId Job, int? Run = null)
{
    public static Target OfJob(string text) => new(ApiIds.Job(text));

    public static Target OfRun(string text)
    {
        var (job, run) = ApiIds.Run(text);
        return new Target(job, run);
    }
}

/// <summary>Ids in paths and queries: checked by their pattern before anything is done with them.</summary>
internal static class ApiIds
{
    /// <exception cref="LogistException">BadRequest.</exception>
    public static JobId Job(string text) => JobId.TryParse(text, out var id) ? id : throw Bad("job", text);

    /// <exception cref="LogistException">BadRequest.</exception>
    public static (JobId Job, int Run) Run(string text) =>
        text.Split('.') is [var job, var number] && JobId.TryParse(job, out var id) && IsNumber(number, out var run) ? (id, run)
            : throw Bad("run", text);

    /// <exception cref="LogistException">BadRequest.</exception>
    public static (JobId Job, int Run, string Step) Task(string text) =>
        text.Split('.') is [var job, var number, var step] && JobId.TryParse(job, out var id) && IsNumber(number, out var run)
            && Names.IsStepId(step) ? (id, run, step) : throw Bad("task", text);

    /// <exception cref="LogistException">BadRequest.</exception>
    public static AttemptId Attempt(string text) =>
        AttemptId.TryParse(text, out var id) && id.ToString() == text ? id : throw Bad("attempt", text);

    /// <summary>As it is written by us: one id for one thing.</summary>
    private static bool IsNumber(string text, out int number)
    {
        number = 0;
        return text.Length is > 0 and < 10 && text.All(char.IsAsciiDigit) && text[0] != '0' && int.TryParse(text, out number);
    }

    private static LogistException Bad(string what, string text) => new(ErrorKind.BadRequest,
        $"not the id of a {what}", $"{text.Length} characters that do not match its pattern", $"a {what}'s id looks like " + what switch
        {
            "job" => "fix-login", "run" => "fix-login.2", "task" => "fix-login.2.test", _ => "fix-login.2.test.3",
        });
}
