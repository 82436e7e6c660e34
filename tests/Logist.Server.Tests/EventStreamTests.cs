using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Logist.Core;
using Logist.Core.Jobs;
using Logist.Server.Feed;
using Logist.Stores;
using Logist.Workflows;

namespace Logist.Server.Tests;

/// <summary>Who listens hears everything once, whoever did it, however often the connection and the server end.</summary>
public sealed class EventStreamTests
{
    private const string Workflow = "steps: { one: { run: \"true\" } }";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_is_missed_and_nothing_told_twice_over_restarts_while_another_process_writes()
    {
        const int Rounds = 5, Appends = 10, Last = 2 + (2 * Rounds * Appends);
        await using var server = await ServerInTest.StartAsync();
        var port = server.Port;
        using var listener = new Listener(server);
        await listener.ConnectAsync();
        (await listener.NextAsync("hello")).Id.ShouldNotBeNull();
        var jobs = new[] { await server.CreateAsync(Workflow), await server.CreateAsync(Workflow), await server.CreateAsync(Workflow) };
        for (var round = 0; round < Rounds; round++)
        {
            var writing = Task.WhenAll(jobs.Select(job => Task.Run(() => WriteAsync(server, job, Appends), Ct)));
            await listener.NextAsync("job");
            await server.StopAsync();
            await writing;
            await server.StartAgainAsync(options => options with { Port = port });
            await listener.ConnectAsync();
        }

        while (!jobs.All(job => listener.Heard.Contains($"{job}.{Last}")))
        {
            await listener.NextAsync("job");
        }

        foreach (var job in jobs)
        {
            listener.Heard.Where(id => id.StartsWith($"{job}.", StringComparison.Ordinal))
                .ShouldBe(Enumerable.Range(1, Last).Select(seq => $"{job}.{seq}"));
        }
    }

    [Theory]
    [InlineData("x")]
    [InlineData("000000000000-1")]
    [InlineData("FEED-99999")]
    [InlineData("FEED-")]
    [InlineData("FEED--1")]
    public async Task Who_comes_with_an_unknown_id_is_told_to_look_again_and_then_hears_what_is_new(string id)
    {
        await using var server = await ServerInTest.StartAsync();
        using var listener = new Listener(server);
        await listener.ConnectAsync();
        var feed = (await listener.NextAsync("hello")).Id!.Split('-')[0];
        listener.LastId = id.Replace("FEED", feed, StringComparison.Ordinal);

        await listener.ConnectAsync();

        (await listener.NextAsync())!.Event.ShouldBe("reset");
        var job = await server.CreateAsync(Workflow);
        (await listener.NextAsync("job")).Data.ShouldContain(job.Value);
    }

    [Fact]
    public async Task Numbers_of_another_boot_are_not_trusted()
    {
        await using var server = await ServerInTest.StartAsync();
        using var listener = new Listener(server);
        await listener.ConnectAsync();
        var before = (await listener.NextAsync("hello")).Id;
        await server.StopAsync();
        var path = Path.Combine(server.JobsDirectory, "feed.log");
        var text = await File.ReadAllTextAsync(path, Ct);
        await File.WriteAllTextAsync(path, "another-boot" + text[text.IndexOf(' ', StringComparison.Ordinal)..], Ct);
        await server.StartAgainAsync();

        await listener.ConnectAsync();

        (await listener.NextAsync())!.Event.ShouldBe("reset");
        listener.LastId!.Split('-')[0].ShouldNotBe(before!.Split('-')[0]);
    }

    [Theory]
    [InlineData("some-job 1")]
    [InlineData("s")]
    public async Task A_last_line_that_a_killed_server_did_not_finish_is_forgotten(string torn)
    {
        await using var server = await ServerInTest.StartAsync();
        var job = await server.CreateAsync(Workflow);
        await server.AwaitFeedAsync(job);
        using var listener = new Listener(server);
        await listener.ConnectAsync();
        _ = await listener.NextAsync("hello");
        for (var restart = 0; restart < 2; restart++)
        {
            await server.StopAsync();
            await File.AppendAllTextAsync(Path.Combine(server.JobsDirectory, "feed.log"), torn, Ct);
            await server.StartAgainAsync();
            await listener.ConnectAsync();
            (await listener.NextAsync())!.Event.ShouldBe("hello");
            await WriteAsync(server, job, 1);
            await HearAsync(listener, 2);
        }

        listener.Heard.ShouldBe([$"{job}.3", $"{job}.4", $"{job}.5", $"{job}.6"]);
    }

    [Fact]
    public async Task A_new_numbering_tells_nobody_what_happened_before_it()
    {
        await using var server = await ServerInTest.StartAsync();
        var old = await server.CreateAsync(Workflow);
        await server.StopAsync();
        File.Delete(Path.Combine(server.JobsDirectory, "feed.log"));
        await server.StartAgainAsync();
        using var listener = new Listener(server);
        await listener.ConnectAsync();
        _ = await listener.NextAsync("hello");

        await WriteAsync(server, old, 1);
        await HearAsync(listener, 2);

        listener.Heard.ShouldBe([$"{old}.3", $"{old}.4"]);
    }

    [Fact]
    public async Task A_damaged_job_keeps_nobody_from_hearing_of_others()
    {
        await using var server = await ServerInTest.StartAsync();
        var bad = await server.CreateAsync(Workflow);
        using var listener = new Listener(server);
        await listener.ConnectAsync();
        File.Delete(server.Store.LayoutOf(bad).Journal);
        File.CreateSymbolicLink(server.Store.LayoutOf(bad).Journal, "/dev/zero");

        var good = await server.CreateAsync(Workflow);

        Told told;
        while (!(told = await listener.NextAsync("job")).Data.Contains(good.Value, StringComparison.Ordinal))
        {
        }

        told.Data.ShouldContain("job.created");
    }

    [Fact]
    public async Task Who_listens_to_one_job_hears_of_no_other()
    {
        await using var server = await ServerInTest.StartAsync();
        var (mine, other) = (await server.CreateAsync(Workflow), await server.CreateAsync(Workflow));
        await server.AwaitFeedAsync(mine);
        await server.AwaitFeedAsync(other);
        using var listener = new Listener(server);
        await listener.ConnectAsync($"?job_id={mine}");
        await WriteAsync(server, other, 3);
        await WriteAsync(server, mine, 1);

        await HearAsync(listener, 2);

        listener.Heard.ShouldBe([$"{mine}.3", $"{mine}.4"]);
        using var bad = await server.Client.GetAsync("/events/stream?job_id=..", Ct);
        bad.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_line_that_is_silent_beats()
    {
        await using var server = await ServerInTest.StartAsync();
        using var feed = new EventFeed(server.Store);
        await using var changes = feed.ReadAsync(feed.Now, TimeSpan.FromMilliseconds(20), Ct).GetAsyncEnumerator(Ct);
        for (var i = 0; i < 3; i++)
        {
            (await changes.MoveNextAsync()).ShouldBeTrue();
            changes.Current.IsBeat.ShouldBeTrue();
        }

        using var listener = new Listener(server);
        await listener.ConnectAsync();
        (await listener.NextAsync())!.Event.ShouldBe("hello");
        (await listener.NextAsync()).ShouldBe(new Told(null, "", "beat"));
    }

    [Fact]
    public async Task A_thousand_who_never_read_hold_nobody_up_not_even_the_end_of_the_server()
    {
        const int Deaf = 1000, Length = 4 << 10;
        await using var server = await ServerInTest.StartAsync();
        var job = await server.CreateAsync(Workflow);
        await server.AwaitFeedAsync(job);
        var deaf = new List<Socket>();
        try
        {
            for (var i = 0; i < Deaf; i++)
            {
                deaf.Add(await DeafAsync(server));
            }

            using var listener = new Listener(server);
            await listener.ConnectAsync();
            await WriteAsync(server, job, 10, new string('x', Length));
            await HearAsync(listener, 20);
            var start = Stopwatch.GetTimestamp();

            await WriteAsync(server, job, 1);
            await HearAsync(listener, 2);

            var took = Stopwatch.GetElapsedTime(start);
            took.ShouldBeLessThan(TimeSpan.FromSeconds(2));
            start = Stopwatch.GetTimestamp();
            await server.StopAsync();
            var end = Stopwatch.GetElapsedTime(start);
            end.ShouldBeLessThan(TimeSpan.FromSeconds(10));
            TestContext.Current.TestOutputHelper!.WriteLine($"told after {took.TotalMilliseconds:0} ms, end {end.TotalMilliseconds:0} ms");
        }
        finally
        {
            deaf.ForEach(socket => socket.Dispose());
        }
    }

    private static async Task<Socket> DeafAsync(ServerInTest server)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await socket.ConnectAsync(IPAddress.Loopback, server.Port, Ct);
        await socket.SendAsync(Encoding.ASCII.GetBytes(
            $"GET /events/stream HTTP/1.1\r\nHost: 127.0.0.1:{server.Port}\r\nAuthorization: Bearer {server.Token}\r\n\r\n"), Ct);
        return socket;
    }

    /// <summary>Until it has heard so many events since it was last asked.</summary>
    private static async Task HearAsync(Listener listener, int events)
    {
        for (var all = listener.Heard.Count + events; listener.Heard.Count < all;)
        {
            (await listener.NextAsync()).ShouldNotBeNull("the stream ended");
        }
    }

    /// <summary>As another process does it; two events each time.</summary>
    private static async Task WriteAsync(ServerInTest server, JobId job, int times, string? reason = null)
    {
        using var store = new FileJobStore(server.JobsDirectory, TimeProvider.System, CompiledWorkflow.Load, Durability.None);
        var seq = store.VerifyChain(job, 0).Seq;
        for (var i = 0; i < times; i++)
        {
            var by = new Stamp(DateTimeOffset.UtcNow, "bob");
            JobEvent[] events = [new JobEvent.JobSuspended(by, Now: false, reason), new JobEvent.JobResumed(by, reason)];
            (await store.AppendAsync(job, seq, events, null, Ct)).ShouldBe(new AppendResult.Appended(seq += 2));
        }
    }
}
