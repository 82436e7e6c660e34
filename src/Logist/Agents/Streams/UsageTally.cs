using Logist.Core.Jobs;

namespace Logist.Agents.Streams;

/// <summary>Adds up what one process spent, whatever its agent's amounts cover.</summary>
internal sealed class UsageTally
{
    private Usage? _calls, _total, _session;

    public void Add(AgentEvent.Spent spent)
    {
        switch (spent.Scope)
        {
            case UsageScope.Call:
                _calls = _calls is null ? spent.Usage : Combine(_calls, spent.Usage, 1);
                break;
            case UsageScope.Total:
                _total = spent.Usage;
                break;
            default:
                _session = spent.Usage;
                break;
        }
    }

    /// <param name="before">What earlier processes spent in the same session.</param>
    /// <returns>Null: the agent said nothing.</returns>
    public Usage? Spent(Usage? before)
    {
        var session = _session is null || before is null ? _session : Combine(_session, before, -1);

        // An agent may count tokens by process and money by session.
        return (_total, session) switch
        {
            ({ } total, { } rest) => new Usage(total.TokensIn ?? rest.TokensIn, total.TokensCached ?? rest.TokensCached,
                total.TokensOut ?? rest.TokensOut, total.CostUsd ?? rest.CostUsd)
            {
                TokensReasoning = total.TokensReasoning ?? rest.TokensReasoning,
            },
            _ => _total ?? session ?? _calls,
        };
    }

    // What is known of either side counts: a sum of some calls is a lower bound, and that is more than nothing.
    private static Usage Combine(Usage a, Usage b, int sign) =>
        new(Number(a.TokensIn, b.TokensIn, sign), Number(a.TokensCached, b.TokensCached, sign), Number(a.TokensOut, b.TokensOut, sign),
            a.CostUsd is null && (sign < 0 || b.CostUsd is null) ? null : Math.Max(0, (a.CostUsd ?? 0) + (sign * (b.CostUsd ?? 0))))
        {
            TokensReasoning = Number(a.TokensReasoning, b.TokensReasoning, sign),
        };

    private static long? Number(long? a, long? b, int sign) =>
        a is null && (sign < 0 || b is null) ? null : Math.Max(0, (a ?? 0) + (sign * (b ?? 0)));
}
