using Logist.Agents.Streams;
using Logist.Core.Jobs;

namespace Logist.Tests.Agents;

public sealed class ErrorMapTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);
    private static readonly AgentAdvice Advice = new("It", "install it", "log in");

    [Theory]
    [InlineData("API Error: 401 invalid x-api-key", null, null, FailureCategory.Auth)]
    [InlineData("Invalid API key · Please run /login", null, null, FailureCategory.Auth)]
    [InlineData("no", 403, null, FailureCategory.Auth)]
    [InlineData("denied", null, "PERMISSION_DENIED", FailureCategory.Auth)]
    [InlineData("Your credit balance is too low to access the API", 400, null, FailureCategory.Auth)]
    [InlineData("You exceeded your current quota, please check your plan", 429, "insufficient_quota", FailureCategory.Auth)]
    [InlineData("Request rejected (429) · slow down", null, null, FailureCategory.RateLimited)]
    [InlineData("exceeded retry limit, last status: 429 Too Many Requests", null, null, FailureCategory.RateLimited)]
    [InlineData("You've hit your usage limit. Try again in 5 days.", null, null, FailureCategory.RateLimited)]
    [InlineData("Claude AI usage limit reached|1795180000", null, null, FailureCategory.RateLimited)]
    [InlineData("Overloaded", 529, "overloaded_error", FailureCategory.RateLimited)]
    [InlineData("The model is overloaded", 503, "UNAVAILABLE", FailureCategory.RateLimited)]
    [InlineData("Quota exceeded", null, "RESOURCE_EXHAUSTED", FailureCategory.RateLimited)]
    [InlineData("internal", 500, null, FailureCategory.AgentError)]
    [InlineData("rate limiter crashed", 500, null, FailureCategory.AgentError)]
    [InlineData("stream disconnected before completion", null, null, FailureCategory.AgentError)]
    [InlineData("prompt is too long", 400, "invalid_request_error", FailureCategory.AgentError)]
    [InlineData("model not found", 404, null, FailureCategory.AgentError)]
    [InlineData("Reached maximum number of turns (3)", null, "max_turns", FailureCategory.AgentError)]
    [InlineData("", null, null, FailureCategory.AgentError)]
    public void Words_status_and_kind_give_the_category(string message, int? status, string? kind, string category)
    {
        var failure = ErrorMap.Of(new AgentError(message, status, kind), Advice, Now, "logs");
        failure.Category.ShouldBe(category);
        failure.Hint.ShouldNotBeNullOrEmpty();
    }

    [Theory]
    [InlineData("Reached maximum number of turns (3)", "raise that")]
    [InlineData("status 404: no such model", "model:")]
    [InlineData("API Error: 500", "a retry may help")]
    [InlineData("401", "log in")]
    [InlineData("Your credit balance is too low", "top it up")]
    public void The_hint_says_what_to_do(string message, string hint) =>
        ErrorMap.Of(new AgentError(message), Advice, Now, "logs").Hint.ShouldNotBeNull().ShouldContain(hint);

    [Theory]
    [InlineData("API Error: 401 no", 401)]
    [InlineData("unexpected status 529 <unknown>", 529)]
    [InlineData("{\"code\":500}", 500)]
    [InlineData("429 {\"type\":\"error\"}", 429)]
    [InlineData("status code: 503", 503)]
    [InlineData("it cost 500 tokens", null)]
    [InlineData("took 429ms, error 4290", null)]
    [InlineData("line 404: oops", null)]
    [InlineData("", null)]
    public void A_status_is_found_where_it_is_said_to_be_one(string message, int? status) =>
        ErrorMap.StatusIn(message).ShouldBe(status);

    [Theory]
    [InlineData("retry after 20", 20)]
    [InlineData("Retry-After: 20 seconds", 20)]
    [InlineData("Please retry in 34.074824224s.", 34.074824224)]
    [InlineData("{\"retryDelay\":\"34s\"}", 34)]
    [InlineData("Please try again in 6m0s.", 360)]
    [InlineData("try again in 3h 5m", 11100)]
    [InlineData("try again in 2 hours and 5 minutes", 7500)]
    [InlineData("try again in 850ms", 0.85)]
    [InlineData("Try again in 5 days 3 hours.", 442800)]
    [InlineData("Your quota will reset after 9h25m9s.", 33909)]
    [InlineData("limit reached|1795180000", 4000)]
    [InlineData("limit reached|1795180000123", 4000.123)]
    [InlineData("resets at 2026-11-20T15:00:00Z", 10800)]
    [InlineData("limit reached · resets 3pm (UTC)", 10800)]
    [InlineData("resets 3:30pm (UTC)", 12600)]
    [InlineData("resets 11am (UTC)", 82800)]
    [InlineData("resets 3pm (Europe/Berlin)", 7200)]
    [InlineData("resets at 15:00 UTC", 10800)]
    [InlineData("try again at Nov 24th, 2026 3:04 PM.", 356640)]
    [InlineData("Please wait and try again later", 0)]
    [InlineData("limit reached|1495180000", 0)]
    [InlineData("try again in 900 days", 0)]
    [InlineData("try again in a moment", 0)]
    [InlineData("", 0)]
    public void When_to_come_back_is_read_from_the_message(string message, double seconds)
    {
        // 0: it does not say.
        var found = RetryTime.Find(message, Now, TimeZoneInfo.Utc);
        (found is null).ShouldBe(seconds == 0);
        (found - Now ?? TimeSpan.Zero).TotalSeconds.ShouldBe(seconds, 0.001);
    }

    [Fact]
    public void What_is_shown_is_one_harmless_line_of_bounded_length()
    {
        var shown = ErrorMap.Shown("\u001b[91mError:\u001b[0m a\nb\u001b]0;x\u0007" + new string('y', 10_000));
        shown.ShouldStartWith("Error: a b\\x1b]0;x");
        shown.Length.ShouldBeLessThan(500);
    }
}
