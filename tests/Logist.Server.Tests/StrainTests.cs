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

/// <summary>Callers that are slow, many or patient, and servers that run for long: others do not notice.</summary>
public sealed class StrainTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static ITestOutputHelper Output => TestContext.Current.TestOutputHelper!;

    [Fact]
    public async Task Bodies_of_a_byte_a_second_are_ended_by_the_server_and_nobody_else_waits()
    {
        const int Callers = 50;
        await using var server = await ServerInTest.StartAsync();
        var job = await server.CreateAsync("steps: { one: { run: 'true' } }");
        var slow = Enumerable.Range(0, Callers).Select(_ => DripAsync(server, $"/jobs/{job}/run")).ToList();
        var longest = TimeSpan.Zero;
        while (!slow.TrueForAll(caller => caller.IsCompleted))
        {
            var start = Stopwatch.GetTimestamp();
            await server.GetAsync("/health");
            longest = Stopwatch.GetElapsedTime(start) is var took && took > longest ? took : longest;
            await Task.Delay(100, Ct);
        }

        (await Task.WhenAll(slow)).ShouldAllBe(sent => sent < 60, "the server ended none of them");
        longest.ShouldBeLessThan(Soon);
        (await server.GetAsync($"/jobs/{job}")).Text("status").ShouldBe("PENDING");
        Output.WriteLine($"others waited {longest.TotalMilliseconds:0} ms at most; ended after {slow.Max(caller => caller.Result)} bytes");
    }

    [Fact]
    public async Task Two_thousand_idle_connections_hold_nobody_up_and_cost_little()
    {
        const int Idle = 2000;
        await using var server = await ServerInTest.StartAsync();
        await server.GetAsync("/health");
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var idle = new List<Socket>();
        try
        {
            for (var i = 0; i < Idle; i++)
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                idle.Add(socket);
                await socket.ConnectAsync(IPAddress.Loopback, server.Port, Ct);
            }

            var start = Stopwatch.GetTimestamp();
            for (var i = 0; i < 20; i++)
            {
                using var fresh = new HttpClient { BaseAddress = server.Client.BaseAddress };
                fresh.DefaultRequestHeaders.Authorization = new("Bearer", server.Token);
                (await fresh.GetAsync("/health", Ct)).StatusCode.ShouldBe(HttpStatusCode.OK);
            }

            var took = Stopwatch.GetElapsedTime(start) / 20;
            var each = (GC.GetTotalMemory(forceFullCollection: true) - before) / Idle;
            took.ShouldBeLessThan(Soon);
            each.ShouldBeLessThan(64 << 10, "bytes for one that says nothing, on both ends");
            Output.WriteLine($"{took.TotalMilliseconds:0.0} ms for a request over a connection of its own, {each} bytes for an idle one");
        }
        finally
        {
            idle.ForEach(socket => socket.Dispose());
        }
    }

    [Fact]
    public async Task The_feed_takes_some_bytes_for_a_change_and_begins_anew_before_it_is_large()
    {
        const int Changes = 100_000;
        await using var server = await ServerInTest.StartAsync();
        var directory = Directory.CreateDirectory(server.Mark("feed")).FullName;
        using var file = FeedFile.Open(directory, []);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 1; i <= Changes; i++)
        {
            // As a watch names them: another text of the same name each time.
            _ = file.Add(JobId.Parse($"fix-login-{i % 100}"), i);
        }

        var (bytes, memory) = (new FileInfo(Path.Combine(directory, "feed.log")).Length,
            GC.GetTotalMemory(forceFullCollection: true) - before);
        (bytes / Changes).ShouldBeLessThan(32);
        (memory / Changes).ShouldBeLessThan(64);
        Output.WriteLine($"{(double)bytes / Changes:0.0} bytes of file and {(double)memory / Changes:0.0} of memory for a change");

        using var next = file.Anew(directory);
        (next.Entries.Count, next.Jobs).ShouldBe((100, 100));
        new FileInfo(Path.Combine(directory, "feed.log")).Length.ShouldBeLessThan(10_000);
    }

    [Fact]
    public async Task Who_listens_when_the_feed_begins_anew_is_told_to_look_again_and_hears_what_is_new()
    {
        await using var server = await ServerInTest.StartAsync();
        var job = await server.CreateAsync("steps: { one: { run: 'true' } }");
        await server.StopAsync();
        using var store = new FileJobStore(server.JobsDirectory, TimeProvider.System, CompiledWorkflow.Load, Durability.None);
        using var feed = new EventFeed(store, most: 5);
        var before = feed.Now;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var following = feed.FollowAsync(stop.Token);
        var heard = 0;
        var listening = Task.Run(async () =>
        {
            await foreach (var change in feed.ReadAsync(before, TimeSpan.FromSeconds(1), Ct))
            {
                heard += change.IsBeat ? 0 : 1;
            }
        }, Ct);
        for (var seq = 2L; feed.Now.Name == before.Name; seq += 2)
        {
            await AppendAsync(store, job, seq);
            await ServerInTest.UntilAsync(() => Task.FromResult(feed.PlaceOf(job, seq + 2) is not null), "it is not heard of");
        }

        await listening.WaitAsync(ServerInTest.Patience, Ct);
        heard.ShouldBeGreaterThan(0);
        feed.Parse(before.ToString()).ShouldBeNull("its numbers mean nothing any more");
        feed.After(0).ShouldHaveSingleItem().Job.ShouldBe(job);
        await stop.CancelAsync();
        await following.ContinueWith(_ => { }, TaskScheduler.Default);
    }

    private static async Task AppendAsync(FileJobStore store, JobId job, long seq)
    {
        _ = store.VerifyChain(job, 0);
        var by = new Stamp(DateTimeOffset.UtcNow, "bob");
        JobEvent[] events = [new JobEvent.JobSuspended(by, Now: false, null), new JobEvent.JobResumed(by, null)];
        (await store.AppendAsync(job, seq, events, null, Ct)).ShouldBe(new AppendResult.Appended(seq + 2));
    }

    /// <returns>How many bytes could be sent until the server ended it.</returns>
    private static async Task<int> DripAsync(ServerInTest server, string path)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, server.Port, Ct);
        await socket.SendAsync(Encoding.ASCII.GetBytes($"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{server.Port}\r\n"
            + $"Authorization: Bearer {server.Token}\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n"), Ct);
        var sent = 0;
        try
        {
            // An answer before the request is whole, or the end of the connection: either can be read.
            while (sent < 60 && !socket.Poll(TimeSpan.Zero, SelectMode.SelectRead))
            {
                sent += await socket.SendAsync(" "u8.ToArray(), Ct);
                await Task.Delay(TimeSpan.FromSeconds(1), Ct);
            }
        }
        catch (SocketException)
        {
            // The server's end of it is closed.
        }

        return sent;
    }
}
