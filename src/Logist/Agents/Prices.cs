using Logist.Core.Jobs;

namespace Logist.Agents;

/// <summary>US dollars for a million tokens. Reasoning is output.</summary>
public sealed record ModelPrice(decimal Input, decimal Output)
{
    /// <summary>Input that came from a cache; null: as other input.</summary>
    public decimal? Cached { get; init; }
}

/// <summary>What tokens cost: the user's prices, then the built-in ones. What is not known stays unknown.</summary>
public sealed class Prices
{
    private const decimal Million = 1_000_000m;

    private readonly IReadOnlyDictionary<string, ModelPrice> _own;

    /// <param name="own">By model, or by the beginning of its name.</param>
    public Prices(IReadOnlyDictionary<string, ModelPrice> own) => _own = own;

    public static Prices BuiltIn { get; } = new(new Dictionary<string, ModelPrice>(StringComparer.Ordinal));

    /// <returns>Null: the model has no price here, or what was read or written is not known.</returns>
    public decimal? CostOf(string? model, Usage usage)
    {
        if (model is null || usage.TokensIn is not { } all || usage.TokensOut is not { } output || Find(model) is not { } price)
        {
            return null;
        }

        var cached = Math.Clamp(usage.TokensCached ?? 0, 0, all);
        return (((all - cached) * price.Input) + (cached * (price.Cached ?? price.Input)) + (output * price.Output)) / Million;
    }

    /// <summary>The user's longest entry that the name begins with; else the built-in price of exactly this model.</summary>
    public ModelPrice? Find(string model)
    {
        ModelPrice? best = null;
        var length = -1;
        foreach (var (beginning, price) in _own)
        {
            if (beginning.Length > length && model.StartsWith(beginning, StringComparison.OrdinalIgnoreCase))
            {
                (best, length) = (price, beginning.Length);
            }
        }

        return best ?? PriceList.Find(model);
    }
}
