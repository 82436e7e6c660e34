using System.Security.Cryptography;
using System.Text;
using Logist.Core.Jobs;

namespace Logist.Core.Reruns;

/// <summary>What happens to a step: executed, its output taken over, passed by, left as it is, or (if its input changes) marked.</summary>
public enum PlanAction { Run, Reuse, Skip, Keep, Stale }

/// <param name="Step">Index from 0.</param>
public sealed record PlannedStep(int Step, string Id, PlanAction Action, string Why)
{
    /// <summary>The attempt whose output counts now, or the latest; null: none.</summary>
    public int? AttemptFrom { get; init; }

    /// <summary>The attempt whose output counts afterwards; null: none.</summary>
    public int? AttemptTo { get; init; }

    /// <summary>Run of <see cref="AttemptFrom"/> when it is reused.</summary>
    public int? FromRun { get; init; }

    /// <summary>Null: known only when the steps before it are done, or a merge that does not exist yet.</summary>
    public string? Input { get; init; }

    /// <summary>Why an output that is reused is out of date; null: it is not.</summary>
    public string? Stale { get; init; }

    /// <summary>What its last accepted execution cost and took; null: unknown.</summary>
    public decimal? CostUsd { get; init; }

    public double? Seconds { get; init; }
}

/// <summary>What a plan is for.</summary>
public static class PlanKind
{
    public const string Run = "run";
    public const string Step = "step";
    public const string Stale = "stale";
    public const string Rerun = "rerun";
    public const string Restep = "restep";
    public const string PartialRerun = "partial_rerun";
}

/// <param name="Code">One of this type's constants.</param>
public sealed record PlanWarning(string Code, string? Step, string Text)
{
    public const string SideEffects = "side_effects";
    public const string Approval = "approval";
    public const string Budget = "budget";
    public const string HumanChange = "human_change";
    public const string Stale = "stale";
    public const string Definition = "definition";
    public const string Param = "param";

    /// <summary>Something that cannot be undone: not without a yes.</summary>
    public bool NeedsYes => Code is SideEffects or Budget;
}

/// <summary>
/// What a re-execution will do, step by step, before anything is touched. Made of the job's state alone: what is shown is what then
/// happens, and <see cref="Hash"/> tells whether it still would.
/// </summary>
/// <param name="Kind">One of <see cref="PlanKind"/>.</param>
/// <param name="Run">Number of the run in which it happens.</param>
/// <param name="Details">Whatever else of the request makes it another plan: parameters, base, agent.</param>
public sealed record ExecutionPlan(string JobId, string Kind, int Run, IReadOnlyList<PlannedStep> Steps,
    IReadOnlyList<PlanWarning> Warnings, string Details)
{
    /// <summary><c>sha256:</c> and 64 hexadecimal digits; times and estimates are not in it.</summary>
    public string Hash { get; } = HashOf(JobId, Kind, Run, Steps, Warnings, Details);

    /// <summary>Sum of what is known; null: nothing is.</summary>
    public decimal? CostUsd => Runs.Aggregate((decimal?)null, (sum, step) => step.CostUsd is { } cost ? (sum ?? 0) + cost : sum);

    public double? Seconds => Runs.Aggregate((double?)null, (sum, step) => step.Seconds is { } time ? (sum ?? 0) + time : sum);

    /// <param name="hash">The whole hash or its beginning, with or without <c>sha256:</c>.</param>
    public bool IsNamed(string hash)
    {
        var digits = hash.StartsWith("sha256:", StringComparison.Ordinal) ? hash["sha256:".Length..] : hash;
        return digits.Length > 0 && Hash.AsSpan("sha256:".Length).StartsWith(digits, StringComparison.Ordinal);
    }

    public Problem Changed(string agreed) => new(ErrorKind.PlanChanged, $"{JobId} moved since the plan was made",
        $"the plan is now {Hash}, not {agreed}", "look at the plan again (--dry-run)");

    public IEnumerable<PlannedStep> Runs => Steps.Where(step => step.Action == PlanAction.Run);

    private static string HashOf(string job, string kind, int run, IReadOnlyList<PlannedStep> steps, IReadOnlyList<PlanWarning> warnings,
        string details)
    {
        var text = new StringBuilder().Append(job).Append('\n').Append(kind).Append('\n').Append(run).Append('\n').Append(details);
        foreach (var step in steps)
        {
            _ = text.Append('\n').Append(step.Id).Append('|').Append(step.Action).Append('|').Append(step.AttemptFrom).Append('|')
                .Append(step.AttemptTo).Append('|').Append(step.FromRun).Append('|').Append(step.Input);
        }

        foreach (var warning in warnings)
        {
            _ = text.Append('\n').Append(warning.Code).Append('|').Append(warning.Step);
        }

        return "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}

/// <summary>A plan, or why there is none.</summary>
public abstract record PlanResult
{
    public sealed record Planned(ExecutionPlan Plan) : PlanResult;

    public sealed record Refused(Problem Problem) : PlanResult;

    public static PlanResult Refuse(ErrorKind kind, string what, string? why = null, params string[] fix) =>
        new Refused(new Problem(kind, what, why, fix));
}

/// <summary>The one planner of every re-execution.</summary>
public static class Planner
{
    public static PlanResult Of(JobState job, JobCommand.Reexecution request) => request switch
    {
        JobCommand.Rerun rerun => RerunPlan.Of(job, rerun),
        JobCommand.Restep restep => RestepPlan.Of(job, restep),
        JobCommand.PartialRerun partial => PartialRerunPlan.Of(job, partial),
        JobCommand.RunStale stale => StalePlan.Of(job, stale),
        _ => PlanResult.Refuse(ErrorKind.Internal, $"no plan for {request.GetType().Name}"),
    };
}

/// <summary>What a plan needs and the journal does not know: gathered by the shell, which also looks again before it acts.</summary>
public sealed record ReexecutionFacts
{
    public static readonly ReexecutionFacts None = new();

    /// <summary>What a person changed in the workspace since the job came to rest; null: nothing.</summary>
    public HumanEdit? Edit { get; init; }

    /// <summary>Ids of steps whose text uses a parameter that changes.</summary>
    public IReadOnlySet<string> UsesChangedParam { get; init; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>Ids of steps whose definition changes.</summary>
    public IReadOnlySet<string> ChangedDefinitions { get; init; } = new HashSet<string>(StringComparer.Ordinal);
}

/// <param name="Tree">The workspace's tree as it is now, and those of the kept trees that were edited.</param>
public sealed record HumanEdit(string Tree, IReadOnlyList<string> Files);
