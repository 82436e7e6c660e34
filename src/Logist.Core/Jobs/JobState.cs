namespace Logist.Core.Jobs;

/// <summary>
/// Everything known about a job, folded from its events by <see cref="Job.Evolve"/>. Owned and changed by one folder;
/// everybody else only reads. Status is derived, never stored.
/// </summary>
public sealed class JobState
{
    private readonly List<RunState> _runs = [];
    private readonly List<JobEvent.JobHumanChange> _humanChanges = [];
    private readonly HashSet<string> _commands = new(StringComparer.Ordinal);

    /// <summary>Number of the last event folded; 0 = the job does not exist.</summary>
    public long Seq { get; internal set; }

    public JobEvent.JobCreated? Created { get; internal set; }

    public string Id => Created?.JobId ?? "";

    public DateTimeOffset UpdatedAt { get; internal set; }

    public IReadOnlyList<RunState> Runs => _runs;

    /// <summary>The latest run; the job's status and phases are about it.</summary>
    public RunState? Run => _runs.Count == 0 ? null : _runs[^1];

    public long Epoch { get; internal set; }

    public Owner? LastOwner { get; internal set; }

    /// <summary>The event with which the machine's current boot began to drive: what was launched before it died with the machine, and
    /// what that wrote may never have reached the disk.</summary>
    public long BootSeq { get; internal set; }

    public bool Canceled { get; internal set; }

    public JobEvent.JobCancelRequested? CancelRequested { get; internal set; }

    public JobEvent.JobSuspended? Suspended { get; internal set; }

    public JobEvent.JobHalted? Halted { get; internal set; }

    public JobEvent.BudgetReached? BudgetStop { get; internal set; }

    /// <summary>The limit in force: raised, given at creation, or the workflow's.</summary>
    public decimal? BudgetUsd { get; internal set; }

    /// <summary>The commit that <c>workspace/</c> showed when the job came to rest; null once a step works with files again.</summary>
    public string? WorkspaceCommit { get; internal set; }

    /// <summary>Branch and workspace are what the journal says; false from the first event that may change them.</summary>
    public bool IsSettled { get; internal set; }

    /// <summary>A step that is being done once more, apart from the run's progress; null: none.</summary>
    public RestepState? Restep { get; internal set; }

    /// <summary>Everything that people changed, in order: kept on refs for ever.</summary>
    public IReadOnlyList<JobEvent.JobHumanChange> HumanChanges => _humanChanges;

    /// <summary>The job's branch as of the last rest: the merge of the accepted leaf outputs.</summary>
    public string? Head { get; internal set; }

    /// <summary>Leaf outputs that conflict with each other.</summary>
    public IReadOnlyList<string> Heads { get; internal set; } = [];

    public decimal? CostUsd { get; internal set; }

    public long TokensIn { get; internal set; }

    public long TokensOut { get; internal set; }

    public long TimeMs { get; internal set; }

    public int Attempts { get; internal set; }

    /// <summary>Attempts of agent steps: what <c>max_iterations</c> counts.</summary>
    public int Iterations { get; internal set; }

    public JobStatus Status => JobStatuses.Of(this);

    /// <summary>Why the job is in INTERVENTION_REQUIRED; null in every other status.</summary>
    public string? Reason => Status == JobStatus.InterventionRequired ? JobStatuses.ReasonOf(this) : null;

    /// <summary>Asked to stop what runs now. A job that was suspended before its re-step began lets that one end.</summary>
    public bool StopsNow => StartsNothing && Suspended is { Now: true };

    /// <summary>Suspended, as far as the re-step in progress is concerned: since it began.</summary>
    internal bool StartsNothing => Suspended is not null && !ReferenceEquals(Suspended, Restep?.Suspended);

    /// <summary>A cancel was acknowledged and is being carried out.</summary>
    public bool IsCanceling => CancelRequested is not null && (!Canceled || Restep is not null);

    /// <summary>Nothing drives it and no attempt of it is open.</summary>
    public bool IsAtRest => Restep is null && Run is null or { Active.Count: 0 };

    public bool Knows(string? commandId) => commandId is not null && _commands.Contains(commandId);

    internal void Remember(string commandId) => _commands.Add(commandId);

    internal void Add(JobEvent.JobHumanChange change) => _humanChanges.Add(change);

    internal void Add(RunState run) => _runs.Add(run);

    internal RunState? RunNumber(int number) => number >= 1 && number <= _runs.Count ? _runs[number - 1] : null;
}
