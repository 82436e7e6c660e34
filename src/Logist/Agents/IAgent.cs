using Logist.Core;
using Logist.Core.Jobs;
using Logist.Core.Workflows;

namespace Logist.Agents;

/// <summary>One way of driving an agent program. Stateless; safe for use by many attempts at once.</summary>
internal interface IAgent
{
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

    /// <summary>Which worker execution of the attempt chain this is, or reviews, from 1.</summary>
    public int Round { get; init; } = 1;

    /// <summary>Where the caller has written <see cref="Prompt"/>.</summary>
    public string PromptFile => AgentFiles.Prompt(Role, AttemptDirectory);
}

internal abstract record Preparation
{
    public sealed record Ready(Invocation Invocation) : Preparation;

    public sealed record Failed(Failure Failure) : Preparation;
}

/// <param name="Argv">Program (absolute) and arguments; no shell.</param>
/// <param name="StdinFile">Absolute; null is /dev/null.</param>
/// <param name="ExtraEnvironment">On top of the step's environment.</param>
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
}

internal abstract record AgentOutcome
{
    public sealed record Answered(Answer Answer) : AgentOutcome
    {
        /// <summary>Session to resume in a later call; null where the agent has none.</summary>
        public string? Session { get; init; }
    }

    public sealed record Failed(Failure Failure) : AgentOutcome
    {
        /// <summary>What was spent before it failed, as far as known.</summary>
        public Usage? Usage { get; init; }

        public string? Session { get; init; }
    }
}

/// <summary>Names of the files that agents and Logist exchange.</summary>
internal static class AgentFiles
{
    /// <summary>Relative to the working directory: where an agent may put its answer instead of printing it.</summary>
    public const string Response = ".logist/response.json";

    public static string Prompt(AgentRole role, string attemptDirectory) => Path.Combine(attemptDirectory, $"{Prefix(role)}.prompt.md");

    /// <summary>The answer as it was accepted for judging, kept with the attempt.</summary>
    public static string Answer(AgentRole role, string attemptDirectory) => Path.Combine(attemptDirectory, $"{Prefix(role)}.response.json");

    public static string Script(AgentRole role, string attemptDirectory) => Path.Combine(attemptDirectory, $"{Prefix(role)}.script");

    private static string Prefix(AgentRole role) => role == AgentRole.Worker ? "worker" : "review";
}
