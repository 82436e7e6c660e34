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

    /// <summary>Which process of the worker it is; see <see cref="AgentCall.Turn"/>.</summary>
    public int Turn { get; set; } = 1;

    /// <summary>The attempt that this one goes on from: its session, its tree, its directory; null: from the step's input.</summary>
    public AttemptState? GoOnFrom { get; set; }

    /// <summary>What a person changed since then.</summary>
    public IReadOnlyList<JobEvent.JobHumanChange> Pending { get; set; } = [];

    /// <summary>The session that the process resumes.</summary>
    public string? Session { get; set; }

    /// <summary>Processes of earlier turns, for the host to forget with the last.</summary>
    public List<string> Before { get; } = [];

    /// <summary>How long they took together.</summary>
    public long BeforeMs { get; set; }

    public ResolvedAgent? Supervisor { get; set; }

    public StartRequest? Request { get; set; }

    /// <summary>Checks passed so far.</summary>
    public int ChecksDone { get; set; }

    /// <summary>How long its process may print nothing; null: for ever.</summary>
    public TimeSpan? Silence => Definition.InactivityTimeout ?? Phase switch
    {
        FlightPhase.Checking or FlightPhase.PreparingCheck => null,
        FlightPhase.PreparingReview or FlightPhase.Reviewing => Supervisor?.Agent.Silence,
        _ => Worker?.Agent.Silence,
    };

    public bool UsesGit => Definition.Workspace == WorkspaceMode.Git;
}
