using Logist.Core;
using Microsoft.AspNetCore.Http;

namespace Logist.Server.Tests;

/// <summary>Requests that no honest program sends: refused before anything is looked up, and the server lives on.</summary>
public sealed class HostileRequestTests
{
    [Theory]
    [InlineData("..%2f..%2fetc")]
    [InlineData("%2e%2e")]
    [InlineData("a%5c..")]
    [InlineData("a%0d%0aX:1")]
    [InlineData("%00")]
    [InlineData("a%2Fb")]
    [InlineData("..")]
    [InlineData("a..b")]
    [InlineData("-a")]
    [InlineData("UPPER")]
    [InlineData("a%20b")]
    [InlineData("a%c3%a9")]
    public async Task An_id_that_is_none_is_400_on_every_route_with_an_id(string id)
    {
        await using var server = await ServerInTest.StartAsync();
        using var http = new RawHttp(server.Port);
        foreach (var route in ServerRoute.Of(server.Server).Where(route => route.HasId))
        {
            var answer = await http.SendAsync(Head(server, route.Method, route.With(id)));
            answer.Status.ShouldBe(StatusCodes.Status400BadRequest, $"{route}\n{answer}");
            answer.Head.ShouldNotContain("X:1");
        }
    }

    [Fact]
    public async Task An_id_of_5_000_characters_is_400_and_a_million_query_keys_are_414()
    {
        await using var server = await ServerInTest.StartAsync();
        using var http = new RawHttp(server.Port);
        foreach (var route in ServerRoute.Of(server.Server).Where(route => route.HasId))
        {
            (await http.SendAsync(Head(server, route.Method, route.With(new string('a', 5_000))))).Status.ShouldBe(400, route.ToString());
        }

        (await http.SendAsync(Head(server, "GET", "/health?" + string.Concat(Enumerable.Repeat("k=v&", 1_000_000))))).Status.ShouldBe(414);
        (await http.SendAsync(Head(server, "GET", "/health"))).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_header_of_a_megabyte_is_431()
    {
        await using var server = await ServerInTest.StartAsync();
        using var http = new RawHttp(server.Port);
        (await http.SendAsync($"GET /health HTTP/1.1\r\nHost: 127.0.0.1:{server.Port}\r\nAuthorization: Bearer {new string('a', 1 << 20)}"))
            .Status.ShouldBe(StatusCodes.Status431RequestHeaderFieldsTooLarge);
        (await http.SendAsync(Head(server, "GET", "/health"))).Status.ShouldBe(200);
    }

    [Theory]
    [InlineData("Content-Length: 1048577")]
    [InlineData("Transfer-Encoding: chunked")]
    public async Task A_body_of_more_than_a_mebibyte_is_413_and_changes_nothing(string length)
    {
        await using var server = await ServerInTest.StartAsync();
        var job = await server.CreateAsync("steps: { one: { run: \"true\" } }");
        await server.AwaitFeedAsync(job);
        var before = server.HomeAsItIs();
        var json = $"{{\"reason\":\"{new string('a', (1 << 20) + 1 - 13)}\"}}";
        json.Length.ShouldBe((1 << 20) + 1);
        var body = length.StartsWith("Transfer", StringComparison.Ordinal) ? $"{json.Length:x}\r\n{json}\r\n0\r\n\r\n" : json;
        foreach (var route in ServerRoute.Of(server.Server).Where(route => route.TakesBody))
        {
            using var http = new RawHttp(server.Port);
            var answer = await http.SendAsync(
                $"{route.Method} {route.For(job)} HTTP/1.1\r\nHost: localhost:{server.Port}\r\nAuthorization: Bearer {server.Token}\r\n"
                + $"Content-Type: application/json\r\n{length}", body);
            answer.Status.ShouldBe(StatusCodes.Status413PayloadTooLarge, $"{route}\n{answer}");
            answer.Code.ShouldBe(ErrorKind.TooLarge.Code);
            answer.ShouldHaveSecurityHeaders(route.ToString());
        }

        server.HomeAsItIs().ShouldBe(before);
    }

    [Theory]
    [InlineData("GET /health HTTP/1.1")]
    [InlineData("GET /health HTTP/1.1\r\nHost: a\r\nHost: b")]
    [InlineData("GET http://evil.com/health HTTP/1.1\r\nHost: OWN")]
    [InlineData("GET http://evil.com/health HTTP/1.1\r\nHost: evil.com")]
    [InlineData("GET //evil.com/health HTTP/1.1\r\nHost: OWN@evil.com")]
    [InlineData("OPTIONS * HTTP/1.1\r\nHost: OWN")]
    [InlineData("GET /ui/%2e%2e/token HTTP/1.1\r\nHost: OWN")]
    [InlineData("GET /ui/../../token HTTP/1.1\r\nHost: OWN")]
    public async Task What_is_not_plainly_meant_for_this_server_is_400(string head)
    {
        await using var server = await ServerInTest.StartAsync();
        using var http = new RawHttp(server.Port);
        (await http.SendAsync(head.Replace("OWN", $"127.0.0.1:{server.Port}", StringComparison.Ordinal)
            + $"\r\nAuthorization: Bearer {server.Token}")).Status.ShouldBe(400);
    }

    [Fact]
    public async Task Every_answer_has_the_security_headers_whatever_it_says()
    {
        var page = Directory.CreateTempSubdirectory("logist-page-");
        try
        {
            page.CreateSubdirectory("assets");
            foreach (var (name, text) in new[] { ("index.html", "<!doctype html>"), ("assets/a.js", "1") })
            {
                await File.WriteAllTextAsync(Path.Combine(page.FullName, name), text, TestContext.Current.CancellationToken);
            }

            await using var server = await ServerInTest.StartAsync(options => options with { PageDirectory = page.FullName });
            using var http = new RawHttp(server.Port);
            foreach (var (method, path, status) in new[]
            {
                ("GET", "/", 302), ("GET", "/ui/", 200), ("GET", "/ui/jobs/some-job", 200), ("GET", "/ui/assets/a.js", 200),
                ("GET", "/ui/none.js", 404), ("GET", "/health", 200), ("GET", "/none", 404), ("PUT", "/health", 405),
                ("POST", "/jobs/nobody/run", 404), ("POST", "/jobs", 422), ("POST", "/jobs/A/run", 400),
            })
            {
                var answer = await http.SendAsync(Head(server, method, path));
                answer.Status.ShouldBe(status, path);
                answer.ShouldHaveSecurityHeaders(path);
            }
        }
        finally
        {
            page.Delete(recursive: true);
        }
    }

    private static string Head(ServerInTest server, string method, string target) =>
        $"{method} {target} HTTP/1.1\r\nHost: 127.0.0.1:{server.Port}\r\nAuthorization: Bearer {server.Token}"
        + (method == "GET" ? "" : "\r\nContent-Length: 0");
}
