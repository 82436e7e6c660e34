using System.Text.Json;
using Logist.Agents.Streams;
using Logist.Core.Jobs;

namespace Logist.Agents.Acp;

/// <summary>
/// What a prompt cost, from the three places where agents tell it: the prompt's answer, per-request notes on message chunks, and the
/// session's price so far. Never a guess: what an agent does not tell, or tells of a part only, stays unknown.
/// </summary>
internal sealed class AcpUsage
{
    // It tells the last request of the prompt only (measured), which says nothing about the whole.
    private const string TellsLastRequestOnly = "opencode";

    private Usage? _calls;

    /// <summary>Of the initialize answer.</summary>
    public string? AgentName { get; set; }

    /// <summary>
    /// It says what went wrong as a message of its own and ends the turn as if it had been well (measured): told by a turn that cost
    /// nothing.
    /// </summary>
    public bool TellsFailuresAsText => AgentName?.Contains("codex-acp", StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>From a <c>usage_update</c>: the price of the session so far, what earlier processes did in it included.</summary>
    public static AgentEvent.Spent? ReadPrice(JsonElement update)
    {
        var cost = update.At("cost");
        return cost.Money("amount") is { } amount && (cost.Text("currency") ?? "USD") == "USD"
            ? new AgentEvent.Spent(new Usage(null, null, null, amount), UsageScope.Session) : null;
    }

    /// <summary>From a message chunk: what one request took; told as the sum so far.</summary>
    public AgentEvent.Spent? ReadCall(JsonElement update)
    {
        if (Tokens(update.At("_meta").At("usage")) is not { } call)
        {
            return null;
        }

        _calls = _calls is not { } sum ? call : new Usage(sum.TokensIn + call.TokensIn, Sum(sum.TokensCached, call.TokensCached),
            sum.TokensOut + call.TokensOut, null) { TokensReasoning = Sum(sum.TokensReasoning, call.TokensReasoning) };
        return new AgentEvent.Spent(_calls, UsageScope.Total);
    }

    /// <summary>From the prompt's answer: what all of it took.</summary>
    public AgentEvent.Spent? ReadAnswer(JsonElement answer)
    {
        var quota = answer.At("_meta").At("quota").At("token_count");
        var total = string.Equals(AgentName, TellsLastRequestOnly, StringComparison.OrdinalIgnoreCase) ? null
            : Tokens(answer.At("usage"))
                ?? (quota.Count("input_tokens") is { } input ? new Usage(input, null, quota.Count("output_tokens"), null) : null);
        return total is null ? null : new AgentEvent.Spent(total, UsageScope.Total);
    }

    /// <summary>
    /// Agents disagree on whether input includes what came from a cache and output the reasoning; their own total tells which.
    /// </summary>
    private static Usage? Tokens(JsonElement told)
    {
        if (told.Count("inputTokens") is not { } input || told.Count("outputTokens") is not { } output)
        {
            return null;
        }

        var (read, written, thought) = (told.Count("cachedReadTokens"), told.Count("cachedWriteTokens"), told.Count("thoughtTokens"));
        var cached = (read ?? 0) + (written ?? 0);
        var (allInput, allOutput) = told.Count("totalTokens") is not { } total ? (input + cached, output)
            : total == input + cached + output + (thought ?? 0) ? (input + cached, output + (thought ?? 0))
            : total == input + cached + output ? (input + cached, output)
            : total == input + output + (thought ?? 0) ? (input, output + (thought ?? 0))
            : total == input + output ? (input, output) : (input + cached, output);
        return new Usage(allInput, read, allOutput, null) { TokensReasoning = thought };
    }

    private static long? Sum(long? one, long? other) => one is null && other is null ? null : (one ?? 0) + (other ?? 0);
}
