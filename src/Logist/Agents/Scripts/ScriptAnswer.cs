using System.Buffers;
using System.Text.Json;

namespace Logist.Agents.Scripts;

internal static class ScriptAnswer
{
    public static readonly string[] UsageNames = ["tokens_in", "tokens_cached", "tokens_out", "cost_usd"];

    /// <param name="spent">In the order of <see cref="UsageNames"/>; null is unknown and left out.</param>
    public static byte[] Json(AnswerAction action, IReadOnlyList<string> evidence, string summary, string? feedback, decimal?[] spent)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("action", Answer.Text(action));
            json.WriteStartArray("evidence_files");
            foreach (var path in evidence)
            {
                json.WriteStringValue(ScriptSystem.Utf8(path));
            }

            json.WriteEndArray();
            if (summary.Length > 0)
            {
                json.WriteString("summary_for_supervisor", ScriptSystem.Utf8(summary));
            }

            if (feedback is not null)
            {
                json.WriteString("feedback", ScriptSystem.Utf8(feedback));
            }

            if (Array.Exists(spent, value => value is not null))
            {
                json.WriteStartObject("usage");
                for (var i = 0; i < spent.Length; i++)
                {
                    if (spent[i] is { } value)
                    {
                        json.WriteNumber(UsageNames[i], value);
                    }
                }

                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }
}
