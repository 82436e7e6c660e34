using Logist.Core;

namespace Logist.Agents;

/// <summary>What a step before this one reported. Everything but the ids is an agent's text.</summary>
internal sealed record StepReport(string Step, string? Summary)
{
    public string? Commit { get; init; }

    public IReadOnlyList<string> Evidence { get; init; } = [];
}

/// <param name="Task">The step's task with its expressions resolved.</param>
/// <param name="Boundary">Random per prompt, of letters and digits: nobody who writes the data can know it.</param>
internal sealed record WorkerPrompt(AttemptId Attempt, string Task, string Boundary)
{
    public string? Title { get; init; }

    /// <summary>What the workflow or the repository says of the role; null: the built-in words.</summary>
    public string? Role { get; init; }

    /// <summary>Why this is not the first attempt: "attempt 1 failed: exit code 1".</summary>
    public string? Why { get; init; }

    public int Round { get; init; } = 1;

    public int Rounds { get; init; } = 1;

    /// <summary>What the supervisor, or the person who rejected, said about the last attempt.</summary>
    public string? Feedback { get; init; }

    /// <summary>Ancestors of the step, in step order.</summary>
    public IReadOnlyList<StepReport> Earlier { get; init; } = [];
}

/// <param name="Task">The worker's task with its expressions resolved.</param>
/// <param name="Boundary">Random per prompt, of letters and digits: nobody who writes the data can know it.</param>
internal sealed record SupervisorPrompt(AttemptId Attempt, string Task, string Boundary)
{
    public string? Title { get; init; }

    /// <inheritdoc cref="WorkerPrompt.Role"/>
    public string? Role { get; init; }

    /// <summary>The review's own instructions from the workflow.</summary>
    public string? Instructions { get; init; }

    public int Round { get; init; } = 1;

    public int Rounds { get; init; } = 1;

    /// <summary>Commits before and after the worker; null without git.</summary>
    public (string Input, string Output)? Range { get; init; }

    /// <summary>As <c>git diff --stat</c> prints it.</summary>
    public string? DiffStat { get; init; }

    /// <summary>All changes as <c>git diff</c> prints them, for a supervisor that sees no files; null: it sees them.</summary>
    public string? Diff { get; init; }

    public string? WorkerSummary { get; init; }

    public IReadOnlyList<string> Evidence { get; init; } = [];

    /// <summary>What the review of the round before asked for.</summary>
    public string? LastFeedback { get; init; }
}
