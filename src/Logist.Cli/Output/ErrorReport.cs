using System.Text.Json;
using Logist.Core;
using Logist.Views;

namespace Logist.Cli.Output;

/// <summary>A failure as people read it, and as programs read it.</summary>
internal static class ErrorReport
{
    public static IEnumerable<string> Lines(Problem problem, Style style)
    {
        yield return $"{style.Red($"error[{problem.Kind.Code}]")}: {Indented(problem.What)}";
        if (problem.Why is { } why)
        {
            yield return $"  why: {Indented(why)}";
        }

        foreach (var fix in problem.Fix)
        {
            yield return $"  fix: {Indented(fix)}";
        }
    }

    public static void WriteJson(Utf8JsonWriter writer, Problem problem)
    {
        writer.WriteStartObject();
        writer.WriteString("schema", "logist.error/v1");
        writer.WriteString("code", problem.Kind.Code);
        writer.WriteString("title", problem.Kind.Title);
        writer.WriteString("detail", problem.What);
        writer.WriteString("why", problem.Why);
        WriteList(writer, "fix", problem.Fix);
        writer.WriteNumber("exit_code", problem.Kind.Exit);
        if (problem.From is not null)
        {
            writer.WriteString("from", problem.From);
            writer.WriteString("wanted", problem.Wanted);
            WriteList(writer, "allowed", problem.Allowed);
        }

        writer.WriteEndObject();
    }

    // A text of others that holds a line feed must not look like a line of ours.
    private static string Indented(string text) => SafeText.Escape(text).Replace("\n", "\n       ", StringComparison.Ordinal);

    private static void WriteList(Utf8JsonWriter writer, string name, IReadOnlyList<string> items)
    {
        writer.WriteStartArray(name);
        foreach (var item in items)
        {
            writer.WriteStringValue(item);
        }

        writer.WriteEndArray();
    }
}
