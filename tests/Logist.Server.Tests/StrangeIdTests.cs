using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Logist.Server.Tests;

/// <summary>Row 49 of the reliability page: an id is looked at by its pattern before anything is done with it.</summary>
[Collection(HistoryCollection.Name)]
public sealed class StrangeIdTests(HistoryInTest history)
{
    private static readonly string[] Strange =
    [
        "..%2f..%2fetc", "%2e%2e%2f", "a%5c..", "a%0d%0aX:1", "a%00", "%00", "-rf", "--help", "UPPER", "a.b.c.d.e", "a%20b",
        "%F0%9F%92%A9", "a%E2%80%AEb",
        "chain.01", "chain.%2B1", "chain.0", "chain.1.", ".1.test", "chain.1.test.01", "chain.1.test.0", "chain.1.test.-1",
        "chain.1.test.99999999999", "chain.1.1.1",
    ];

    [Theory]
    [InlineData("/jobs/{0}")]
    [InlineData("/workflow-runs/{0}")]
    [InlineData("/workflow-runs/{0}/execution-summary")]
    [InlineData("/workflow-runs?job_id={0}")]
    [InlineData("/tasks?run_id={0}")]
    [InlineData("/tasks/{0}")]
    [InlineData("/tasks/{0}/audit")]
    [InlineData("/tasks/{0}/attempts")]
    [InlineData("/attempts/{0}")]
    [InlineData("/attempts/{0}/log")]
    [InlineData("/attempts/{0}/log/index")]
    [InlineData("/attempts/{0}/diff")]
    [InlineData("/attempts/{0}/prompt")]
    [InlineData("/attempts/{0}/response")]
    [InlineData("/events?job_id={0}")]
    [InlineData("/events?run_id={0}")]
    [InlineData("/events?task_id={0}")]
    [InlineData("/events?after={0}")]
    public async Task A_strange_id_is_400_as_problem_json(string route)
    {
        foreach (var id in Strange)
        {
            // As it is: a client's library would make another path of it.
            var answer = await AskAsync(string.Format(null, route, id));
            answer.ShouldStartWith("HTTP/1.1 400 ", Case.Sensitive, $"{route} {id}");
        }
    }

    [Fact]
    public async Task Dots_that_lead_out_of_a_route_are_refused()
    {
        (await AskAsync("/jobs/%2e%2e/%2e%2e/etc/passwd")).ShouldStartWith("HTTP/1.1 400 ");
        (await AskAsync("/jobs/../../etc/passwd")).ShouldStartWith("HTTP/1.1 400 ");
    }

    private async Task<string> AskAsync(string path)
    {
        var address = history.Server.Client.BaseAddress!;
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, address.Port, TestContext.Current.CancellationToken);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{address.Port}\r\nAuthorization: Bearer {history.Server.Token}\r\n"
            + "Connection: close\r\n\r\n"), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }
}
