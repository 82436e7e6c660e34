using System.Text.Json;
using Logist.Core.Jobs;

namespace Logist.Agents;

/// <summary>Reads the members; the first thing that is wrong is named.</summary>
internal static class AnswerReader
{
    private static readonly string[] Names =
        ["action", "evidence_files", "summary_for_supervisor", "feedback", "usage", "step_id", "attempt_id"];

    public static AnswerResult Read(ref Utf8JsonReader reader)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return new AnswerResult.Invalid("is not a JSON object");
        }

        var draft = new Draft();
        var seen = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = Field(ref reader);
            _ = reader.Read();
            if (field < 0)
            {
                reader.Skip();
                continue;
            }

            if ((seen & (1 << field)) != 0)
            {
                return new AnswerResult.Invalid($"has \"{Names[field]}\" twice");
            }

            seen |= 1 << field;
            if (Member(ref reader, field, draft) is { } wrong)
            {
                return new AnswerResult.Invalid(wrong);
            }
        }

        // Also makes the reader complain about anything after the object.
        _ = reader.Read();
        return draft.Action is { } action ? new AnswerResult.Valid(draft.Build(action)) : new AnswerResult.Invalid("has no \"action\"");
    }

    private static int Field(ref Utf8JsonReader reader)
    {
        for (var i = 0; i < Names.Length; i++)
        {
            if (reader.ValueTextEquals(Names[i]))
            {
                return i;
            }
        }

        return -1;
    }

    private static string? Member(ref Utf8JsonReader reader, int field, Draft draft)
    {
        var name = Names[field];
        switch (field)
        {
            case 0:
                return Action(ref reader, draft);
            case 1:
                return Evidence(ref reader, draft);
            case 4:
                Usage(ref reader, draft);
                return null;
            default:
                if (Text(ref reader, name, out var text) is { } wrong)
                {
                    return wrong;
                }

                draft.Set(field, text);
                return null;
        }
    }

    private static string? Action(ref Utf8JsonReader reader, Draft draft)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            return $"has an \"action\" that is {Kind(reader.TokenType)}, not a string";
        }

        var text = reader.GetString()!;
        draft.Action = text.Trim().ToUpperInvariant() switch
        {
            "COMPLETED" => AnswerAction.Completed,
            "STUCK" => AnswerAction.Stuck,
            "RETRY" => AnswerAction.Retry,
            _ => null,
        };
        return draft.Action is null ? $"has the action \"{Short(text)}\", not COMPLETED, STUCK or RETRY" : null;
    }

    private static string? Evidence(ref Utf8JsonReader reader, Draft draft)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return $"has \"evidence_files\" that is {Kind(reader.TokenType)}, not an array of strings";
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.String)
            {
                return $"has {Kind(reader.TokenType)} in \"evidence_files\", not only strings";
            }

            if (draft.Evidence.Count == Answer.MaxEvidence)
            {
                return $"names more than {Answer.MaxEvidence} evidence files";
            }

            draft.Evidence.Add(reader.GetString()!);
        }

        return null;
    }

    private static string? Text(ref Utf8JsonReader reader, string name, out string? text)
    {
        text = null;
        if (reader.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        if (reader.TokenType != JsonTokenType.String)
        {
            return $"has \"{name}\" that is {Kind(reader.TokenType)}, not a string";
        }

        text = reader.GetString()!;
        return text.Contains('\0', StringComparison.Ordinal) ? $"has a NUL character in \"{name}\"" : null;
    }

    // Wrong usage must not cost the user a finished piece of work: the value stays unknown, and a note names it.
    private static void Usage(ref Utf8JsonReader reader, Draft draft)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            if (reader.TokenType != JsonTokenType.Null)
            {
                draft.Notes.Add($"usage is {Kind(reader.TokenType)}, not an object: ignored");
                reader.Skip();
            }

            return;
        }

        var usage = new Usage(null, null, null, null);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            _ = reader.Read();
            usage = name switch
            {
                "tokens_in" => usage with { TokensIn = Count(ref reader, name, draft) },
                "tokens_cached" => usage with { TokensCached = Count(ref reader, name, draft) },
                "tokens_out" => usage with { TokensOut = Count(ref reader, name, draft) },
                "cost_usd" => usage with { CostUsd = Money(ref reader, draft) },
                _ => usage,
            };
            reader.Skip();
        }

        draft.Usage = usage;
    }

    private static long? Count(ref Utf8JsonReader reader, string name, Draft draft)
    {
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var n) && n >= 0)
        {
            return n;
        }

        if (reader.TokenType != JsonTokenType.Null)
        {
            draft.Notes.Add($"usage.{name} is not a whole number from 0: unknown");
        }

        return null;
    }

    private static decimal? Money(ref Utf8JsonReader reader, Draft draft)
    {
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetDecimal(out var n) && n is >= 0 and <= 1_000_000)
        {
            return n;
        }

        if (reader.TokenType != JsonTokenType.Null)
        {
            draft.Notes.Add("usage.cost_usd is not a number from 0 to 1000000: unknown");
        }

        return null;
    }

    private static string Kind(JsonTokenType type) => type switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.Number => "a number",
        JsonTokenType.True or JsonTokenType.False => "a boolean",
        JsonTokenType.Null => "null",
        _ => "a string",
    };

    private static string Short(string text) =>
        OutputText.Sanitise(text.Length <= 40 ? text : Cut(text, 40) + "…").Replace("\n", "\\n", StringComparison.Ordinal);

    private static string Cut(string text, int length) => text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];

    private sealed class Draft
    {
        private string? _summary, _feedback, _stepId, _attemptId;

        public AnswerAction? Action { get; set; }

        public List<string> Evidence { get; } = [];

        public Usage? Usage { get; set; }

        public List<string> Notes { get; } = [];

        public void Set(int field, string? text)
        {
            switch (field)
            {
                case 2:
                    _summary = Bound(text, Answer.MaxSummary);
                    break;
                case 3:
                    _feedback = Bound(text, Answer.MaxFeedback);
                    break;
                case 5:
                    _stepId = text;
                    break;
                default:
                    _attemptId = text;
                    break;
            }

            // A summary that is too long is no reason to throw the work away.
            string? Bound(string? value, int max)
            {
                if (value is null || value.Length <= max)
                {
                    return value;
                }

                Notes.Add($"{Names[field]} had {value.Length} characters: cut to {max}");
                return Cut(value, max);
            }
        }

        public Answer Build(AnswerAction action) => new(action)
        {
            Evidence = Evidence,
            Summary = _summary,
            Feedback = _feedback,
            Usage = Usage,
            StepId = _stepId,
            AttemptId = _attemptId,
            Notes = Notes,
        };
    }
}
