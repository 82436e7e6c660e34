using Logist.Core;
using Microsoft.AspNetCore.Http;

namespace Logist.Server.Tests;

/// <summary>Every route × who asks × by which name × from where × with what: one rule says what is answered.</summary>
public sealed class AccessMatrixTests
{
    private const string Workflow = "steps: { one: { run: \"true\" } }";

    private static readonly string[] Tokens = ["good", "cookie", "none", "bad", "query"], Bodies = ["none", "json", "text", "form", "gzip"],
        Origins = ["none", "own", "http://evil.com", "null"], Sites = ["none", "same-origin", "cross-site"],
        Hosts = ["own", "evil.com", "127.0.0.1.evil.com", "localhost:1", ""];

    private sealed record Knock(ServerRoute Route, string Token, string Host, string Origin, string Site, string Body)
    {
        /// <summary>What is refused before a route is looked at, in the order in which it is checked; null: it gets in.</summary>
        public (int Status, string Code)? Refusal =>
            Host != "own" ? (400, ErrorKind.BadRequest.Code)
            : Origin is not ("none" or "own") || Site == "cross-site" ? (403, ErrorKind.ForeignOrigin.Code)
            : Token is not ("good" or "cookie") && !Route.IsSignIn ? (401, ErrorKind.NotAuthorised.Code)
            : Route.IsUnsafe && Body is "text" or "form" or "gzip" ? (415, ErrorKind.NotJson.Code) : null;
    }

    [Fact]
    public async Task Every_route_answers_only_the_token_by_our_own_name_from_our_own_page_with_plain_JSON()
    {
        await using var server = await ServerInTest.StartAsync();
        var job = await server.CreateAsync(Workflow);
        await server.AwaitFeedAsync(job);
        using var http = new RawHttp(server.Port);
        var cookie = await CookieAsync(server, http);
        var before = server.HomeAsItIs();

        foreach (var knock in ServerRoute.Of(server.Server).SelectMany(Knocks))
        {
            var (head, body) = Request(server, knock, cookie, knock.Refusal is null ? JobId.Parse("nobody") : job);
            var answer = await http.SendAsync(head, body);

            if (knock.Refusal is { } refusal)
            {
                (answer.Status, answer.Code).ShouldBe(refusal, knock.ToString());
            }
            else
            {
                GotIn(knock, answer).ShouldBeTrue($"{knock}\n{answer}");
            }

            answer.Head.ShouldNotContain("Access-Control-", Case.Insensitive, knock.ToString());
            (answer.Head + answer.Body).ShouldNotContain(server.Token);
            answer.ShouldHaveSecurityHeaders(knock.ToString());
        }

        server.HomeAsItIs().ShouldBe(before, "requests that were refused, or were about nothing, changed something");
    }

    [Fact]
    public async Task A_method_that_a_path_does_not_have_is_refused_after_the_token_was_asked_for()
    {
        await using var server = await ServerInTest.StartAsync();
        using var http = new RawHttp(server.Port);
        foreach (var path in ServerRoute.Of(server.Server).ToLookup(route => route.For(JobId.Parse("nobody")), route => route.Method))
        {
            foreach (var method in new[] { "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE" }.Except(path))
            {
                var head = $"{method} {path.Key} HTTP/1.1\r\nHost: 127.0.0.1:{server.Port}\r\nConnection: close";
                var isSignIn = (method, path.Key) == ("POST", "/session");
                (await http.SendAsync(head)).Status.ShouldBe(isSignIn ? 400 : 401, head);
                (await http.SendAsync($"{head}\r\nAuthorization: Bearer {server.Token}")).Status.ShouldBe(405, head);
            }
        }
    }

    [Fact]
    public async Task A_preflight_of_another_page_is_refused_and_allows_nothing()
    {
        await using var server = await ServerInTest.StartAsync();
        using var http = new RawHttp(server.Port);
        foreach (var route in ServerRoute.Of(server.Server))
        {
            var answer = await http.SendAsync($"OPTIONS {route.For(JobId.Parse("nobody"))} HTTP/1.1\r\nHost: 127.0.0.1:{server.Port}\r\n"
                + $"Origin: http://evil.com\r\nAccess-Control-Request-Method: {route.Method}");

            answer.Status.ShouldBe(403, route.ToString());
            answer.Head.ShouldNotContain("Access-Control-", Case.Insensitive);
        }
    }

    [Fact]
    public async Task A_read_only_server_changes_nothing_whatever_is_asked_with_the_token()
    {
        await using var server = await ServerInTest.StartAsync(options => options with { ReadOnly = true });
        var job = await server.CreateAsync(Workflow);
        await server.AwaitFeedAsync(job);
        var before = server.HomeAsItIs();

        foreach (var route in ServerRoute.Of(server.Server).Where(route => route.IsUnsafe))
        {
            using var response = await server.SendAsync(route.For(job), "{}", new HttpMethod(route.Method), ("Idempotency-Key", "k"));
            var isPlanOrSession = route.Pattern is "/session" || route.Pattern.EndsWith("/rerun-plans", StringComparison.Ordinal);
            ((int)response.StatusCode == StatusCodes.Status403Forbidden).ShouldBe(!isPlanOrSession, route.ToString());
        }

        server.HomeAsItIs().ShouldBe(before);
    }

    /// <summary>Every way of asking; the kinds of bodies take turns, and all of them are tried with every token.</summary>
    private static IEnumerable<Knock> Knocks(ServerRoute route)
    {
        var turn = 0;
        foreach (var token in Tokens)
        {
            foreach (var host in Hosts)
            {
                foreach (var origin in Origins)
                {
                    foreach (var site in Sites)
                    {
                        yield return new Knock(route, token, host, origin, site, route.IsUnsafe ? Bodies[turn++ % Bodies.Length] : "none");
                    }
                }
            }

            foreach (var body in route.IsUnsafe ? Bodies : [])
            {
                yield return new Knock(route, token, "own", "own", "same-origin", body);
            }
        }
    }

    private static (string Head, string Body) Request(ServerInTest server, Knock knock, string cookie, JobId job)
    {
        var own = $"127.0.0.1:{server.Port}";
        var body = knock.Body switch { "none" => "", "form" => "a=b", _ => "{}" };
        List<string> head =
        [
            $"{knock.Route.Method} {knock.Route.For(job)}"
                + $"{(knock.Token == "query" ? $"?token={server.Token}&access_token={server.Token}" : "")} HTTP/1.1",
            $"Host: {(knock.Host == "own" ? own : knock.Host)}",
            $"Content-Length: {body.Length}",
            .. One(knock.Token switch
            {
                "good" => $"Authorization: Bearer {server.Token}", "bad" => $"Authorization: Bearer {new string('0', 64)}",
                "cookie" => $"Cookie: {cookie}", _ => null,
            }),
            .. One(knock.Origin == "none" ? null : $"Origin: {(knock.Origin == "own" ? $"http://{own}" : knock.Origin)}"),
            .. One(knock.Site == "none" ? null : $"Sec-Fetch-Site: {knock.Site}"),
            .. One(knock.Body switch
            {
                "json" => "Content-Type: application/json", "text" => "Content-Type: text/plain",
                "form" => "Content-Type: application/x-www-form-urlencoded",
                "gzip" => "Content-Type: application/json\r\nContent-Encoding: gzip", _ => null,
            }),
            .. One(knock.Refusal is null ? null : "Idempotency-Key: once"),
        ];
        return (string.Join("\r\n", head), body);
    }

    private static string[] One(string? header) => header is null ? [] : [header];

    /// <summary>Whatever the route says about what it was asked for.</summary>
    private static bool GotIn(Knock knock, RawAnswer answer) =>
        knock.Route.IsSignIn
            ? answer.Status == StatusCodes.Status401Unauthorized && answer.Detail.Contains("code", StringComparison.Ordinal)
            : answer.Status is not (401 or 403 or 405 or 415 or >= 500) && !answer.Detail.Contains("Host", StringComparison.Ordinal);

    private static async Task<string> CookieAsync(ServerInTest server, RawHttp http)
    {
        var body = $$"""{"token":"{{server.Token}}"}""";
        var answer = await http.SendAsync($"POST /session HTTP/1.1\r\nHost: localhost:{server.Port}\r\nContent-Type: application/json\r\n"
            + $"Content-Length: {body.Length}", body);
        answer.Status.ShouldBe(StatusCodes.Status204NoContent, answer.ToString());
        var cookie = answer.Header("Set-Cookie").ShouldNotBeNull();
        cookie.ShouldContain("; httponly", Case.Insensitive);
        cookie.ShouldContain("; samesite=strict", Case.Insensitive);
        return cookie.Split(';')[0];
    }
}
