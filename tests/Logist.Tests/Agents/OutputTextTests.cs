using System.Buffers;
using System.Diagnostics;
using System.Text;
using Logist.Agents;

namespace Logist.Tests.Agents;

public sealed class OutputTextTests
{
    [Theory]
    [InlineData("plain text\twith tab\nand lines\n", "plain text\twith tab\nand lines\n")]
    [InlineData("grüße 日本語 😀 עברית", "grüße 日本語 😀 עברית")]
    [InlineData("\u001b[2J", "\\x1b[2J")]
    [InlineData("\u001b]52;c;aGk=\u0007", "\\x1b]52;c;aGk=\\x07")]
    [InlineData("\u001b]8;;http://evil\u001b\\link", "\\x1b]8;;http://evil\\x1b\\link")]
    [InlineData("\u001bPq", "\\x1bPq")]
    [InlineData("\u009b31m", "\\u009b31m")]
    [InlineData("100%\rfake", "100%\\x0dfake")]
    [InlineData("dos\r\nline", "dos\nline")]
    [InlineData("end\r", "end\\x0d")]
    [InlineData("\r\r\n", "\\x0d\n")]
    [InlineData("a\u202eb\u2066c", "a\\u202eb\\u2066c")]
    [InlineData("\0\u0001\u007f", "\\x00\\x01\\x7f")]
    [InlineData("tag \U000E0041", "tag \\U000e0041")]
    public void Control_characters_are_shown_and_text_passes(string text, string shown) => OutputText.Sanitise(text).ShouldBe(shown);

    [Fact]
    public void Bytes_that_are_no_utf8_are_shown()
    {
        Sanitise([0x9b, (byte)'[', 0xff, 0xc3]).ShouldBe("\\x9b[\\xff\\xc3");
        Sanitise([0xed, 0xa0, 0x80]).ShouldBe("\\xed\\xa0\\x80");
    }

    [Fact]
    public void Every_split_of_a_stream_gives_the_same_text()
    {
        byte[] text = [.. Encoding.UTF8.GetBytes("é\r\n😀\u202e\r\u001b[m日"), 0xf0, 0x9f, (byte)'x', 0xe2, 0x80];
        var whole = Sanitise(text);
        for (var i = 0; i <= text.Length; i++)
        {
            for (var j = i; j <= text.Length; j++)
            {
                Sanitise(text[..i], text[i..j], text[j..]).ShouldBe(whole);
            }
        }
    }

    [Fact]
    public void All_byte_values_leave_nothing_that_a_terminal_obeys()
    {
        var random = new Random(7);
        var noise = new byte[1 << 16];
        random.NextBytes(noise);
        foreach (var c in Sanitise(noise))
        {
            (c is '\n' or '\t' || !char.IsControl(c)).ShouldBeTrue($"U+{(int)c:x4}");
            (c is (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069')).ShouldBeFalse();
        }
    }

    [Fact]
    public void Sixty_four_megabytes_pass_quickly()
    {
        var line = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("a log line of usual length, mostly plain text é\n", 1400)));
        var output = new OutputText();
        var to = new ArrayBufferWriter<byte>(1 << 18);
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < 1000; i++)
        {
            output.Write(line, to);
            to.ResetWrittenCount();
        }

        Stopwatch.GetElapsedTime(start).ShouldBeLessThan(TimeSpan.FromSeconds(5));
    }

    private static string Sanitise(params byte[][] chunks)
    {
        var to = new ArrayBufferWriter<byte>();
        var output = new OutputText();
        foreach (var chunk in chunks)
        {
            output.Write(chunk, to);
        }

        output.Flush(to);
        return Encoding.UTF8.GetString(to.WrittenSpan);
    }
}
