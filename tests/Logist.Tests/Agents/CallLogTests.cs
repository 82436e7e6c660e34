using System.Text;
using Logist.Agents.Streams;
using Logist.StepHost;

namespace Logist.Tests.Agents;

public sealed class CallLogTests : IDisposable
{
    private readonly AgentPlace _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public void Lines_of_both_streams_are_told_apart_even_in_the_middle_of_a_line()
    {
        Write("{\"a\":E: x\n1}\nE: y\nlast", "e 5 5\ne 13 5\n");
        Read().ShouldBe(["err:E: x", "out:{\"a\":1}", "err:E: y", "out:last"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense\ne\ne 1\ne x y\ne -5 3\ne 3 99999999999999999999\nt 5 1\n\u0001\u0002")]
    public void A_broken_index_only_loses_what_it_would_have_said(string index)
    {
        Write("one\n\ntwo\n", index);
        Read().ShouldBe(["out:one", "out:", "out:two"]);
    }

    [Fact]
    public void Without_a_log_there_is_nothing() => Read().ShouldBeEmpty();

    [Fact]
    public void A_line_longer_than_any_event_is_left_out_and_the_next_one_is_not()
    {
        Write($"a\n{new string('x', LineCutter.MaxLine + 1)}\n{new string('y', LineCutter.MaxLine)}\nb\n", "");
        Read().ShouldBe(["out:a", $"out:{LineCutter.MaxLine} y", "out:b"]);
    }

    [Fact]
    public void The_lines_that_the_cap_cut_are_left_out_and_offsets_go_on_counting()
    {
        const long total = OutputLayout.Limit + 1000L;
        var from = total - OutputLayout.Ring;
        var head = new byte[OutputLayout.Head];
        var ring = new byte[OutputLayout.Ring];
        Array.Fill(head, (byte)'h');
        Array.Fill(ring, (byte)'r');
        "first\n"u8.CopyTo(head);
        "\nhalf{"u8.CopyTo(head.AsSpan(^6));
        "cut}\n"u8.CopyTo(ring);
        "\nerror\nfinal\n"u8.CopyTo(ring.AsSpan(^13));
        using (var file = File.Create(_place.Log))
        {
            file.Write(head);
            var marker = "\n[output truncated: 1 of 2 bytes left out here]".PadRight(OutputLayout.Marker - 1) + '\n';
            file.Write(Encoding.ASCII.GetBytes(marker));
            file.Write(ring);
        }

        File.WriteAllText(OutputLayout.IndexPath(_place.Log), $"e {total - 12} 6\nt {OutputLayout.Head} {from}\n");
        Read().ShouldBe(["out:first", $"out:{OutputLayout.Ring - 18} r", "err:error", "out:final"]);
    }

    private void Write(string log, string index)
    {
        File.WriteAllText(_place.Log, log);
        File.WriteAllText(OutputLayout.IndexPath(_place.Log), index);
    }

    private List<string> Read()
    {
        var lines = new List<string>();
        CallLog.Read(_place.Log, (line, error) =>
        {
            var text = line.Length < 1000 ? Encoding.UTF8.GetString(line) : $"{line.Length} {(char)line[0]}";
            lines.Add($"{(error ? "err" : "out")}:{text}");
        });
        return lines;
    }
}
