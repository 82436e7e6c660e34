using Logist.Core.Jobs;

namespace Logist.Core;

/// <summary>What a command leads to: facts to store, or a refusal with its reason. Nothing to do is no events.</summary>
public abstract record Decision
{
    public sealed record Accepted(IReadOnlyList<JobEvent> Events) : Decision;

    public sealed record Rejected(Problem Problem) : Decision;

    public static readonly Decision Nothing = new Accepted([]);

    public static Decision Accept(params JobEvent[] events) => new Accepted(events);

    public static Decision Reject(ErrorKind kind, string what, string? why = null, params string[] fix) =>
        new Rejected(new Problem(kind, what, why, fix));
}
