using System.Text.Json;
using Logist.Agents.Streams;
using Logist.Core.Jobs;

namespace Logist.Agents.Acp;

/// <summary>
/// What a prompt cost, from the three places where agents tell it: the prompt's answer, per-request notes on message chunks, and the
/// session's cumulative price. Never a guess: what an agent does not tell, or tells of a part only, stays unknown.
/// </summary>
internal sealed class AcpUsage
{
    // It tells the last request of the prompt only (measured), which says nothing about the whole.
    private const string TellsLastRequestOnly = "opencode";

    private Usage? _answer, _calls;
    private decimal? _priceBefore, _price;
    private bool _prompted, _resumed;

    /// <summary>Of the initialize answer.</summary>
    public string? AgentName { get; set; }

    public void Prompting(bool resumed)
    {
        _prompted = true;
        _resumed = resumed;
    }

    /// <summary>Null: nothing is known.</summary>
    public Usage? Total
    {
        get
        {
            var tokens = _answer ?? _calls;

            // The price is the session's so far: without what it was before, a resumed session's says nothing about this prompt.
            var cost = _price - (_priceBefore ?? (_resumed ? null : 0));
            return tokens is null && cost is null ? null : (tokens ?? new Usage(null, null, null, null)) with { CostUsd = cost };
        }
    }

    /// <returns>Whether <see cref="Total"/> changed.</returns>
    public bool ReadPrice(JsonElement update)
    {
        var cost = update.Member("cost");
        if (cost?.Amount("amount") is not { } amount || (cost.Text("currency") ?? "USD") != "USD")
        {
            return false;
        }

        if (!_prompted)
        {
            _priceBefore = amount;
            return false;
        }

        _price = amount;
        return true;
    }

    /// <returns>Whether <see cref="Total"/> changed.</returns>
    public bool ReadCall(JsonElement update)
    {
        if (!_prompted || Tokens(update.Member("_meta").Member("usage")) is not { } call)
        {
            return false;
        }

        _calls = _calls is not { } sum ? call : new Usage(sum.TokensIn + call.TokensIn, Sum(sum.TokensCached, call.TokensCached),
            sum.TokensOut + call.TokensOut, null) { TokensReasoning = Sum(sum.TokensReasoning, call.TokensReasoning) };
        return true;
    }

    public void ReadAnswer(JsonElement answer)
    {
        var quota = answer.Member("_meta").Member("quota").Member("token_count");
        _answer = string.Equals(AgentName, TellsLastRequestOnly, StringComparison.OrdinalIgnoreCase) ? null
            : Tokens(answer.Member("usage")) ?? (quota.Number("input_tokens") is { } input
                ? new Usage(input, null, quota.Number("output_tokens"), null) : null);
    }

    /// <summary>
    /// Agents disagree on whether input includes what came from a cache and output the reasoning; their own total tells which.
    /// </summary>
    private static Usage? Tokens(JsonElement? told)
    {
        if (told.Number("inputTokens") is not { } input || told.Number("outputTokens") is not { } output)
        {
            return null;
        }

        var (read, written, thought) = (told.Number("cachedReadTokens"), told.Number("cachedWriteTokens"), told.Number("thoughtTokens"));
        var cached = (read ?? 0) + (written ?? 0);
        var (allInput, allOutput) = told.Number("totalTokens") is not { } total ? (input + cached, output)
            : total == input + cached + output + (thought ?? 0) ? (input + cached, output + (thought ?? 0))
            : total == input + cached + output ? (input + cached, output)
            : total == input + output + (thought ?? 0) ? (input, output + (thought ?? 0))
            : total == input + output ? (input, output) : (input + cached, output);
        return new Usage(allInput, read, allOutput, null) { TokensReasoning = thought };
    }

    private static long? Sum(long? one, long? other) => one is null && other is null ? null : (one ?? 0) + (other ?? 0);
}
