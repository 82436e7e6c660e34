namespace Logist.Core.Tests.Workflows;

public sealed class DidYouMeanTests
{
    private static readonly string[] Keys = ["needs", "review", "retry", "prompt", "prompt_file", "max_attempts"];

    [Theory]
    [InlineData("reveiw", "review")]
    [InlineData("Review", "review")]
    [InlineData("need", "needs")]
    [InlineData("promptfile", "prompt_file")]
    [InlineData("prompt-file", "prompt_file")]
    [InlineData("maxAttempts", "max_attempts")]
    [InlineData("promt", "prompt")]
    [InlineData("zebra", null)]
    [InlineData("", null)]
    public void The_nearest_name_is_found_or_none(string word, string? expected) => DidYouMean.For(word, Keys).ShouldBe(expected);

    [Fact]
    public void A_huge_word_costs_nothing() => DidYouMean.For(new string('x', 10_000_000), Keys).ShouldBeNull();

    [Fact]
    public void The_hint_is_a_question()
    {
        DidYouMean.Hint("reveiw", Keys).ShouldBe("did you mean \"review\"?");
        DidYouMean.Hint("zebra", Keys).ShouldBeNull();
    }
}
