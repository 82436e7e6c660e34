using System.Text;
using Logist.Agents;
using Logist.Agents.Streams;
using Logist.Core.Jobs;

namespace Logist.Tests.Agents;

public sealed class EventParserTests : IDisposable
{
    private readonly AgentPlace _place = new();

    public void Dispose() => _place.Dispose();

    public static TheoryData<string> Agents => ["claude", "codex", "gemini", "qwen", "opencode", "cline"];

    [Theory]
    [MemberData(nameof(Agents))]
    public void Lines_that_are_no_events_are_left_out(string name)
    {
        string[] lines =
        [
            "", " ", "\r", "{", "}", "{}", "[]", "null", "7", "\"x\"", "hello {\"type\":\"result\"}", "{\"type\":\"result\"} x",
            "{\"type\":7}", "{\"type\":null}", "{\"type\":\"unknown_event\",\"x\":1}", "{\"type\":[\"result\"]}", "{\"a\":1-2}",
            "{\"type\":\"assist", new string('{', 5000), "\u0000\u0001\u001b[31m", $"{{\"type\":\"x\",\"a\":{Deep(200)}}}",
        ];
        var parser = RecordedStreamTests.Agent(name).NewParser()!;
        var events = new List<AgentEvent>();
        foreach (var line in lines)
        {
            parser.Read(Encoding.UTF8.GetBytes(line), events);
        }

        parser.Read([0xff, 0xfe, (byte)'{', 0x80], events);
        parser.Read("{\"type\":\"\xff\xfe\"}"u8, events);
        events.ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Agents))]
    public void Events_whose_members_are_of_another_kind_do_no_harm(string name)
    {
        // Every value of a real stream replaced in turn by something else.
        string[] wrong = ["null", "7", "-1", "1e300", "\"\"", "\"\\ud800\"", "[]", "{}", "[[{}]]", "true"];
        var recorded = Recording.Output($"{name}-ok").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var events = new List<AgentEvent>();
        foreach (var line in recorded)
        {
            for (var colon = 0; (colon = line.IndexOf("\":", colon, StringComparison.Ordinal)) >= 0; colon += 2)
            {
                foreach (var value in wrong)
                {
                    var rest = line.AsSpan(colon + 2);
                    var end = rest.IndexOfAny(",}]");
                    var changed = $"{line.AsSpan(0, colon + 2)}{value}{(end < 0 ? "" : rest[end..])}";
                    var parser = RecordedStreamTests.Agent(name).NewParser()!;
                    parser.Read(Encoding.UTF8.GetBytes(changed), events);
                    parser.Read(Encoding.UTF8.GetBytes(changed.Replace("{", "{\"\\ud800\":1,")), events);
                }
            }
        }

        events.OfType<AgentEvent.Spent>().ShouldAllBe(spent => !(spent.Usage.TokensIn < 0));
    }

    [Theory]
    [MemberData(nameof(Agents))]
    public void Noise_around_the_events_changes_nothing(string name)
    {
        File.WriteAllText(_place.InWorkspace("hello.txt"), "hello");
        var lines = Recording.Output($"{name}-ok").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var noise = "\u0007 warning { half\n{\"type\":\"news\",\"text\":\"x\"}\n";
        _place.Log(string.Concat(lines.Select(line => noise + line + "\r\n")), "err\n");
        var outcome = RecordedStreamTests.Agent(name).Judge(_place.Ended()).ShouldBeOfType<AgentOutcome.Answered>();
        outcome.Usage.ShouldNotBeNull().TokensIn.ShouldBe(2200);
        outcome.Usage.TokensOut.ShouldBe(130);
    }

    [Theory]
    [MemberData(nameof(Agents))]
    public void A_stream_cut_anywhere_is_never_a_success_by_itself(string name)
    {
        var whole = Recording.Output($"{name}-ok");
        for (var length = 0; length < whole.Length - 2; length += 37)
        {
            _place.Log(whole[..length]);
            RecordedStreamTests.Agent(name).Judge(_place.Ended(null, 9)).ShouldBeOfType<AgentOutcome.Failed>($"{length}");
        }
    }

    [Fact]
    public void A_line_of_megabytes_is_read()
    {
        File.WriteAllText(_place.InWorkspace("hello.txt"), "hello");
        var text = new string('x', 6 << 20) + " " + """{\"action\":\"COMPLETED\"}""";
        _place.Log("""{"type":"item.completed","item":{"type":"agent_message","text":"TEXT"}}""".Replace("TEXT", text)
            + "\n{\"type\":\"turn.completed\"}\n");
        RecordedStreamTests.Agent("codex").Judge(_place.Ended()).ShouldBeOfType<AgentOutcome.Answered>();
    }

    [Fact]
    public void A_message_in_very_many_pieces_keeps_its_end()
    {
        var log = new StringBuilder();
        for (var i = 0; i < 1000; i++)
        {
            log.Append("{\"type\":\"message\",\"role\":\"assistant\",\"delta\":true,\"content\":\"").Append('x', 10_000).Append("\"}\n");
        }

        log.Append("""{"type":"message","role":"assistant","delta":true,"content":"{\"action\":\"STUCK\"}"}""").Append('\n');
        log.Append("""{"type":"result","status":"success"}""").Append('\n');
        _place.Log(log.ToString());
        RecordedStreamTests.Agent("gemini").Judge(_place.Ended()).ShouldBeOfType<AgentOutcome.Answered>().Answer.Action
            .ShouldBe(AnswerAction.Stuck);
    }

    [Fact]
    public void Calls_add_up_and_what_is_not_known_stays_unknown()
    {
        var tally = new UsageTally();
        tally.Spent(null).ShouldBeNull();
        tally.Add(new AgentEvent.Spent(new Usage(10, null, null, null), UsageScope.Call));
        tally.Add(new AgentEvent.Spent(new Usage(5, 3, null, null), UsageScope.Call));
        tally.Spent(null).ShouldBe(new Usage(15, 3, null, null));
        tally.Add(new AgentEvent.Spent(new Usage(100, null, 7, null), UsageScope.Session));
        tally.Spent(new Usage(80, 1, 9, 2m)).ShouldBe(new Usage(20, null, 0, null));
        tally.Add(new AgentEvent.Spent(new Usage(30, null, null, 1m), UsageScope.Total));
        tally.Spent(new Usage(80, 1, 5, 2m)).ShouldBe(new Usage(30, null, 2, 1m));
    }

    private static string Deep(int depth) => new string('[', depth) + new string(']', depth);
}
