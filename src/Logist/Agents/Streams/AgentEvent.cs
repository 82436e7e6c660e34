using Logist.Core.Jobs;

namespace Logist.Agents.Streams;

/// <summary>What happens inside an agent, whichever program it is. Texts are the agent's: data, to be sanitised where shown.</summary>
internal abstract record AgentEvent
{
    /// <summary>A session began or was resumed; members that the agent does not tell are null.</summary>
    public sealed record Session(string? Id, string? Model, string? Version) : AgentEvent;

    /// <param name="Piece">It continues the text before it; else it is a message of its own.</param>
    public sealed record Text(string Content, bool Piece = false) : AgentEvent;

    /// <param name="Call">Id that joins start and end of one use.</param>
    /// <param name="What">One line for people: the command, the file.</param>
    public sealed record Tool(string Call, string Name, string? What, ToolState State) : AgentEvent;

    /// <summary>A request to do something was decided by policy.</summary>
    public sealed record Permission(string Name, string? What, bool Allowed, string Why) : AgentEvent;

    /// <summary>The agent's own retry of a request.</summary>
    public sealed record Retry(int? Status, string Message) : AgentEvent;

    public sealed record Spent(Usage Usage, UsageScope Scope) : AgentEvent;

    public sealed record Warning(string Message) : AgentEvent;

    /// <summary>The terminal event: what the agent says of its own end.</summary>
    /// <param name="LastMessage">Its last message, where the terminal event repeats it.</param>
    /// <param name="Error">Null: it ended well.</param>
    public sealed record Final(string? LastMessage, AgentError? Error) : AgentEvent;
}

internal enum ToolState { Started, Done, Failed }

/// <summary>What an amount covers.</summary>
internal enum UsageScope
{
    /// <summary>One request; they add up.</summary>
    Call,

    /// <summary>The process so far: the last one counts.</summary>
    Total,

    /// <summary>The session so far, earlier processes included: the last one counts, less what those spent.</summary>
    Session,
}

/// <param name="Status">HTTP status of the model's endpoint, where known.</param>
/// <param name="Kind">The agent's own word for it, where it has one.</param>
internal sealed record AgentError(string Message, int? Status = null, string? Kind = null)
{
    /// <summary>The endpoint said when to come back: so long after the end of the process.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <inheritdoc cref="RetryAfter"/>
    public DateTimeOffset? RetryAt { get; init; }
}

/// <summary>Turns what one process prints into events. Lines in order, without their line feed, any length; never throws for what a
/// line holds: what it does not know it leaves out (the log keeps every byte).</summary>
internal interface IEventParser
{
    void Read(ReadOnlySpan<byte> line, List<AgentEvent> events);
}
