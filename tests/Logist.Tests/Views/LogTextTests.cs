using System.Text;
using Logist.Agents.Cli;
using Logist.Tests.Agents;
using Logist.Views;

namespace Logist.Tests.Views;

/// <summary>A log as text while it grows, and which parts an attempt has.</summary>
public sealed class LogTextTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("logist-log-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100_000)]
    public void Events_say_the_same_however_their_bytes_arrive(int chunk)
    {
        var text = Read(new LogText(new ClaudeAgent().NewParser()), Encoding.UTF8.GetBytes(Recording.Output("claude-ok")), chunk);
        text.ShouldContain("\nWrite: /workspace/hello.txt\n");
        text.ShouldEndWith("0.0053 USD\n");
        text.ShouldNotContain("\"type\"");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_character_that_arrives_in_pieces_stays_whole(int chunk) =>
        Read(new LogText(null), Encoding.UTF8.GetBytes("Grüße 😀\nend"), chunk).ShouldBe("Grüße 😀\nend");

    [Fact]
    public void An_attempt_has_the_parts_that_printed_something_and_always_a_worker()
    {
        LogPart.Of(Path.Combine(_directory, "none")).ShouldHaveSingleItem().Name.ShouldBe("worker");
        foreach (var file in (string[])["output.log", "output2.log", "check-2.log", "check-10.log", "check-x.log", "review.log"])
        {
            File.WriteAllText(Path.Combine(_directory, file), file);
        }

        var parts = LogPart.Of(_directory);

        parts.Select(part => part.Name).ShouldBe(["worker", "check-2", "check-10", "review"]);
        parts[0].Logs.Select(log => Encoding.UTF8.GetString(log.ReadAll())).ShouldBe(["output.log", "output2.log"]);
        Encoding.UTF8.GetString(parts[3].Logs[0].ReadEnd()).ShouldBe("review.log");
    }

    private static string Read(LogText log, byte[] bytes, int chunk)
    {
        var text = new StringBuilder();
        for (var at = 0; at < bytes.Length; at += chunk)
        {
            _ = text.Append(log.Add(bytes.AsSpan(at, Math.Min(chunk, bytes.Length - at))));
        }

        return text.Append(log.End()).ToString();
    }
}
