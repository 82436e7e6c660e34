using System.Text;
using Logist.Agents.Streams;
using Logist.Core;
using Logist.Server.Logs;
using Logist.StepHost;
using Logist.Views;

namespace Logist.Server.Tests;

/// <summary>What ranges and indexes of logs are made with, piece by piece.</summary>
public sealed class LogPartsTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("logist-log-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("error: cannot find x", true)]
    [InlineData("src/a.cs(3,4): error CS0246: no such type", true)]
    [InlineData("System.InvalidOperationException: boom", true)]
    [InlineData("\u001b[31mFAIL\u001b[0m test_a", true)]
    [InlineData("Traceback (most recent call last):", true)]
    [InlineData("thread 'main' panicked; fatal", true)]
    [InlineData("2 tests failed", true)]
    [InlineData("Build succeeded. 0 Error(s), no errors", false)]
    [InlineData("Passed! - Failed: 0, Passed: 12", false)]
    [InlineData("everything is fine", false)]
    [InlineData("the mirrored failover works", false)]
    public void A_line_looks_like_an_error_by_its_words(string line, bool expected) =>
        ErrorLines.Matches(Encoding.UTF8.GetBytes(line)).ShouldBe(expected);

    [Fact]
    public void An_index_is_the_same_however_the_text_arrives()
    {
        var text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 3500).Select(i => $"line {i} ü\n")) + "an error at the end");
        var whole = new LineIndex();
        whole.Add(text);
        whole.End();
        whole.Offsets.Count.ShouldBe(4);
        foreach (var offset in whole.Offsets.Skip(1))
        {
            text[offset - 1].ShouldBe((byte)'\n');
        }

        (whole.Size, whole.Lines, whole.FirstError).ShouldBe((text.Length, 3501, 3500));
        foreach (var length in new[] { 1, 7, 1000 })
        {
            var index = new LineIndex();
            foreach (var piece in text.Chunk(length))
            {
                index.Add(piece);
            }

            index.End();
            (index.Size, index.Lines, index.FirstError).ShouldBe((whole.Size, whole.Lines, whole.FirstError));
            index.Offsets.ShouldBe(whole.Offsets);
        }
    }

    [Fact]
    public void A_thousand_lines_begin_no_further_one()
    {
        var index = new LineIndex();
        index.Add(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("x\n", 1000))));
        (index.Lines, index.Offsets.Count).ShouldBe((1000, 1));
        index.Add("y"u8);
        (index.Lines, index.Offsets[1]).ShouldBe((1001, 2000));
    }

    [Fact]
    public void Rendered_text_only_grows_whatever_pieces_of_the_log_are_seen()
    {
        var (path, lines) = (Path.Combine(_directory, "output.log"), Events(50));
        using var log = New();
        var seen = "";
        for (var at = 0; at < lines.Length; at += 17)
        {
            File.AppendAllText(path, lines[at..Math.Min(lines.Length, at + 17)]);
            log.Update([new AttemptLog(path)], over: false);
            var now = All(log);
            now.ShouldStartWith(seen);
            seen = now;
        }

        log.Update([new AttemptLog(path)], over: true);
        log.IsComplete.ShouldBeTrue();
        All(log).ShouldBe(string.Concat(Enumerable.Range(0, 50).Select(i => $"message {i} ü\n")));
        log.Index.Lines.ShouldBe(50);
        using var again = New();
        again.Update([new AttemptLog(path)], over: true);
        All(again).ShouldBe(All(log), "read from the start it is the same text");
    }

    [Fact]
    public void The_processes_of_an_attempt_are_read_one_after_another()
    {
        var (first, second) = (Path.Combine(_directory, "output.log"), Path.Combine(_directory, "output2.log"));
        File.WriteAllText(first, Events(2));
        using var log = New();
        log.Update([new AttemptLog(first)], over: false);
        File.WriteAllText(second, Events(1));
        log.Update([new AttemptLog(first), new AttemptLog(second)], over: true);
        All(log).ShouldBe("message 0 ü\nmessage 1 ü\nmessage 0 ü\n");

        using var raw = new RawLog([new AttemptLog(first), new AttemptLog(second)]);
        raw.Size.ShouldBe(new FileInfo(first).Length + new FileInfo(second).Length);
        var bytes = new byte[raw.Size];
        for (var at = 0; at < bytes.Length;)
        {
            at += raw.Read(at, bytes.AsSpan(at, Math.Min(5, bytes.Length - at)));
        }

        Encoding.UTF8.GetString(bytes).ShouldBe(Events(2) + Events(1));
    }

    [Fact]
    public void A_log_that_begins_anew_is_read_anew()
    {
        var path = Path.Combine(_directory, "review.log");
        File.WriteAllText(path, Events(5));
        using var log = New();
        var lines = new RawLines();
        log.Update([new AttemptLog(path)], over: false);
        lines.Update([new AttemptLog(path)], over: false);
        File.WriteAllText(path, Events(1));
        log.Update([new AttemptLog(path)], over: true);
        lines.Update([new AttemptLog(path)], over: true);
        All(log).ShouldBe("message 0 ü\n");
        (lines.Index.Lines, lines.Index.Size).ShouldBe((1, Encoding.UTF8.GetByteCount(Events(1))));
    }

    [Fact]
    public void What_was_not_looked_at_for_long_is_forgotten_and_read_again()
    {
        var path = Path.Combine(_directory, "output.log");
        File.WriteAllText(path, Events(3));
        using var cache = new LogCache();
        var made = 0;
        long Lines(int attempt) => cache.Use(new LogKey(new AttemptId("job", 1, "step", attempt), "worker", true, 0), () =>
        {
            made++;
            return New();
        }, log =>
        {
            log.Update([new AttemptLog(path)], over: true);
            return log.Index.Lines;
        });

        for (var round = 0; round < 2; round++)
        {
            Lines(1).ShouldBe(3);
        }

        made.ShouldBe(1);
        for (var attempt = 2; attempt <= LogCache.Most + 1; attempt++)
        {
            Lines(attempt).ShouldBe(3);
        }

        Lines(1).ShouldBe(3);
        made.ShouldBe(LogCache.Most + 2);
        var first = new LogKey(new AttemptId("job", 1, "step", 1), "worker", true, 0);
        Should.Throw<LogistException>(() => cache.Use<RenderedLog, int>(first, New, _ => throw new LogistException(ErrorKind.Storage,
            "no space")));
        Lines(1).ShouldBe(3);
        made.ShouldBe(LogCache.Most + 3, "what may have half of something begins anew");
    }

    [Fact]
    public void The_end_of_a_log_that_is_too_long_is_read_again_once_it_is_in_order()
    {
        var path = Path.Combine(_directory, "output.log");
        using (var file = File.Create(path))
        {
            file.SetLength(OutputLayout.Limit);
            file.Position = OutputLayout.Limit - 8;
            file.Write("before\n\n"u8);
        }

        var lines = new RawLines();
        lines.Update([new AttemptLog(path)], over: false);
        using (var file = File.OpenWrite(path))
        {
            file.Position = OutputLayout.Limit - 8;
            file.Write("error!\n\n"u8);
        }

        lines.Update([new AttemptLog(path)], over: true);
        (lines.Index.Size, lines.Index.Lines).ShouldBe((OutputLayout.Limit, 2));
    }

    private RenderedLog New() => new(Path.Combine(_directory, "cache"), () => new LogText(new OwnStreamParser()));

    private static string All(RenderedLog log)
    {
        var bytes = new byte[log.Index.Size];
        for (var at = 0; at < bytes.Length;)
        {
            at += log.Read(at, bytes.AsMemory(at));
        }

        return Encoding.UTF8.GetString(bytes);
    }

    private static string Events(int count) => string.Concat(Enumerable.Range(0, count).Select(i =>
        $$"""{"event":"text","text":"message {{i}} ü","piece":false}""" + "\n"));
}
