namespace Logist.Core.Jobs;

/// <summary>What an execution left behind. All optional: a plain command has an exit code and a duration, an agent the rest.</summary>
public sealed record WorkResult
{
    public int? ExitCode { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public long DurationMs { get; init; }

    /// <summary>Output commit and its tree; null for <c>workspace: none</c>.</summary>
    public string? Commit { get; init; }

    public string? Tree { get; init; }

    /// <summary>COMPLETED, STUCK or RETRY as the worker answered; null for a command.</summary>
    public string? Action { get; init; }

    public string? Summary { get; init; }

    public IReadOnlyList<string> Evidence { get; init; } = [];

    /// <summary>A later call of the same agent can go on with it; null for agents that cannot.</summary>
    public string? Session { get; init; }

    /// <summary>Which kind of agent it was, the model and version that it reported or was asked for; null for a command.</summary>
    public string? Provider { get; init; }

    /// <inheritdoc cref="Provider"/>
    public string? Model { get; init; }

    /// <inheritdoc cref="Provider"/>
    public string? Version { get; init; }

    /// <summary>Of the prompt as it was sent: <c>sha256:…</c>; its text is kept with the attempt.</summary>
    public string? PromptHash { get; init; }

    public Usage? Usage { get; init; }

    public IReadOnlyList<string> Warnings { get; init; } = [];
}

/// <summary>Unknown is null, never 0.</summary>
/// <param name="TokensIn">All input, what came from a cache included.</param>
/// <param name="TokensOut">All output, reasoning included.</param>
public sealed record Usage(long? TokensIn, long? TokensCached, long? TokensOut, decimal? CostUsd)
{
    /// <summary>The part of the output that was reasoning.</summary>
    public long? TokensReasoning { get; init; }

    /// <summary>The cost was not reported but computed from tokens and a price table.</summary>
    public bool Estimated { get; init; }

    /// <summary>Both together. What one of them does not know is as little as the other says: better a part than nothing.</summary>
    public static Usage? Sum(Usage? a, Usage? b) => a is null ? b : b is null ? a
        : new Usage(Plus(a.TokensIn, b.TokensIn), Plus(a.TokensCached, b.TokensCached), Plus(a.TokensOut, b.TokensOut),
            a.CostUsd is null ? b.CostUsd : a.CostUsd + (b.CostUsd ?? 0))
        {
            TokensReasoning = Plus(a.TokensReasoning, b.TokensReasoning), Estimated = a.Estimated || b.Estimated,
        };

    private static long? Plus(long? a, long? b) => a is null ? b : a + (b ?? 0);
}

/// <summary>A failure as data: category of <see cref="FailureCategory"/>, one sentence, and what to do.</summary>
public sealed record Failure(string Category, string Message, string? Hint = null)
{
    /// <summary>The hint where the storage is to blame.</summary>
    public const string MakeRoom = "make room or mend the disk, then resubmit";

    /// <summary>For rate limits: when to go on.</summary>
    public DateTimeOffset? RetryAt { get; init; }
}

public static class FailureCategory
{
    public const string CommandFailed = "command_failed";
    public const string AgentError = "agent_error";
    public const string AgentStuck = "agent_stuck";
    public const string InvalidResponse = "invalid_response";
    public const string Timeout = "timeout";
    public const string RateLimited = "rate_limited";
    public const string Auth = "auth";
    public const string MissingTool = "missing_tool";
    public const string MergeConflict = "merge_conflict";
    public const string EvidenceMissing = "evidence_missing";
    public const string CheckFailed = "check_failed";
    public const string ReviewRounds = "review_rounds";
    public const string ApprovalRejected = "approval_rejected";
    public const string Budget = "budget";
    public const string Lost = "lost";
    public const string Interrupted = "interrupted";
    public const string Canceled = "canceled";
    public const string Tampered = "tampered";
    public const string Storage = "storage";
}
