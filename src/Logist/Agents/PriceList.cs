namespace Logist.Agents;

/// <summary>
/// What vendors ask for at their own endpoints, read on the date that docs/agents/README.md names. Where a price depends on the
/// length of a request, that of a request of 100,000 tokens, as agents send them. Models whose price is about to change are not
/// here: an unknown cost is better than a wrong one.
/// </summary>
internal static class PriceList
{
    private static readonly string[] Vendors = ["anthropic/", "openai/", "google/", "alibaba/", "models/"];

    internal static IEnumerable<string> Models => Anthropic.Concat(OpenAi).Concat(Google).Concat(Qwen).Select(row => row.Model);

    private static readonly Row[] Anthropic =
    [
        new("claude-fable-5-1", 10, 0.25m, 50), new("claude-fable-5", 10, 1, 50),
        new("claude-opus-5-5", 4, 0.2m, 20), new("claude-opus-5", 5, 0.5m, 25), new("claude-opus-4-8", 5, 0.5m, 25),
        new("claude-opus-4-7", 5, 0.5m, 25), new("claude-opus-4-6", 5, 0.5m, 25), new("claude-opus-4-5", 5, 0.5m, 25),
        new("claude-opus-4-1", 15, 1.5m, 75), new("claude-opus-4", 15, 1.5m, 75),
        new("claude-sonnet-5-5", 2, 0.1m, 10), new("claude-sonnet-5", 2, 0.2m, 10), new("claude-sonnet-4-6", 3, 0.3m, 15),
        new("claude-sonnet-4-5", 3, 0.3m, 15), new("claude-sonnet-4", 3, 0.3m, 15),
        new("claude-haiku-5-5", 0.1m, 0.01m, 0.5m), new("claude-haiku-4-5", 1, 0.1m, 5),
    ];

    private static readonly Row[] OpenAi =
    [
        new("gpt-6.1-sol", 2, 0.1m, 10), new("gpt-6.1-terra", 1, 0.05m, 5),
        new("gpt-6-astra", 10, 1, 50), new("gpt-6-sol", 2, 0.2m, 10), new("gpt-6-luna", 0.1m, 0.01m, 0.5m),
        new("gpt-5.6-terra", 2, 0.2m, 12), new("gpt-5.6-luna", 0.2m, 0.02m, 1.2m),
        new("gpt-5.5", 5, 0.5m, 30),
        new("gpt-5.4", 2.5m, 0.25m, 15), new("gpt-5.4-mini", 0.75m, 0.075m, 4.5m), new("gpt-5.4-nano", 0.2m, 0.02m, 1.25m),
        new("gpt-5.3-codex", 1.75m, 0.175m, 14), new("gpt-5.2-codex", 1.75m, 0.175m, 14), new("gpt-5.2", 1.75m, 0.175m, 14),
        new("gpt-5.1-codex-max", 1.25m, 0.125m, 10), new("gpt-5.1-codex-mini", 0.25m, 0.025m, 2),
        new("gpt-5.1-codex", 1.25m, 0.125m, 10), new("gpt-5.1", 1.25m, 0.125m, 10),
        new("gpt-5-codex", 1.25m, 0.125m, 10), new("gpt-5-mini", 0.25m, 0.025m, 2), new("gpt-5-nano", 0.05m, 0.005m, 0.4m),
        new("gpt-5", 1.25m, 0.125m, 10),
        new("gpt-4.1", 2, 0.5m, 8), new("gpt-4.1-mini", 0.4m, 0.1m, 1.6m), new("gpt-4.1-nano", 0.1m, 0.025m, 0.4m),
        new("gpt-4o", 2.5m, 1.25m, 10), new("gpt-4o-mini", 0.15m, 0.075m, 0.6m),
        new("o3", 2, 0.5m, 8), new("o4-mini", 1.1m, 0.275m, 4.4m),
    ];

    private static readonly Row[] Google =
    [
        new("gemini-3.8-flash", 0.75m, 0.075m, 3.75m),
        new("gemini-3.5-flash", 1.5m, 0.15m, 9), new("gemini-3.5-flash-lite", 0.3m, 0.03m, 2.5m),
        new("gemini-3.1-pro", 2, 0.2m, 12), new("gemini-3.1-flash-lite", 0.25m, 0.025m, 1.5m),
        new("gemini-3-pro", 2, 0.2m, 12), new("gemini-3-flash", 0.5m, 0.05m, 3),
        new("gemini-2.5-pro", 1.25m, 0.125m, 10), new("gemini-2.5-flash", 0.3m, 0.03m, 2.5m),
        new("gemini-2.5-flash-lite", 0.1m, 0.01m, 0.4m),
    ];

    private static readonly Row[] Qwen =
    [
        new("qwen3.7-plus", 0.4m, 0.08m, 1.6m), new("qwen3.5-plus", 0.4m, 0.04m, 2.4m),
        new("qwen3-coder-plus", 1.8m, 0.36m, 9), new("qwen3-coder-flash", 0.5m, 0.1m, 2.5m), new("qwen3-max", 2.4m, 0.48m, 12),
    ];

    /// <param name="model">As an agent names it: with a date or <c>-preview</c> behind it, or its vendor before it.</param>
    internal static ModelPrice? Find(string model)
    {
        var name = model.AsSpan();
        foreach (var vendor in Vendors)
        {
            if (name.StartsWith(vendor, StringComparison.OrdinalIgnoreCase))
            {
                name = name[vendor.Length..];
                break;
            }
        }

        foreach (var rows in (ReadOnlySpan<Row[]>)[Anthropic, OpenAi, Google, Qwen])
        {
            foreach (var row in rows)
            {
                if (name.StartsWith(row.Model, StringComparison.OrdinalIgnoreCase) && IsEdition(name[row.Model.Length..]))
                {
                    return new ModelPrice(row.Input, row.Output) { Cached = row.Cached };
                }
            }
        }

        return null;
    }

    // gpt-5-2025-08-07, claude-opus-4-20250514, gemini-3-pro-preview: the same model. gpt-5-pro or claude-opus-4-9: another one.
    private static bool IsEdition(ReadOnlySpan<char> rest) =>
        rest.IsEmpty || rest.SequenceEqual("-latest") || rest.StartsWith("-preview", StringComparison.Ordinal)
        || (rest.Length > 3 && rest[0] is '-' or '@' && char.IsAsciiDigit(rest[1]) && char.IsAsciiDigit(rest[2])
            && char.IsAsciiDigit(rest[3]));

    private sealed record Row(string Model, decimal Input, decimal Cached, decimal Output);
}
