using System.Globalization;
using System.Net;
using System.Text;
using Logist.Core.Jobs;

namespace Logist.Server.Tests;

/// <summary>Logs by ranges of bytes: live, rendered, indexed.</summary>
[Collection(HistoryCollection.Name)]
public sealed class LogTests(HistoryInTest history)
{
    private const string Log = "/attempts/chain.1.test.1/log", Printed = "tests: grün\nerror: 2 tests failed\n";

    [Fact]
    public async Task Ranges_put_together_are_the_log_also_where_they_split_a_character()
    {
        var all = Encoding.UTF8.GetBytes(Printed);
        for (var length = 1; length < 12; length++)
        {
            var read = new List<byte>();
            while (read.Count < all.Length)
            {
                using var answer = await history.Server.ResponseAsync($"{Log}?from={read.Count}&limit={length}&format=raw");
                Header(answer, "X-Log-Size").ShouldBe(all.Length.ToString(CultureInfo.InvariantCulture));
                Header(answer, "X-Log-From").ShouldBe(read.Count.ToString(CultureInfo.InvariantCulture));
                Header(answer, "X-Log-Complete").ShouldBe("true");
                read.AddRange(await answer.Content.ReadAsByteArrayAsync(Ct));
            }

            read.ToArray().ShouldBe(all);
        }
    }

    [Theory]
    [InlineData("bytes=0-4", "tests", "bytes 0-4/35")]
    [InlineData("bytes=14-", "rror: 2 tests failed\n", "bytes 14-34/35")]
    [InlineData("bytes=-7", "failed\n", "bytes 28-34/35")]
    [InlineData("bytes=30-99", "iled\n", "bytes 30-34/35")]
    public async Task The_header_for_ranges_works_too(string range, string expected, string told)
    {
        using var answer = await history.Server.ResponseAsync($"{Log}?format=raw", ("Range", range));
        answer.StatusCode.ShouldBe(HttpStatusCode.PartialContent);
        (await answer.Content.ReadAsStringAsync(Ct)).ShouldBe(expected);
        answer.Content.Headers.ContentRange!.ToString().ShouldBe(told);
    }

    [Fact]
    public async Task A_range_behind_the_end_is_416_and_a_poll_there_is_empty()
    {
        using var answer = await history.Server.ResponseAsync(Log, ("Range", "bytes=35-"));
        answer.StatusCode.ShouldBe(HttpStatusCode.RequestedRangeNotSatisfiable);
        answer.Content.Headers.ContentRange!.ToString().ShouldBe("bytes */35");
        (await history.Server.TextAsync($"{Log}?from=35")).ShouldBe("");
        (await history.Server.TextAsync($"{Log}?from=999999999999")).ShouldBe("");
    }

    [Fact]
    public async Task A_download_is_the_whole_log_as_an_attachment_that_no_browser_guesses_about()
    {
        using var answer = await history.Server.ResponseAsync($"{Log}?download=true");
        answer.Content.Headers.ContentDisposition!.ToString().ShouldBe("attachment; filename=\"chain.1.test.1-worker.log\"");
        answer.Content.Headers.ContentType!.ToString().ShouldBe("text/plain; charset=utf-8");
        Header(answer, "X-Content-Type-Options").ShouldBe("nosniff");
        (await answer.Content.ReadAsStringAsync(Ct)).ShouldBe(Printed);
    }

    [Fact]
    public async Task An_attempt_that_printed_nothing_has_an_empty_log()
    {
        foreach (var path in new[] { "/attempts/chain.1.build.1/log", "/attempts/chain.1.build.1/log?format=raw",
            "/attempts/chain.1.test.1/log?part=check-7", "/attempts/chain.1.test.1/log?part=review" })
        {
            using var answer = await history.Server.ResponseAsync(path);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK, path);
            (await answer.Content.ReadAsByteArrayAsync(Ct)).ShouldBeEmpty();
            Header(answer, "X-Log-Size").ShouldBe("0");
        }

        var index = await history.GetAsync("/attempts/chain.1.build.1/log/index");
        (index.Number("size"), index.Number("lines"), index.GetProperty("offsets").GetArrayLength()).ShouldBe((0, 0, 0));
        (await history.Server.TextAsync("/attempts/chain.1.build.1/log?part=check-1")).ShouldBe("checked\n");
    }

    [Fact]
    public async Task The_index_has_every_thousandth_line_and_the_first_error()
    {
        await using var server = await ServerInTest.StartAsync();
        var job = await server.CreateAsync(
            "steps: { a: { run: \"seq 1 2500; echo '0 errors'; echo 'FAILED: two'; printf tail\" } }", "long");
        await server.RunAsync(job, JobStatus.Success);
        var text = await server.TextAsync("/attempts/long.1.a.1/log?format=raw");
        foreach (var format in new[] { "raw", "text" })
        {
            var index = await server.GetAsync($"/attempts/long.1.a.1/log/index?format={format}");
            (index.GetProperty("size").GetInt64(), index.GetProperty("lines").GetInt64(), index.GetProperty("every").GetInt32())
                .ShouldBe((text.Length, 2503, 1000));
            index.GetProperty("offsets").EnumerateArray().Select(offset => offset.GetInt32()).ShouldBe(
                [0, text.IndexOf("\n1001\n", StringComparison.Ordinal) + 1, text.IndexOf("\n2001\n", StringComparison.Ordinal) + 1]);
            index.GetProperty("first_error_line").GetInt64().ShouldBe(2501);
            index.GetProperty("complete").GetBoolean().ShouldBeTrue();
            index.GetProperty("stderr").GetArrayLength().ShouldBe(0);
        }
    }

    [Fact]
    public async Task The_index_says_which_bytes_came_from_stderr()
    {
        await using var server = await ServerInTest.StartAsync();
        await server.RunAsync(await server.CreateAsync("steps: { a: { run: 'echo good; echo bäd >&2; echo fine' } }", "both"),
            JobStatus.Success);
        var text = Encoding.UTF8.GetBytes(await server.TextAsync("/attempts/both.1.a.1/log"));
        var ranges = (await server.GetAsync("/attempts/both.1.a.1/log/index")).GetProperty("stderr").EnumerateArray()
            .Select(range => (range.GetProperty("from").GetInt32(), range.GetProperty("to").GetInt32()));
        string.Concat(ranges.Select(range => Encoding.UTF8.GetString(text[range.Item1..range.Item2]))).ShouldBe("bäd\n");
    }

    [Fact]
    public async Task A_log_that_grows_is_polled_without_a_byte_lost_or_doubled()
    {
        await using var server = await ServerInTest.StartAsync();
        var job = await server.CreateAsync("""
            steps:
              a: { run: "echo one; touch MARKS/one; until test -e MARKS/go; do sleep 0.02; done; echo 'error: zwölf'" }
            """, "live");
        await server.PostAsync($"/jobs/{job}/run", "{}", HttpStatusCode.Accepted);
        await server.AwaitMarkAsync("one");
        await ServerInTest.UntilAsync(async () => await server.TextAsync("/attempts/live.1.a.1/log") == "one\n",
            "nothing is told of what was printed");
        var index = await server.GetAsync("/attempts/live.1.a.1/log/index");
        (index.GetProperty("lines").GetInt32(), index.GetProperty("complete").GetBoolean()).ShouldBe((1, false));

        server.Put("go");
        var read = new List<byte>();
        var complete = false;
        await ServerInTest.UntilAsync(async () =>
        {
            using var answer = await server.ResponseAsync($"/attempts/live.1.a.1/log?from={read.Count}&limit=3");
            read.AddRange(await answer.Content.ReadAsByteArrayAsync(Ct));
            complete = Header(answer, "X-Log-Complete") == "true";
            return complete && read.Count.ToString(CultureInfo.InvariantCulture) == Header(answer, "X-Log-Size");
        }, "the log is never complete");
        Encoding.UTF8.GetString([.. read]).ShouldBe("one\nerror: zwölf\n");
        index = await server.GetAsync("/attempts/live.1.a.1/log/index");
        (index.Number("lines"), index.GetProperty("complete").GetBoolean(), index.Number("first_error_line")).ShouldBe((2, true, 1));
    }

    [Fact]
    public async Task What_an_agent_prints_as_events_is_read_as_text_while_it_still_works()
    {
        await using var server = await ServerInTest.StartAsync();
        await File.WriteAllTextAsync(server.Mark("agent"), """
            #!/bin/sh
            say() { printf '{"type":"item.completed","item":{"id":"i","type":"agent_message","text":"%s"}}\n' "$1"; }
            echo '{"type":"thread.started","thread_id":"t1"}'
            say 'Reading the code …'
            touch "$(dirname "$0")/said"
            until test -e "$(dirname "$0")/go"; do sleep 0.02; done
            say '{\"action\":\"COMPLETED\",\"summary_for_supervisor\":\"done\",\"evidence_files\":[]}'
            echo '{"type":"turn.completed","usage":{"input_tokens":7,"cached_input_tokens":0,"output_tokens":3}}'
            """, Ct);
        File.SetUnixFileMode(server.Mark("agent"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var job = await server.CreateAsync("""
            agents: { writer: { provider: codex, command: [MARKS/agent] } }
            steps: { a: { prompt: p, agent: writer } }
            """, "told");
        await server.PostAsync($"/jobs/{job}/run", "{}", HttpStatusCode.Accepted);
        await server.AwaitMarkAsync("said");
        var early = "";
        await ServerInTest.UntilAsync(async () =>
            (early = await server.TextAsync("/attempts/told.1.a.1/log")).EndsWith("Reading the code …\n", StringComparison.Ordinal),
            "what it said is not readable");
        early.ShouldBe("session t1\nReading the code …\n");
        (await server.TextAsync("/attempts/told.1.a.1/log?format=raw")).ShouldContain("agent_message");

        server.Put("go");
        await server.AwaitRestAsync(job, JobStatus.Success);
        var text = await server.TextAsync("/attempts/told.1.a.1/log");
        text.ShouldStartWith(early);
        text.ShouldEndWith("usage: 7 tokens in, 3 out\n");
        (await server.TextAsync($"/attempts/told.1.a.1/log?from={Encoding.UTF8.GetByteCount(early)}")).ShouldBe(text[early.Length..]);
        (await server.GetAsync("/attempts/told.1.a.1/log/index")).GetProperty("lines").GetInt32().ShouldBe(text.Count(c => c == '\n'));
        Directory.GetFiles(Path.Combine(server.Home, "cache")).ShouldBeEmpty("nothing is left behind");
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static string Header(HttpResponseMessage answer, string name) => answer.Headers.GetValues(name).Single();
}
