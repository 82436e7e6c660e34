namespace Logist.Agents;

/// <summary>
/// Prices that vendors have published for their own endpoints; the date stands in docs/agents/README.md. Where a price depends on the
/// length of a request, the one for the shorter requests.
/// </summary>
internal static class PriceList
{
    internal static ModelPrice? Find(string model) => null;
}
