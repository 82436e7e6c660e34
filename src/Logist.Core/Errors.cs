namespace Logist.Core;

/// <summary>A kind of expected failure: one stable code, one exit code, one HTTP status.</summary>
public sealed record ErrorKind(string Code, int Exit, int Http, string Title)
{
    // The catalogue. Codes are never reused; the same text reaches the CLI and the API's problem+json.
    public static readonly ErrorKind Usage = new("LOG1001", 2, 422, "invalid request");
    public static readonly ErrorKind UnknownStep = new("LOG1002", 2, 422, "no such step");
    public static readonly ErrorKind UnknownParam = new("LOG1003", 2, 422, "no such parameter");
    public static readonly ErrorKind UnknownJob = new("LOG1004", 6, 404, "no such job");
    public static readonly ErrorKind NotFound = new("LOG1005", 6, 404, "not found");
    public static readonly ErrorKind InvalidWorkflow = new("LOG1006", 9, 422, "invalid workflow");
    public static readonly ErrorKind InvalidConfig = new("LOG1007", 9, 422, "invalid configuration");
    public static readonly ErrorKind BadRequest = new("LOG1008", 2, 400, "not a request that can be read");
    public static readonly ErrorKind NotJson = new("LOG1009", 2, 415, "not JSON");
    public static readonly ErrorKind TooLarge = new("LOG1010", 2, 413, "too large");
    public static readonly ErrorKind WrongState = new("LOG1042", 5, 409, "not possible in this state");
    public static readonly ErrorKind Busy = new("LOG1043", 5, 409, "driven by another process");
    public static readonly ErrorKind Exists = new("LOG1044", 5, 409, "already exists");
    public static readonly ErrorKind PlanChanged = new("LOG1045", 5, 409, "the job moved since the plan was made");
    public static readonly ErrorKind HumanConflict = new("LOG1046", 5, 409, "a person's changes conflict");
    public static readonly ErrorKind Superseded = new("LOG1047", 5, 409, "another owner took over");
    public static readonly ErrorKind Moved = new("LOG1048", 5, 412, "changed since it was looked at");
    public static readonly ErrorKind NotAuthorised = new("LOG1050", 4, 401, "not authorised");
    public static readonly ErrorKind ReadOnly = new("LOG1051", 4, 403, "read only");
    public static readonly ErrorKind ForeignOrigin = new("LOG1052", 4, 403, "asked from elsewhere");
    public static readonly ErrorKind BudgetReached = new("LOG1060", 7, 409, "budget reached");
    public static readonly ErrorKind StillRunning = new("LOG1061", 8, 409, "still running");
    public static readonly ErrorKind Storage = new("LOG1070", 10, 507, "storage failed");
    public static readonly ErrorKind Corrupt = new("LOG1071", 10, 500, "damaged data");
    public static readonly ErrorKind Git = new("LOG1072", 1, 500, "git failed");
    public static readonly ErrorKind MissingTool = new("LOG1073", 1, 500, "a needed program is missing");
    public static readonly ErrorKind Tampered = new("LOG1074", 1, 500, "the job's files were changed by someone else");
    public static readonly ErrorKind Internal = new("LOG1999", 1, 500, "internal error");

    public static IReadOnlyList<ErrorKind> All { get; } =
    [
        Usage, UnknownStep, UnknownParam, UnknownJob, NotFound, InvalidWorkflow,
        InvalidConfig, BadRequest, NotJson, TooLarge, WrongState, Busy,
        Exists, PlanChanged, HumanConflict, Superseded, Moved, NotAuthorised,
        ReadOnly, ForeignOrigin, BudgetReached, StillRunning, Storage, Corrupt,
        Git, MissingTool, Tampered, Internal,
    ];

    /// <returns>Null: a newer version's, or none of ours.</returns>
    public static ErrorKind? Find(string code) => All.FirstOrDefault(kind => kind.Code == code);
}

/// <summary>An expected failure as a person reads it: what, why, and commands to type.</summary>
public sealed record Problem(ErrorKind Kind, string What, string? Why = null, params string[] Fix)
{
    /// <summary>Which state pair was refused; only for <see cref="ErrorKind.WrongState"/>.</summary>
    public string? From { get; init; }

    public string? Wanted { get; init; }

    public IReadOnlyList<string> Allowed { get; init; } = [];
}

/// <summary>An expected failure on its way to the one place that prints it.</summary>
public class LogistException(Problem problem, Exception? inner = null) : Exception(problem.What, inner)
{
    public LogistException(ErrorKind kind, string what, string? why = null, params string[] fix)
        : this(new Problem(kind, what, why, fix)) { }

    public Problem Problem { get; } = problem;
}

/// <summary>A state that does not allow what was asked, or state on disk that cannot be trusted.</summary>
public sealed class JobStateException(Problem problem, Exception? inner = null) : LogistException(problem, inner);
