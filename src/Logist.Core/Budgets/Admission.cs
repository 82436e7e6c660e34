using Logist.Core.Jobs;
using Logist.Core.Workflows;

namespace Logist.Core.Budgets;

/// <summary>
/// Reserves money, tokens, time and iterations before each launch, so that parallel launches never over-admit. A launch reserves its
/// step's own limit (nothing when it has none). Unknown costs count as nothing: they cannot be compared.
/// </summary>
internal sealed class Admission
{
    private readonly JobState _state;
    private readonly RunState _run;
    private decimal? _reserved;

    public Admission(JobState state, RunState run)
    {
        _state = state;
        _run = run;
    }

    /// <summary>The first limit that stood in the way of a launch.</summary>
    public Work.BudgetReached? Reached { get; private set; }

    /// <summary>Reserves for one launch; false when a limit stands in the way.</summary>
    public bool Admit(int step)
    {
        var reached = Check(step);
        Reached ??= reached;
        return reached is null;
    }

    private Work.BudgetReached? Check(int step)
    {
        var definition = _run.Workflow.Steps[step];
        var budget = _run.Workflow.Budget;
        if (budget is { MaxTime: { } time } && _state.TimeMs >= time.TotalMilliseconds)
        {
            return Limit("time", $"{time.TotalSeconds:0} s", $"{_state.TimeMs / 1000} s");
        }

        if (!definition.IsAgent)
        {
            return null;
        }

        if (budget is { MaxTokens: { } tokens } && _state.TokensIn + _state.TokensOut >= tokens)
        {
            return Limit("tokens", $"{tokens}", $"{_state.TokensIn + _state.TokensOut}");
        }

        if (budget is { MaxIterations: { } iterations } && _state.Attempts >= iterations)
        {
            return Limit("iterations", $"{iterations}", $"{_state.Attempts}");
        }

        if (_state.BudgetUsd is not { } limit)
        {
            return null;
        }

        _reserved ??= ReservedByActive();
        var spent = (_state.CostUsd ?? 0) + _reserved.Value;
        var wanted = Reservation(definition);
        if (spent >= limit || spent + wanted > limit)
        {
            return Limit("cost", $"${limit}", $"${_state.CostUsd ?? 0}");
        }

        _reserved += wanted;
        return null;
    }

    private decimal ReservedByActive()
    {
        decimal sum = 0;
        foreach (var step in _run.Active)
        {
            // What the attempt has cost so far is not known before it ends: its whole limit stays reserved.
            sum += Reservation(_run.Workflow.Steps[step]);
        }

        return sum;
    }

    private static decimal Reservation(StepDefinition step) => step.IsAgent ? step.Budget?.MaxCostUsd ?? 0 : 0;

    private Work.BudgetReached Limit(string scope, string limit, string spent) => new(_run.Number, scope, limit, spent);
}
