using Logist.Core.Jobs;
using Logist.Core.Workflows;

namespace Logist.Core.Budgets;

/// <summary>
/// Reserves money, tokens, time and iterations before each launch, so that parallel launches never over-admit. A launch reserves its
/// step's own limit (nothing when it has none) until its attempt is over, reviews included. Unknown costs count as nothing: they cannot
/// be compared.
/// </summary>
internal sealed class Admission
{
    private readonly JobState _state;
    private readonly RunState _run;
    private Reservation? _reserved;

    public Admission(JobState state, RunState run)
    {
        _state = state;
        _run = run;
    }

    /// <summary>Whether launching the step now would run into a limit, and which.</summary>
    public static Work.BudgetReached? WouldRefuse(JobState state, RunState run, int step)
    {
        var admission = new Admission(state, run);
        return admission.Admit(step) ? null : admission.Reached;
    }

    /// <summary>The first limit that stood in the way of a launch.</summary>
    public Work.BudgetReached? Reached { get; private set; }

    /// <summary>Reserves for one launch; false when a limit stands in the way.</summary>
    public bool Admit(int step)
    {
        if (_state.BudgetUsd is null && _run.Workflow.Budget is null)
        {
            return true;
        }

        var reserved = _reserved ??= ReservedByLive();
        var wanted = Of(_run.Workflow.Steps[step]);
        var reached = Check(wanted, reserved, _run.Workflow.Budget);
        Reached ??= reached;
        if (reached is not null)
        {
            return false;
        }

        _reserved = reserved + wanted;
        return true;
    }

    private Work.BudgetReached? Check(Reservation wanted, Reservation reserved, Budget? budget)
    {
        if (budget is { MaxTime: { } time } && Stands(_state.TimeMs, reserved.TimeMs, wanted.TimeMs, (decimal)time.TotalMilliseconds))
        {
            return Limit("time", $"{time.TotalSeconds:0} s", $"{_state.TimeMs / 1000} s");
        }

        if (wanted.Iterations == 0)
        {
            return null;
        }

        var spentTokens = _state.TokensIn + _state.TokensOut;
        if (budget is { MaxTokens: { } tokens } && Stands(spentTokens, reserved.Tokens, wanted.Tokens, tokens))
        {
            return Limit("tokens", $"{tokens}", $"{spentTokens}");
        }

        if (budget is { MaxIterations: { } iterations } && Stands(_state.Iterations, reserved.Iterations, wanted.Iterations, iterations))
        {
            return Limit("iterations", $"{iterations}", $"{_state.Iterations}");
        }

        var spent = _state.CostUsd ?? 0;
        return _state.BudgetUsd is { } limit && Stands(spent, reserved.Cost, wanted.Cost, limit)
            ? Limit("cost", $"${limit:0.00##}", $"${spent:0.00##}") : null;
    }

    private static bool Stands(decimal spent, decimal reserved, decimal wanted, decimal limit) =>
        spent + reserved >= limit || spent + reserved + wanted > limit;

    private Reservation ReservedByLive()
    {
        var sum = default(Reservation);
        foreach (var step in _run.Active)
        {
            sum += Open(step);
        }

        foreach (var step in _run.ToVerify)
        {
            sum += _run.Active.Contains(step) ? default : Open(step);
        }

        foreach (var step in _run.Waiting)
        {
            sum += _run.Tasks[step].WorkIsDone ? Open(step) : default;
        }

        return sum;
    }

    /// <summary>What an attempt that is not over may still cost. Its iteration is counted already.</summary>
    private Reservation Open(int step)
    {
        var whole = Of(_run.Workflow.Steps[step]);
        return whole with { Iterations = 0, Cost = Math.Max(0, whole.Cost - (_run.Tasks[step].LastAttempt?.CostUsd ?? 0)) };
    }

    private static Reservation Of(StepDefinition step)
    {
        var time = (decimal)(step.Budget?.MaxTime?.TotalMilliseconds ?? 0);
        return step.IsAgent ? new Reservation(step.Budget?.MaxCostUsd ?? 0, step.Budget?.MaxTokens ?? 0, time, 1)
            : new Reservation(0, 0, time, 0);
    }

    private Work.BudgetReached Limit(string scope, string limit, string spent) => new(_run.Number, scope, limit, spent);

    private readonly record struct Reservation(decimal Cost, decimal Tokens, decimal TimeMs, int Iterations)
    {
        public static Reservation operator +(Reservation a, Reservation b) =>
            new(a.Cost + b.Cost, a.Tokens + b.Tokens, a.TimeMs + b.TimeMs, a.Iterations + b.Iterations);
    }
}
