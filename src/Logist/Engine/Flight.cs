using Logist.Agents;
using Logist.Core.Jobs;
using Logist.Core.Workflows;
using Logist.Git;
using Logist.Processes;

namespace Logist.Engine;

internal enum FlightPhase { Preparing, Working, Harvesting, PreparingCheck, Checking, PreparingReview, Reviewing, Judging }

/// <summary>Ordered: a stronger wish replaces a weaker one.</summary>
internal enum StopWish { None, Interrupt, Cancel }

/// <summary>What the owner has in flight for one task: where it is between the plan's "start" and its report. In memory only.</summary>
internal sealed class Flight(int run, int step, int attempt, StepDefinition definition)
{
    public int Run { get; } = run;

    public int Step { get; } = step;

    public int Attempt { get; } = attempt;

    public StepDefinition Definition { get; } = definition;

    public FlightPhase Phase { get; set; }

    public StopWish Wish { get; set; }

    /// <summary>Key of the process in the step host; null while there is none.</summary>
    public string? Execution { get; set; }

    /// <summary>The host reported a process; before that the start may still be withdrawn.</summary>
    public bool Started { get; set; }

    /// <summary>Held ahead of a free slot in the host.</summary>
    public bool Ahead { get; set; }

    public AttemptKind Kind { get; set; }

    public string? Input { get; set; }

    public string Place { get; set; } = "scratch";

    /// <summary>Null for <c>workspace: none</c>.</summary>
    public WorkingTree? Tree { get; set; }

    public ResolvedAgent? Worker { get; set; }

    public ResolvedAgent? Supervisor { get; set; }

    public StartRequest? Request { get; set; }

    /// <summary>Checks passed so far.</summary>
    public int ChecksDone { get; set; }

    public bool UsesGit => Definition.Workspace == WorkspaceMode.Git;
}
