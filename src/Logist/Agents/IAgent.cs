using Logist.Agents.Streams;
using Logist.Core;
using Logist.Core.Jobs;
using Logist.Core.Workflows;

namespace Logist.Agents;

/// <summary>One way of driving an agent program. Stateless; safe for use by many attempts at once.</summary>
internal interface IAgent
{
    /// <summary>
    /// Variables of the driving process that reach this agent's process without anybody naming them: its own login, endpoints and
    /// proxies. Only this process gets them, not the checks of its step.
    /// </summary>
    IReadOnlyList<string> PassThrough => [];

    /// <summary>The program's name as doctor looks for it and as its version is asked for; null: not a program of its own.</summary>
    string? Program => null;

    /// <summary>False: it works on its prompt alone, so that a review's prompt must hold the changes themselves.</summary>
    bool SeesFiles => true;

    /// <summary>How long it may print nothing where the step does not say; null: for ever.</summary>
    TimeSpan? Silence => null;

    /// <summary>Reads one call's standard output, from its beginning; null: it is plain text.</summary>
    IEventParser? NewParser() => null;

    /// <summary>
    /// The command line of one call. Removes what an earlier call may have left where the answer is looked for, so it is called
    /// once, directly before the start; the prompt file is already written.
    /// </summary>
    Preparation Prepare(AgentCall call);

    /// <summary>What the ended process has to say. May be repeated for the same end, also by another process: same outcome.</summary>
    AgentOutcome Judge(Finished finished);
}

internal enum AgentRole { Worker, Supervisor }

/// <summary>One call of an agent. Paths are absolute.</summary>
internal sealed record AgentCall(
    AgentRole Role, AttemptId Attempt, string Agent, AgentDefinition Definition, string Prompt,
    string WorkingDirectory, string AttemptDirectory)
{
    public string? Model { get; init; }

    /// <summary>Session of an earlier call to go on with; for agents that can.</summary>
    public string? Session { get; init; }

    /// <summary>
    /// Which process of the attempt's worker this is, from 1: a later one goes on where one before ended without a valid answer, or
    /// could not resume a session. Each has files of its own.
    /// </summary>
    public int Turn { get; init; } = 1;

    /// <summary>Which worker execution of the attempt chain this is, or reviews, from 1.</summary>
    public int Round { get; init; } = 1;

    /// <summary>Where the caller has written <see cref="Prompt"/>.</summary>
    public string PromptFile => AgentFiles.Prompt(Role, AttemptDirectory, Turn);
}

internal abstract record Preparation
{
    public sealed record Ready(Invocation Invocation) : Preparation;

    public sealed record Failed(Failure Failure) : Preparation;
}

/// <param name="Argv">Program (absolute) and arguments; no shell.</param>
/// <param name="StdinFile">Absolute; null is /dev/null.</param>
/// <param name="ExtraEnvironment">Below what the workflow sets: a variable that the step or the agent names keeps its value.</param>
internal sealed record Invocation(IReadOnlyList<string> Argv, string? StdinFile, IReadOnlyDictionary<string, string> ExtraEnvironment)
{
    public static readonly IReadOnlyDictionary<string, string> NoEnvironment = new Dictionary<string, string>(StringComparer.Ordinal);
}

internal enum EndReason
{
    /// <summary>By itself: an exit code or a signal that was not ours.</summary>
    Exited,

    /// <summary>We ended it: it ran longer than allowed.</summary>
    Timeout,

    /// <summary>We ended it: it printed nothing for longer than allowed.</summary>
    Inactivity,

    Canceled,

    Interrupted,

    /// <summary>There never was a process; <see cref="Finished.Detail"/> says why.</summary>
    NotStarted,

    /// <summary>The same, and the program is not to blame: disk or descriptors were used up.</summary>
    NoStorage,
}

/// <summary>How a call ended. Paths are absolute; the output log need not exist.</summary>
internal sealed record Finished(
    AgentRole Role, AttemptId Attempt, int? ExitCode, int? Signal, EndReason Reason, string OutputLog,
    string WorkingDirectory, string AttemptDirectory)
{
    /// <summary>Where there was no process the system's words; for time-outs the limit ("20m").</summary>
    public string? Detail { get; init; }

    /// <inheritdoc cref="AgentCall.Turn"/>
    public int Turn { get; init; } = 1;

    /// <summary>The session that this call was to resume, <see cref="AgentCall.Session"/>.</summary>
    public string? Resumed { get; init; }

    /// <summary>What the calls before this one spent in the resumed session: some agents count the session, not the call.</summary>
    public Usage? SpentBefore { get; init; }
}

internal abstract record AgentOutcome
{
    /// <summary>What was spent, also by a call that failed; unknown is null, member by member.</summary>
    public Usage? Usage { get; init; }

    /// <summary>Session that a later call can resume; null where the agent has none.</summary>
    public string? Session { get; init; }

    /// <summary>As the agent itself says; null: it does not.</summary>
    public string? Model { get; init; }

    /// <inheritdoc cref="Model"/>
    public string? Version { get; init; }

    /// <summary>What the agent warned of, for the attempt's warnings.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    public sealed record Answered(Answer Answer) : AgentOutcome;

    public sealed record Failed(Failure Failure) : AgentOutcome
    {
        /// <summary>Nothing was done, because the session that was to be resumed does not exist: a fresh one can do it.</summary>
        public bool SessionLost { get; init; }
    }
}

/// <summary>Names of the files that agents and Logist exchange.</summary>
internal static class AgentFiles
{
    /// <summary>Relative to the working directory: where an agent may put its answer instead of printing it.</summary>
    public const string Response = ".logist/response.json";

    public static string Prompt(AgentRole role, string attemptDirectory, int turn = 1) =>
        Path.Combine(attemptDirectory, $"{Prefix(role, turn)}.prompt.md");

    /// <summary>The answer as it was accepted for judging, kept with the attempt.</summary>
    public static string Answer(AgentRole role, string attemptDirectory, int turn = 1) =>
        Path.Combine(attemptDirectory, $"{Prefix(role, turn)}.response.json");

    public static string Script(AgentRole role, string attemptDirectory, int turn = 1) =>
        Path.Combine(attemptDirectory, $"{Prefix(role, turn)}.script");

    /// <summary>Settings that an adapter gives its program.</summary>
    public static string Settings(AgentRole role, string attemptDirectory, int turn = 1) =>
        Path.Combine(attemptDirectory, $"{Prefix(role, turn)}.settings.json");

    /// <summary>What an adapter tells its other half in the attempt's process.</summary>
    public static string Call(AgentRole role, string attemptDirectory, int turn = 1) =>
        Path.Combine(attemptDirectory, $"{Prefix(role, turn)}.call.json");

    /// <summary>What the process printed, both streams.</summary>
    public static string Log(AgentRole role, string attemptDirectory, int turn = 1) =>
        Path.Combine(attemptDirectory, $"{(role == AgentRole.Worker ? "output" : "review")}{Suffix(turn)}.log");

    private static string Prefix(AgentRole role, int turn) => $"{(role == AgentRole.Worker ? "worker" : "review")}{Suffix(turn)}";

    // The first one's names are those of a call without further turns: worker.prompt.md, then worker2.prompt.md.
    private static string Suffix(int turn) => turn == 1 ? "" : turn.ToString();
}
