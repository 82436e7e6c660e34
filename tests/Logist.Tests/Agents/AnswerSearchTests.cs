using System.Text;
using Logist.Agents;

namespace Logist.Tests.Agents;

public sealed class AnswerSearchTests : IDisposable
{
    private const string Ok = """{"action":"COMPLETED","summary_for_supervisor":"here"}""";
    private readonly AgentPlace _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public void No_log_is_no_answer() => AnswerSearch.FindLast(_place.Log).ShouldBeNull();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1 << 20)]
    [InlineData((1 << 20) - 20)]
    [InlineData((1 << 20) - 54)]
    [InlineData((2 << 20) - 7)]
    [InlineData(5 << 20)]
    [InlineData(63 << 20)]
    public void An_answer_is_found_however_much_noise_follows_it(int noise)
    {
        using (var log = new FileStream(_place.Log, FileMode.Create))
        {
            log.Write(Encoding.UTF8.GetBytes("start\n" + Ok));
            var line = Encoding.UTF8.GetBytes("\n{\"type\":\"text\",\"delta\":\"noise \\\" { \"}");
            for (var left = noise; left > 0; left -= line.Length)
            {
                log.Write(line.AsSpan(0, Math.Min(left, line.Length)));
            }
        }

        Encoding.UTF8.GetString(AnswerSearch.FindLast(_place.Log)!).ShouldBe(Ok);
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(700_000)]
    [InlineData(1_000_000)]
    public void An_answer_around_a_window_edge_is_found_whole(int filler)
    {
        var answer = $"{{\"action\":\"STUCK\",\"inner\":{{\"action\":\"RETRY\"}},\"filler\":\"{new string('f', filler)}\"}}";
        File.WriteAllText(_place.Log, new string('x', 300_000) + answer + new string('y', 1_500_000));
        Encoding.UTF8.GetString(AnswerSearch.FindLast(_place.Log)!).ShouldBe(answer);
    }

    [Fact]
    public void An_answer_above_a_megabyte_is_none()
    {
        File.WriteAllText(_place.Log, $"{{\"action\":\"STUCK\",\"filler\":\"{new string('f', Answer.MaxBytes)}\"}}");
        AnswerSearch.FindLast(_place.Log).ShouldBeNull();
    }
}
