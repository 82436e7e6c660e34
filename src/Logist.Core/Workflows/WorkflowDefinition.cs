namespace Logist.Core.Workflows;

/// <summary>A compiled workflow: everything a run needs, with prompt texts inside, so that nothing outside the job can change it
/// later.</summary>
public sealed class WorkflowDefinition
{
    private readonly Dictionary<string, int> _index;

    public WorkflowDefinition(string name, IReadOnlyList<StepDefinition> steps)
    {
        Name = name;
        Steps = steps;
        _index = new Dictionary<string, int>(steps.Count, StringComparer.Ordinal);
        for (var i = 0; i < steps.Count; i++)
        {
            _index[steps[i].Id] = i;
        }

        Graph = new StepGraph(this);
    }

    public string Name { get; }

    public string? Description { get; init; }

    /// <summary>In file order: step number = index + 1.</summary>
    public IReadOnlyList<StepDefinition> Steps { get; }

    public IReadOnlyDictionary<string, ParamDefinition> Params { get; init; } =
        new Dictionary<string, ParamDefinition>(StringComparer.Ordinal);

    /// <summary>Agents declared in the workflow, and those of config.yaml that it uses; built-in ones are known by name.</summary>
    public IReadOnlyDictionary<string, AgentDefinition> Agents { get; init; } =
        new Dictionary<string, AgentDefinition>(StringComparer.Ordinal);

    /// <summary>What workers and supervisors are told of their role.</summary>
    public Instructions Instructions { get; init; } = Instructions.BuiltIn;

    public Budget? Budget { get; init; }

    /// <summary>Null: the number of cores of the machine that drives, at least 2.</summary>
    public int? MaxParallel { get; init; }

    public StepGraph Graph { get; }

    /// <returns>The step's index from 0, or -1.</returns>
    public int IndexOf(string stepId) => _index.TryGetValue(stepId, out var i) ? i : -1;

    /// <summary>A step by number (from 1) or id.</summary>
    /// <returns>The step's index from 0, or -1.</returns>
    public int Find(string numberOrId) =>
        int.TryParse(numberOrId, out var n) ? (n >= 1 && n <= Steps.Count ? n - 1 : -1) : IndexOf(numberOrId);
}

/// <summary>Opening words of the prompts, by role; null: the built-in ones.</summary>
public sealed record Instructions(string? Worker = null, string? Supervisor = null)
{
    public static readonly Instructions BuiltIn = new();
}

public sealed record ParamDefinition(bool Required, string? Default, string? Description = null);

/// <summary>One node. Exactly one of <see cref="Run"/>, <see cref="Prompt"/> or neither (a pure gate, then <see cref="Approval"/> is
/// set).</summary>
public sealed record StepDefinition(string Id)
{
    public string? Title { get; init; }

    public string? Description { get; init; }

    /// <summary>Step ids.</summary>
    public IReadOnlyList<string> Needs { get; init; } = [];

    public RunAction? Run { get; init; }

    public string? Prompt { get; init; }

    public string? Agent { get; init; }

    public string? Model { get; init; }

    /// <summary>Agents to go on with, in this order, where the one before cannot work: limits, login, program missing.</summary>
    public IReadOnlyList<string> Fallback { get; init; } = [];

    public ReviewDefinition? Review { get; init; }

    /// <summary>Commands that must exit 0 before the step counts as done.</summary>
    public IReadOnlyList<RunAction> Checks { get; init; } = [];

    public RetryPolicy Retry { get; init; } = RetryPolicy.None;

    public TimeSpan? Timeout { get; init; }

    /// <summary>No output for this long ends the attempt.</summary>
    public TimeSpan? InactivityTimeout { get; init; }

    public WorkspaceMode Workspace { get; init; } = WorkspaceMode.Git;

    /// <summary>Globs of ignored files that belong to the step's output all the same.</summary>
    public IReadOnlyList<string> Keep { get; init; } = [];

    /// <summary>Globs of files that must exist after the step; they belong to its output, ignored by git or not.</summary>
    public IReadOnlyList<string> Evidence { get; init; } = [];

    public StepEnvironment Env { get; init; } = StepEnvironment.Empty;

    public ApprovalDefinition? Approval { get; init; }

    /// <summary>Null: retry, or ask when <see cref="ExternalSideEffects"/>.</summary>
    public InterruptPolicy? OnInterrupt { get; init; }

    public bool ExternalSideEffects { get; init; }

    public Budget? Budget { get; init; }

    /// <summary>A worker or a supervisor answers; a command only exits.</summary>
    public bool IsAgent => Prompt is not null;

    public bool IsGateOnly => Run is null && Prompt is null;

    public InterruptPolicy InterruptPolicy => OnInterrupt ?? (ExternalSideEffects ? InterruptPolicy.Ask : InterruptPolicy.Retry);
}

public enum WorkspaceMode { Git, None }

public enum InterruptPolicy { Retry, Fail, Ask }

/// <summary>A command: a shell line, or an argument list that no shell sees. Exactly one is set.</summary>
public sealed record RunAction(string? Shell, IReadOnlyList<string>? Argv);

public sealed record ReviewDefinition(string Agent, int Rounds = 3, string? Model = null, string? Prompt = null);

public sealed record ApprovalDefinition(string? Message);

/// <summary>Variables a step gets: names passed through from the driving process, and values set by the workflow.</summary>
public sealed record StepEnvironment(IReadOnlyList<string> PassThrough, IReadOnlyDictionary<string, string> Values)
{
    public static readonly StepEnvironment Empty = new([], new Dictionary<string, string>(StringComparer.Ordinal));
}

public enum PromptDelivery { Stdin, Argument, File }

/// <summary>An agent declared under <c>agents:</c>.</summary>
public sealed record AgentDefinition(string Provider)
{
    /// <summary>
    /// Program and arguments, the program an absolute path after compiling, or a bare name for PATH. For <c>command</c> and
    /// <c>acp</c> all of the command line (in the former <c>{prompt}</c> and <c>{prompt_file}</c> are replaced); for an agent that
    /// Logist knows how to call what is started instead of its usual program.
    /// </summary>
    public IReadOnlyList<string> Command { get; init; } = [];

    public PromptDelivery Delivery { get; init; } = PromptDelivery.Stdin;

    /// <summary>Added to the command line of an agent that Logist knows how to call.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>For a model endpoint: its base address; null: the provider's own.</summary>
    public string? Url { get; init; }

    /// <summary>For a model endpoint: name of the variable that holds its key; null: the provider's usual one.</summary>
    public string? KeyVariable { get; init; }

    /// <summary>For <c>scripted</c>: the script's text.</summary>
    public string? Script { get; init; }

    public string? Model { get; init; }

    public StepEnvironment Env { get; init; } = StepEnvironment.Empty;
}

/// <summary>Limits; null = none. Tokens are input + output.</summary>
public sealed record Budget(decimal? MaxCostUsd = null, long? MaxTokens = null, TimeSpan? MaxTime = null, int? MaxIterations = null);
