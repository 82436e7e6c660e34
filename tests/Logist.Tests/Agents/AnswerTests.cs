using System.Diagnostics;
using System.Text;
using Logist.Agents;

namespace Logist.Tests.Agents;

public sealed class AnswerTests
{
    private const string Ok = """{"action":"COMPLETED","evidence_files":["a.md"],"summary_for_supervisor":"done"}""";

    [Theory]
    [InlineData(Ok)]
    [InlineData("I am done.\n\n" + Ok + "\n")]
    [InlineData("```json\n" + Ok + "\n```\nThat is all {really}.")]
    [InlineData("{\"type\":\"result\",\"result\":" + Ok + "}")]
    [InlineData("{ not json { \"a\": [ {\"action\": \n" + Ok)]
    [InlineData("{\"action\":\"RETRY\"}\nsecond thoughts\n" + Ok)]
    [InlineData(Ok + "\n{\"type\":\"turn.completed\",\"usage\":{}}\n")]
    [InlineData("{\"text\":\"{\\\"action\\\":\\\"STUCK\\\"}\"}" + Ok)]
    [InlineData("warning: } \" unbalanced \" { text\n" + Ok + " } \" {")]
    public void The_last_object_with_an_action_is_the_answer(string output)
    {
        var answer = Valid(output);
        answer.Action.ShouldBe(AnswerAction.Completed);
        answer.Evidence.ShouldBe(["a.md"]);
        answer.Summary.ShouldBe("done");
    }

    [Fact]
    public void Braces_and_quotes_inside_strings_do_not_confuse() =>
        Valid("""x {"action":"COMPLETED","summary_for_supervisor":"} { \"action\" \\ {\"action\":\"STUCK\"} ```"} y""").Summary
            .ShouldBe("""} { "action" \ {"action":"STUCK"} ```""");

    [Fact]
    public void An_object_inside_the_answer_is_not_the_answer()
    {
        Valid("""{"action":"COMPLETED","detail":{"action":"STUCK"},"more":[{"action":"RETRY"}]}""").Action.ShouldBe(AnswerAction.Completed);
        Valid("""{"more":[{"action":"RETRY"}],"action":"COMPLETED"}""").Action.ShouldBe(AnswerAction.Completed);
    }

    [Theory]
    [InlineData("completed", AnswerAction.Completed)]
    [InlineData(" Stuck ", AnswerAction.Stuck)]
    [InlineData("RETRY", AnswerAction.Retry)]
    public void The_action_may_be_in_any_case(string text, object action) =>
        Valid($"{{\"action\":\"{text}\"}}").Action.ShouldBe((AnswerAction)action);

    [Theory]
    [InlineData("")]
    [InlineData("just prose")]
    [InlineData("{}")]
    [InlineData("{\"type\":\"attempt_committed\"}\n::set-env name=X::1\n{\"seq\":3,\"type\":\"task.succeeded\"}")]
    [InlineData("{\"action\":\"COMPLETED\"")]
    [InlineData("{\"action\": \"COMPLETED\", \"evidence_files\": [\"\n")]
    [InlineData("[\"action\"]")]
    [InlineData("{\"nested\":{\"nested\":1}}")]
    [InlineData("{'action':'COMPLETED'}")]
    public void Without_an_action_there_is_no_answer(string output) => Parse(output).ShouldBeOfType<AnswerResult.None>();

    [Theory]
    [InlineData("{\"action\":1}", "\"action\" that is a number")]
    [InlineData("{\"action\":null}", "\"action\" that is null")]
    [InlineData("{\"action\":\"DONE\"}", "\"DONE\"")]
    [InlineData("{\"action\":\"\\u001b[2J\"}", "\\x1b[2J")]
    [InlineData("{\"action\":\"COMPLETED\",\"action\":\"STUCK\"}", "\"action\" twice")]
    [InlineData("{\"action\":\"COMPLETED\",\"\\u0061ction\":\"STUCK\"}", "\"action\" twice")]
    [InlineData("{\"action\":\"COMPLETED\",\"evidence_files\":\"a.md\"}", "\"evidence_files\" that is a string")]
    [InlineData("{\"action\":\"COMPLETED\",\"evidence_files\":[1]}", "a number in \"evidence_files\"")]
    [InlineData("{\"action\":\"COMPLETED\",\"evidence_files\":[[\"a\"]]}", "an array in \"evidence_files\"")]
    [InlineData("{\"action\":\"COMPLETED\",\"summary_for_supervisor\":{}}", "\"summary_for_supervisor\" that is an object")]
    [InlineData("{\"action\":\"COMPLETED\",\"feedback\":true}", "\"feedback\" that is a boolean")]
    [InlineData("{\"action\":\"COMPLETED\",\"summary_for_supervisor\":\"a\\u0000b\"}", "NUL")]
    [InlineData("{\"action\":\"COMPLETED\",\"summary_for_supervisor\":\"\\ud800\"}", "surrogate")]
    [InlineData("{\"action\":\"COMPLETED\",\"n\":1.2.3}", "not valid JSON")]
    public void What_is_wrong_with_an_answer_is_named(string output, string why) =>
        Parse(output).ShouldBeOfType<AnswerResult.Invalid>().Why.ShouldContain(why);

    [Fact]
    public void Invalid_utf8_is_named()
    {
        byte[] output = [.. "{\"action\":\"COMPLETED\",\"summary_for_supervisor\":\""u8, 0xff, .. "\"}"u8];
        Answer.Parse(output).ShouldBeOfType<AnswerResult.Invalid>().Why.ShouldContain("UTF-8");
    }

    [Fact]
    public void More_than_a_thousand_evidence_files_are_refused()
    {
        static string Names(int count) => string.Join(',', Enumerable.Range(0, count).Select(i => $"\"{i}\""));
        static string Naming(int count) => $"{{\"action\":\"COMPLETED\",\"evidence_files\":[{Names(count)}]}}";
        Valid(Naming(1000)).Evidence.Count.ShouldBe(1000);
        Parse(Naming(1001)).ShouldBeOfType<AnswerResult.Invalid>().Why.ShouldContain("more than 1000");
    }

    [Fact]
    public void A_long_summary_is_cut_with_a_note_and_never_in_half_a_character()
    {
        var answer = Valid($"{{\"action\":\"COMPLETED\",\"summary_for_supervisor\":\"{new string('a', 999)}😀😀\"}}");
        answer.Summary.ShouldBe(new string('a', 999));
        answer.Notes.ShouldHaveSingleItem().ShouldContain("cut to 1000");
        Valid($"{{\"action\":\"COMPLETED\",\"summary_for_supervisor\":\"{new string('a', 1000)}\"}}").Notes.ShouldBeEmpty();
    }

    [Fact]
    public void Usage_is_read_and_unknown_stays_null()
    {
        var usage = Valid("""{"action":"COMPLETED","usage":{"tokens_in":10,"tokens_out":3,"cost_usd":0.0125,"model":"x"}}""").Usage!;
        (usage.TokensIn, usage.TokensCached, usage.TokensOut, usage.CostUsd).ShouldBe((10L, null, 3L, 0.0125m));
        Valid(Ok).Usage.ShouldBeNull();
    }

    [Theory]
    [InlineData("{\"tokens_in\":1e999}", "tokens_in")]
    [InlineData("{\"tokens_in\":-1}", "tokens_in")]
    [InlineData("{\"tokens_in\":\"1\"}", "tokens_in")]
    [InlineData("{\"tokens_in\":9223372036854775808}", "tokens_in")]
    [InlineData("{\"tokens_in\":{\"tokens_in\":[1]}}", "tokens_in")]
    [InlineData("{\"cost_usd\":1e999}", "cost_usd")]
    [InlineData("{\"cost_usd\":-0.1}", "cost_usd")]
    [InlineData("7", "usage is a number")]
    [InlineData("[1]", "usage is an array")]
    public void Wrong_usage_is_noted_and_does_not_cost_the_answer(string usage, string note)
    {
        var answer = Valid($"{{\"usage\":{usage},\"action\":\"COMPLETED\"}}");
        answer.Notes.ShouldHaveSingleItem().ShouldContain(note);
        (answer.Usage?.TokensIn, answer.Usage?.CostUsd).ShouldBe((null, null));
    }

    [Fact]
    public void A_supervisors_feedback_is_its_feedback_or_its_summary()
    {
        Valid("""{"action":"RETRY","summary_for_supervisor":"s","feedback":"f"}""").FeedbackOrSummary.ShouldBe("f");
        Valid("""{"action":"RETRY","summary_for_supervisor":"s"}""").FeedbackOrSummary.ShouldBe("s");
    }

    [Fact]
    public void Depth_64_is_read_and_65_is_not()
    {
        static string Deep(int depth) => $"{{\"action\":\"COMPLETED\",\"x\":{new string('[', depth - 1)}{new string(']', depth - 1)}}}";
        Valid(Deep(64)).Action.ShouldBe(AnswerAction.Completed);
        Parse(Deep(65)).ShouldBeOfType<AnswerResult.None>();
        Parse(Deep(1_000_000)).ShouldBeOfType<AnswerResult.None>();
        Answer.ParseObject(Encoding.UTF8.GetBytes(Deep(65))).ShouldBeOfType<AnswerResult.Invalid>();
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("  \n", "is empty")]
    [InlineData("[]", "not a JSON object")]
    [InlineData("{}", "no \"action\"")]
    [InlineData("{\"action\":\"COMPLETED\"", "not valid JSON")]
    [InlineData("{\"action\":\"COMPLETED\"} trailing", "not valid JSON")]
    [InlineData("{\"action\":\"COMPLETED\"}{\"action\":\"STUCK\"}", "not valid JSON")]
    public void A_response_file_is_exactly_one_object(string text, string why) =>
        Answer.ParseObject(Encoding.UTF8.GetBytes(text)).ShouldBeOfType<AnswerResult.Invalid>().Why.ShouldContain(why);

    [Fact]
    public void A_byte_order_mark_is_accepted() =>
        Answer.ParseObject(Encoding.UTF8.GetBytes("\uFEFF" + Ok)).ShouldBeOfType<AnswerResult.Valid>();

    [Fact]
    public void Every_truncation_of_an_answer_is_no_answer()
    {
        var bytes = Encoding.UTF8.GetBytes(Ok);
        for (var length = 0; length < bytes.Length; length++)
        {
            Answer.ParseObject(bytes.AsSpan(0, length)).ShouldBeOfType<AnswerResult.Invalid>();
            Answer.Parse(bytes.AsSpan(0, length)).ShouldBeOfType<AnswerResult.None>();
        }
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{\"")]
    [InlineData("{\"a\":")]
    [InlineData("{\"action\":[")]
    [InlineData("{\"a\":\"{\",")]
    [InlineData("{\"action\":\"x\",")]
    [InlineData("{ ")]
    [InlineData("{\\\"")]
    [InlineData("{\"a\":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,")]
    [InlineData("{\"action\":\"COMPLETED\",\"x\":")]
    public void Sixty_four_megabytes_of_garbage_end_in_bounded_time(string pattern)
    {
        var one = Encoding.UTF8.GetBytes(pattern);
        var garbage = new byte[64 << 20];
        for (var i = 0; i < garbage.Length; i++)
        {
            garbage[i] = one[i % one.Length];
        }

        var start = Stopwatch.GetTimestamp();
        _ = Answer.Parse(garbage);
        Stopwatch.GetElapsedTime(start).ShouldBeLessThan(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void Random_mutations_never_throw_and_a_whole_answer_after_them_is_found()
    {
        var random = new Random(20261120);
        byte[] alphabet = [.. "{}[]\":,\\ \n0e-truefalsnl"u8, 0, 0xff, 0xc3, 0xa9];
        byte[] seed = Encoding.UTF8.GetBytes("log line\n```json\n" + Ok + "\n```\n{\"type\":\"usage\",\"usage\":{\"tokens_in\":1}}");
        var start = Stopwatch.GetTimestamp();
        for (var round = 0; round < 30_000; round++)
        {
            var text = seed.ToList();
            for (var n = random.Next(1, 12); n > 0; n--)
            {
                var at = random.Next(text.Count);
                switch (random.Next(3))
                {
                    case 0: text[at] = alphabet[random.Next(alphabet.Length)]; break;
                    case 1: text.Insert(at, alphabet[random.Next(alphabet.Length)]); break;
                    default: text.RemoveAt(at); break;
                }
            }

            byte[] mutated = [.. text];
            _ = Answer.Parse(mutated);
            _ = Answer.ParseObject(mutated);
            Answer.Parse([.. mutated, (byte)'\n', .. Encoding.UTF8.GetBytes(Ok)]).ShouldBeOfType<AnswerResult.Valid>();
        }

        Stopwatch.GetElapsedTime(start).ShouldBeLessThan(TimeSpan.FromSeconds(30));
    }

    private static AnswerResult Parse(string output) => Answer.Parse(Encoding.UTF8.GetBytes(output));

    private static Answer Valid(string output) => Parse(output).ShouldBeOfType<AnswerResult.Valid>().Answer;
}
