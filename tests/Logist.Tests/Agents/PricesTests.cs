using Logist.Agents;
using Logist.Core.Jobs;

namespace Logist.Tests.Agents;

public sealed class PricesTests
{
    private static readonly Prices Own = new(new Dictionary<string, ModelPrice>
    {
        ["local/"] = new(0, 0), ["my"] = new(1, 2), ["my-model"] = new(3, 15) { Cached = 0.3m }, ["gpt-5"] = new(100, 100),
    });

    [Theory]
    [InlineData(1000, 200, 50, 0.00321)]
    [InlineData(1000, null, 50, 0.00375)]
    [InlineData(1000, 2000, 0, 0.0003)]
    [InlineData(0, 0, 0, 0)]
    public void Cached_input_has_its_own_price_and_is_never_more_than_the_input(long input, int? cached, long output, double cost) =>
        Own.CostOf("my-model-2", new Usage(input, cached, output, null)).ShouldBe((decimal)cost);

    [Fact]
    public void Cached_input_without_a_price_costs_as_other_input() =>
        Own.CostOf("my", new Usage(1_000_000, 900_000, 1_000_000, null)).ShouldBe(3m);

    [Fact]
    public void What_is_not_known_stays_unknown()
    {
        Own.CostOf(null, new Usage(1, 1, 1, null)).ShouldBeNull();
        Own.CostOf("nobody-knows", new Usage(1, 1, 1, null)).ShouldBeNull();
        Own.CostOf("my-model", new Usage(null, 1, 1, null)).ShouldBeNull();
        Own.CostOf("my-model", new Usage(1, 1, null, null)).ShouldBeNull();
    }

    [Fact]
    public void Large_amounts_keep_every_digit() =>
        Own.CostOf("my-model", new Usage(long.MaxValue / 4, 0, 1, null)).ShouldBe(((long.MaxValue / 4 * 3m) + 15m) / 1_000_000m);

    [Theory]
    [InlineData("my-model", 3)]
    [InlineData("MY-MODEL-large", 3)]
    [InlineData("mymodel", 1)]
    [InlineData("local/anything", 0)]
    [InlineData("gpt-5-mini", 100)]
    public void The_users_longest_entry_wins_over_shorter_and_built_in_ones(string model, int input) =>
        Own.Find(model)!.Input.ShouldBe(input);

    [Theory]
    [InlineData("claude-opus-4-20250514", 15)]
    [InlineData("claude-sonnet-4-5-20250929", 3)]
    [InlineData("anthropic/claude-sonnet-4-5", 3)]
    [InlineData("claude-sonnet-4-5@20250929", 3)]
    [InlineData("gpt-5-2025-08-07", 1.25)]
    [InlineData("gpt-5-mini", 0.25)]
    [InlineData("openai/gpt-5-codex", 1.25)]
    [InlineData("models/gemini-2.5-flash", 0.3)]
    [InlineData("gemini-3.1-pro-preview", 2)]
    [InlineData("gemini-2.5-flash-lite", 0.1)]
    [InlineData("qwen3-coder-plus-2025-09-23", 1.8)]
    public void Editions_of_a_well_known_model_have_its_price(string model, double input) =>
        Prices.BuiltIn.Find(model)!.Input.ShouldBe((decimal)input);

    [Theory]
    [InlineData("claude-opus-4-9")]
    [InlineData("gpt-5-pro")]
    [InlineData("gpt-5.9")]
    [InlineData("o3-deep-research")]
    [InlineData("github-copilot/gpt-5")]
    [InlineData("opus")]
    [InlineData("")]
    public void A_name_that_only_looks_like_one_has_no_price(string model) => Prices.BuiltIn.Find(model).ShouldBeNull();

    [Fact]
    public void Every_built_in_price_is_found_by_its_name_and_is_plausible()
    {
        PriceList.Models.ShouldBeUnique();
        foreach (var model in PriceList.Models)
        {
            var price = PriceList.Find(model).ShouldNotBeNull(model);
            price.Cached!.Value.ShouldBeLessThan(price.Input, model);
            price.Output.ShouldBeGreaterThan(price.Input, model);
        }
    }
}
