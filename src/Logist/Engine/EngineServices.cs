using Logist.Agents;
using Logist.Core;
using Logist.Core.Jobs;
using Logist.Core.Workflows;
using Logist.Stores;

namespace Logist.Engine;

/// <summary>What the engine needs from its front end; it reads no environment, terminal or home directory by itself.</summary>
/// <param name="JobsDirectory">Absolute.</param>
/// <param name="Environment">The driving process's variables: what a step may be passed, and where programs are looked for.</param>
/// <param name="OwnProgram">How this program is started again (for the scripted agent).</param>
public sealed record EngineServices(
    IJobStore Store,
    string JobsDirectory,
    TimeProvider Time,
    IReadOnlyDictionary<string, string> Environment,
    IReadOnlyList<string> OwnProgram)
{
    public JobLayout LayoutOf(JobId job) => JobLayout.For(JobsDirectory, job);

    /// <summary>Agents of the user's configuration, for those that are named when a job is driven; a workflow's own come first.</summary>
    public IReadOnlyDictionary<string, AgentDefinition> Agents { get; init; } =
        new Dictionary<string, AgentDefinition>(StringComparer.Ordinal);

    /// <summary>For calls whose cost the agent does not say.</summary>
    public Prices Prices { get; init; } = Prices.BuiltIn;

    /// <summary>Null: nobody asks agents for their version.</summary>
    public ProgramVersions? Versions { get; init; }

    /// <summary>To the millisecond, as the journal stores it: what is decided now equals what is folded later.</summary>
    public DateTimeOffset Now => Stamps.Now(Time);

    /// <summary>Where details of unexpected errors go.</summary>
    public required string LogDirectory { get; init; }
}

public static class Stamps
{
    /// <summary>The time to the millisecond, as the journal stores it.</summary>
    public static DateTimeOffset Now(TimeProvider time)
    {
        var now = time.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMillisecond));
    }
}

/// <summary>How to drive a job this time.</summary>
public sealed record RunOptions
{
    /// <summary>Only the ready step with the lowest number, to its resting state.</summary>
    public bool OneStep { get; init; }

    /// <summary>Index of the step to stop after; null: to the end.</summary>
    public int? Until { get; init; }

    public int? MaxParallel { get; init; }

    /// <summary><c>foreground</c> or <c>server</c>.</summary>
    public string Driver { get; init; } = "foreground";

    /// <summary>Instead of the workers that the workflow names.</summary>
    public string? Agent { get; init; }

    public string? Model { get; init; }

    /// <summary>What is to be executed once more, decided and recorded under the lease before anything starts; null: just go on.</summary>
    public JobCommand.Reexecution? Request { get; init; }

    /// <summary>Only record the request.</summary>
    public bool NoRun { get; init; }

    /// <summary>Take in what a person changed and ask the open gates about it; start nothing.</summary>
    public bool GatesOnly { get; init; }

    /// <summary>Who gave the command, asked for only when it matters; null: the engine itself.</summary>
    public Func<string>? Who { get; init; }

    /// <summary>How long an agent gets between the request to stop and being killed.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(5);
}

public enum RunEnd
{
    /// <summary>Nothing is left to do without a person, or everything asked for is done.</summary>
    AtRest,

    /// <summary>Stopped by the caller: attempts ended as interrupted, the job goes on later.</summary>
    Interrupted,

    /// <summary>Left by the caller: attempts live on and are adopted by the next owner.</summary>
    Detached,

    /// <summary>Another owner took over; nothing more was written.</summary>
    Superseded,
}

public sealed record RunResult(LoadedJob Job, RunEnd End);
