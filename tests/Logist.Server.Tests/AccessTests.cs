using System.Net;

namespace Logist.Server.Tests;

/// <summary>Who may ask, from where, and how: before any route is looked at.</summary>
public sealed class AccessTests
{
    [Fact]
    public async Task Health_answers_whoever_has_the_token()
    {
        await using var server = await ServerInTest.StartAsync();
        (await server.GetAsync("/health")).GetProperty("status").GetString().ShouldBe("ok");
    }

    [Fact]
    public async Task Without_the_token_or_with_another_one_nothing_answers()
    {
        await using var server = await ServerInTest.StartAsync();
        foreach (var token in new[] { null, "", "x", server.Token[1..], server.Token + "0", new string('0', 64) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/health");
            using var client = new HttpClient { BaseAddress = server.Client.BaseAddress };
            request.Headers.TryAddWithoutValidation("Authorization", token is null ? null : $"Bearer {token}");
            using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
            response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        }
    }

    [Fact]
    public async Task The_printed_link_signs_one_browser_in_once()
    {
        await using var server = await ServerInTest.StartAsync();
        var code = server.Server.NewLink().Split("code=")[1];
        using var browser = new HttpClient(new HttpClientHandler { UseCookies = true }) { BaseAddress = server.Client.BaseAddress };
        using var body = new StringContent($$"""{"code":"{{code}}"}""", null, "application/json");

        (await browser.PostAsync("/session", body, TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.NoContent);

        (await browser.GetAsync("/health", TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await server.SendAsync("/session", $"{{'code':'{code}'}}")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        await server.StopAsync();
        await server.StartAgainAsync(options => options with { Port = browser.BaseAddress!.Port });
        (await browser.GetAsync("/health", TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.OK,
            "signed in still");
    }
}
